import {
  compose,
  correctedFromLogged,
  interpolateCuboid,
  invert,
  millisecondsBetween,
  secondsBetween,
  transformCuboid,
  type Cuboid,
  type Point,
  type Pose,
  type Size,
  type TimestampNs,
} from "@sweepmark/geometry";
import { CloudBuilder, maskInside } from "@sweepmark/pointcloud";
import type {
  AccumulatedCloud,
  AccumulatedSweep,
  AccumulateRequest,
  ExcludedPath,
  Reach,
  SkippedSweep,
} from "./accumulated-cloud.ts";
import { isAbort, logError, problemOf, quote, throwIfAborted } from "./problem.ts";
import { farthestMs } from "./transform-tree.ts";
import {
  LogError,
  type Frame,
  type FrameEntry,
  type LogInfo,
  type PlacedSweep,
  type Problem,
  type ReadOptions,
} from "./types.ts";

const usualPoints = 2_000_000;
const mostPoints = 16_000_000;
export const usualMarginM = 0.2;
/** What an index of 16 bits can tell apart. */
const mostSweeps = 65_536;

/** A frame without its images and labels. */
export type FrameSweeps = Omit<Frame, "images" | "labels">;

export interface SweepSource {
  sweeps(index: number, topics: readonly string[] | undefined, signal: AbortSignal | undefined): Promise<FrameSweeps>;
  /** Takes back the arrays of a frame: its points are in the cloud. */
  recycle(frame: FrameSweeps): void;
}

/**
 * Puts the sweeps of a window of frames into one cloud in `world`, each by the ego pose at its own frame. A sweep at a
 * time needs memory beside the cloud. A frame that cannot be read, or whose pose is not known, is skipped with its
 * reason. Rejects with LogError where there is no such frame or no ego motion (`no-ego-motion`; a correction is one), with
 * AbortError.
 */
export async function accumulate(
  info: LogInfo,
  source: SweepSource,
  request: AccumulateRequest,
  { signal, onProgress }: ReadOptions = {},
): Promise<AccumulatedCloud> {
  const { index, exclude = [], marginM = usualMarginM, correction = [] } = request;
  if (!info.frames[index]) throw logError("no-frame", `There is no frame ${index}; the log has ${info.frames.length}.`);
  if (info.worldName === undefined && correction.length === 0) throw noMotion(info);
  const window = framesAround(info.frames, request, info.lidarTopics.length);
  const builder = new CloudBuilder<"scene">({
    voxelM: Math.max(0, request.voxelM),
    maxPoints: Math.min(request.maxPoints ?? usualPoints, mostPoints),
  });
  const sweeps: AccumulatedSweep[] = [];
  const skipped: SkippedSweep[] = [];
  let origin: Point<"world"> | undefined;
  let excluded = 0;
  for (let done = 0; done < window.length; done++) {
    throwIfAborted(signal);
    // A source in memory never waits: without a breath no abort and no other request would be heard.
    await new Promise((resolve) => setTimeout(resolve, 0));
    try {
      const frame = await source.sweeps(window[done], request.lidarTopics, signal);
      const gapOf = (of: string | undefined): Problem | undefined =>
        frame.problems.find(({ code, topic }) => code === "transform-gap" && topic === of);
      const gap = gapOf(undefined);
      if (gap) throw new LogError(gap);
      const worldFromEgo = compose(correctedFromLogged(correction, frame.at), frame.worldFromEgo);
      origin ??= wholeMetres(worldFromEgo.translation);
      const spaceFromEgo = moved(worldFromEgo, origin);
      for (const sweep of frame.sweeps) {
        const { egoFromLidar, topic, at } = sweep;
        if (!egoFromLidar || gapOf(topic)) {
          skipped.push({ index: frame.index, topic, problem: gapOf(topic) ?? notPlaced(sweep, info) });
          continue;
        }
        const leftOut = maskOf(sweep, compose(worldFromEgo, egoFromLidar), exclude, marginM);
        const counts = builder.add({
          ...sweep,
          leftOut,
          spaceFromEgo,
          egoFromLidar,
          rangeM: request.rangeM,
          source: sweeps.length,
        });
        excluded += counts.leftOut;
        sweeps.push({ index: frame.index, topic, at, points: counts.added });
      }
      source.recycle(frame);
    } catch (error) {
      if (isAbort(error)) throw error;
      skipped.push({ index: window[done], problem: problemOf(error) });
    }
    onProgress?.({ done: done + 1, total: window.length, unit: "frames" });
  }
  const { intensity, sources, ...built } = builder.build();
  return {
    ...built,
    origin: origin ?? [0, 0, 0],
    ...(intensity && { intensity, intensityMax: largest(intensity) }),
    sweepIndex: sources,
    sweeps,
    firstFrame: window[0],
    lastFrame: window[window.length - 1],
    excluded,
    skipped,
  };
}

/** Indices of the frames of a request, rising: the middle one and every n-th around it. */
export function framesAround(
  frames: readonly FrameEntry[],
  request: AccumulateRequest,
  lidars: number,
): readonly number[] {
  const { index } = request;
  const [first, last] = [farthest(frames, index, request.before, -1), farthest(frames, index, request.after, 1)];
  const fitting = Math.ceil(((last - first + 1) * Math.max(1, lidars)) / mostSweeps);
  const step = Math.max(1, Math.floor(request.stepFrames ?? 1), fitting);
  const window: number[] = [];
  for (let i = index - step * Math.floor((index - first) / step); i <= last; i += step) window.push(i);
  return window;
}

function farthest(frames: readonly FrameEntry[], index: number, reach: Reach, direction: -1 | 1): number {
  const end = direction < 0 ? 0 : frames.length - 1;
  if ("frames" in reach) {
    const count = Math.max(0, Math.min(frames.length, Math.floor(reach.frames)));
    return direction < 0 ? Math.max(end, index - count) : Math.min(end, index + count);
  }
  let i = index;
  const isWithin = (k: number): boolean => Math.abs(secondsBetween(frames[index].at, frames[k].at)) <= reach.seconds;
  while (i !== end && isWithin(i + direction)) i += direction;
  return i;
}

/** Which points of a sweep lie in an excluded cuboid. */
export function maskOf(
  sweep: PlacedSweep,
  worldFromLidar: Pose<"world", "lidar">,
  paths: readonly ExcludedPath[],
  marginM: number,
): Uint8Array | undefined {
  const lidarFromWorld = invert(worldFromLidar);
  const cuboids = paths.flatMap((path) => {
    const cuboid = cuboidAt(path, sweep.at);
    if (!cuboid) return [];
    const size = cuboid.size.map((side) => side + 2 * marginM) as unknown as Size;
    return [transformCuboid(lidarFromWorld, { ...cuboid, size })];
  });
  return maskInside(sweep.positions, cuboids);
}

/** An object at a time: interpolated between the samples around it, held for 200 ms past the first and the last. */
export function cuboidAt({ samples }: ExcludedPath, at: TimestampNs): Cuboid<"world"> | undefined {
  const next = samples.findIndex((sample) => sample.at >= at);
  const after = samples[next];
  const before = next < 0 ? samples[samples.length - 1] : samples[next - 1];
  const isNear = (sample: ExcludedPath["samples"][number]): boolean =>
    Math.abs(millisecondsBetween(sample.at, at)) <= farthestMs;
  if (!before || !after) {
    const end = before ?? after;
    return end && isNear(end) ? (end.cuboid ?? undefined) : undefined;
  }
  const share = Number(at - before.at) / Number(after.at - before.at);
  if (before.cuboid && after.cuboid) return interpolateCuboid(before.cuboid, after.cuboid, share);
  return (share < 0.5 ? before : after).cuboid ?? undefined;
}

const wholeMetres = ([x, y, z]: Point<"world">): Point<"world"> => [Math.round(x), Math.round(y), Math.round(z)];

const moved = (
  { translation: [x, y, z], rotation }: Pose<"world", "ego">,
  o: Point<"world">,
): Pose<"scene", "ego"> => ({
  translation: [x - o[0], y - o[1], z - o[2]],
  rotation,
});

function largest(values: Float32Array): number {
  let max = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > max && values[i] !== Infinity) max = values[i];
  return max;
}

const noMotion = ({ name }: LogInfo) =>
  logError(
    "no-ego-motion",
    `The log ${quote(name)} does not say how the vehicle moved: its sweeps would lie on top of each other as a smear.`,
    { hint: "Expected: a moving transform above the lidar, or a topic of poses (Odometry, PoseStamped)." },
  );

const notPlaced = ({ topic, frameId, at }: PlacedSweep, { egoName }: LogInfo) =>
  logError("missing-transform", `No transform leads from ${quote(frameId)} to ${quote(egoName ?? "ego")}.`, {
    topic,
    at,
  }).problem;
