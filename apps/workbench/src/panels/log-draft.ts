import type { LogInfo } from "@sweepmark/log";
import type { LogSettings } from "../app/log-settings.ts";

/** The settings of a log as the dialog shows them: every one has a value. */
export interface LogDraft {
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
export function settingsOf({ lidarTopics, worldNames }: LogInfo, draft: LogDraft): LogSettings {
  const { lidarTopic, worldName, maxRateHz, memoryMiB } = draft;
  const others = lidarTopics.filter((topic) => topic !== lidarTopic);
  const companions = others.filter((topic) => draft.companionTopics.includes(topic));
  const deskew = draft.deskew.filter((topic) => topic === lidarTopic || companions.includes(topic));
  const isUsualWorld = worldName === undefined || worldNames.length < 2;
  return {
    ...(lidarTopic === undefined || lidarTopic === lidarTopics[0] ? {} : { lidarTopic }),
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
