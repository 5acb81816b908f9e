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
import {
  fused,
  habitsOf,
  personM,
  planeCovariance,
  smoothed,
  standing,
  startAt,
  type Measured,
} from "./propagate-motion.ts";
import { cropper, follow, heightWalkM, type PassRequest, type Sighting, type StopReason } from "./propagate-pass.ts";
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
/** What stands seems to go as fast as this where the ego pose is wrong (a van of KITTI by 2.2 m in 11 s), over these times. */
const slowMps = 0.7;
const slowS = 2;
const slowM = 0.3;
const slowTurnRad = 0.25;
/** In so many of its frames: at the ends something else may have been followed. */
const slowShare = 0.9;
/** Or if so many of the points that fit would fit had it not moved, and its path is not longer. */
const stillShare = 0.8;
const stillM = 1.5;
/** Held, it seems to go less far than this. */
const heldM = 0.5;
/** What stands has one pose if it seems to go no farther than this; else it is followed, slowly. */
const driftingM = 0.25;
/** People shift their weight. */
const stillPersonM = 0.5;
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
  // What stands is gone through twice.
  const total = 2 * Math.max(1, to - start + (end - from));
  let done = 0;
  const usual: PassRequest = {
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
  const looked = await bothWays(usual, start, end, from, to);
  const still = isStill(looked.seen.flat());
  const isPerson = size[0] < personM;
  const held = isPerson ? looked : await bothWays({ ...usual, habits: standing }, start, end, from, to);
  const stands =
    !isPerson && (isSlow(looked, seconds) || (still && extentOf(looked.places) < stillM) || explains(held, looked));
  const found = stands ? held : looked;
  await onProgress?.(total, total);
  const { span, seen, places } = found;
  const parked = stands ? extentOf(places) < driftingM : isPerson && still && extentOf(places) < stillPersonM;
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
  return { poses, parked, stops: found.stops };
}

/** What both passes saw in each frame that they reached, and where it was by all of that. */
interface Followed {
  /** Frames, without a hole. */
  readonly span: readonly number[];
  readonly seen: readonly (readonly Sighting[])[];
  readonly places: readonly Place[];
  readonly stops: Propagation["stops"];
}

async function bothWays(pass: PassRequest, start: number, end: number, from: number, to: number): Promise<Followed> {
  const forward = await follow(pass, start, to);
  const backward = await follow(pass, end, from);
  const both = [...forward.sightings, ...backward.sightings];
  const there = both.filter(([, { measured, faint }]) => measured ?? faint).map(([index]) => index);
  const low = Math.min(start, ...there);
  const high = Math.max(end, ...there);
  const span = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const seen = span.map((index) =>
    [forward.sightings.get(index), backward.sightings.get(index)].filter((each) => each !== undefined),
  );
  const places = placesOf(pass, span, seen);
  return { span, seen, places, stops: { backward: backward.stop, forward: forward.stop } };
}

const flatOf = (cuboid: Cuboid<"world">, origin: Cuboid<"world">["center"]): FlatPose => {
  const [x, y, z] = vec.subtract(cuboid.center, origin);
  return { x, y, z, yawRad: cuboidYaw(cuboid) };
};

/** Whether it goes no faster than errors of the ego pose let things that stand go, and does not turn. */
function isSlow({ span, places }: Followed, seconds: readonly number[]): boolean {
  const yaws = places.map(({ yawRad }) => yawRad - places[0].yawRad);
  if (Math.max(...yaws) - Math.min(...yaws) > slowTurnRad) return false;
  let back = 0;
  return (
    places.filter((place, i) => {
      while (seconds[span[i]] - seconds[span[back]] > slowS) back++;
      const limit = Math.max(slowM, slowMps * (seconds[span[i]] - seconds[span[back]]));
      return Math.hypot(place.x - places[back].x, place.y - places[back].y) <= limit;
    }).length >=
    slowShare * places.length
  );
}

/** Whether what was seen fits as well where it was before: told by points, as a path of errors would not tell it. */
function isStill(seen: readonly Sighting[]): boolean {
  const fitting = seen.filter(({ measured }) => measured);
  const hits = fitting.reduce((sum, each) => sum + each.hits, 0);
  return hits > 0 && fitting.reduce((sum, each) => sum + Math.min(each.hits, each.stillHits), 0) >= stillShare * hits;
}

/** Whether what stands at one place is seen about as much, and as long, as what moves: that may have been led astray. */
function explains(held: Followed, looked: Followed): boolean {
  const hits = ({ seen }: Followed): number =>
    seen.flat().reduce((sum, each) => sum + (each.measured ? each.hits : 0), 0);
  return (
    hits(held) >= stillShare * hits(looked) &&
    held.span.length >= stillShare * looked.span.length &&
    extentOf(held.places) < heldM
  );
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
    const drifted = seen[i].flatMap(({ measured: each, steps }) =>
      each ? [doubted(each, steps, habits.likeFrames)] : [],
    );
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

const doubted = ({ mean, covariance }: Measured, steps: number, likeFrames: number): Measured => ({
  mean,
  covariance: covariance.map((value, i) => {
    const drift = i === 0 || i === 4 ? driftM ** 2 * steps : i === 8 ? driftRad ** 2 * steps : 0;
    return likeFrames * value + drift;
  }),
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
    // Both passes looked at the same ground: two of them say no more than one.
    const said = seen[i].flatMap(({ height }) => (height ? [height] : []));
    const heights = anchor ? [{ z: anchor.z, variance: 1e-9 }] : said;
    for (const height of heights) {
      const gain = variance / (variance + height.variance * heights.length);
      mean += gain * (height.z - mean);
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
