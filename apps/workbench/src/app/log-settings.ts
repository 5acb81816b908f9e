import type { FrameChoice } from "@sweepmark/log";
import { quaternion, timestampCodec, vec3 } from "@sweepmark/schema";
import { z } from "zod";

/** Bounds of the memory for decoded frames, MiB. */
export const memoryMiB = { min: 64, max: 4096 } as const;

const clock = z.enum(["stamps", "log-times"]);

const dismissal = z.object({
  at: timestampCodec,
  cuboid: z.object({ center: vec3, size: vec3, rotation: quaternion }),
});
/** The last ones: the browser's storage is for all logs. */
const mostDismissed = 2000;

const schema = z.object({
  /** Absent: the stamps, and nobody was asked. */
  clock: clock.exactOptional(),
  lidarTopic: z.string().exactOptional(),
  companionTopics: z.array(z.string()).exactOptional(),
  worldName: z.string().exactOptional(),
  maxRateHz: z.number().positive().max(1000).exactOptional(),
  deskew: z.array(z.string()).exactOptional(),
  /** Absent: by the machine. */
  memoryMiB: z.number().int().min(memoryMiB.min).max(memoryMiB.max).exactOptional(),
  /** The fixed space that the labels of this scene were made in; "" where it had none. Absent: there are none yet. */
  labelsWorld: z.string().exactOptional(),
  /** The clock that they were made by. Absent: the stamps. */
  labelsClock: clock.exactOptional(),
  /** Where suggestions were dismissed: a person's view of what machines say, no label, so it is not in the journal. */
  dismissed: z.array(dismissal).readonly().exactOptional(),
});

/** How this scene's log is opened, and what its labels need. Kept in this browser, by the digest. */
export type LogSettings = Readonly<z.infer<typeof schema>>;

const keyOf = (digest: string): string => `sweepmark.log ${digest}`;

/** What was kept; nothing where there is none, or what is there cannot be read. */
export function loadLogSettings(digest: string): LogSettings {
  try {
    const parsed = schema.safeParse(JSON.parse(localStorage.getItem(keyOf(digest)) ?? "{}"));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

/** A browser that keeps nothing only forgets them with the page. */
export function storeLogSettings(digest: string, settings: LogSettings): void {
  try {
    const { dismissed, ...rest } = settings;
    const kept = dismissed?.slice(-mostDismissed).map(({ at, cuboid }) => ({ at: String(at), cuboid }));
    localStorage.setItem(keyOf(digest), JSON.stringify({ ...rest, ...(kept && { dismissed: kept }) }));
  } catch {
    return;
  }
}

export function choiceOf(settings: LogSettings): FrameChoice {
  const { lidarTopic, companionTopics, worldName, maxRateHz, deskew } = settings;
  return {
    ...(settings.clock === "log-times" ? { clock: settings.clock } : {}),
    ...(lidarTopic === undefined ? {} : { lidarTopic }),
    ...(companionTopics === undefined ? {} : { companionTopics }),
    ...(worldName === undefined ? {} : { worldName }),
    ...(maxRateHz === undefined ? {} : { maxRateHz }),
    ...(deskew === undefined ? {} : { deskew }),
  };
}

export const withoutChoice = ({ memoryMiB: bytes, ...settings }: LogSettings): LogSettings => ({
  ...(bytes === undefined ? {} : { memoryMiB: bytes }),
  ...ofLabels(settings),
});

/** What the labels need, and what was said of suggestions, whatever is chosen. */
export const ofLabels = ({ labelsWorld, labelsClock, dismissed }: LogSettings): LogSettings => ({
  ...(dismissed === undefined ? {} : { dismissed }),
  ...(labelsWorld === undefined ? {} : { labelsWorld }),
  ...(labelsClock === undefined ? {} : { labelsClock }),
});

export const sameChoice = (a: LogSettings, b: LogSettings): boolean =>
  JSON.stringify(choiceOf(a)) === JSON.stringify(choiceOf(b));

/** Whether a log opened without a choice must be opened anew for these. */
export const isDefaultChoice = (settings: LogSettings): boolean => Object.keys(choiceOf(settings)).length === 0;
