import type { FrameChoice, LogClock, LogInfo } from "@sweepmark/log";
import type { SceneInfo } from "@sweepmark/schema";
import { CliError, exitCodes } from "./io.ts";

/** The options that say how a log is made into frames, as they were given. */
export interface ChoiceArgs {
  readonly clock?: LogClock;
  readonly lidar?: string;
  readonly world?: string;
  readonly rate?: number;
  readonly deskew?: true;
}

/** What is not given is the log's default. */
export const choiceOf = ({ clock, lidar, world, rate, deskew }: ChoiceArgs): FrameChoice => ({
  ...(clock !== undefined && { clock }),
  ...(lidar !== undefined && { lidarTopic: lidar }),
  ...(world !== undefined && { worldName: world }),
  ...(rate !== undefined && { maxRateHz: rate }),
  ...(deskew && { deskew: "all" }),
});

/** The clock of labels; undefined: there are none yet. */
export const clockOf = ({ clock, frames }: Pick<SceneInfo, "clock" | "frames">): LogClock | undefined =>
  clock ?? (frames.length > 0 ? "stamps" : undefined);

export const clockNames: Readonly<Record<LogClock, string>> = {
  stamps: "the header stamps",
  "log-times": "the log's times",
};

/**
 * Labels have their times by one clock and their places in one space: where a log is opened by another, they would lie
 * elsewhere. undefined is whatever there is.
 *
 * @throws CliError (bad arguments) naming both.
 */
export function refuseOther(
  labels: Pick<SceneInfo, "clock" | "worldName" | "frames">,
  { clock, worldName }: { readonly clock: LogClock | undefined; readonly worldName: LogInfo["worldName"] },
): void {
  const made = clockOf(labels);
  if (clock !== undefined && made !== undefined && made !== clock)
    throw new CliError(
      `The labels have their times by ${clockNames[made]}, not by ${clockNames[clock]} (--clock ${made}).`,
      exitCodes.badArguments,
    );
  if (worldName !== undefined && labels.worldName !== undefined && labels.worldName !== worldName)
    throw new CliError(
      `The labels are in the space '${labels.worldName}', not in '${worldName}'.`,
      exitCodes.badArguments,
    );
}
