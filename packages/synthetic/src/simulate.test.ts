import { createHash } from "node:crypto";
import { McapIndexedReader } from "@mcap/core";
import { decompress, isLoaded } from "@foxglove/wasm-zstd";
import { millisecondsBetween, timestampNs, type TimestampNs } from "@sweepmark/geometry";
import { labelFileToText, parseLabelFile } from "@sweepmark/schema";
import { decode as decodeJpeg } from "jpeg-js";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";
import { beforeAll, describe, expect, it } from "vitest";
import { cameras } from "./rig.ts";
import { simulate } from "./simulate.ts";
import { run, type Run } from "./test-support.ts";

const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** One sweep and one image of each camera. */
const small = { seconds: 0.1, beams: 8, columns: 240 } as const;

interface Read {
  readonly topic: string;
  readonly logTime: TimestampNs;
  readonly at: TimestampNs;
  readonly value: Record<string, never>;
}

async function read(log: Uint8Array) {
  await isLoaded;
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(log.length),
      read: async (offset, length) => log.slice(Number(offset), Number(offset + length)),
    },
    decompressHandlers: { zstd: (bytes, size) => decompress(bytes, Number(size)) },
  });
  const types = new Map(
    [...reader.schemasById].map(([id, { name, data }]) => {
      const root = (
        protobuf.Root as unknown as { fromDescriptor(bytes: Uint8Array, options: { keepCase: boolean }): protobuf.Root }
      ).fromDescriptor(data, { keepCase: true });
      return [id, root.lookupType(name)] as const;
    }),
  );
  const messages: Read[] = [];
  for await (const { channelId, logTime, data } of reader.readMessages()) {
    const { topic, schemaId } = reader.channelsById.get(channelId)!;
    const type = types.get(schemaId)!;
    const value = type.toObject(type.decode(data), { longs: String, defaults: true }) as Record<string, never>;
    const stamp = value.timestamp as { seconds: string; nanos: number } | undefined;
    const at = timestampNs(stamp ? BigInt(stamp.seconds) * 1_000_000_000n + BigInt(stamp.nanos) : logTime);
    messages.push({ topic, logTime: timestampNs(logTime), at, value });
  }
  return { reader, messages };
}

describe("determinism (rule 1)", () => {
  it("the same seed gives the same bytes and truth, another seed does not", async () => {
    const [a, b, c] = [await run(small), await run(small), await run({ ...small, seed: 8 })];
    expect(sha(a.log)).toBe(sha(b.log));
    expect(labelFileToText(a.truth)).toBe(labelFileToText(b.truth));
    expect(sha(a.log)).not.toBe(sha(c.log));
    expect(labelFileToText(a.truth)).not.toBe(labelFileToText(c.truth));
  });

  it("says what is wrong with an option, and stops when told to", async () => {
    await expect(run({ beams: 1 })).rejects.toThrow("beams is 1; expected a whole number from 2 to 128");
    await expect(run({ seconds: Number.NaN })).rejects.toThrow("seconds is NaN");
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await expect(simulate(small, { write: async () => {} }, { onProgress, signal: controller.signal })).rejects.toThrow(
      "abort",
    );
  });
});

describe("the log", () => {
  let simulation: Run;
  let log: Awaited<ReturnType<typeof read>>;
  beforeAll(async () => {
    simulation = await run({ ...small, seconds: 0.3 });
    log = await read(simulation.log);
  }, 120_000);

  it("is chunked, zstd, indexed, with statistics and every topic (rule 2)", () => {
    const { statistics, chunkIndexes, channelsById } = log.reader;
    expect(chunkIndexes.every(({ compression }) => compression === "zstd")).toBe(true);
    expect(statistics!.messageCount).toBe(BigInt(log.messages.length));
    const counts = Object.fromEntries(
      [...channelsById.values()].map(({ id, topic }) => [topic, Number(statistics!.channelMessageCounts.get(id))]),
    );
    expect(counts).toEqual({
      "/tf_static": 1,
      "/tf": 31,
      "/lidar_top/points": 3,
      "/cam_front/calibration": 1,
      "/cam_left/calibration": 1,
      "/cam_right/calibration": 1,
      "/cam_front/compressed": 3,
      "/cam_left/compressed": 3,
      "/cam_right/compressed": 3,
    });
    expect(simulation.bytes).toBe(simulation.log.length);
  });

  it("stamps images a few milliseconds off the sweeps, and log times are later than stamps (rule 3)", () => {
    for (const { id, offsetNs } of cameras) {
      const images = log.messages.filter(({ topic }) => topic === `/${id}/compressed`);
      images.forEach(({ at }, i) =>
        expect(Math.abs(millisecondsBetween(simulation.sweeps[i].at, at) - offsetNs / 1e6)).toBeLessThan(0.5),
      );
    }
    for (const { topic, at, logTime } of log.messages)
      if (!/static|calibration/.test(topic)) expect(logTime).toBeGreaterThan(at);
    expect(log.messages.map(({ logTime }) => logTime)).toEqual(
      log.messages.map(({ logTime }) => logTime).toSorted((a, b) => Number(a - b)),
    );
  });

  it("has ego poses before the first and after the last stamp of any sensor", () => {
    const stamps = log.messages.filter(({ topic }) => /points|compressed/.test(topic)).map(({ at }) => at);
    const poses = log.messages.filter(({ topic }) => topic === "/tf").map(({ at }) => at);
    const by = (a: bigint, b: bigint) => Number(a - b);
    expect(poses[0]).toBeLessThan(stamps.toSorted(by)[0]);
    expect(poses[poses.length - 1]).toBeGreaterThan(stamps.toSorted(by)[stamps.length - 1]);
  });

  it("carries each sweep's points, rings, times and intensities", () => {
    const clouds = log.messages.filter(({ topic }) => topic === "/lidar_top/points");
    clouds.forEach(({ value }, frame) => {
      const cloud = value as unknown as {
        point_stride: number;
        fields: { name: string; offset: number; type: number }[];
        data: Uint8Array;
        frame_id: string;
      };
      const sweep = simulation.sweeps[frame];
      const view = new DataView(cloud.data.buffer, cloud.data.byteOffset, cloud.data.byteLength);
      const offset = Object.fromEntries(cloud.fields.map((field) => [field.name, field.offset]));
      expect(cloud.frame_id).toBe("lidar_top");
      expect(cloud.data.length).toBe(sweep.count * cloud.point_stride);
      const wrong: number[] = [];
      for (let i = 0; i < sweep.count; i++) {
        const from = i * cloud.point_stride;
        const same =
          view.getFloat32(from + offset.x, true) === sweep.positions[i * 3] &&
          view.getFloat32(from + offset.y, true) === sweep.positions[i * 3 + 1] &&
          view.getFloat32(from + offset.z, true) === sweep.positions[i * 3 + 2] &&
          view.getUint16(from + offset.ring, true) === sweep.ring[i] &&
          view.getUint32(from + offset.time_offset, true) === sweep.timeOffsetNs[i] &&
          view.getUint8(from + offset.intensity) === sweep.intensity[i];
        if (!same) wrong.push(i);
      }
      expect(sweep.count).toBeGreaterThan(500);
      expect(wrong).toEqual([]);
      expect(sweep.timeOffsetNs.every((t, i) => i === 0 || t >= sweep.timeOffsetNs[i - 1])).toBe(true);
      expect(Math.max(...sweep.timeOffsetNs)).toBeLessThan(1e8);
    });
  });

  it("holds pictures of the calibrated size that are not flat", () => {
    for (const { id, model } of cameras) {
      const { value } = log.messages.find(({ topic }) => topic === `/${id}/compressed`)!;
      const picture = decodeJpeg((value as unknown as { data: Uint8Array }).data, {
        useTArray: true,
        formatAsRGBA: false,
      });
      expect([picture.width, picture.height]).toEqual([model.width, model.height]);
      expect(new Set(picture.data).size).toBeGreaterThan(200);
      const { value: calibration } = log.messages.find(({ topic }) => topic === `/${id}/calibration`)!;
      expect(calibration).toMatchObject({
        width: model.width,
        height: model.height,
        frame_id: id,
        distortion_model: "plumb_bob",
      });
    }
  });

  it("the truth survives the native label form", () => {
    expect(parseLabelFile(labelFileToText(simulation.truth))).toEqual(simulation.truth);
    expect(simulation.truth.scene.frames.map(({ at }) => at)).toEqual(simulation.sweeps.map(({ at }) => at));
  });
});
