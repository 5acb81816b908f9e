import { lowConfidence } from "@sweepmark/assist";
import type { Keyframe } from "@sweepmark/schema";

/** Whether a machine said it, and was not sure. */
export const isDoubtful = ({ source, confidence }: Pick<Keyframe, "source" | "confidence">): boolean =>
  source !== "human" && confidence !== undefined && confidence < lowConfidence;
