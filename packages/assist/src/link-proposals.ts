import { cuboidYaw, secondsBetween, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import {
  alongAxes,
  habitsOf,
  planeCovariance,
  predicted,
  startAt,
  updated,
  type Measured,
  type MotionModel,
  type MotionState,
} from "./propagate-motion.ts";
import type { ProposedCuboid } from "./propose.ts";

/** What was found in one frame on its own. */
export interface FrameProposals {
  readonly index: number;
  readonly at: TimestampNs;
  readonly found: readonly ProposedCuboid[];
}

/** A proposal with the frame that it was found in. */
export interface Sighted extends ProposedCuboid {
  readonly index: number;
  readonly at: TimestampNs;
}

/** A thing that was not found for so long may be found again; but always in the next two frames that are looked at. */
const patienceS = 1;
const patienceFrames = 2;
/** The middle of what is seen in part is less sure along than across, metres. */
const alongM = 0.6;
const acrossM = 0.3;
const headingRad = 0.15;
/** A quarter turn off, the heading of a proposal says nothing. */
const unknownRad = 10;
/** Its first heading may be a quarter turn off. */
const sidewaysMps = 3;
/** Of a chi-squared number with two degrees of freedom: one in two hundred is more. */
const placeGate = 10.6;
/** Sides of one thing are found this differently (logarithms); at three times that they are another's. */
const sideSpread = 0.3;
const sideGate = 9;

interface Thing {
  readonly sightings: Sighted[];
  readonly state: MotionState;
  readonly model: MotionModel;
  /** Frames that were looked at since it was found last. */
  readonly missed: number;
}

/**
 * Proposals of the same thing in frame after frame. A Kalman filter says where in the world each thing is to be expected; of all
 * pairs of a thing and a proposal the likeliest is taken first, then the next. Greedy is enough: what is found in one frame does
 * not overlap, so that choices seldom hang together. Every proposal is in exactly one chain, a chain has at most one of a frame.
 *
 * @param frames by time.
 * @returns chains by their first frame, each by time.
 */
export function linkProposals(frames: readonly FrameProposals[]): readonly (readonly Sighted[])[] {
  const chains: Sighted[][] = [];
  let things: readonly Thing[] = [];
  frames.forEach(({ index, at, found }, i) => {
    const dt = i > 0 ? secondsBetween(frames[i - 1].at, at) : 0;
    const expected = things
      .filter(
        ({ missed, sightings }) => missed < patienceFrames || secondsBetween(sightings.at(-1)!.at, at) <= patienceS,
      )
      .map((thing) => ({ ...thing, state: predicted(thing.state, dt, thing.model), missed: thing.missed + 1 }));
    const sighted = found.map((each): Sighted => ({ ...each, index, at }));
    const pairs = pairsOf(expected, sighted);
    const known = new Set(pairs.values());
    const fresh = sighted.filter((each) => !known.has(each)).map(begun);
    chains.push(...fresh.map(({ sightings }) => sightings));
    things = [...expected.map((thing) => seenAgain(thing, pairs.get(thing))), ...fresh];
  });
  return chains;
}

function begun(sighting: Sighted): Thing {
  const { model, alongMps, turnRadps } = habitsOf(sighting.cuboid.size[0]);
  const { center } = sighting.cuboid;
  const start = [center[0], center[1], cuboidYaw(sighting.cuboid)] as const;
  const state = startAt(start, { model, alongMps, acrossMps: sidewaysMps, turnRadps }, alongM);
  return { sightings: [sighting], state, model, missed: 0 };
}

function seenAgain(thing: Thing, sighting: Sighted | undefined): Thing {
  if (!sighting) return thing;
  thing.sightings.push(sighting);
  return { ...thing, state: updated(thing.state, measuredAs(sighting.cuboid, thing.state.mean[4])), missed: 0 };
}

/** Place and heading of a proposal, the sense of which is that of `likeRad`. */
export function measuredAs(cuboid: Cuboid<"world">, likeRad: number): Measured {
  const yawRad = cuboidYaw(cuboid);
  const off = yawRad - likeRad;
  const nearRad = yawRad - Math.PI * Math.round(off / Math.PI);
  const isAcross = Math.abs(nearRad - likeRad) > Math.PI / 4;
  const own = [alongM ** 2, 0, 0, 0, acrossM ** 2, 0, 0, 0, (isAcross ? unknownRad : headingRad) ** 2];
  return { mean: [cuboid.center[0], cuboid.center[1], nearRad], covariance: alongAxes(own, -yawRad) };
}

/** The likeliest pairs first, each thing and each sighting in one at most. */
function pairsOf(things: readonly Thing[], sighted: readonly Sighted[]): ReadonlyMap<Thing, Sighted> {
  const likely = things.flatMap((thing) =>
    sighted.flatMap((sighting) => {
      const cost = costOf(thing, sighting);
      return cost === undefined ? [] : [{ thing, sighting, cost }];
    }),
  );
  const pairs = new Map<Thing, Sighted>();
  const taken = new Set<Sighted>();
  for (const { thing, sighting } of likely.toSorted((a, b) => a.cost - b.cost)) {
    if (pairs.has(thing) || taken.has(sighting)) continue;
    pairs.set(thing, sighting);
    taken.add(sighting);
  }
  return pairs;
}

/** Twice the negative logarithm of how likely the thing shows so; undefined: it hardly may be the same. */
function costOf({ state, sightings }: Thing, { cuboid }: Sighted): number | undefined {
  const { size } = sightings[sightings.length - 1].cuboid;
  const sides = [0, 1].reduce((sum, axis) => sum + (Math.log(cuboid.size[axis] / size[axis]) / sideSpread) ** 2, 0);
  if (sides > sideGate) return undefined;
  const { mean, covariance } = measuredAs(cuboid, state.mean[4]);
  const own = planeCovariance(state);
  const [xx, xy, yy] = [own[0] + covariance[0], own[1] + covariance[1], own[4] + covariance[4]];
  const [dx, dy] = [mean[0] - state.mean[0], mean[1] - state.mean[1]];
  const determinant = xx * yy - xy * xy;
  const place = (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / determinant;
  return place > placeGate ? undefined : place + Math.log(determinant) + sides;
}
