import type { LogClock, LogInfo, Problem } from "@sweepmark/log";
import type { LogSettings } from "../app/log-settings.ts";

/** The settings of a log as the dialog shows them: every one has a value. */
export interface LogDraft {
  readonly clock: LogClock;
  readonly lidarTopic: string | undefined;
  readonly companionTopics: readonly string[];
  readonly deskew: readonly string[];
  readonly worldName: string | undefined;
  /** undefined: every sweep is a frame. */
  readonly maxRateHz: number | undefined;
  /** undefined: by the machine. */
  readonly memoryMiB: number | undefined;
}

export const draftOf = ({ choice }: LogInfo, { memoryMiB }: LogSettings): LogDraft => ({ ...choice, memoryMiB });

/** What differs from the defaults: a default that becomes better later is then taken. */
export function settingsOf(info: LogInfo, draft: LogDraft): LogSettings {
  const { lidarTopics, worldNames } = info;
  const { clock, lidarTopic, worldName, maxRateHz, memoryMiB } = draft;
  const others = lidarTopics.filter((topic) => topic !== lidarTopic);
  const companions = others.filter((topic) => draft.companionTopics.includes(topic));
  const deskew = draft.deskew.filter((topic) => topic === lidarTopic || companions.includes(topic));
  const isUsualWorld = worldName === undefined || worldNames.length < 2;
  return {
    // Where the log asks, the usual clock is an answer, too.
    ...(clock === "stamps" && !clockProblem(info) ? {} : { clock }),
    ...(lidarTopic === undefined || lidarTopics.length === 0 || lidarTopic === lidarTopics[0] ? {} : { lidarTopic }),
    ...(companions.length === others.length ? {} : { companionTopics: companions }),
    ...(isUsualWorld ? {} : { worldName }),
    ...(maxRateHz === undefined ? {} : { maxRateHz }),
    ...(deskew.length === 0 ? {} : { deskew }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
  };
}

/** Sweeps of the reference lidar in a second; 0 where that is not known. */
export function sweepRateHz({ sweepCount, start, end }: Pick<LogInfo, "sweepCount" | "start" | "end">): number {
  const seconds = Number(end - start) / 1e9;
  return sweepCount > 1 && seconds > 0 ? (sweepCount - 1) / seconds : 0;
}

/** What the log says of its clocks where they disagree: a person is asked which one counts. */
export const clockProblem = ({ problems }: Pick<LogInfo, "problems">): Problem | undefined =>
  problems.find(({ code }) => code === "clocks-apart");
