import { existsSync, readFileSync } from "node:fs";
import { countsAt } from "@sweepmark/assist";
import {
  compose,
  identityPose,
  transformCuboid,
  type Cuboid,
  type Pose,
  type Quaternion,
  type Vec3,
} from "@sweepmark/geometry";
import { bytesSource, openLog, type Frame, type LogInfo } from "@sweepmark/log";
import { describe, expect, it } from "vitest";

/**
 * The corridor on real logs: points inside the given cuboids, carried into the world by the log's own transforms,
 * equal the numbers that the ground truth counted in the sensor's space.
 */
interface Given {
  readonly center: Vec3;
  readonly size_lwh: Vec3;
  readonly quaternion_xyzw: Quaternion;
  readonly num_points_counted: number;
}
interface Truth {
  readonly conventions: { readonly gt_frame: string };
  readonly frames: readonly { readonly timestamp_ns: string; readonly objects: readonly Given[] }[];
}

const data = new URL("../../shared/data/", import.meta.url);
/** Centres are written with 6 decimals: a point nearer to a face than this may be counted either way. */
const roundingM = 5e-6;

/** @param onFace cuboids with a point within rounding of a face, where the count may differ. */
const logs: readonly [stem: string, cuboids: number, onFace: number][] = [
  ["kitti_tracking_0000_front", 711, 0],
  ["kitti_tracking_0000_full_f000", 46, 0],
  ["ddad_scene_02", 39, 0],
  ["av2_7fab2350", 162, 0],
  ["sustech_example", 87, 2],
  ["nuscenes_n015_keyframe", 69, 0],
];

describe("points inside the given cuboids of real logs", () => {
  for (const [stem, cuboids, onFace] of logs) {
    const file = new URL(`${stem}.foxglove.mcap`, data);
    it.skipIf(!existsSync(file))(`${stem} (needs ../shared/data)`, async () => {
      const truth = JSON.parse(readFileSync(new URL(`${stem}.gt.json`, data), "utf8")) as Truth;
      const log = await openLog(bytesSource(readFileSync(file), stem));
      await log.scan();
      const indexAt = new Map(log.info.frames.map(({ at, index }) => [String(at), index]));
      let counted = 0;
      let differing = 0;
      for (const { timestamp_ns, objects } of truth.frames) {
        const index = indexAt.get(timestamp_ns);
        expect(index, `frame at ${timestamp_ns}`).toBeDefined();
        const frame = await log.frame(index!);
        const worldFromGiven = compose(frame.worldFromEgo, egoFrom(truth.conventions.gt_frame, frame, log.info));
        const inWorld = objects.map((given) =>
          transformCuboid(worldFromGiven, {
            center: given.center,
            size: given.size_lwh,
            rotation: given.quaternion_xyzw,
          }),
        );
        const counts = countsAt(frame, inWorld);
        for (const [i, { num_points_counted }] of objects.entries()) {
          counted++;
          if (counts[i] === num_points_counted) continue;
          differing++;
          const [fewer, more] = countsAt(frame, [grown(inWorld[i], -roundingM), grown(inWorld[i], roundingM)]);
          expect(num_points_counted).toBeGreaterThanOrEqual(fewer);
          expect(num_points_counted).toBeLessThanOrEqual(more);
        }
      }
      await log.close();
      expect(counted).toBe(cuboids);
      expect(differing).toBe(onFace);
    });
  }
});

/** Ego from the space of the given cuboids, by the log's own transforms. */
function egoFrom(gtFrame: string, frame: Frame, info: LogInfo): Pose<"ego", "lidar"> {
  const sweep = frame.sweeps.find(({ frameId }) => frameId === gtFrame);
  if (sweep?.egoFromLidar) return sweep.egoFromLidar;
  expect(gtFrame).toBe(info.egoName);
  return identityPose as Pose<"ego", "lidar">;
}

function grown(cuboid: Cuboid<"world">, marginM: number): Cuboid<"world"> {
  const [length, width, height] = cuboid.size;
  return { ...cuboid, size: [length + 2 * marginM, width + 2 * marginM, height + 2 * marginM] };
}
