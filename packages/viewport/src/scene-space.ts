import { transformPoint, type Point, type Pose, type Vec3 } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";

/**
 * Where `scene` lies in `world`: parallel axes, origin at the first ego position that was shown. Everything is composed
 * in double precision with these functions; only differences to this origin become float32.
 */
export interface SceneOrigin {
  readonly inWorld: Point<"world">;
}

export const sceneOriginOf = (frame: Frame): SceneOrigin => ({ inWorld: frame.worldFromEgo.translation });

export const toScene = ({ inWorld: o }: SceneOrigin, p: Point<"world">): Point<"scene"> => [
  p[0] - o[0],
  p[1] - o[1],
  p[2] - o[2],
];

export const toWorld = ({ inWorld: o }: SceneOrigin, p: Point<"scene">): Point<"world"> => [
  p[0] + o[0],
  p[1] + o[1],
  p[2] + o[2],
];

/** A pose into world as a pose into scene. */
export const poseToScene = <From extends "ego" | "lidar" | "camera" | "box">(
  origin: SceneOrigin,
  worldFromA: Pose<"world", From>,
): Pose<"scene", From> => ({
  translation: toScene(origin, worldFromA.translation),
  rotation: worldFromA.rotation,
});

/** Moves a point that is fixed in ego along with ego, by its translation and its yaw only (pitch and roll would rock the view). */
export function carriedWithEgo(
  before: Pose<"scene", "ego">,
  after: Pose<"scene", "ego">,
  yawDeltaRad: number,
  point: Point<"scene">,
): Point<"scene"> {
  const [dx, dy, dz]: Vec3 = [
    point[0] - before.translation[0],
    point[1] - before.translation[1],
    point[2] - before.translation[2],
  ];
  const c = Math.cos(yawDeltaRad);
  const s = Math.sin(yawDeltaRad);
  const [x, y, z] = after.translation;
  return [x + c * dx - s * dy, y + s * dx + c * dy, z + dz];
}

/** Points of a circle about ego's z axis on the plane `z = a·x + b·y + c` of ego, in scene; closed (first = last). */
export function egoCircle(
  sceneFromEgo: Pose<"scene", "ego">,
  plane: readonly [number, number, number],
  radiusM: number,
  pieces: number,
): Point<"scene">[] {
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const angle = (2 * Math.PI * (i % pieces)) / pieces;
    const x = radiusM * Math.cos(angle);
    const y = radiusM * Math.sin(angle);
    return transformPoint(sceneFromEgo, [x, y, plane[0] * x + plane[1] * y + plane[2]]);
  });
}
