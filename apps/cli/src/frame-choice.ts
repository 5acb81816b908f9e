import type { FrameChoice } from "@sweepmark/log";

/** The options that say how a log is made into frames, as they were given. */
export interface ChoiceArgs {
  readonly lidar?: string;
  readonly world?: string;
  readonly rate?: number;
  readonly deskew?: true;
}

/** What is not given is the log's default. */
export const choiceOf = ({ lidar, world, rate, deskew }: ChoiceArgs): FrameChoice => ({
  ...(lidar !== undefined && { lidarTopic: lidar }),
  ...(world !== undefined && { worldName: world }),
  ...(rate !== undefined && { maxRateHz: rate }),
  ...(deskew && { deskew: "all" }),
});
