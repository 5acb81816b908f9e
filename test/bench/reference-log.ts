import { existsSync, mkdirSync, openSync, closeSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import zstd from "@foxglove/wasm-zstd";
import { fromYaw, timestampNs, type TimestampNs } from "@sweepmark/geometry";
import { compressLz4 } from "@sweepmark/log";
import { McapWriter } from "@mcap/core";
import { createJpegEncoder } from "../../packages/synthetic/src/jpeg.ts";
import { encodeEgoPose, encodeMountings } from "../../packages/synthetic/src/messages.ts";
import { describeMessage, encodeMessage } from "../../packages/synthetic/src/proto/wire.ts";
import { cache } from "../../scripts/steps.mjs";
import { randomNumbers } from "./measure.ts";

export interface ReferenceOptions {
  readonly sweeps: number;
  readonly compression: "zstd" | "lz4" | "none";
}

const pointCount = 120_000;
const columns = 1875;
const beams = 64;
const cameraCount = 6;
const [width, height] = [1600, 900];
/** As recorders write it: all sensors in chunks of 4 MiB. */
const chunkBytes = 4 * 1024 * 1024;
const start = timestampNs(1_760_000_000_000_000_000n);
const periodNs = 100_000_000n;
/** Of this generator: another one makes other files. */
const version = 2;

/**
 * The log that the contract speaks of (design/performance.md §2): sweeps of 120 000 points × 16 bytes at 10 Hz, six
 * cameras with JPEGs of 1600 × 900 and about 150 KB, /tf at 50 Hz. 200 sweeps are 565 MB, 450 MB in zstd. Made once, into
 * .sweepmark-cache; returns its path.
 */
export async function referenceLog({ sweeps, compression }: ReferenceOptions): Promise<string> {
  const path = join(cache, "bench", `reference-${version}-${sweeps}-${compression}.mcap`);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  await zstd.isLoaded;
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, "w");
  try {
    await write(file, sweeps, compression);
    renameSync(temporary, path);
  } finally {
    closeSync(file);
    rmSync(temporary, { force: true });
  }
  return path;
}

async function write(file: number, sweeps: number, compression: ReferenceOptions["compression"]): Promise<void> {
  let size = 0n;
  const compress = compression === "zstd" ? (bytes: Uint8Array) => zstd.compress(bytes, 3) : compressLz4;
  const writer = new McapWriter({
    writable: {
      position: () => size,
      write: (bytes) => {
        size += BigInt(writeSync(file, bytes));
        return Promise.resolve();
      },
    },
    chunkSize: chunkBytes,
    ...(compression !== "none" && {
      compressChunk: (bytes: Uint8Array) => ({ compression, compressedData: compress(bytes) }),
    }),
  });
  await writer.start({ profile: "", library: "sweepmark bench" });
  const channel = async (topic: string, name: string): Promise<number> => {
    const schemaId = await writer.registerSchema({ name, encoding: "protobuf", data: describeMessage(name) });
    return await writer.registerChannel({ schemaId, topic, messageEncoding: "protobuf", metadata: new Map() });
  };
  const send = (channelId: number, at: bigint, data: Uint8Array): Promise<void> =>
    writer.addMessage({ channelId, sequence: 0, logTime: at, publishTime: at, data });

  const ids = Array.from({ length: cameraCount }, (_, i) => `cam_${i}`);
  const mountings = await channel("/tf_static", "foxglove.FrameTransforms");
  const poses = await channel("/tf", "foxglove.FrameTransform");
  const lidar = await channel("/lidar_top/points", "foxglove.PointCloud");
  const cameras: number[] = [];
  await send(mountings, start - 100_000_000n, mountingsAt(start, ids));
  for (const id of ids) {
    await send(
      await channel(`/${id}/calibration`, "foxglove.CameraCalibration"),
      start - 100_000_000n,
      calibration(id),
    );
    cameras.push(await channel(`/${id}/compressed`, "foxglove.CompressedImage"));
  }
  const pictures = await pictureSet(2 * cameraCount);
  for (let i = 0; i < sweeps; i++) {
    const at = timestampNs(start + BigInt(i) * periodNs);
    for (let k = 0n; k < 5n; k++) {
      const poseAt = timestampNs(at - 10_000_000n + k * 20_000_000n);
      await send(poses, poseAt, encodeEgoPose(poseAt, poseOf(poseAt)));
    }
    await send(lidar, at + 3_000_000n, sweepAt(at, i));
    for (const [k, id] of ids.entries()) {
      const imageAt = timestampNs(at + BigInt(k) * 1_000_000n);
      const data = pictures[(i * cameraCount + k) % pictures.length];
      const values = { timestamp: stamp(imageAt), frame_id: id, data, format: "jpeg" };
      await send(cameras[k], imageAt + 6_000_000n, encodeMessage("foxglove.CompressedImage", values));
    }
  }
  await writer.end();
}

const stamp = (at: TimestampNs) => ({ seconds: at / 1_000_000_000n, nanos: Number(at % 1_000_000_000n) });

function poseOf(at: TimestampNs) {
  const seconds = Number(at - start) / 1e9;
  return { translation: [8 * seconds, 0, 0], rotation: fromYaw(0.02 * seconds) } as const;
}

function mountingsAt(at: TimestampNs, ids: readonly string[]): Uint8Array {
  // Optical axes looking around, 60° from one to the next.
  const cameras = ids.map((child, i) => {
    const half = (i * Math.PI) / cameraCount;
    const [s, c] = [Math.sin(half), Math.cos(half)];
    const rotation = [0.5 * (s - c), 0.5 * (c + s), -0.5 * (s + c), 0.5 * (c - s)] as const;
    return { child, egoFromChild: { translation: [0.5, 0, 1.6], rotation } as const };
  });
  return encodeMountings(at, [
    { child: "lidar_top", egoFromChild: { translation: [0.9, 0, 1.9], rotation: fromYaw(0.02) } },
    ...cameras,
  ]);
}

const calibration = (id: string): Uint8Array =>
  encodeMessage("foxglove.CameraCalibration", {
    timestamp: stamp(start),
    frame_id: id,
    width,
    height,
    distortion_model: "plumb_bob",
    D: [0, 0, 0, 0, 0],
    K: [1250, 0, 800, 0, 1250, 450, 0, 0, 1],
    R: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    P: [1250, 0, 800, 0, 0, 1250, 450, 0, 0, 0, 1, 0],
  });

/** A street: ground, two rows of walls, cars. With a sensor's noise. */
function sweepAt(at: TimestampNs, seed: number): Uint8Array {
  const points = new Float32Array(4 * pointCount);
  const random = randomNumbers(seed + 1);
  for (let column = 0, to = 0; column < columns; column++) {
    const azimuth = (2 * Math.PI * column) / columns;
    const [c, s] = [Math.cos(azimuth), Math.sin(azimuth)];
    for (let beam = 0; beam < beams; beam++, to += 4) {
      const slope = Math.tan(-0.42 + (0.5 * beam) / beams);
      const wall = 9 / Math.max(0.05, Math.abs(s)) + 2 * ((column >> 5) & 3);
      const ground = slope < -0.01 ? -1.9 / slope : 200;
      const range = Math.min(wall, ground, 120) + 0.02 * (random() - 0.5);
      points[to] = c * range;
      points[to + 1] = s * range;
      points[to + 2] = slope * range;
      points[to + 3] = Math.floor(255 * random() * random());
    }
  }
  return encodeMessage("foxglove.PointCloud", {
    timestamp: stamp(at),
    frame_id: "lidar_top",
    pose: { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
    point_stride: 16,
    fields: ["x", "y", "z", "intensity"].map((name, i) => ({ name, offset: 4 * i, type: 7 })),
    data: new Uint8Array(points.buffer),
  });
}

/** Different pictures with as much texture as makes them 150 KB. */
async function pictureSet(count: number): Promise<Uint8Array[]> {
  const encoder = createJpegEncoder(77);
  const rgb = new Uint8Array(width * height * 3);
  return Array.from({ length: count }, (_, seed) => {
    const random = randomNumbers(seed + 100);
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0; x < width; x++, to += 3) {
        const shape = 90 + 60 * Math.sin((x + 97 * seed) / 60) * Math.cos(y / 45) + 30 * (((x >> 6) ^ (y >> 6)) & 1);
        const grain = 15.2 * (random() - 0.5);
        rgb[to] = shape + grain;
        rgb[to + 1] = shape * 0.9 + grain;
        rgb[to + 2] = shape * 0.7 + 20 + grain;
      }
    }
    return encoder.encode(rgb, width, height);
  });
}
