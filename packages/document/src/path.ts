import {
  continueTurning,
  endVelocity,
  hermite,
  interpolateCuboid,
  legBetween,
  passingVelocity,
  secondsBetween,
  vec,
  type Cuboid,
  type Leg,
  type TimestampNs,
  type Vec3,
} from "@sweepmark/geometry";
import type { Keyframe, Track } from "@sweepmark/schema";

/** How far past its keyframes the motion of a track is taken to go on (rule 29). */
export const extrapolationNs = 1_000_000_000n;
/** A turn is taken over so long before an end where keyframes lie so near: what labels shake by is then less of it. */
const turnWindowNs = 500_000_000n;

/** Between keyframe `index` and the next one, `at` inside; undefined where not both have a cuboid. */
export function cuboidBetween(
  track: Track,
  keyframes: readonly Keyframe[],
  index: number,
  at: TimestampNs,
): Cuboid<"world"> | undefined {
  const from = keyframes[index];
  const to = keyframes[index + 1];
  if (!from?.cuboid || !to?.cuboid) return undefined;
  const t = Number(at - from.at) / Number(to.at - from.at);
  const straight = interpolateCuboid(from.cuboid, to.cuboid, t);
  const size = track.rigid ? from.cuboid.size : straight.size;
  if (track.interpolation !== "smooth") return { center: straight.center, size, rotation: straight.rotation };
  const center = hermite(
    from.cuboid.center,
    to.cuboid.center,
    velocityAt(track, keyframes, index) ?? [0, 0, 0],
    velocityAt(track, keyframes, index + 1) ?? [0, 0, 0],
    secondsBetween(from.at, to.at),
    t,
  );
  return { center, size, rotation: straight.rotation };
}

/**
 * Where keyframe `index` says that a moving track is going on past it: after the last one of a run with cuboids, or
 * (`at` before it) before the first keyframe of all. At most {@link extrapolationNs} away; later it is where it was then.
 * Undefined where the track does not go on, or no second keyframe says how.
 */
export function cuboidBeyond(
  track: Track,
  keyframes: readonly Keyframe[],
  index: number,
  at: TimestampNs,
): Cuboid<"world"> | undefined {
  if (track.beyond === undefined || track.beyond === "held") return undefined;
  const end = keyframes[index];
  const inward = at < end.at ? 1 : -1;
  const inner = keyframes[index + inward];
  if (!end.cuboid || !inner?.cuboid) return undefined;
  const limitS = Number(extrapolationNs) / 1e9;
  const aheadS = Math.max(-limitS, Math.min(limitS, secondsBetween(end.at, at)));
  if (track.beyond === "constant-turn") {
    const from = turnStart(keyframes, index, inward);
    return continueTurning(from.cuboid, end.cuboid, Math.abs(secondsBetween(from.at, end.at)), Math.abs(aheadS));
  }
  const velocity = velocityAt(track, keyframes, index) ?? [0, 0, 0];
  return { ...end.cuboid, center: vec.add(end.cuboid.center, vec.scale(velocity, aheadS)) };
}

/** Of the run that ends at keyframe `index` the keyframe farthest inward within half a second, but at least the next one. */
function turnStart(
  keyframes: readonly Keyframe[],
  index: number,
  inward: -1 | 1,
): Keyframe & { readonly cuboid: Cuboid<"world"> } {
  let at = index + inward;
  const isNear = ({ at: when }: Keyframe): boolean => abs(when - keyframes[index].at) <= turnWindowNs;
  while (keyframes[at + inward]?.cuboid && isNear(keyframes[at + inward])) at += inward;
  return keyframes[at] as Keyframe & { readonly cuboid: Cuboid<"world"> };
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** m/s in world, as the track passes keyframe `index`: undefined where its neighbours in time do not say. */
function velocityAt(track: Track, keyframes: readonly Keyframe[], index: number): Vec3 | undefined {
  const before = legOf(keyframes, index - 1);
  const after = legOf(keyframes, index);
  if (before && after) return passingVelocity(before, after);
  const leg = before ?? after;
  if (!leg || track.interpolation !== "smooth") return leg?.velocity;
  const other = before ? legOf(keyframes, index - 2) : legOf(keyframes, index + 1);
  if (!other) return leg.velocity;
  return endVelocity(leg, before ? passingVelocity(other, leg) : passingVelocity(leg, other));
}

function legOf(keyframes: readonly Keyframe[], index: number): Leg | undefined {
  const from: Keyframe | undefined = keyframes[index];
  const to: Keyframe | undefined = keyframes[index + 1];
  if (!from?.cuboid || !to?.cuboid) return undefined;
  return legBetween(from.cuboid.center, to.cuboid.center, secondsBetween(from.at, to.at));
}
