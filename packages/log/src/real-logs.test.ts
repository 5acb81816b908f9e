import { existsSync, readFileSync } from "node:fs";
import {
  compose,
  cuboidContains,
  invert,
  normalizeQuaternion,
  transformPoint,
  type Point,
  type Pose,
  type Space,
} from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import type { Frame, LogReader } from "./types.ts";

/** Real sensor logs, beside the repository; see their README. Absent on most machines. */
const data = new URL("../../../../shared/data/", import.meta.url);
const present = existsSync(data);

interface Placed {
  readonly translation: [number, number, number];
  readonly rotation_xyzw: [number, number, number, number];
  readonly timestamp_ns: string;
  readonly parent: string;
  readonly child: string;
}

interface Truth {
  readonly conventions: { readonly gt_frame: string };
  readonly cameras: readonly { topic: string; frame_id: string; width: number; height: number; K: number[] }[];
  readonly static_transforms: readonly Placed[];
  readonly ego_poses: readonly Placed[];
  readonly lidar_timestamps_ns: readonly { timestamp_ns: string }[];
  readonly image_timestamps_ns: readonly { camera: string; timestamp_ns: string }[];
  readonly frames: readonly {
    readonly timestamp_ns: string;
    readonly objects: readonly {
      center: [number, number, number];
      size_lwh: [number, number, number];
      quaternion_xyzw: [number, number, number, number];
      num_points_counted: number;
    }[];
  }[];
}

// Some of the truth's quaternions are rounded to six digits: only a unit one turns without scaling.
const poseOf = (placed: Placed): Pose<never, never> => ({
  translation: placed.translation,
  rotation: normalizeQuaternion(placed.rotation_xyzw) ?? [0, 0, 0, 1],
});

const expectClose = (a: Pose<Space, Space> | undefined, b: Pose<Space, Space>): void => {
  a?.translation.forEach((v, i) => expect(v).toBeCloseTo(b.translation[i], 6));
  expect(Math.abs(a?.rotation.reduce((sum, v, i) => sum + v * b.rotation[i], 0) ?? 0)).toBeCloseTo(1, 9);
};

async function open(stem: string): Promise<{ log: LogReader; truth: Truth }> {
  const log = await openLog(bytesSource(new Uint8Array(readFileSync(new URL(`${stem}.foxglove.mcap`, data))), stem));
  return { log, truth: JSON.parse(readFileSync(new URL(`${stem}.gt.json`, data), "utf8")) as Truth };
}

/** Points of the frame's sweep inside each true cuboid. */
function counts(frame: Frame, objects: Truth["frames"][number]["objects"]): number[] {
  const { positions, count } = frame.sweeps[0];
  return objects.map(({ center, size_lwh: size, quaternion_xyzw: rotation }) => {
    let inside = 0;
    const reach = Math.hypot(...size);
    for (let i = 0; i < count; i++) {
      const p = [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]] as const;
      if (Math.abs(p[0] - center[0]) > reach || Math.abs(p[1] - center[1]) > reach) continue;
      if (cuboidContains({ center, size, rotation }, p as Point<"lidar">)) inside++;
    }
    return inside;
  });
}

const stems = [
  "av2_7fab2350",
  "ddad_scene_02",
  "kitti_raw_0052_front",
  "kitti_tracking_0000_front",
  "kitti_tracking_0000_full_f000",
  "nuscenes_n015_keyframe",
  "sustech_example",
];

describe.skipIf(!present)("real logs equal their ground truth (skipped where ../shared/data is absent)", () => {
  for (const stem of stems) {
    it(stem, async () => {
      const { log, truth } = await open(stem);
      const entries = await log.scan();
      // Each sweep at its stamp, each with its pose.
      expect(entries.map(({ at }) => String(at))).toEqual(truth.lidar_timestamps_ns.map((t) => t.timestamp_ns));
      for (const entry of entries) {
        const pose = truth.ego_poses.find((p) => p.timestamp_ns === String(entry.at));
        if (pose) expectClose(entry.worldFromEgo, poseOf(pose));
        else
          expect(truth.ego_poses.length === 0 || truth.ego_poses.some((p) => p.timestamp_ns !== String(entry.at))).toBe(
            true,
          );
      }
      // Cameras as calibrated.
      expect(log.info.cameras.map(({ id }) => id)).toEqual(truth.cameras.map(({ topic }) => topic.slice(1)).toSorted());
      for (const { topic, K, width, height, frame_id } of truth.cameras) {
        const camera = log.info.cameras.find(({ id }) => id === topic.slice(1));
        expect(camera?.model).toMatchObject({ fx: K[0], fy: K[4], cx: K[2], cy: K[5], width, height });
        const placed = truth.static_transforms.find(({ child }) => child === frame_id);
        if (placed && placed.parent === log.info.egoName) expectClose(camera?.egoFromCamera, poseOf(placed));
      }
      // Points of each true cuboid.
      for (const [i, { objects, timestamp_ns }] of truth.frames.slice(0, 3).entries()) {
        const index = entries.findIndex(({ at }) => String(at) === timestamp_ns);
        const frame = await log.frame(index);
        // Points exactly on a face fall to either side by the float32 of the log.
        counts(frame, objects).forEach((found, j) => {
          const off = Math.abs(found - objects[j].num_points_counted);
          expect([stem, i, j, off <= Math.max(1, found / 100)]).toEqual([stem, i, j, true]);
        });
      }
      expect(log.info.problems.filter(({ severity }) => severity !== "note")).toEqual([]);
      await log.close();
    });
  }

  it("DDAD: the pose of each camera is the ego pose at the image's own stamp", async () => {
    const { log, truth } = await open("ddad_scene_02");
    for (let i = 0; i < 3; i++) {
      const frame = await log.frame(i);
      expect(frame.images).toHaveLength(6);
      for (const { at, cameraId, worldFromCamera } of frame.images) {
        const ego = truth.ego_poses.find((p) => p.timestamp_ns === String(at));
        const camera = truth.static_transforms.find(({ child }) => child === cameraId);
        expect(ego && camera).toBeDefined();
        if (ego && camera)
          expectClose(
            worldFromCamera as Pose<never, never>,
            compose(poseOf(ego), poseOf(camera)) as Pose<never, never>,
          );
      }
    }
  });

  it("AV2: poses between the samples are interpolated, and lie between their neighbours", async () => {
    const { log, truth } = await open("av2_7fab2350");
    const { at, worldFromEgo } = await log.frame(0);
    const before = truth.ego_poses.findLast((p) => BigInt(p.timestamp_ns) <= at);
    const after = truth.ego_poses.find((p) => BigInt(p.timestamp_ns) >= at);
    if (!before || !after) throw new Error("no poses around the sweep");
    const step = transformPoint(invert(poseOf(before)), after.translation);
    const here = transformPoint(invert(poseOf(before)), worldFromEgo.translation);
    expect(Math.hypot(...here)).toBeLessThanOrEqual(Math.hypot(...step) + 1e-9);
  });

  it("a file that is cut off opens with what is whole", async () => {
    const bytes = new Uint8Array(readFileSync(new URL("foreign/ddad_scene_01.truncated.mcap", data)));
    const log = await openLog(bytesSource(bytes, "cut"));
    expect(log.info.problems).toMatchObject([
      { code: "truncated", offset: 2346233n, params: { size: "3001170", messages: 17 } },
    ]);
    expect((await log.frame(1)).sweeps[0].count).toBeGreaterThan(40_000);
  });

  it("opening reads a small part of a long log, and the first frame nothing more", async () => {
    const bytes = new Uint8Array(readFileSync(new URL("kitti_tracking_0000_front.foxglove.mcap", data)));
    const source = bytesSource(bytes, "kitti");
    let read = 0;
    const log = await openLog({
      ...source,
      read: (offset, length) => ((read += Number(length)), source.read(offset, length)),
    });
    expect(read).toBeLessThan(bytes.length / 40);
    const opened = read;
    await log.frame(0);
    expect(read).toBe(opened);
  });
});
