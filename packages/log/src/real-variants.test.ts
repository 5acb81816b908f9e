import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import type { Frame, LogReader } from "./types.ts";

/** Real sensor logs, beside the repository; see their README. Absent on most machines. */
const data = new URL("../../../../shared/data/", import.meta.url);
const present = existsSync(data);

async function open(file: string): Promise<LogReader> {
  return await openLog(bytesSource(new Uint8Array(readFileSync(new URL(file, data))), file));
}

/** What all encodings of a drive must agree on; topics are called differently in ROS. */
function facts({ info }: LogReader) {
  return {
    lidarTopic: info.lidarTopic,
    world: [info.worldName, info.egoName],
    transforms: info.transforms,
    frames: info.frames,
    roles: Object.fromEntries(
      (["lidar", "image", "calibration", "transform"] as const).map((role) => [
        role,
        info.topics.filter((topic) => topic.role === role).map(({ messageCount }) => messageCount),
      ]),
    ),
    cameras: info.cameras.map((camera) => ({ ...camera, imageTopic: undefined, calibrationTopic: undefined })),
    problems: info.problems.map(({ code, message }) => [code, message]),
  };
}

/** Arrays as digests of their bytes: toEqual takes half a minute for a million numbers. */
function digested({ images, ...frame }: Frame): unknown {
  const walk = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return `${value.constructor.name} ${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;
    }
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, walk(part)]));
  };
  return walk({ ...frame, images: images.map((image) => ({ ...image, topic: undefined })) });
}

describe.skipIf(!present)(
  "rule 15: the encodings of a drive give the same frames (skipped where ../shared/data is absent)",
  () => {
    for (const [stem, variants] of [
      ["av2_7fab2350", ["ros1", "ros2"]],
      ["ddad_scene_02", ["ros1", "ros2"]],
      ["nuscenes_n015_keyframe", ["ros2"]],
    ] as const) {
      for (const variant of variants) {
        it(`${stem}: ${variant} is foxglove to the bit`, async () => {
          const [ours, theirs] = [await open(`${stem}.${variant}.mcap`), await open(`${stem}.foxglove.mcap`)];
          await ours.scan();
          await theirs.scan();
          expect(ours.info.frames.length).toBeGreaterThan(0);
          expect(ours.info.frames.every(({ exact, pointCount }) => exact && (pointCount ?? 0) > 1000)).toBe(true);
          expect(facts(ours)).toEqual(facts(theirs));
          for (const { index } of theirs.info.frames) {
            const [frame, expected] = [await ours.frame(index), await theirs.frame(index)];
            expect(digested(frame)).toEqual(digested(expected));
          }
        }, 60_000);
      }
    }
  },
);

describe.skipIf(!present)(
  "files of other software open, or say why not (skipped where ../shared/data is absent)",
  () => {
    it("custom-camera-model: JSON images and calibrations, one lens that nobody knows, no lidar", async () => {
      const log = await open("foreign/custom-camera-model.mcap");
      expect(log.info.topics.map(({ topic, role, messageCount }) => [topic, role, messageCount])).toEqual([
        ["/camera_calibration", "calibration", 10],
        ["/camera_calibration/custom", "calibration", 10],
        ["/image/compressed", "image", 10],
      ]);
      expect(log.info.problems.map(({ code, message }) => [code, message])).toMatchInlineSnapshot(`
        [
          [
            "no-lidar",
            "The log has no lidar topic that can be read; its frames are the images of '/image/compressed'. Topics found: '/camera_calibration (foxglove.CameraCalibration, json)', '/camera_calibration/custom (foxglove.CameraCalibration, json)', '/image/compressed (foxglove.CompressedImage, json)'.",
          ],
          [
            "unknown-distortion",
            "The lens model is 'CylinderCameraModel' with 5 coefficients, which is not known.",
          ],
          [
            "lidar-is-ego",
            "No transform leads from the camera's space 'camera' to another one; found: no transforms at all.",
          ],
          [
            "calibration-size",
            "The calibration '/camera_calibration' is for 640 × 480 pixels, but the pictures of '/image/compressed' have 520 × 360.",
          ],
          [
            "clocks-apart",
            "The header stamps of '/image/compressed' are 1747928629.1 s after the times at which the log recorded them.",
          ],
        ]
      `);
      const pinhole = log.info.cameras.find(({ calibrationTopic }) => calibrationTopic === "/camera_calibration");
      expect(pinhole?.model).toMatchObject({ fx: 800, fy: 800, cx: 320, cy: 240, width: 640, height: 480 });
      expect(pinhole?.model?.distortion).toMatchObject({
        kind: "brown",
        coefficients: expect.arrayContaining([-0.2, 0.1]),
      });
    });

    for (const [file, topics] of [
      ["example", "'mouse (MouseEvent, json)'"],
      ["example-2", "'mouse (MouseEvent, json)'"],
      ["example-converter", "'mouse (MouseEvent, json)'"],
      ["example_logs", "'/rosout (foxglove.Log, json)', 'mouse (MouseEvent, json)'"],
    ] as const) {
      it(`${file}: no sensor data, and the topics that are there`, async () => {
        const log = await open(`foreign/${file}.mcap`);
        expect(log.info.frames).toEqual([]);
        expect(log.info.problems.map(({ code, message, hint }) => [code, message, hint])).toEqual([
          [
            "no-lidar",
            `The log has no lidar topic that can be read; topics found: ${topics}.`,
            "Expected: a topic of foxglove.PointCloud, sensor_msgs/PointCloud2 or LaserScan, or images of a camera.",
          ],
        ]);
      });
    }
  },
);
