import { overlap, vec, wrapAngle, type Cuboid, type Point, type Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import type { Plane } from "@sweepmark/pointcloud";
import {
  alongAxes,
  headed,
  planeCovariance,
  predicted,
  standing,
  startAt,
  updated,
  withSpeed,
  type Habits,
  type Measured,
  type MotionState,
} from "./propagate-motion.ts";
import {
  cropAround,
  groundPlane,
  standingPoints,
  type Crop,
  type FlatPose,
  type GroundPlane,
} from "./propagate-points.ts";
import { known, marginM, partsOf, search, type Found } from "./propagate-search.ts";

/** Why propagation went no further in one direction. */
export type StopReason = "log-ends" | "points-ran-out" | "poor-fit" | "tracks-meet" | "frame-unreadable";

export interface Height {
  readonly z: number;
  /** Metres squared. */
  readonly variance: number;
}

/** What one pass found of the object in one frame. */
export interface Sighting extends Omit<Found, "measured"> {
  /** undefined: too few points, or none that fit. */
  readonly measured: Measured | undefined;
  /** Height of the middle, from the ground under it; relative to the origin. */
  readonly height: Height | undefined;
  /** Frames since the last keyframe: errors add up. */
  readonly steps: number;
  /** Not seen, but it had so few points before that this does not say that it is gone. */
  readonly faint: boolean;
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

/** Seen again within this time it is still the same. */
const patienceS = 1;
const leastHits = 2;
const faintPoints = 8;
const leastMatch = 0.2;
/** Nothing goes farther from where it was expected in one step. */
const mostReach = [4, 1.5, 0.24] as const;
const leastReach = [0.24, 0.24, 0.08] as const;
/** Noise of one frame's ground, and what the height over a frame's ground changes to the next. */
const groundNoiseM = 0.06;
export const heightWalkM = 0.03;
/** A person sets a distant object no better. */
const littleM = 0.25;
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
  let zVariance = 0;
  /** Frames since the last keyframe. */
  let stretch: number[] = [];
  let state = departing(request, start, fixed[1]);
  const first = await crop(start, [still.x, still.y, z], 1);
  if (!first) return { sightings, stop: "frame-unreadable" };
  const heights = [heightOver(first, still, size)];
  let overGround = meanOf(heights);
  /** Its points at keyframes: what a person set stays, so that one that is a little off does not carry it away. */
  const said = [standingPoints(first, still, parts.box, parts.bottomM)];
  let shape = [...said];
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
      close(
        sightings,
        stretch,
        [anchor.x - state.mean[0], anchor.y - state.mean[1], wrapAngle(anchor.yawRad - state.mean[4])],
        steps,
      );
      stretch = [];
      state = updated(state, { mean: [anchor.x, anchor.y, anchor.yawRad], covariance: exact });
      [still, z, zVariance, steps, lostS] = [anchor, anchor.z, 0, 0, 0];
      if (here) {
        said.push(standingPoints(here, anchor, parts.box, parts.bottomM));
        shape = [said.at(-1)!];
        heights.push(heightOver(here, anchor, size));
        overGround = meanOf(heights);
      }
      await request.onStep(index);
      continue;
    }
    const plane = here ? groundPlane(here, guess, z - size[2] / 2) : undefined;
    const level = onGround(plane, guess, overGround)?.z ?? z;
    const found =
      here &&
      search(
        here,
        { ...guess, z: level },
        { shape: known(said.slice(0, -1), shape), size, parts, spread, reach, still },
      );
    poor = found !== undefined && !(found.match > leastMatch);
    const fits = found !== undefined && found.hits >= leastHits && !poor;
    if (fits) state = updated(state, found.measured);
    if (habits.model.slipMps !== undefined) state = headed(state, habits.model.slipMps);
    const pose = { x: state.mean[0], y: state.mean[1], z, yawRad: state.mean[4] };
    if (fits && here) {
      lostS = 0;
      const height = onGround(plane, pose, overGround);
      zVariance += heightWalkM ** 2;
      if (height) {
        const gain = zVariance / (zVariance + height.variance);
        z += gain * (height.z - z);
        zVariance *= 1 - gain;
      }
      shape.push(standingPoints(here, { ...pose, z }, parts.box, parts.bottomM));
      stretch.push(index);
      sightings.set(index, { ...found, height, steps, faint: false });
    } else {
      lostS += Math.abs(dt);
      sightings.set(index, {
        measured: undefined,
        height: undefined,
        hits: found?.hits ?? 0,
        match: found?.match ?? 0,
        stillHits: found?.stillHits ?? 0,
        steps,
        faint: shape.at(-1)!.length / 3 < faintPoints,
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
  if (!to || next === undefined || habits === standing) return state;
  const dt = seconds[next] - seconds[start];
  // Over a long time the mean speed says little about the first.
  if (Math.abs(dt) > 4) return state;
  return withSpeed(state, (to.x - from.x) / dt, (to.y - from.y) / dt, 0.5 + Math.abs(dt));
}

const heightOver = (crop: Crop, pose: FlatPose, size: Size): number | undefined => {
  const found = groundPlane(crop, pose, pose.z - size[2] / 2);
  return found && pose.z - heightAt(found.plane, pose);
};

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? known.reduce((sum, each) => sum + each, 0) / known.length : undefined;
}

const onGround = (found: GroundPlane | undefined, pose: FlatPose, overGround: number | undefined): Height | undefined =>
  found && overGround !== undefined
    ? { z: heightAt(found.plane, pose) + overGround, variance: groundNoiseM ** 2 + found.variance }
    : undefined;

const heightAt = ([a, b, c]: Plane, { x, y }: FlatPose): number => a * x + b * y + c;

/**
 * A pass that missed the next keyframe went wrong on the way. As a surveyor closes a traverse, what it missed is spread
 * evenly over the way; where between the keyframes it happened is not known. What held on to something that stands is thus
 * as good as interpolation. A little may as well be the keyframe's fault, and stays there.
 */
function close(
  sightings: Map<number, Sighting>,
  frames: readonly number[],
  missed: readonly [x: number, y: number, yawRad: number],
  steps: number,
): void {
  const square = missed[0] ** 2 + missed[1] ** 2;
  const share = square / (square + littleM ** 2);
  for (const index of frames) {
    const sighting = sightings.get(index)!;
    const { measured } = sighting;
    if (!measured) continue;
    const t = sighting.steps / steps;
    const [x, y, yawRad] = measured.mean;
    const by = t * share;
    const mean = [x + by * missed[0], y + by * missed[1], yawRad + by * missed[2]] as const;
    const doubt = t * (1 - t);
    const covariance = measured.covariance.map((value, i) => value + doubt * missed[Math.floor(i / 3)] * missed[i % 3]);
    sightings.set(index, { ...sighting, measured: { mean, covariance } });
  }
}

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
