import { compose, invert, transformPoint, type Pose } from "./pose.ts";
import { fromYaw, multiply, normalizeQuaternion, slerp, yawOf, type Quaternion } from "./quaternion.ts";
import type { Point, Space, Vec3 } from "./space.ts";
import { add, lerp } from "./vector.ts";

/** `[length, width, height]` along the box's x (heading), y (left) and z (up), metres, all > 0. */
export type Size = readonly [length: number, width: number, height: number];

/** A 3D box in space `S`. The heading is the box's +x. */
export interface Cuboid<S extends Space> {
  /** The geometric centre (not the bottom). */
  readonly center: Point<S>;
  readonly size: Size;
  /** Box axes into `S`. */
  readonly rotation: Quaternion;
}

export const cuboidPose = <S extends Space>(cuboid: Cuboid<S>): Pose<S, "box"> => ({
  translation: cuboid.center,
  rotation: cuboid.rotation,
});

export function transformCuboid<A extends Space, B extends Space>(
  aFromB: Pose<A, B>,
  cuboid: Cuboid<NoInfer<B>>,
): Cuboid<A> {
  const pose = compose(aFromB, cuboidPose(cuboid) as Pose<B, "box">);
  return { center: pose.translation, size: cuboid.size, rotation: pose.rotation };
}

/**
 * The 8 corners: 0–3 bottom, 4–7 top, each counter-clockwise from front-left seen from above
 * (front-left, rear-left, rear-right, front-right).
 */
export function cuboidCorners<S extends Space>(cuboid: Cuboid<S>): Point<S>[] {
  const [l, w, h] = cuboid.size;
  const pose = cuboidPose(cuboid);
  return [-h / 2, h / 2].flatMap((z) =>
    (
      [
        [l / 2, w / 2, z],
        [-l / 2, w / 2, z],
        [-l / 2, -w / 2, z],
        [l / 2, -w / 2, z],
      ] as Vec3[]
    ).map((corner) => transformPoint(pose, corner)),
  );
}

/** The 12 edges as pairs of corner indices of {@link cuboidCorners}; the first is the front bottom edge. */
export const cuboidEdges: readonly (readonly [number, number])[] = [
  [3, 0],
  [0, 1],
  [1, 2],
  [2, 3],
  [7, 4],
  [4, 5],
  [5, 6],
  [6, 7],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];

/** Whether the point is inside or on the boundary. */
export function cuboidContains<S extends Space>(cuboid: Cuboid<S>, point: Point<NoInfer<S>>): boolean {
  const [x, y, z] = transformPoint(invert(cuboidPose(cuboid)), point);
  const [l, w, h] = cuboid.size;
  return Math.abs(x) <= l / 2 && Math.abs(y) <= w / 2 && Math.abs(z) <= h / 2;
}

/** Same centre and size, turned by `yawRad` about the space's z axis. */
export function turnCuboid<S extends Space>(cuboid: Cuboid<S>, yawRad: number): Cuboid<S> {
  const rotation = normalizeQuaternion(multiply(fromYaw(yawRad), cuboid.rotation)) ?? cuboid.rotation;
  return { ...cuboid, rotation };
}

export const moveCuboid = <S extends Space>(cuboid: Cuboid<S>, by: Vec3): Cuboid<S> => ({
  ...cuboid,
  center: add(cuboid.center, by),
});

export const cuboidYaw = (cuboid: Cuboid<Space>): number => yawOf(cuboid.rotation);

/** Height of the lowest face's centre. For upright boxes this is where it stands. */
export const cuboidBottom = (cuboid: Cuboid<Space>): number => cuboid.center[2] - cuboid.size[2] / 2;

/** The middle of the face that an upright box stands on. */
export const cuboidFoot = <S extends Space>({ center, size }: Cuboid<S>): Point<S> => [
  center[0],
  center[1],
  center[2] - size[2] / 2,
];

/**
 * Between two cuboids at `t` in [0, 1]: centre linear, rotation by slerp the short way, size linear. Exact at both ends,
 * equivariant under a change of space, so it means something only in `world`.
 */
export function interpolateCuboid<S extends Space>(from: Cuboid<S>, to: Cuboid<S>, t: number): Cuboid<S> {
  return {
    center: lerp(from.center, to.center, t),
    size: lerp(from.size, to.size, t) as Size,
    rotation: slerp(from.rotation, to.rotation, t),
  };
}
