import { existsSync, readFileSync } from "node:fs";
import {
  compose,
  cuboidYaw,
  identityPose,
  overlap,
  transformCuboid,
  type Cuboid,
  type Pose,
} from "@sweepmark/geometry";
import { bytesSource, openLog } from "@sweepmark/log";
import { defaultOntology } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { cuboidFromFootprint } from "./fit.ts";

/** Rectangles drawn loosely around real cars (± 0.3 m in place and size, ± 10°), against the ground truth's cuboids. */
const data = new URL("../../../../shared/data/", import.meta.url);
const carNames = new Set(["Car", "car", "REGULAR_VEHICLE"]);
const car = defaultOntology.objects.find(({ id }) => id === "car")!;

interface Given {
  readonly class: string;
  readonly center: Cuboid<"lidar">["center"];
  readonly size_lwh: Cuboid<"lidar">["size"];
  readonly quaternion_xyzw: Cuboid<"lidar">["rotation"];
  readonly num_points_counted: number;
}
interface Truth {
  readonly conventions: { readonly gt_frame: string };
  readonly frames: readonly { readonly timestamp_ns: string; readonly objects: readonly Given[] }[];
}

/** [stem, every n-th frame, cars at least]. */
const logs: readonly [stem: string, every: number, least: number][] = [
  ["kitti_tracking_0000_front", 6, 20],
  ["av2_7fab2350", 1, 20],
  ["sustech_example", 1, 15],
];

describe("cars with 50 or more points, drawn loosely (needs ../shared/data)", () => {
  for (const [stem, every, least] of logs) {
    const file = new URL(`${stem}.foxglove.mcap`, data);
    it.skipIf(!existsSync(file))(`${stem}: median 3D IoU at least 0.6, nine of ten above 0.4`, async () => {
      const truth = JSON.parse(readFileSync(new URL(`${stem}.gt.json`, data), "utf8")) as Truth;
      const log = await openLog(bytesSource(readFileSync(file), stem));
      await log.scan();
      const indexAt = new Map(log.info.frames.map(({ at, index }) => [String(at), index]));
      const random = lcg(1);
      const scores: number[] = [];
      for (const { timestamp_ns, objects } of truth.frames.filter((_, i) => i % every === 0)) {
        const frame = await log.frame(indexAt.get(timestamp_ns)!);
        const sweep = frame.sweeps.find(({ frameId }) => frameId === truth.conventions.gt_frame);
        const egoFromGiven = sweep?.egoFromLidar ?? (identityPose as Pose<"ego", "lidar">);
        for (const given of objects) {
          if (!carNames.has(given.class) || given.num_points_counted < 50) continue;
          const box = transformCuboid(compose(frame.worldFromEgo, egoFromGiven), {
            center: given.center,
            size: given.size_lwh,
            rotation: given.quaternion_xyzw,
          });
          const drawn = {
            center: [box.center[0] + random(0.3), box.center[1] + random(0.3)] as const,
            lengthM: box.size[0] + random(0.3),
            widthM: box.size[1] + random(0.3),
            yawRad: cuboidYaw(box) + random((10 * Math.PI) / 180),
          };
          scores.push(overlap(box, cuboidFromFootprint(frame, drawn, car)).iou3d);
        }
      }
      await log.close();
      const sorted = scores.toSorted((a, b) => a - b);
      expect(sorted.length).toBeGreaterThanOrEqual(least);
      expect(sorted[sorted.length >> 1]).toBeGreaterThanOrEqual(0.6);
      expect(sorted[Math.floor(0.1 * sorted.length)]).toBeGreaterThan(0.4);
    });
  }
});

/** Numerical Recipes' generator: in (−limit, limit), the same each time. */
function lcg(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (2 * (state / 2 ** 32) - 1) * limit;
  };
}
