import { overlap, vec, type Cuboid, type Point, type Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { buildDistanceGrid, registerInPlane, type Plane } from "@sweepmark/pointcloud";
import {
  alongAxes,
  headed,
  planeCovariance,
  predicted,
  startAt,
  updated,
  withSpeed,
  type Habits,
  type Measured,
  type MotionState,
} from "./propagate-motion.ts";
import { cropAround, groundPlane, standingPoints, type Crop, type FlatPose } from "./propagate-points.ts";

/** Why propagation went no further in one direction. */
export type StopReason = "log-ends" | "points-ran-out" | "poor-fit" | "tracks-meet" | "frame-unreadable";

/** What one pass found of the object in one frame. */
export interface Sighting {
  /** undefined: too few points, or none that fit. */
  readonly measured: Measured | undefined;
  /** Height of the middle, from the ground under it; relative to the origin. */
  readonly z: number | undefined;
  /** Points on the object's known ones, and the share of the points in its place that they are. */
  readonly hits: number;
  readonly match: number;
  /** The same points, had the object stayed where the last keyframe has it. */
  readonly stillHits: number;
  /** Frames since the last keyframe: errors add up. */
  readonly steps: number;
}

export interface PassRequest {
  readonly size: Size;
  readonly origin: Point<"world">;
  readonly habits: Habits;
  /** Keyframes that are not to be changed, by frame; relative to the origin. */
  readonly anchors: ReadonlyMap<number, FlatPose>;
  readonly seconds: readonly number[];
  readonly crop: (
    index: number,
    center: readonly [number, number, number],
    reachM: number,
  ) => Promise<Crop | undefined>;
  /** Cuboids of other tracks. */
  readonly others: (index: number) => readonly Cuboid<"world">[];
  readonly onStep: (index: number) => void | Promise<void>;
}

/** What is known of the object's shape reaches this far around each of its points. */
const nearM = 0.4;
const marginM = 0.3;
/** The last frames that say how it looks, and of those before them every eighth: what is seen again later holds on to it. */
const recentFrames = 8;
const everyOlder = 8;
const mostOlder = 12;
/** Seen again within this time it is still the same. */
const patienceS = 1;
const leastHits = 2;
const leastMatch = 0.2;
/** Nothing goes farther from where it was expected in one step. */
const mostReach = [4, 1.5, 0.24] as const;
const leastReach = [0.24, 0.24, 0.08] as const;
/** Two things at one place. */
const mostOverlap = 0.3;
const exact: readonly number[] = [1e-6, 0, 0, 0, 1e-6, 0, 0, 0, 1e-6];

/**
 * Follows an object from one of its keyframes in one direction, through later ones, to the last frame or until it is
 * lost. The points of the last frames, in its own axes, are what it looks like; each sweep is searched for them around
 * where a constant speed and turn would have it.
 */
export async function follow(
  request: PassRequest,
  start: number,
  end: number,
): Promise<{ readonly sightings: ReadonlyMap<number, Sighting>; readonly stop: StopReason }> {
  const { size, anchors, seconds, habits, crop } = request;
  const dir = end < start ? -1 : 1;
  const sightings = new Map<number, Sighting>();
  const fixed = [...anchors.keys()].filter((index) => (index - start) * dir >= 0).toSorted((a, b) => (a - b) * dir);
  const parts = partsOf(size);
  let still = anchors.get(start)!;
  let z = still.z;
  let state = departing(request, start, fixed[1]);
  const first = await crop(start, [still.x, still.y, z], 1);
  if (!first) return { sightings, stop: "frame-unreadable" };
  let overGround = heightOver(first, still, size);
  let shape = [standingPoints(first, still, parts.box, parts.bottomM)];
  let steps = 0;
  let lostS = 0;
  let poor = false;
  for (let index = start + dir; (end - index) * dir >= 0; index += dir) {
    const dt = seconds[index] - seconds[index - dir];
    const anchorAhead = (fixed.at(-1) ?? start) !== start && (fixed.at(-1)! - index) * dir > 0;
    state = predicted(state, dt, habits.model);
    steps++;
    const guess: FlatPose = { x: state.mean[0], y: state.mean[1], z, yawRad: state.mean[4] };
    const spread = alongAxes(planeCovariance(state), guess.yawRad);
    const reach = mostReach.map((most, axis) =>
      Math.min(most, Math.max(leastReach[axis], 3 * Math.sqrt(spread[4 * axis]))),
    );
    const anchor = anchors.get(index);
    const center = anchor ?? guess;
    const here = await crop(index, [center.x, center.y, center.z], Math.hypot(reach[0], reach[1]) + marginM);
    if (!here && !anchorAhead && !anchor) return { sightings, stop: "frame-unreadable" };
    if (anchor) {
      state = updated(state, { mean: [anchor.x, anchor.y, anchor.yawRad], covariance: exact });
      [still, z, steps, lostS] = [anchor, anchor.z, 0, 0];
      if (here) {
        overGround = heightOver(here, anchor, size);
        shape = [standingPoints(here, anchor, parts.box, parts.bottomM)];
      }
      await request.onStep(index);
      continue;
    }
    const plane = here && groundPlane(here, guess, z - size[2] / 2);
    const level = onGround(plane, guess, overGround) ?? z;
    const found =
      here && search(here, { ...guess, z: level }, { shape: known(shape), size, parts, spread, reach, still });
    poor = found !== undefined && !(found.match > leastMatch);
    const fits = found !== undefined && found.hits >= leastHits && !poor;
    if (fits) state = updated(state, found.measured);
    if (habits.model.slipMps !== undefined) state = headed(state, habits.model.slipMps);
    const pose = { x: state.mean[0], y: state.mean[1], z, yawRad: state.mean[4] };
    if (fits && here) {
      lostS = 0;
      const ground = onGround(plane || undefined, pose, overGround);
      z = ground ?? z;
      shape.push(standingPoints(here, { ...pose, z }, parts.box, parts.bottomM));
      sightings.set(index, { ...found, z: ground, steps });
    } else {
      lostS += Math.abs(dt);
      sightings.set(index, {
        measured: undefined,
        z: undefined,
        hits: found?.hits ?? 0,
        match: found?.match ?? 0,
        stillHits: found?.stillHits ?? 0,
        steps,
      });
    }
    await request.onStep(index);
    if (anchorAhead) continue;
    if (lostS > patienceS) return { sightings, stop: poor ? "poor-fit" : "points-ran-out" };
    if (meets(request, index, pose)) {
      sightings.delete(index);
      return { sightings, stop: "tracks-meet" };
    }
  }
  return { sightings, stop: lostS > 0 ? (poor ? "poor-fit" : "points-ran-out") : "log-ends" };
}

/** At the first keyframe: at rest within what its kind can do, or with the speed that the next keyframe tells. */
function departing({ anchors, seconds, habits }: PassRequest, start: number, next: number | undefined): MotionState {
  const from = anchors.get(start)!;
  const state = startAt([from.x, from.y, from.yawRad], habits, 1e-3);
  const to = next === undefined ? undefined : anchors.get(next);
  if (!to || next === undefined) return state;
  const dt = seconds[next] - seconds[start];
  // Over a long time the mean speed says little about the first.
  if (Math.abs(dt) > 4) return state;
  return withSpeed(state, (to.x - from.x) / dt, (to.y - from.y) / dt, 0.5 + Math.abs(dt));
}

interface Parts {
  readonly box: readonly [number, number, number];
  readonly grid: readonly [number, number, number];
  readonly bottomM: number;
}

/** The lowest quarter (25 cm at most) is left out: it may be ground. */
const partsOf = ([l, w, h]: Size): Parts => ({
  box: [l / 2 + 0.1, w / 2 + 0.1, h / 2 + 0.1],
  grid: [l / 2 + nearM, w / 2 + nearM, h / 2 + marginM],
  bottomM: Math.max(0.05, h / 2 - Math.min(0.25, 0.25 * h)),
});

interface Search {
  readonly shape: Float64Array;
  readonly size: Size;
  readonly parts: Parts;
  readonly spread: readonly number[];
  readonly reach: readonly number[];
  readonly still: FlatPose;
}

/** Looks for the shape around a pose; undefined where there are no points to look at. */
function search(
  crop: Crop,
  guess: FlatPose,
  { shape, size, parts, spread, reach, still }: Search,
): Omit<Sighting & { readonly measured: Measured }, "z" | "steps"> | undefined {
  const half = [size[0] / 2 + reach[0] + marginM, size[1] / 2 + reach[1] + marginM, size[2] / 2 + 0.1] as const;
  const points = standingPoints(crop, guess, half, parts.bottomM);
  if (shape.length < 9 || points.length < 9) return undefined;
  const [c, s] = [Math.cos(guess.yawRad), Math.sin(guess.yawRad)];
  const [dx, dy] = [still.x - guess.x, still.y - guess.y];
  const found = registerInPlane({
    grid: buildDistanceGrid(shape, parts.grid, nearM),
    points,
    covariance: spread,
    reach: [reach[0], reach[1], reach[2]],
    compare: [c * dx + s * dy, c * dy - s * dx, still.yawRad - guess.yawRad],
  });
  const { mean, covariance } = found.measured;
  // Few points say less than their fit does: they are where the beams happened to hit.
  const few = fewPointsM ** 2 / Math.max(1, found.hits);
  const grown = covariance.map((value, i) => (i === 0 || i === 4 ? value + few : i === 8 ? value + 0.2 * few : value));
  return {
    measured: {
      mean: [guess.x + c * mean[0] - s * mean[1], guess.y + s * mean[0] + c * mean[1], guess.yawRad + mean[2]],
      covariance: alongAxes(grown, -guess.yawRad),
    },
    hits: found.hits,
    match: found.match,
    stillHits: found.compared,
  };
}

/** How far one point lies from where it would tell the place, metres. */
const fewPointsM = 0.25;

/** The points of the last frames, and of some before them. */
function known(shape: readonly Float64Array[]): Float64Array {
  const older = shape.slice(0, -recentFrames).filter((_, i) => i % everyOlder === 0);
  const chosen = [...older.slice(0, 1), ...older.slice(1).slice(-mostOlder), ...shape.slice(-recentFrames)];
  const all = new Float64Array(chosen.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of chosen) {
    all.set(each, at);
    at += each.length;
  }
  return all;
}

const heightOver = (crop: Crop, pose: FlatPose, size: Size): number | undefined => {
  const plane = groundPlane(crop, pose, pose.z - size[2] / 2);
  return plane && pose.z - (plane[0] * pose.x + plane[1] * pose.y + plane[2]);
};

const onGround = (plane: Plane | undefined, { x, y }: FlatPose, overGround: number | undefined): number | undefined =>
  plane && overGround !== undefined ? plane[0] * x + plane[1] * y + plane[2] + overGround : undefined;

function meets({ size, origin, others }: PassRequest, index: number, { x, y, z, yawRad }: FlatPose): boolean {
  const rotation = [0, 0, Math.sin(yawRad / 2), Math.cos(yawRad / 2)] as const;
  const here: Cuboid<"world"> = { center: vec.add(origin, [x, y, z]), size, rotation };
  return others(index).some((other) => overlap(here, other).iou3d > mostOverlap);
}

/** Crops frames as they are asked for, and keeps the crops: both directions look at the same place. */
export function cropper(
  read: (index: number) => Promise<Frame | undefined>,
  origin: Point<"world">,
  size: Size,
): PassRequest["crop"] {
  const crops = new Map<number, Crop>();
  const halfM = vec.length(size) / 2;
  return async (index, center, reachM) => {
    // 5 m: the ground around it.
    const neededM = Math.max(halfM + reachM + 0.5, 5);
    const made = crops.get(index);
    if (made && vec.distance(made.center, center) + neededM <= made.radiusM) return made;
    const frame = await read(index);
    if (!frame) return undefined;
    const crop = cropAround(frame, origin, center, neededM + 1);
    crops.set(index, crop);
    return crop;
  };
}
