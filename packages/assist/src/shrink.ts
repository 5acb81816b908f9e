import {
  faceNormals,
  rotate,
  transformPoint,
  cuboidPose,
  vec,
  type Cuboid,
  type Face,
  type Size,
  type Vec3,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { groundCutM } from "@sweepmark/pointcloud";
import { groundOf, groundUnder } from "./ground.ts";
import { pointsIn } from "./points.ts";

/** The faces that stand free. Under the bottom is the road, whose points are not the object's. */
export const freeFaces: readonly Face[] = ["front", "rear", "left", "right", "top"];

/** A face lies so far beyond the point that it is moved to, metres: the point stays inside when it is rounded. */
const slackM = 0.01;
/** Less than this is no move, metres: a face that was brought to its points is at them. */
const stillM = 1e-3;
/** Points so near to each other along an axis are one layer to a face that is moved in, metres. */
const layerM = 0.02;
/** How far outside the next point is looked for, metres. */
const reachM = 3;
/** No face comes nearer to the opposite one, metres. */
const leastM = 0.1;

/**
 * The cuboid with these faces moved in to the outermost of the points inside it that stand over the ground; the bottom
 * goes to the ground. The same object where no such point is inside, or no face moves.
 */
export function shrunkToPoints(
  frame: Frame,
  cuboid: Cuboid<"world">,
  faces: readonly Face[] = freeFaces,
): Cuboid<"world"> {
  const inside = standingPoints(frame, cuboid);
  if (inside.length === 0) return cuboid;
  return faces.reduce<Cuboid<"world">>((shrunk, face) => {
    if (face === "bottom") return toGround(frame, shrunk);
    const outermost = Math.max(...inside.map((point) => beyond(shrunk, face, point)));
    return outermost < -slackM - stillM ? moved(shrunk, face, outermost + slackM) : shrunk;
  }, cuboid);
}

/**
 * The cuboid with one face moved to the next point: `out` to the nearest one beside it within 3 m, `in` to the outermost
 * one inside, or, where the face is at that already, to the next layer (2 cm). The bottom goes to the ground. The same
 * object where there is none.
 */
export function snappedFace(frame: Frame, cuboid: Cuboid<"world">, face: Face, way: "out" | "in"): Cuboid<"world"> {
  if (face === "bottom") return toGround(frame, cuboid);
  const region = way === "out" ? moved(cuboid, face, reachM) : cuboid;
  const along = standingPoints(frame, region).map((point) => beyond(cuboid, face, point));
  if (way === "out") {
    const next = Math.min(...along.filter((distanceM) => distanceM > stillM));
    return Number.isFinite(next) ? moved(cuboid, face, next + slackM) : cuboid;
  }
  const outermost = Math.max(...along);
  const isThere = outermost > -slackM - layerM / 2;
  const next = isThere ? Math.max(...along.filter((distanceM) => distanceM < outermost - layerM)) : outermost;
  return Number.isFinite(next) ? moved(cuboid, face, next + slackM) : cuboid;
}

/** The points in a cuboid that stand over the ground, in world. */
function standingPoints(frame: Frame, cuboid: Cuboid<"world">): readonly Vec3[] {
  const ground = groundOf(frame);
  const pose = cuboidPose(cuboid);
  const { points } = pointsIn(frame, cuboid);
  const standing: Vec3[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const point = transformPoint(pose, [points[i], points[i + 1], points[i + 2]]);
    if (point[2] - ground.heightAt(point[0], point[1]) >= groundCutM) standing.push(point);
  }
  return standing;
}

/** How far a point lies outside a face, along its normal, metres; inside it is negative. */
function beyond({ center, rotation, size }: Cuboid<"world">, face: Face, point: Vec3): number {
  const normal = faceNormals[face];
  const half = Math.abs(normal[0] * size[0] + normal[1] * size[1] + normal[2] * size[2]) / 2;
  return vec.dot(vec.subtract(point, center), rotate(rotation, normal)) - half;
}

/** The face moved along its normal, the opposite one where it was. */
function moved(cuboid: Cuboid<"world">, face: Face, byM: number): Cuboid<"world"> {
  const normal = faceNormals[face];
  const axis = normal.findIndex((part) => part !== 0);
  const sizeM = Math.max(leastM, cuboid.size[axis] + byM);
  const shift = vec.scale(rotate(cuboid.rotation, normal), (sizeM - cuboid.size[axis]) / 2);
  return { ...cuboid, center: vec.add(cuboid.center, shift), size: cuboid.size.with(axis, sizeM) as unknown as Size };
}

function toGround(frame: Frame, cuboid: Cuboid<"world">): Cuboid<"world"> {
  const [x, y] = cuboid.center;
  const overM = beyond(cuboid, "bottom", [x, y, groundUnder(groundOf(frame), cuboid)]);
  return Math.abs(overM) < stillM ? cuboid : moved(cuboid, "bottom", overM);
}
