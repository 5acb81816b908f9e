import {
  conjugate,
  identityQuaternion,
  multiply,
  normalizeQuaternion,
  rotate,
  slerp,
  type Quaternion,
} from "./quaternion.ts";
import type { Direction, Point, Space, Vec3 } from "./space.ts";
import { add, lerp, scale } from "./vector.ts";

/** Maps points in `From` to points in `To`: p_to = rotation · p_from + translation. Variables are named `toFromFrom`. */
export interface Pose<To extends Space, From extends Space> {
  /** Metres, in `To`: where the origin of `From` is. */
  readonly translation: Vec3;
  readonly rotation: Quaternion;
  readonly __to?: To;
  readonly __from?: From;
}

export const identityPose: Pose<never, never> = { translation: [0, 0, 0], rotation: identityQuaternion };

/** `aFromB ∘ bFromC`. `NoInfer` makes a wrong composition a type error. */
export function compose<A extends Space, B extends Space, C extends Space>(
  aFromB: Pose<A, B>,
  bFromC: Pose<NoInfer<B>, C>,
): Pose<A, C> {
  return {
    translation: add(rotate(aFromB.rotation, bFromC.translation), aFromB.translation),
    rotation: normalizeQuaternion(multiply(aFromB.rotation, bFromC.rotation)) ?? identityQuaternion,
  };
}

export function invert<A extends Space, B extends Space>(aFromB: Pose<A, B>): Pose<B, A> {
  const rotation = conjugate(aFromB.rotation);
  return { translation: scale(rotate(rotation, aFromB.translation), -1), rotation };
}

export function transformPoint<A extends Space, B extends Space>(
  aFromB: Pose<A, B>,
  pointInB: Point<NoInfer<B>>,
): Point<A> {
  return add(rotate(aFromB.rotation, pointInB), aFromB.translation);
}

export function transformDirection<A extends Space, B extends Space>(
  aFromB: Pose<A, B>,
  directionInB: Direction<NoInfer<B>>,
): Direction<A> {
  return rotate(aFromB.rotation, directionInB);
}

/** Position linear, rotation by slerp the short way round; `t` in [0, 1], exact at both ends. */
export function interpolatePose<A extends Space, B extends Space>(
  from: Pose<A, B>,
  to: Pose<A, B>,
  t: number,
): Pose<A, B> {
  return {
    translation: lerp(from.translation, to.translation, t),
    rotation: slerp(from.rotation, to.rotation, t),
  };
}

/** [16] column-major 4 × 4, as WebGL and three take it. */
export function poseToMatrix({ rotation: [x, y, z, w], translation }: Pose<Space, Space>): number[] {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y + z * w),
    2 * (x * z - y * w),
    0,
    2 * (x * y - z * w),
    1 - 2 * (x * x + z * z),
    2 * (y * z + x * w),
    0,
    2 * (x * z + y * w),
    2 * (y * z - x * w),
    1 - 2 * (x * x + y * y),
    0,
    translation[0],
    translation[1],
    translation[2],
    1,
  ];
}

/**
 * Maps `[count × 3]` points in `From` into `out` (may be `points` itself). The inner loop for sweeps: 120 000 points
 * take about 1 ms.
 */
export function transformPoints(
  pose: Pose<Space, Space>,
  points: ArrayLike<number>,
  out: Float32Array | Float64Array,
): void {
  const m = poseToMatrix(pose);
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i];
    const y = points[i + 1];
    const z = points[i + 2];
    out[i] = m[0] * x + m[4] * y + m[8] * z + m[12];
    out[i + 1] = m[1] * x + m[5] * y + m[9] * z + m[13];
    out[i + 2] = m[2] * x + m[6] * y + m[10] * z + m[14];
  }
}
