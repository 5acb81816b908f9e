import {
  compose,
  cuboidPose,
  invert,
  poseToMatrix,
  transformCuboid,
  transformPoint,
  type Cuboid,
  type Point,
  type Pose,
} from "@sweepmark/geometry";
import type { Frame, Sweep } from "@sweepmark/log";
import { countInsideMany, indicesInside } from "@sweepmark/pointcloud";

/** A sweep whose place in the world is known. */
export interface WorldSweep {
  readonly sweep: Sweep;
  readonly worldFromLidar: Pose<"world", "lidar">;
}

/** The frame's sweeps that have a transform to ego. The others have no place and take no part. */
export function placedSweeps(frame: Frame): WorldSweep[] {
  return frame.sweeps.flatMap((sweep) =>
    sweep.egoFromLidar ? [{ sweep, worldFromLidar: compose(frame.worldFromEgo, sweep.egoFromLidar) }] : [],
  );
}

/** Lidar points inside (or on) each cuboid, over all placed sweeps of the frame. */
export function countsAt(frame: Frame, cuboidsInWorld: readonly Cuboid<"world">[]): number[] {
  const sums = cuboidsInWorld.map(() => 0);
  for (const { sweep, worldFromLidar } of placedSweeps(frame)) {
    const lidarFromWorld = invert(worldFromLidar);
    const counts = countInsideMany(
      sweep.positions,
      cuboidsInWorld.map((cuboid) => transformCuboid(lidarFromWorld, cuboid)),
    );
    for (let i = 0; i < sums.length; i++) sums[i] += counts[i];
  }
  return sums;
}

/** Points in the space of a box, which keeps the numbers small wherever the world's origin is. */
export interface BoxPoints {
  /** [count × 3] metres, in `box`. */
  readonly points: Float64Array;
  /** Where the lidar that saw most of them was, in `box`; undefined without points. */
  readonly sensorInBox: Point<"box"> | undefined;
}

/** The points inside (or on) a cuboid, in its own space. */
export function pointsIn(frame: Frame, region: Cuboid<"world">): BoxPoints {
  const boxFromWorld = invert(cuboidPose(region));
  const found = placedSweeps(frame).map(({ sweep, worldFromLidar }) => {
    const indices = indicesInside(sweep.positions, transformCuboid(invert(worldFromLidar), region));
    return { sweep, indices, boxFromLidar: compose(boxFromWorld, worldFromLidar) };
  });
  const points = new Float64Array(3 * found.reduce((sum, { indices }) => sum + indices.length, 0));
  let at = 0;
  for (const { sweep, indices, boxFromLidar } of found) {
    const m = poseToMatrix(boxFromLidar);
    for (const index of indices) {
      const x = sweep.positions[3 * index];
      const y = sweep.positions[3 * index + 1];
      const z = sweep.positions[3 * index + 2];
      points[at++] = m[0] * x + m[4] * y + m[8] * z + m[12];
      points[at++] = m[1] * x + m[5] * y + m[9] * z + m[13];
      points[at++] = m[2] * x + m[6] * y + m[10] * z + m[14];
    }
  }
  const most = found.reduce((a, b) => (b.indices.length > a.indices.length ? b : a), found[0]);
  return { points, sensorInBox: points.length > 0 ? most.boxFromLidar.translation : undefined };
}

/** The points inside (or on) a cuboid, in world. */
export function placesIn(frame: Frame, region: Cuboid<"world">): readonly Point<"world">[] {
  const { points } = pointsIn(frame, region);
  const worldFromBox = cuboidPose(region);
  return Array.from({ length: points.length / 3 }, (_, i) =>
    transformPoint(worldFromBox, [points[3 * i], points[3 * i + 1], points[3 * i + 2]]),
  );
}
