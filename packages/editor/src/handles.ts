import {
  cuboidPose,
  faceNormals,
  rotate,
  transformPoint,
  vec,
  type Cuboid,
  type Face,
  type Vec3,
} from "@sweepmark/geometry";
import type { Moment } from "@sweepmark/document";
import type { RecordId } from "@sweepmark/schema";
import type { Handle } from "./session-types.ts";

export const faces: readonly Face[] = ["front", "rear", "left", "right", "top", "bottom"];

/** Where the yaw ring lies: its radius round the cuboid's centre, metres, at ground level. */
export const yawRingRadius = ({ size: [length, width] }: Cuboid<"world">): number =>
  Math.max(length, width) / 2 + Math.max(0.5, 0.12 * length);

/** Centre of a face, in the cuboid's space. */
export function faceCenter(cuboid: Cuboid<"world">, face: Face): Vec3 {
  const normal = faceNormals[face];
  const half: Vec3 = [
    (normal[0] * cuboid.size[0]) / 2,
    (normal[1] * cuboid.size[1]) / 2,
    (normal[2] * cuboid.size[2]) / 2,
  ];
  return transformPoint(cuboidPose(cuboid), half);
}

/** Six faces, and the knob in front on the yaw ring. */
export function cuboidHandles(cuboid: Cuboid<"world">): Handle[] {
  const down: Vec3 = rotate(cuboid.rotation, [yawRingRadius(cuboid), 0, -cuboid.size[2] / 2]);
  return [
    { kind: "yaw", key: "yaw", position: vec.add(cuboid.center, down) },
    ...faces.map((face): Handle => ({ kind: "face", key: face, position: faceCenter(cuboid, face) })),
  ];
}

/** Every vertex, and the middle of every segment (key: the index of the vertex that a click there inserts). */
export function polylineHandles(points: readonly Vec3[]): Handle[] {
  return [
    ...points.map((position, index): Handle => ({ kind: "vertex", key: String(index), position })),
    ...points.slice(1).map((point, index): Handle => ({
      kind: "midpoint",
      key: String(index + 1),
      position: vec.lerp(points[index], point, 0.5),
    })),
  ];
}

/** Handles of the selected record as it is at the moment; none when it is absent, or not of a kind that has any. */
export function handlesOf(moment: Moment, selectedId: RecordId | undefined): readonly Handle[] {
  if (selectedId === undefined) return [];
  const here = moment.tracks.find(({ track }) => track.id === selectedId);
  if (here) return cuboidHandles(here.cuboid);
  const boundary = moment.laneBoundaries.find(({ id }) => id === selectedId);
  return boundary ? polylineHandles(boundary.points) : [];
}
