import {
  cuboidPose,
  cuboidYaw,
  fromYaw,
  invert,
  timestampNs,
  transformPoint,
  type Cuboid,
  type Pose,
  type Size,
  type Vec3,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";

/** Height of the made-up lidar over ego and the road. */
export const lidarM = 1.8;

/** What a lidar at ego sees of cars on a road: rays of 0.8° by 0.4°, in world, which is turned and far away. */
export function frameWith(boxesInEgo: readonly Cuboid<"world">[], worldFromEgo: Pose<"world", "ego">): Frame {
  const points: number[] = [];
  const boxes = boxesInEgo.map((box) => ({ box, boxFromEgo: invert(cuboidPose(box)) }));
  for (let azimuth = 0; azimuth < 2 * Math.PI; azimuth += 0.007)
    for (let elevation = -0.4; elevation < 0.03; elevation += 0.007) {
      const direction: Vec3 = [
        Math.cos(azimuth) * Math.cos(elevation),
        Math.sin(azimuth) * Math.cos(elevation),
        Math.sin(elevation),
      ];
      let range = elevation < -0.03 ? -lidarM / Math.sin(elevation) : Infinity;
      for (const { box, boxFromEgo } of boxes) range = Math.min(range, entry(box, boxFromEgo, direction));
      if (range < 60) points.push(direction[0] * range, direction[1] * range, direction[2] * range);
    }
  const sweep = {
    topic: "/lidar",
    at: timestampNs(0n),
    frameId: "lidar",
    count: points.length / 3,
    positions: Float32Array.from(points),
    dropped: 0,
    egoFromLidar: { translation: [0, 0, lidarM], rotation: fromYaw(0) } as Pose<"ego", "lidar">,
  };
  return { index: 0, at: timestampNs(0n), worldFromEgo, sweeps: [sweep], images: [], labels: [], problems: [] };
}

/** Where a ray from the lidar enters a box (slabs). */
function entry(box: Cuboid<"world">, boxFromEgo: Pose<"box", "world">, direction: Vec3): number {
  const from = transformPoint(boxFromEgo, [0, 0, lidarM]);
  const to = transformPoint(boxFromEgo, [direction[0], direction[1], lidarM + direction[2]]);
  let enter = 0;
  let leave = Infinity;
  for (const axis of [0, 1, 2]) {
    const step = to[axis] - from[axis];
    const ends = [-1, 1].map((sign) => ((sign * box.size[axis]) / 2 - from[axis]) / step);
    enter = Math.max(enter, Math.min(...ends));
    leave = Math.min(leave, Math.max(...ends));
  }
  return enter < leave ? enter : Infinity;
}

/** A box that stands on the road, in ego's space. */
export const inEgo = (x: number, y: number, yawRad: number, size: Size): Cuboid<"world"> => ({
  center: [x, y, size[2] / 2],
  size,
  rotation: fromYaw(yawRad),
});
export const toWorld = (
  worldFromEgo: Pose<"world", "ego">,
  box: Cuboid<"world">,
  egoYawRad: number,
): Cuboid<"world"> => ({
  ...box,
  center: transformPoint(worldFromEgo, [box.center[0], box.center[1], box.center[2]]),
  rotation: fromYaw(egoYawRad + cuboidYaw(box)),
});
