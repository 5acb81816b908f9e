import { calibration, cloud, image, message, second, start, transform, transforms } from "../drive.ts";
import { descriptorSetOf, encode, stamp } from "../foxglove.ts";
import { header, rosMessage, type RosVersion } from "../ros.ts";
import { writeLog, type TestMessage, type WriteOptions } from "../write-log.ts";
import type { Seed } from "./mutate.ts";
import { sitesOf, withoutChecksums } from "./sites.ts";

/** What each message type names, so that a log of 2–6 KB can carry its schemas. */
const needs: Readonly<Record<string, readonly string[]>> = {
  PointCloud: ["PointCloud", "Stamp", "Pose", "Vector3", "Quaternion", "PackedElementField"],
  CompressedImage: ["CompressedImage", "Stamp"],
  RawImage: ["RawImage", "Stamp"],
  CameraCalibration: ["CameraCalibration", "Stamp"],
  FrameTransform: ["FrameTransform", "Stamp", "Vector3", "Quaternion"],
  FrameTransforms: ["FrameTransforms", "FrameTransform", "Stamp", "Vector3", "Quaternion"],
};

const small = (one: TestMessage): TestMessage => ({
  ...one,
  schemaData: descriptorSetOf(needs[one.schema.replace("foxglove.", "")]),
});

const at = (frame: number): bigint => start + (second / 10n) * BigInt(frame);

function protobufDrive(): TestMessage[] {
  const still = transforms("/tf_static", start, [
    { at: start, parent: "base_link", child: "lidar", translation: [1, 0, 2] },
    { at: start, parent: "base_link", child: "camera", rotation: [-0.5, 0.5, -0.5, 0.5] },
  ]);
  const all = [still, calibration("/cam/calibration", start)];
  for (let i = 0; i < 3; i++) {
    all.push(
      transform("/tf", at(i), { at: at(i), parent: "map", child: "base_link", translation: [i, 0, 0] }),
      cloud("/lidar/points", at(i)),
      image("/cam/compressed", at(i)),
    );
  }
  all.push(rawImage(at(1)));
  return all.map(small);
}

const rawImage = (time: bigint): TestMessage =>
  message(
    "/raw/image",
    "RawImage",
    time,
    encode("RawImage", {
      timestamp: stamp(time),
      width: 4,
      height: 2,
      encoding: "rgb8",
      step: 12,
      data: new Uint8Array(24),
    }),
  );

function rosDrive(version: RosVersion): TestMessage[] {
  const all: TestMessage[] = [];
  const xyz = ["x", "y", "z", "intensity"].map((name, i) => ({ name, offset: 4 * i, datatype: 7, count: 1 }));
  const transformOf = (time: bigint, parent: string, child: string, x: number) => ({
    header: header(time, parent),
    child_frame_id: child,
    transform: { translation: { x, y: 0, z: 0 }, rotation: { x: 0, y: 0, z: 0, w: 1 } },
  });
  all.push(
    rosMessage(version, "/tf_static", "tf2_msgs/TFMessage", start, {
      transforms: [transformOf(start, "base_link", "lidar", 1)],
    }),
  );
  for (let i = 0; i < 3; i++) {
    all.push(
      rosMessage(version, "/tf", "tf2_msgs/TFMessage", at(i), {
        transforms: [transformOf(at(i), "map", "base_link", i)],
      }),
      rosMessage(version, "/points", "sensor_msgs/PointCloud2", at(i), {
        header: header(at(i), "lidar"),
        height: 1,
        width: 3,
        fields: xyz,
        is_bigendian: false,
        point_step: 16,
        row_step: 48,
        data: new Uint8Array(48).fill(60),
        is_dense: true,
      }),
      rosMessage(version, "/cam/image_raw", "sensor_msgs/Image", at(i), {
        header: header(at(i), "camera"),
        height: 2,
        width: 3,
        encoding: "bgr8",
        is_bigendian: 0,
        step: 9,
        data: new Uint8Array(18),
      }),
    );
  }
  return all;
}

/** JSON of the same types; its numbers can be anything. */
function jsonDrive(): TestMessage[] {
  const of = (topic: string, schema: string, time: bigint, value: unknown): TestMessage => ({
    topic,
    schema,
    schemaEncoding: "jsonschema",
    schemaData: new TextEncoder().encode('{"type":"object"}'),
    encoding: "json",
    logTime: time,
    data: new TextEncoder().encode(JSON.stringify(value)),
  });
  const time = (ns: bigint) => ({ sec: Number(ns / second), nsec: Number(ns % second) });
  const fields = ["x", "y", "z"].map((name, i) => ({ name, offset: 4 * i, type: 7 }));
  const data = Buffer.alloc(36, 63).toString("base64");
  const all: TestMessage[] = [];
  for (let i = 0; i < 3; i++) {
    all.push(
      of("/lidar", "foxglove.PointCloud", at(i), {
        timestamp: time(at(i)),
        frame_id: "lidar",
        point_stride: 12,
        fields,
        data,
      }),
      of("/lidar2", "sensor_msgs/PointCloud2", at(i), {
        header: { stamp: time(at(i)), frame_id: "lidar2" },
        width: 3,
        height: 1,
        point_step: 12,
        row_step: 36,
        is_bigendian: false,
        fields: fields.map(({ type, ...field }) => ({ ...field, datatype: type })),
        data,
      }),
      of("/scan", "foxglove.LaserScan", at(i), {
        timestamp: time(at(i)),
        frame_id: "scan",
        start_angle: 0,
        end_angle: 1,
        ranges: [1, 2, 3],
      }),
      of("/pose", "foxglove.PoseInFrame", at(i), {
        timestamp: time(at(i)),
        frame_id: "map",
        pose: { position: { x: i, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
      }),
      of("/markers", "foxglove.SceneUpdate", at(i), {
        deletions: [{ timestamp: time(at(i)), type: 0, id: "b" }],
        entities: [
          {
            timestamp: time(at(i)),
            frame_id: "lidar",
            id: "a",
            lifetime: { sec: 1, nsec: 0 },
            cubes: [{ pose: { position: { x: i, y: 0, z: 0 }, orientation: { w: 1 } }, size: { x: 4, y: 2, z: 1 } }],
            lines: [{ type: 0, pose: { orientation: { w: 1 } }, points: [{ x: 0 }, { x: 1 }], indices: [0, 1] }],
            metadata: [{ key: "category", value: "car" }],
          },
        ],
      }),
      of("/objects", "autoware_perception_msgs/TrackedObjects", at(i), {
        header: { stamp: time(at(i)), frame_id: "lidar" },
        objects: [
          {
            object_id: { uuid: "AAECAwQFBgcICQoLDA0ODw==" },
            classification: [{ label: 1, probability: 1 }],
            kinematics: { pose_with_covariance: { pose: { position: { x: i }, orientation: { w: 1 } } } },
            shape: { type: 2, footprint: { points: [{ x: 0 }, { x: 2 }, { y: 1 }] }, dimensions: { z: 2 } },
          },
        ],
      }),
      of("/video", "foxglove.CompressedVideo", at(i), {
        timestamp: time(at(i)),
        frame_id: "cam",
        format: ["vp9", "h264", "av1"][i],
        data: ["goNCIBPwDvAB", "AAAAAWdCAB6VqCgPaAAAAAFliIQA", "EgAKCgAAAAJq/+ff/9g="][i],
      }),
      of("/raw", "foxglove.RawImage", at(i), {
        timestamp: time(at(i)),
        frame_id: "cam",
        width: 2,
        height: 2,
        encoding: "mono8",
        step: 2,
        data: "AAAAAA==",
      }),
    );
  }
  return all;
}

const bare = { repeatSchemas: false, repeatChannels: false, useStatistics: false, useSummaryOffsets: false };
const noSummary = { ...bare, useChunkIndex: false, useMessageIndex: false };

async function seed(name: string, messages: readonly TestMessage[], options: WriteOptions): Promise<Seed> {
  const bytes = await writeLog(messages, options);
  return { name, bytes, sites: sitesOf(bytes) };
}

const unchecked = ({ name, bytes }: Seed): Seed => {
  const plain = withoutChecksums(bytes);
  return { name: `${name}, no checksums`, bytes: plain, sites: sitesOf(plain) };
};

/** Logs whose container is interesting: every compression, with and without summary, indexes, chunks. */
export async function containerSeeds(): Promise<readonly Seed[]> {
  const drive = protobufDrive();
  const short = drive.filter(({ topic }) => topic === "/lidar/points" || topic === "/tf");
  const seeds = await Promise.all([
    seed("one chunk", short, {}),
    seed("many chunks", short, { chunkSize: 200 }),
    seed("zstd", drive, { compression: "zstd", chunkSize: 1200 }),
    seed("lz4", drive, { compression: "lz4", chunkSize: 1200 }),
    seed("no summary", short, { chunkSize: 300, writer: noSummary }),
    seed("no chunks", short, { writer: { useChunks: false } }),
    seed("no message index", short, { compression: "lz4", writer: { useMessageIndex: false } }),
    seed("not in order", short.toReversed(), { chunkSize: 300 }),
  ]);
  return [...seeds, ...seeds.slice(0, 2).map(unchecked), unchecked(seeds[3])];
}

/** Logs whose messages are interesting: every encoding, plain and without checksums, so that changes reach the decoders. */
export async function messageSeeds(): Promise<readonly Seed[]> {
  const seeds = await Promise.all([
    seed("protobuf", protobufDrive(), {}),
    seed("ros1", rosDrive("ros1"), {}),
    seed("ros2", rosDrive("ros2"), {}),
    seed("json", jsonDrive(), {}),
  ]);
  return seeds.map(unchecked);
}
