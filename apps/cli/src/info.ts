import type { LogInfo, LogReader, PositionFix } from "@sweepmark/log";
import { choiceOf, type ChoiceArgs } from "./frame-choice.ts";
import { describeInfo } from "./info-text.ts";
import { exitCodes, printJson, progress, type ExitCode, type Io } from "./io.ts";
import { logPathsOf, openLogFiles } from "./log-input.ts";

/** Lowest, middle and highest of a set of numbers. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** What a log's frames tell once all stamps are exact. */
export interface FrameFacts {
  readonly count: number;
  /** Frames per second by the median step; undefined for fewer than two frames. */
  readonly rateHz: number | undefined;
  /** Steps longer than 1.5 median steps. */
  readonly gaps: readonly { readonly afterIndex: number; readonly seconds: number }[];
  /** Points per reference sweep. */
  readonly points: Spread | undefined;
}

export interface InfoArgs extends ChoiceArgs {
  readonly json?: true;
}

/** Says what is in a log. Exit 3 when a part of it cannot be read. */
export async function info(io: Io, logs: readonly string[], options: InfoArgs): Promise<ExitCode> {
  const bar = progress(io, "Opening");
  const log = await openLogFiles(io, await logPathsOf(io, logs), {
    onProgress: ({ done, total }) => bar.report(done, total),
    ...choiceOf(options),
  });
  bar.end();
  try {
    const { reader } = log;
    const facts = await factsOf(io, reader);
    const problems = reader.info.problems;
    if (options.json) printJson(io, "ok", { log: toJson(reader.info, facts) });
    else io.out(describeInfo(reader.info, facts));
    // A log that was cut off is a warning to a person, who can go on; a script must hear of it.
    const lost =
      reader.info.gaps.length > 0 ||
      problems.some(({ severity, code }) => severity === "error" || code === "truncated");
    return lost ? exitCodes.losses : exitCodes.ok;
  } finally {
    await log.close();
  }
}

async function factsOf(io: Io, reader: LogReader): Promise<FrameFacts> {
  const bar = progress(io, "Reading stamps");
  const entries = await reader.scan({ signal: io.signal, onProgress: ({ done, total }) => bar.report(done, total) });
  bar.end();
  const steps = entries.slice(1).map(({ at }, index) => Number(at - entries[index].at) / 1e9);
  const middle = spread(steps)?.median;
  return {
    count: entries.length,
    rateHz: middle === undefined || middle <= 0 ? undefined : 1 / middle,
    gaps: steps.flatMap((seconds, afterIndex) =>
      seconds > 1.5 * (middle ?? Infinity) ? [{ afterIndex, seconds }] : [],
    ),
    points: spread(entries.flatMap(({ pointCount }) => (pointCount === undefined ? [] : [pointCount]))),
  };
}

/** Undefined for no numbers. The median of an even count is the mean of the middle two. */
export function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { min: sorted[0], median, max: sorted[sorted.length - 1] };
}

const fixJson = (fix: PositionFix | undefined): object | null =>
  fix ? { atNs: fix.at, latitude: fix.latitude, longitude: fix.longitude, altitude: fix.altitude ?? null } : null;

function toJson(log: LogInfo, facts: FrameFacts): object {
  return {
    name: log.name,
    digest: log.digest,
    sizeBytes: log.sizeBytes,
    files: log.files.map(({ name, sizeBytes, start, end }) => ({ name, sizeBytes, startNs: start, endNs: end })),
    library: log.library,
    compression: log.compression,
    startNs: log.start,
    endNs: log.end,
    topics: log.topics,
    fixes: log.fixes.map(({ topic, count, first, last }) => ({
      topic,
      count,
      first: fixJson(first),
      last: fixJson(last),
    })),
    lidarTopic: log.lidarTopic ?? null,
    lidarTopics: log.lidarTopics,
    referenceTopic: log.referenceTopic ?? null,
    clock: log.choice.clock,
    worldName: log.worldName ?? null,
    egoName: log.egoName ?? null,
    frames: {
      count: facts.count,
      rateHz: facts.rateHz ?? null,
      gaps: facts.gaps,
      points: facts.points ?? null,
      list: log.frames.map(({ index, at, pointCount, worldFromEgo }) => ({
        index,
        atNs: at,
        pointCount: pointCount ?? null,
        worldFromEgo: worldFromEgo ? { translation: worldFromEgo.translation, rotation: worldFromEgo.rotation } : null,
      })),
    },
    cameras: log.cameras.map((camera) => ({
      id: camera.id,
      imageTopic: camera.imageTopic ?? null,
      calibrationTopic: camera.calibrationTopic ?? null,
      frameId: camera.frameId ?? null,
      imageCount: camera.imageCount,
      model: camera.model ?? null,
      distortionName: camera.distortionName ?? null,
      egoFromCamera: camera.egoFromCamera ?? null,
      offsetsMs: camera.offsetsMs ?? null,
    })),
    transforms: log.transforms,
    gaps: log.gaps.map(({ from, to, offset, endOffset, file, reason }) => ({
      fromNs: from ?? null,
      toNs: to ?? null,
      offset,
      endOffset,
      file: file ?? null,
      code: reason.code,
    })),
    problems: log.problems,
  };
}
