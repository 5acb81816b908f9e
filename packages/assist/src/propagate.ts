import {
  cuboidYaw,
  fromYaw,
  interpolateCuboid,
  multiply,
  secondsBetween,
  slerp,
  vec,
  wrapAngle,
  type Cuboid,
  type TimestampNs,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { fused, habitsOf, planeCovariance, smoothed, startAt, type Measured } from "./propagate-motion.ts";
import { cropper, follow, type PassRequest, type Sighting, type StopReason } from "./propagate-pass.ts";
import type { FlatPose } from "./propagate-points.ts";

/** A pose that is not to be changed: at a frame's time. */
export interface Anchor {
  readonly index: number;
  readonly cuboid: Cuboid<"world">;
}

export interface PropagateRequest {
  /** One or more, by frame, each frame once. The first one's size is that of all frames. */
  readonly anchors: readonly Anchor[];
  /** Stamps of the frames of the log. */
  readonly times: readonly TimestampNs[];
  /** First and last frame that may be proposed for (inclusive). */
  readonly from: number;
  readonly to: number;
  /** Cuboids of other tracks in a frame: where one is met, propagation ends. By default none. */
  readonly others?: (index: number) => readonly Cuboid<"world">[];
}

/** The frame, or undefined where it cannot be read. The frame is read at once and not kept. */
export type ReadFrame = (index: number) => Promise<Frame | undefined>;

export interface PropagateOptions {
  /** Fired: rejects with the signal's reason before the next frame. */
  readonly signal?: AbortSignal;
  /** After each frame; awaited, so that the caller may let others have their turn. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
}

export interface ProposedPose {
  readonly index: number;
  readonly at: TimestampNs;
  readonly cuboid: Cuboid<"world">;
  /** (0, 1): from the points that fit, how well, and how sure the place is. 1 at an anchor. */
  readonly confidence: number;
}

export interface Propagation {
  /** Every frame from the first to the last that was reached; anchors exactly as given. */
  readonly poses: readonly ProposedPose[];
  /** It stands still: one pose between two anchors that agree, and past the ends. */
  readonly parked: boolean;
  readonly stops: { readonly backward: StopReason; readonly forward: StopReason };
}

/** Below this a pose should be looked at. */
export const lowConfidence = 0.5;
/** Each step adds this much to what registration is unsure of. */
const driftM = 0.01;
const driftRad = 0.002;
/** It stands still if so many of the points that fit would fit had it not moved. */
const stillShare = 0.8;
/** And if its path is no longer than errors of the ego pose (0.2–0.7 m in KITTI) and of registration make it. */
const stillM = 1.5;
const personM = 1.3;
const stillPersonM = 0.5;
/** Height: noise of one frame's ground, and what it may change from frame to frame. */
const groundNoiseM = 0.06;
const heightWalkM = 0.03;
const exact: readonly number[] = [1e-6, 0, 0, 0, 1e-6, 0, 0, 0, 1e-6];

/**
 * Carries an object from its anchors over the frames around them: followed forward from the first anchor and backward
 * from the last, both together smoothed in the world. Size and tilt are those of the anchors, height follows the ground.
 * Rejects when cancelled, or as `onProgress` does.
 */
export async function propagate(
  request: PropagateRequest,
  read: ReadFrame,
  { signal, onProgress }: PropagateOptions = {},
): Promise<Propagation> {
  const { anchors, times, from, to } = request;
  const { size, center: origin } = anchors[0].cuboid;
  const start = anchors[0].index;
  const end = anchors.at(-1)!.index;
  const seconds = times.map((at) => secondsBetween(times[start], at));
  const flat = new Map(anchors.map(({ index, cuboid }) => [index, flatOf(cuboid, origin)]));
  const total = Math.max(1, to - start + (end - from));
  let done = 0;
  const pass: PassRequest = {
    size,
    origin,
    habits: habitsOf(size[0]),
    anchors: flat,
    seconds,
    crop: cropper(read, origin, size),
    others: request.others ?? (() => []),
    async onStep() {
      signal?.throwIfAborted();
      await onProgress?.(++done, total);
      signal?.throwIfAborted();
    },
  };
  signal?.throwIfAborted();
  const forward = await follow(pass, start, to);
  const backward = await follow(pass, end, from);
  await onProgress?.(total, total);

  const all = [...forward.sightings, ...backward.sightings]
    .filter(([, { measured }]) => measured)
    .map(([index]) => index);
  const low = Math.min(start, ...all);
  const high = Math.max(end, ...all);
  const span = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const seen = span.map((index) =>
    [forward.sightings.get(index), backward.sightings.get(index)].filter((each) => each !== undefined),
  );
  const places = placesOf(pass, span, seen);
  const parked = isStill(seen.flat()) && extentOf(places) < (size[0] < personM ? stillPersonM : stillM);
  const heights = heightsOf(span, seen, flat);
  const poses = span.map((index, i): ProposedPose => {
    const [before, after] = [
      anchors.findLast((each) => each.index <= index),
      anchors.find((each) => each.index >= index),
    ];
    const at = times[index];
    if (before && before === after) return { index, at, cuboid: before.cuboid, confidence: 1 };
    const a = before ?? after!;
    const b = after ?? before!;
    const t = a === b ? 0 : Number(at - times[a.index]) / Number(times[b.index] - times[a.index]);
    const confidence = confidenceOf(seen[i], parked ? 0 : places[i].spreadM, size[1]);
    if (parked) {
      const between = interpolateCuboid(a.cuboid, b.cuboid, t);
      return { index, at, cuboid: { ...between, size }, confidence };
    }
    const tilted = slerp(a.cuboid.rotation, b.cuboid.rotation, t);
    const turn = wrapAngle(places[i].yawRad - cuboidYaw({ ...a.cuboid, rotation: tilted }));
    const center = vec.add(origin, [places[i].x, places[i].y, heights[i]]);
    return { index, at, cuboid: { center, size, rotation: multiply(fromYaw(turn), tilted) }, confidence };
  });
  return { poses, parked, stops: { backward: backward.stop, forward: forward.stop } };
}

const flatOf = (cuboid: Cuboid<"world">, origin: Cuboid<"world">["center"]): FlatPose => {
  const [x, y, z] = vec.subtract(cuboid.center, origin);
  return { x, y, z, yawRad: cuboidYaw(cuboid) };
};

/** Whether what was seen fits as well where it was before: told by points, as a path of errors would not tell it. */
function isStill(seen: readonly Sighting[]): boolean {
  const fitting = seen.filter(({ measured }) => measured);
  const hits = fitting.reduce((sum, each) => sum + each.hits, 0);
  return hits > 0 && fitting.reduce((sum, each) => sum + Math.min(each.hits, each.stillHits), 0) >= stillShare * hits;
}

function extentOf(places: readonly Place[]): number {
  return places.reduce((most, { x, y }) => Math.max(most, Math.hypot(x - places[0].x, y - places[0].y)), 0);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly yawRad: number;
  /** Standard deviation of the place, metres. */
  readonly spreadM: number;
}

function placesOf(
  { habits, anchors, seconds }: PassRequest,
  span: readonly number[],
  seen: readonly (readonly Sighting[])[],
): readonly Place[] {
  const measured = span.map((index, i): Measured | undefined => {
    const anchor = anchors.get(index);
    if (anchor) return { mean: [anchor.x, anchor.y, anchor.yawRad], covariance: exact };
    const drifted = seen[i].flatMap(({ measured: each, steps }) => (each ? [drift(each, steps)] : []));
    return drifted.length > 1 ? fused(drifted[0], drifted[1]) : drifted[0];
  });
  const first = measured.find((each) => each !== undefined)!;
  const states = smoothed(
    span.map((index) => seconds[index]),
    measured,
    startAt(first.mean, habits, 10),
    habits.model,
  );
  return states.map((state) => {
    const [x, y, , , yawRad] = state.mean;
    const covariance = planeCovariance(state);
    return { x, y, yawRad, spreadM: Math.sqrt(Math.max(0, covariance[0], covariance[4])) };
  });
}

const drift = ({ mean, covariance }: Measured, steps: number): Measured => ({
  mean,
  covariance: covariance.map((value, i) =>
    i === 0 || i === 4 ? value + driftM ** 2 * steps : i === 8 ? value + driftRad ** 2 * steps : value,
  ),
});

/** Heights of the middle: a random walk through the anchors and what the ground said, smoothed both ways. */
function heightsOf(
  span: readonly number[],
  seen: readonly (readonly Sighting[])[],
  anchors: ReadonlyMap<number, FlatPose>,
): readonly number[] {
  let mean = [...anchors.values()][0].z;
  let variance = 1;
  const filtered = span.map((index, i) => {
    variance += heightWalkM ** 2;
    const ahead = variance;
    const anchor = anchors.get(index);
    const ground = seen[i].flatMap(({ z }) => (z === undefined ? [] : [z]));
    const here = anchor?.z ?? (ground.length > 0 ? ground.reduce((a, b) => a + b, 0) / ground.length : undefined);
    if (here !== undefined) {
      const gain = variance / (variance + (anchor ? 1e-9 : groundNoiseM ** 2));
      mean += gain * (here - mean);
      variance *= 1 - gain;
    }
    return { mean, variance, ahead };
  });
  const heights = filtered.map((each) => each.mean);
  for (let i = heights.length - 2; i >= 0; i--)
    heights[i] += (filtered[i].variance / filtered[i + 1].ahead) * (heights[i + 1] - filtered[i].mean);
  return heights;
}

function confidenceOf(seen: readonly Sighting[], spreadM: number, widthM: number): number {
  const best = seen.reduce<Sighting | undefined>(
    (a, b) => (!a || b.hits * b.match > a.hits * a.match ? b : a),
    undefined,
  );
  if (!best?.measured) return 0.05;
  const sure = 1 / (1 + (spreadM / (0.05 + 0.1 * widthM)) ** 2);
  return Math.max(0.05, Math.min(0.99, best.match * (best.hits / (best.hits + 3)) * sure));
}
