import { cuboidPose, type Cuboid } from "./cuboid.ts";
import { invert, transformDirection, transformPoint, type Pose } from "./pose.ts";
import type { Direction, Point, Space, Vec3 } from "./space.ts";
import { add, cross, dot, scale, subtract } from "./vector.ts";

export interface Ray<S extends Space> {
  readonly origin: Point<S>;
  /** Unit length. */
  readonly direction: Direction<S>;
}

export const pointAlong = <S extends Space>(ray: Ray<S>, distanceM: number): Point<S> =>
  add(ray.origin, scale(ray.direction, distanceM));

export const transformRay = <A extends Space, B extends Space>(aFromB: Pose<A, B>, ray: Ray<NoInfer<B>>): Ray<A> => ({
  origin: transformPoint(aFromB, ray.origin as Point<B>),
  direction: transformDirection(aFromB, ray.direction as Direction<B>),
});

/** Where the ray meets the plane through `point` with `normal`; undefined if parallel or behind the origin. */
export function rayPlane<S extends Space>(ray: Ray<S>, point: Point<S>, normal: Vec3): Point<S> | undefined {
  const slope = dot(ray.direction, normal);
  if (Math.abs(slope) < 1e-9) return undefined;
  const along = dot(subtract(point, ray.origin), normal) / slope;
  return along >= 0 ? pointAlong(ray, along) : undefined;
}

export type Face = "front" | "rear" | "left" | "right" | "top" | "bottom";

/** Outward normals in `box`. */
export const faceNormals: Readonly<Record<Face, Vec3>> = {
  front: [1, 0, 0],
  rear: [-1, 0, 0],
  left: [0, 1, 0],
  right: [0, -1, 0],
  top: [0, 0, 1],
  bottom: [0, 0, -1],
};

/** First hit of the ray on the cuboid (slab method); undefined when it misses. A ray from inside hits the far side. */
export function rayCuboid<S extends Space>(
  ray: Ray<S>,
  cuboid: Cuboid<NoInfer<S>>,
): { readonly distanceM: number; readonly face: Face } | undefined {
  const { origin, direction } = transformRay(invert(cuboidPose(cuboid as Cuboid<S>)), ray);
  let near = -Infinity;
  let far = Infinity;
  let nearAxis = 0;
  let farAxis = 0;
  for (let axis = 0; axis < 3; axis++) {
    const half = cuboid.size[axis] / 2;
    if (Math.abs(direction[axis]) < 1e-12) {
      if (Math.abs(origin[axis]) > half) return undefined;
      continue;
    }
    const a = (-half - origin[axis]) / direction[axis];
    const b = (half - origin[axis]) / direction[axis];
    if (Math.min(a, b) > near) [near, nearAxis] = [Math.min(a, b), axis];
    if (Math.max(a, b) < far) [far, farAxis] = [Math.max(a, b), axis];
  }
  if (near > far || far < 0) return undefined;
  const [distanceM, axis] = near >= 0 ? [near, nearAxis] : [far, farAxis];
  const positive = origin[axis] + direction[axis] * distanceM > 0;
  const faces: readonly (readonly [Face, Face])[] = [
    ["rear", "front"],
    ["right", "left"],
    ["bottom", "top"],
  ];
  return { distanceM, face: faces[axis][positive ? 1 : 0] };
}

/** Parameter along the line (origin, unit direction) of the point nearest to the ray; undefined if parallel. For axis drags. */
export function closestOnAxis<S extends Space>(ray: Ray<S>, origin: Point<S>, axis: Vec3): number | undefined {
  const normal = cross(ray.direction, cross(axis, ray.direction));
  const slope = dot(axis, normal);
  if (Math.abs(slope) < 1e-6) return undefined;
  return dot(subtract(ray.origin, origin), normal) / slope;
}
