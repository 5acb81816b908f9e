import type { Cuboid } from "./cuboid.ts";
import { conjugate, fromAxisAngle, multiply, normalizeQuaternion, rotate, type Quaternion } from "./quaternion.ts";
import type { Space, Vec3 } from "./space.ts";
import { add, cross, dot, length, scale, subtract } from "./vector.ts";

/** The way from one given point to the next: its mean velocity, m/s, and how long it took. */
export interface Leg {
  readonly velocity: Vec3;
  /** Seconds, > 0. */
  readonly durationS: number;
}

export const legBetween = (from: Vec3, to: Vec3, durationS: number): Leg => ({
  velocity: scale(subtract(to, from), 1 / durationS),
  durationS,
});

/**
 * The velocity with which a smooth path passes a given point, from the legs before and after it: that of the parabola
 * through the three points, bounded. Where the legs turn by more than 60° it is less, by a right angle zero; and it is
 * never more than twice as fast as the slower leg, so zero where one stands still. These are the conditions of Fritsch
 * and Carlson (1980) on vectors, so that they hold in every space: with them {@link hermite} never goes beyond its two
 * ends along the line between them, and strays from that line by at most half its length.
 */
export function passingVelocity(before: Leg, after: Leg): Vec3 {
  const speeds = [length(before.velocity), length(after.velocity)] as const;
  const cosine = dot(before.velocity, after.velocity) / (speeds[0] * speeds[1]);
  if (!(cosine > 0)) return [0, 0, 0];
  const total = before.durationS + after.durationS;
  const mean = add(scale(before.velocity, after.durationS / total), scale(after.velocity, before.durationS / total));
  return scale(noFaster(mean, 2 * Math.min(...speeds)), Math.min(1, 2 * cosine));
}

/**
 * The velocity at the first or last point, from the leg there and that at its other end: the parabola's, bounded as in
 * {@link passingVelocity}.
 */
export const endVelocity = (leg: Leg, otherEnd: Vec3): Vec3 =>
  noFaster(subtract(scale(leg.velocity, 2), otherEnd), 2 * length(leg.velocity));

function noFaster(velocity: Vec3, mostMps: number): Vec3 {
  const speed = length(velocity);
  return speed > mostMps ? scale(velocity, mostMps / speed) : velocity;
}

/** The cubic from `from` to `to` with these velocities at its ends, at the share `t` in [0, 1]; exact at both ends. */
export function hermite(
  from: Vec3,
  to: Vec3,
  fromVelocity: Vec3,
  toVelocity: Vec3,
  durationS: number,
  t: number,
): Vec3 {
  if (t === 0) return from;
  if (t === 1) return to;
  const rest = 1 - t;
  // As what it strays from the straight way: no large coordinate is multiplied by anything but 1.
  const straight = scale(subtract(to, from), t * t * (3 - 2 * t));
  const out = scale(fromVelocity, durationS * t * rest * rest);
  const home = scale(toVelocity, -durationS * t * t * rest);
  return add(from, add(straight, add(out, home)));
}

/** Turns of more than this from one cuboid to the next say nothing about how it goes on: it is a flip, or too far apart. */
const longestTurnRad = Math.PI / 2;
/** It turns on by so many times what it was seen to turn at most: seen over a tenth of a second, a turn is mostly shaking. */
const turnsOn = 2;

/**
 * Where a body is `aheadS` seconds after `to`, `durationS` after `from`, if it goes on turning and moving as it did
 * between them (CTRV: constant turn rate and velocity). Exact for bodies that do, until they have turned on twice as far
 * as between the two; from there, and where it does not turn or by more than a right angle, straight on. Size of `to`.
 * For the time before two cuboids exchange them.
 */
export function continueTurning<S extends Space>(
  from: Cuboid<S>,
  to: Cuboid<S>,
  durationS: number,
  aheadS: number,
): Cuboid<S> {
  const chord = scale(subtract(to.center, from.center), 1 / durationS);
  const { axis, angleRad } = shortTurn(from.rotation, to.rotation);
  if (angleRad < 1e-6 || angleRad > longestTurnRad) return { ...to, center: add(to.center, scale(chord, aheadS)) };
  const along = scale(axis, dot(chord, axis));
  // An arc's chord leads half its turn, and is shorter than the arc.
  const half = angleRad / 2;
  const chordAcross = scale(subtract(chord, along), half / Math.sin(half));
  const across = rotate(fromAxisAngle(axis, half), chordAcross);
  const rate = angleRad / durationS;
  const arcS = Math.min(aheadS, turnsOn * durationS);
  const turned = rate * arcS;
  const arc = add(scale(across, Math.sin(turned) / rate), scale(cross(axis, across), (1 - Math.cos(turned)) / rate));
  const turn = fromAxisAngle(axis, turned);
  const straight = scale(rotate(turn, across), aheadS - arcS);
  const rotation = normalizeQuaternion(multiply(turn, to.rotation)) ?? to.rotation;
  return { center: add(to.center, add(scale(along, aheadS), add(arc, straight))), size: to.size, rotation };
}

/** The turn that takes `from` to `to` the short way: a unit axis in the space of both, and an angle in [0, π]. */
function shortTurn(from: Quaternion, to: Quaternion): { readonly axis: Vec3; readonly angleRad: number } {
  const turn = multiply(to, conjugate(from));
  const sine = Math.hypot(turn[0], turn[1], turn[2]);
  const angleRad = 2 * Math.atan2(sine, Math.abs(turn[3]));
  const sign = turn[3] < 0 ? -1 : 1;
  return { axis: sine > 0 ? scale([turn[0], turn[1], turn[2]], sign / sine) : [0, 0, 1], angleRad };
}
