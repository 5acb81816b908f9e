import type { FrameChosen } from "@sweepmark/log";

/** Whether a time and a place in `world` mean the same in a log opened by one choice and by another. */
export const meansTheSame = (a: FrameChosen, b: FrameChosen): boolean =>
  a.clock === b.clock && a.worldName === b.worldName;
