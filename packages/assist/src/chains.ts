import {
  cuboidYaw,
  fromYaw,
  secondsBetween,
  wrapAngle,
  type Cuboid,
  type Point,
  type TimestampNs,
} from "@sweepmark/geometry";
import { medianOf, type RoughPose } from "./estimate-looks.ts";
import { measuredAs, type FrameProposals, type Sighted } from "./link-proposals.ts";
import type { ProposedPose } from "./propagate.ts";
import {
  alongAxes,
  habitsOf,
  smoothed,
  standing,
  startAt,
  type Measured,
  type MotionState,
} from "./propagate-motion.ts";
import { thinnedPoses } from "./propagate-thin.ts";
import { isSamePlace } from "./propose.ts";

/** A track as a machine sees it. */
export interface SuggestedTrack {
  readonly classId: string;
  readonly static: boolean;
  /** (0, 1): how sure it is in a frame, on the mean of all between the first and the last; that of all poses. */
  readonly confidence: number;
  /** By time, as many as linear interpolation needs; of a static one one. All of one size. */
  readonly poses: readonly ProposedPose[];
  /** The first frame that was looked at after it was seen last. Undefined: there is none, or it is static. */
  readonly goneAt: TimestampNs | undefined;
}

type Chain = readonly Sighted[];

/** So many frames more would have to show it for certain: what is seen three times is less sure than what is always seen. */
const doubtFrames = 0.5;
/** No faster than the errors of the ego pose let go what stands (README, `propagate`). */
const slowMps = 0.7;
/** Nor farther than proposals of what stands stray. */
const stillM = 1.5;
/** What stands has one pose if it goes no farther than this once it is placed by all frames. */
const driftingM = 0.35;
/** Faster than this the path says the heading. */
const headedMps = 1;
/** A place by one frame, once size and heading are known: metres, metres, radians. */
const placeM = [0.15, 0.1] as const;
const placeRad = 0.04;

/** The sum of what its frames say over all that were looked at between its first and its last. */
export function chainConfidence(chain: Chain, looks: readonly FrameProposals[]): number {
  const span = looks.filter(({ index }) => index >= chain[0].index && index <= lastOf(chain).index).length;
  return chain.reduce((sum, { confidence }) => sum + confidence, 0) / (span + doubtFrames);
}

/** The class that its frames name, each as sure as it is. */
export function classOfChain(chain: Chain): string {
  const votes = new Map<string, number>();
  for (const { classId, confidence } of chain) votes.set(classId, (votes.get(classId) ?? 0) + confidence);
  return [...votes].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** What stands and was lost for longer than patience lasts begins a second chain in the same place: both are one. */
export function withoutDoubles(chains: readonly Chain[]): readonly Chain[] {
  const joined: { chain: Chain; readonly still: Cuboid<"world"> | undefined }[] = [];
  for (const chain of chains) {
    const still = isStill(chain) ? middleOf(chain) : undefined;
    const same = still && joined.find((other) => other.still && isSamePlace(other.still, still));
    if (same) same.chain = byTime([...same.chain, ...chain]);
    else joined.push({ chain, still });
  }
  return joined.map(({ chain }) => chain);
}

/** Of two sightings in one frame the surer. */
function byTime(sightings: Chain): Chain {
  const best = new Map<number, Sighted>();
  for (const each of sightings) {
    const other = best.get(each.index);
    if (!other || each.confidence > other.confidence) best.set(each.index, each);
  }
  return [...best.values()].toSorted((a, b) => a.index - b.index);
}

const lastOf = (chain: Chain): Sighted => chain[chain.length - 1];

/** The one that is nearest to the median of all. */
function middleOf(chain: Chain): Cuboid<"world"> {
  const at = ([0, 1] as const).map((axis) => medianOf(chain.map(({ cuboid }) => cuboid.center[axis])));
  const off = ({ cuboid: { center } }: Sighted): number => Math.hypot(center[0] - at[0], center[1] - at[1]);
  return chain.reduce((a, b) => (off(b) < off(a) ? b : a)).cuboid;
}

/** How far it came, by the middles of its first and of its last third: what is seen from another side seems to go elsewhere. */
function wayOf(poses: readonly RoughPose[]): { readonly wayM: number; readonly seconds: number } {
  const third = Math.ceil(poses.length / 3);
  const [from, to] = [poses.slice(0, third), poses.slice(-third)].map((part) =>
    ([0, 1] as const).map((axis) => medianOf(part.map(({ cuboid }) => cuboid.center[axis]))),
  );
  const seconds = secondsBetween(poses[0].at, poses[poses.length - 1].at) * (1 - third / poses.length);
  return { wayM: Math.hypot(to[0] - from[0], to[1] - from[1]), seconds };
}

/** Whether it goes no faster than what stands, or no farther than its proposals stray. */
function isStill(chain: Chain): boolean {
  const { wayM, seconds } = wayOf(chain);
  return wayM < stillM || wayM < slowMps * seconds;
}

/** The poses of a chain with one heading, which may be wrong, but is wrong by the same in all: as `estimateShape` takes them. */
export function roughPoses(chain: Chain): readonly RoughPose[] {
  const axisRad = axisOf(chain);
  const measured = chain.map(({ cuboid }) => measuredAs(cuboid, axisRad));
  const states = isStill(chain) ? [] : pathOf(chain, measured, habitsOf(lengthOf(chain)));
  const size = ([0, 1, 2] as const).map((axis) => medianOf(chain.map(({ cuboid }) => cuboid.size[axis])));
  let yawRad = axisRad;
  return chain.map(({ index, at, cuboid: { center } }, i) => {
    const [, , vx, vy] = states[i]?.mean ?? [0, 0, 0, 0];
    if (Math.hypot(vx, vy) > headedMps) yawRad = Math.atan2(vy, vx);
    return { index, at, cuboid: { center, size: [size[0], size[1], size[2]], rotation: fromYaw(yawRad) } };
  });
}

const lengthOf = (chain: Chain): number => medianOf(chain.map(({ cuboid }) => cuboid.size[0]));

/** The axis along which most of its frames have it, with the sense of the surest. */
function axisOf(chain: Chain): number {
  const [c, s] = chain.reduce(
    ([x, y], { cuboid, confidence }) => [
      x + confidence * Math.cos(2 * cuboidYaw(cuboid)),
      y + confidence * Math.sin(2 * cuboidYaw(cuboid)),
    ],
    [0, 0],
  );
  const axisRad = Math.atan2(s, c) / 2;
  const surest = chain.reduce((a, b) => (b.confidence > a.confidence ? b : a));
  return Math.abs(wrapAngle(cuboidYaw(surest.cuboid) - axisRad)) > Math.PI / 2 ? wrapAngle(axisRad + Math.PI) : axisRad;
}

/** Smoothed by all that was measured before and after; sideways as well as along, as headings may be wrong. */
function pathOf(
  poses: readonly { readonly at: TimestampNs }[],
  measured: readonly Measured[],
  habits: ReturnType<typeof habitsOf>,
): readonly MotionState[] {
  const free = { ...habits, acrossMps: habits.alongMps, model: { ...habits.model, slipMps: undefined } };
  const seconds = poses.map(({ at }) => secondsBetween(poses[0].at, at));
  return smoothed(seconds, measured, startAt(measured[0].mean, free, 10), free.model);
}

/**
 * Where the thing is in all frames, once each has been placed by its points with one size and heading: in one place, or along a
 * smooth path.
 */
export function placeChain(
  chain: Chain,
  placed: readonly RoughPose[],
  { classId, looks, motion }: { classId: string; looks: readonly FrameProposals[]; motion: "world" | "none" },
): SuggestedTrack {
  const confidence = chainConfidence(chain, looks);
  const stands = motion === "world" && isStill(chain);
  const poses = onPath(placed, stands ? standing : habitsOf(placed[0].cuboid.size[0]));
  if (stands && wayOf(placed).wayM < driftingM) {
    const best = chain.reduce((a, b) => (b.pointCount > a.pointCount ? b : a));
    const cuboid = { ...poses[0].cuboid, center: medianCenter(placed) };
    return {
      classId,
      static: true,
      confidence,
      poses: [{ index: best.index, at: best.at, cuboid, confidence }],
      goneAt: undefined,
    };
  }
  const all = poses.map((pose): ProposedPose => ({ ...pose, confidence }));
  return {
    classId,
    static: false,
    confidence,
    poses: thinnedPoses(all, new Set()),
    goneAt: looks.find(({ at }) => at > lastOf(chain).at)?.at,
  };
}

const medianCenter = (poses: readonly RoughPose[]): Point<"world"> => {
  const [x, y, z] = ([0, 1, 2] as const).map((axis) => medianOf(poses.map(({ cuboid }) => cuboid.center[axis])));
  return [x, y, z];
};

function onPath(placed: readonly RoughPose[], habits: ReturnType<typeof habitsOf>): readonly RoughPose[] {
  const [alongM, acrossM] = placeM;
  const measured = placed.map(({ cuboid }): Measured => {
    const yawRad = cuboidYaw(cuboid);
    const own = [alongM ** 2, 0, 0, 0, acrossM ** 2, 0, 0, 0, placeRad ** 2];
    return { mean: [cuboid.center[0], cuboid.center[1], yawRad], covariance: alongAxes(own, -yawRad) };
  });
  const states = pathOf(placed, measured, habits);
  return placed.map(({ index, at, cuboid }, i) => {
    const [x, y, , , yawRad] = states[i].mean;
    return { index, at, cuboid: { ...cuboid, center: [x, y, cuboid.center[2]], rotation: fromYaw(wrapAngle(yawRad)) } };
  });
}
