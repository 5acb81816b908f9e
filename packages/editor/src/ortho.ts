import {
  faceNormals,
  rayCuboid,
  rotate,
  vec,
  yawOf,
  type Cuboid,
  type Face,
  type Ray,
  type Vec2,
  type Vec3,
} from "@sweepmark/geometry";
import { yawRingRadius } from "./handles.ts";
import type { CuboidGrip } from "./tools/cuboid-drag.ts";
import type { PointerToolEvent } from "./types.ts";

/**
 * The three parallel views of the selected cuboid, in its own axes. Top and side have its heading to the right, so that
 * their edges line up; from the rear, left is left.
 */
export type OrthoSide = "top" | "side" | "rear";

/** Faces at the edges of a view, and the one that is looked at. */
const facesOf: Readonly<
  Record<
    OrthoSide,
    { readonly right: Face; readonly left: Face; readonly up: Face; readonly down: Face; readonly near: Face }
  >
> = {
  top: { right: "front", left: "rear", up: "left", down: "right", near: "top" },
  side: { right: "front", left: "rear", up: "top", down: "bottom", near: "right" },
  rear: { right: "right", left: "left", up: "top", down: "bottom", near: "rear" },
};

export interface OrthoAxes {
  /** Unit vectors in world: right and up on screen, and the way one looks. */
  readonly right: Vec3;
  readonly up: Vec3;
  readonly into: Vec3;
}

export function orthoAxes({ rotation }: Cuboid<"world">, side: OrthoSide): OrthoAxes {
  const { right, up, near } = facesOf[side];
  const axis = (face: Face): Vec3 => rotate(rotation, faceNormals[face]);
  return { right: axis(right), up: axis(up), into: vec.scale(axis(near), -1) };
}

/** Width and height of the cuboid in a view, metres. */
export function orthoExtent({ size: [length, width, height] }: Cuboid<"world">, side: OrthoSide): Vec2 {
  return side === "top" ? [length, width] : side === "side" ? [length, height] : [width, height];
}

/** Of the cuboid along the way one looks, metres. */
export const orthoDepth = ({ size: [length, width, height] }: Cuboid<"world">, side: OrthoSide): number =>
  side === "top" ? height : side === "side" ? width : length;

/** How far in front of the cuboid the views' rays begin, metres. */
const standoffM = 100;

/** The ray at `[right, up]` metres from the cuboid's centre. */
export function orthoRay(cuboid: Cuboid<"world">, side: OrthoSide, [right, up]: Vec2): Ray<"world"> {
  const axes = orthoAxes(cuboid, side);
  const inPlane = vec.add(vec.scale(axes.right, right), vec.scale(axes.up, up));
  const back = vec.scale(axes.into, -standoffM);
  return { origin: vec.add(cuboid.center, vec.add(inPlane, back)), direction: axes.into };
}

/** Yaw of "right on screen". */
export const orthoYaw = ({ rotation }: Cuboid<"world">, side: OrthoSide): number =>
  yawOf(rotation) - (side === "rear" ? Math.PI / 2 : 0);

/** An edge is taken from so near, CSS pixels; of a small cuboid from a third of its half at most, so that it can be moved. */
const edgePixels = 7;
const edgeShare = 0.35;
const knobPixels = 9;

/** What a pointer on `ray` (of this view) takes hold of; undefined beside the cuboid. */
export function orthoGrip(
  cuboid: Cuboid<"world">,
  side: OrthoSide,
  ray: Ray<"world">,
  pixelM: number,
): CuboidGrip | undefined {
  const axes = orthoAxes(cuboid, side);
  const from = vec.subtract(ray.origin, cuboid.center);
  const [u, v] = [vec.dot(from, axes.right), vec.dot(from, axes.up)];
  const [halfU, halfV] = orthoExtent(cuboid, side).map((extent) => extent / 2);
  if (side === "top" && Math.hypot(u - yawRingRadius(cuboid), v) <= knobPixels * pixelM) return { kind: "yaw" };
  const near = edgePixels * pixelM;
  if (Math.abs(u) > halfU + near || Math.abs(v) > halfV + near) return undefined;
  const { right, left, up, down } = facesOf[side];
  const acrossU = Math.abs(u) >= halfU - Math.min(near, edgeShare * halfU);
  const acrossV = Math.abs(v) >= halfV - Math.min(near, edgeShare * halfV);
  const faceU = u > 0 ? right : left;
  const faceV = v > 0 ? up : down;
  if (acrossU && acrossV) return { kind: "corner", faces: [faceU, faceV] };
  if (acrossU) return { kind: "face", face: faceU };
  if (acrossV) return { kind: "face", face: faceV };
  return { kind: "slide", right: axes.right, up: axes.up };
}

/** The face that a pointer means: in a parallel view the edge nearest to it, elsewhere the face that its ray meets first. */
export function pointedFace({ view, ray }: PointerToolEvent, cuboid: Cuboid<"world">): Face | undefined {
  if (view.kind !== "ortho") return rayCuboid(ray, cuboid)?.face;
  const axes = orthoAxes(cuboid, view.side);
  const from = vec.subtract(ray.origin, cuboid.center);
  const [u, v] = [vec.dot(from, axes.right), vec.dot(from, axes.up)];
  const [width, height] = orthoExtent(cuboid, view.side);
  const { right, left, up, down } = facesOf[view.side];
  if (Math.abs(u) - width / 2 > Math.abs(v) - height / 2) return u > 0 ? right : left;
  return v > 0 ? up : down;
}

/** The pointer's shape over a grip. */
export function orthoCursor(grip: CuboidGrip | undefined, side: OrthoSide): string {
  if (!grip) return "default";
  const { right, up } = facesOf[side];
  switch (grip.kind) {
    case "yaw":
      return "grab";
    case "face":
      return faceNormals[grip.face].some((part, i) => part !== 0 && faceNormals[right][i] !== 0)
        ? "ew-resize"
        : "ns-resize";
    case "corner":
      return (grip.faces[0] === right) === (grip.faces[1] === up) ? "nesw-resize" : "nwse-resize";
    default:
      return "move";
  }
}
