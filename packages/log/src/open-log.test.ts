import { fromYaw, project, transformPoint, invert, type Point, type Pose } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import {
  calibration,
  cloud,
  drive,
  image,
  message,
  second,
  start,
  transform,
  transforms,
} from "../test-support/drive.ts";
import { cloudMessage, encode, xyzi } from "../test-support/foxglove.ts";
import { writeLog, type TestMessage, type WriteOptions } from "../test-support/write-log.ts";
import { openLog, type OpenOptions } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import { LogError, type ByteSource, type LogReader } from "./types.ts";

async function open(
  messages: readonly TestMessage[],
  write: WriteOptions = {},
  options: OpenOptions = {},
): Promise<LogReader> {
  return await openLog(bytesSource(await writeLog(messages, write), "test.mcap"), options);
}

const codes = (problems: readonly { readonly code: string }[]): string[] => problems.map(({ code }) => code);

const expectPose = (found: Pose<"world", "ego"> | undefined, x: number, yaw: number): void => {
  found?.translation.forEach((v, i) => expect(v).toBeCloseTo([x, 0, 0][i], 6));
  found?.rotation.forEach((v, i) => expect(v).toBeCloseTo(fromYaw(yaw)[i], 6));
  expect(found).toBeDefined();
};

describe("a drive becomes frames", () => {
  for (const delayNs of [0n, 5n * second]) {
    it(`by header stamp, recorded ${delayNs / second} s late`, async () => {
      const log = await open(drive(20, delayNs), { compression: "zstd", chunkSize: 15_000 });
      expect(log.info).toMatchObject({
        lidarTopic: "/lidar/points",
        worldName: "map",
        egoName: "base_link",
        library: expect.stringContaining("test"),
        compression: ["zstd"],
      });
      expect(log.info.problems).toEqual([]);
      expect(log.info.frames).toHaveLength(20);
      expect(log.info.frames.map(({ exact }) => exact).filter(Boolean)).toHaveLength(1);
      // Estimated with the first frame's offset, which is the same for all here.
      expect(log.info.frames.map(({ at }) => at)).toEqual(
        Array.from({ length: 20 }, (_, i) => start + BigInt(i) * 100_000_000n + 3_000_000n),
      );
      for (const index of [0, 7, 19]) {
        const frame = await log.frame(index);
        const t = index / 10 + 0.003;
        expectPose(frame.worldFromEgo, 10 * t, 0.1 * t);
        expect(frame.problems).toEqual([]);
        expect(frame.sweeps[0]).toMatchObject({
          count: 400,
          frameId: "lidar",
          egoFromLidar: { translation: [1, 0, 2] },
        });
        const [picture] = frame.images;
        expect(picture).toMatchObject({ cameraId: "cam", at: frame.at + 7_000_000n, width: 64, height: 48 });
        // Rule 10: the camera moved on for 7 ms; its pose is that of its own stamp.
        const tc = t + 0.007;
        const worldFromEgo = { translation: [10 * tc, 0, 0], rotation: fromYaw(0.1 * tc) } as const;
        const lens = transformPoint(worldFromEgo, [2, 0, 1]);
        picture.worldFromCamera?.translation.forEach((v, i) => expect(v).toBeCloseTo(lens[i], 6));
        const ahead: Point<"world"> = transformPoint(worldFromEgo, [12, 0, 1]);
        const { model } = log.info.cameras[0];
        if (!model || !picture.worldFromCamera) throw new Error("no camera");
        project(model, transformPoint(invert(picture.worldFromCamera), ahead))?.forEach((v, i) =>
          expect(v).toBeCloseTo([32, 24][i], 6),
        );
      }
      await log.close();
    });
  }

  it("scan makes every entry exact and knows the offsets of the cameras", async () => {
    const log = await open(drive(12), { chunkSize: 9000 });
    const progress: number[] = [];
    const entries = await log.scan({ onProgress: ({ done }) => progress.push(done) });
    expect(entries.every(({ exact, pointCount }) => exact && pointCount === 400)).toBe(true);
    entries.forEach(({ worldFromEgo }, i) => expectPose(worldFromEgo, 10 * (i / 10 + 0.003), 0.1 * (i / 10 + 0.003)));
    expect(log.info.cameras[0].offsetsMs).toEqual({ min: 7, median: 7, max: 7, count: 12 });
    expect(progress).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(await log.scan()).toEqual(entries);
  });

  it("takes the image that is nearest by header stamp, where the log times say another", async () => {
    const messages: TestMessage[] = [];
    for (let i = 0; i < 6; i++) {
      const at = start + BigInt(i) * 100_000_000n;
      messages.push(cloud("/lidar/points", at));
      // Recorded 180 ms late: the image recorded at the sweep's time is two frames old.
      messages.push(image("/cam/compressed", at + 180_000_000n, at + 4_000_000n));
    }
    messages.sort((a, b) => (a.logTime < b.logTime ? -1 : 1));
    const log = await open(messages, { chunkSize: 1 });
    for (let i = 0; i < 6; i++) {
      const frame = await log.frame(i);
      expect(frame.images.map(({ at }) => at - frame.at)).toEqual([4_000_000n]);
    }
  });

  it("leaves out an image that is farther than half a frame and 25 ms, with a note", async () => {
    const messages = [0, 1, 2, 3].map((i) => cloud("/lidar/points", start + BigInt(i) * 100_000_000n));
    const log = await open([
      ...messages.slice(0, 1),
      image("/cam/compressed", start + 10_000_000n),
      ...messages.slice(1),
    ]);
    expect((await log.frame(0)).images).toHaveLength(1);
    const frame = await log.frame(1);
    expect(frame.images).toEqual([]);
    expect(frame.problems[0]).toMatchObject({
      code: "no-image-near",
      params: { topic: "/cam/compressed", offsetMs: -90 },
    });
  });

  it("adds the sweeps of the other lidars, the reference first; it is the one with the most messages", async () => {
    const messages = [0, 1, 2].flatMap((i) => {
      const at = start + BigInt(i) * 100_000_000n;
      return [...(i < 2 ? [cloud("/front/points", at)] : []), cloud("/top/points", at + 1n)];
    });
    const log = await open(messages);
    expect(log.info.lidarTopics).toEqual(["/top/points", "/front/points"]);
    expect((await log.frame(0)).sweeps.map(({ topic }) => topic)).toEqual(["/top/points", "/front/points"]);
    expect((await log.frame(2)).sweeps.map(({ topic }) => topic)).toEqual(["/top/points"]);
    expect((await open(messages, {}, { lidarTopic: "/front/points" })).info.frames).toHaveLength(2);
    await expect(open(messages, {}, { lidarTopic: "/rear" })).rejects.toThrow(
      /no readable lidar topic '\/rear'; found: '\/top\/points'/,
    );
  });

  it("of two lidars with as many messages, the one with more points is the reference", async () => {
    const log = await open([cloud("/a/points", start, { points: [[1, 1, 1, 1]] }), cloud("/b/points", start + 1n)]);
    expect(log.info.lidarTopic).toBe("/b/points");
  });

  it("the pose of a cloud's points in their space is part of egoFromLidar", async () => {
    const pose = { position: { x: 0, y: 0, z: 5 }, orientation: { x: 0, y: 0, z: 0, w: 1 } };
    const data = cloudMessage({ at: start, frameId: "lidar", stride: 16, fields: xyzi, points: [[1, 2, 3, 4]], pose });
    const log = await open([
      transforms("/tf_static", start, [{ at: start, parent: "base_link", child: "lidar", translation: [1, 0, 2] }]),
      message("/lidar/points", "PointCloud", start, data),
    ]);
    expect((await log.frame(0)).sweeps[0].egoFromLidar?.translation).toEqual([1, 0, 7]);
  });

  it("without a header stamp the time of recording stands in, and a problem says so", async () => {
    const log = await open([cloud("/lidar/points", start, { at: 0n })]);
    expect((await log.frame(0)).at).toBe(start);
    expect(codes(log.info.problems)).toContain("no-stamp");
  });
});

describe("rule 2: what is readable opens", () => {
  it("no lidar: no frames, and the topics that were found", async () => {
    const log = await open([image("/cam/compressed", start)]);
    expect(log.info).toMatchObject({ lidarTopic: undefined, frames: [] });
    expect(log.info.problems.find(({ code }) => code === "no-lidar")?.message).toMatch(
      /\/cam\/compressed \(foxglove.CompressedImage, protobuf\)/,
    );
    await expect(log.frame(0)).rejects.toThrow(LogError);
  });

  it("other encodings are named with topic and schema", async () => {
    const log = await open([
      { ...cloud("/lidar/points", start), encoding: "json", schemaEncoding: "jsonschema" },
      {
        topic: "/points",
        schema: "sensor_msgs/msg/PointCloud2",
        schemaEncoding: "ros2msg",
        encoding: "cdr",
        logTime: start,
        data: new Uint8Array(9),
      },
    ]);
    const unknown = log.info.problems.filter(({ code }) => code === "unknown-encoding");
    expect(unknown.map(({ params }) => [params?.topics, params?.encoding])).toEqual([
      ["/lidar/points", "json"],
      ["/points", "cdr"],
    ]);
    expect(unknown[1].message).toMatch(
      /'\/points' holds lidar data as 'sensor_msgs\/msg\/PointCloud2' in the encoding 'cdr'/,
    );
  });

  it("a schema that is not understood is named", async () => {
    const log = await open([{ ...cloud("/lidar/points", start), schemaData: Uint8Array.of(1, 2, 3) }]);
    expect(log.info.problems[0]).toMatchObject({ code: "bad-schema", topic: "/lidar/points" });
  });

  it("a camera without calibration, or with one that is all zeros, has no model", async () => {
    const zeros = calibration("/b/calibration", start, { K: Array(9).fill(0) });
    const log = await open([
      cloud("/lidar/points", start),
      image("/a/compressed", start),
      image("/b/compressed", start),
      zeros,
    ]);
    expect(log.info.cameras.map(({ id, model }) => [id, model])).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
    expect(codes(log.info.problems).toSorted()).toEqual([
      "bad-calibration",
      "camera-without-calibration",
      "lidar-is-ego",
      "missing-transform",
    ]);
    expect((await log.frame(0)).images).toHaveLength(2);
  });

  it("a lens model that is not known is named", async () => {
    const log = await open([
      cloud("/lidar/points", start),
      calibration("/cam/calibration", start, { distortion_model: "cylinder", D: [1] }),
    ]);
    expect(log.info.problems.find(({ code }) => code === "unknown-distortion")?.message).toMatch(
      /'cylinder' with 1 coefficients/,
    );
  });

  it("a rectified picture takes P, without distortion, turned by R", async () => {
    const c = Math.SQRT1_2;
    const info = calibration("/cam/camera_info", start, {
      D: [0.1, 0, 0, 0, 0],
      P: [70, 0, 30, 0, 0, 71, 20, 0, 0, 0, 1, 0],
      R: [c, 0, -c, 0, 1, 0, c, 0, c],
    });
    const still = transforms("/tf_static", start, [
      { at: start, parent: "base_link", child: "lidar" },
      { at: start, parent: "base_link", child: "camera" },
    ]);
    const log = await open([still, cloud("/lidar/points", start), info, image("/cam/image_rect", start)]);
    expect(log.info.cameras[0].model).toMatchObject({ fx: 70, fy: 71, cx: 30, cy: 20, distortion: { kind: "none" } });
    const [picture] = (await log.frame(0)).images;
    // R turns camera into rectified: the pose turns back.
    const seen = picture.worldFromCamera && transformPoint(picture.worldFromCamera, [0, 0, 1]);
    seen?.forEach((v, i) => expect(v).toBeCloseTo([c, 0, c][i], 9));
    const raw = await open([still, cloud("/lidar/points", start), info, image("/cam/image_raw", start)]);
    expect(raw.info.cameras[0].model).toMatchObject({ fx: 50, distortion: { kind: "brown" } });
  });

  it("a calibration is also found by its frame_id", async () => {
    const log = await open([
      cloud("/lidar/points", start),
      image("/pictures/left", start, start, "/left_optical"),
      calibration("/info/left", start, { frame_id: "left_optical" }),
    ]);
    expect(log.info.cameras).toMatchObject([{ id: "pictures", calibrationTopic: "/info/left", model: { fx: 50 } }]);
  });

  it("no transform from a camera: nothing is projected, and the spaces that were found are named", async () => {
    const log = await open([
      transforms("/tf_static", start, [{ at: start, parent: "base_link", child: "lidar" }]),
      cloud("/lidar/points", start),
      image("/cam/compressed", start),
      calibration("/cam/calibration", start),
    ]);
    const frame = await log.frame(0);
    expect(frame.images[0].worldFromCamera).toBeUndefined();
    expect(frame.problems[0].message).toBe(
      "There is no transform from 'camera' to 'base_link'; found: 'base_link', 'lidar'.",
    );
  });

  it("ego poses that stop: extrapolated for 200 ms, then a problem in each frame", async () => {
    const messages = drive(20).filter(({ topic, logTime }) => topic !== "/tf" || logTime <= start + second);
    const log = await open(messages, { chunkSize: 8000 });
    expect((await log.frame(11)).problems).toEqual([]);
    const late = await log.frame(15);
    expect(late.problems.map(({ code, severity }) => `${severity} ${code}`)).toContain("error transform-gap");
    expectPose(late.worldFromEgo, 10, 0.1);
  });

  it("ego poses that begin late are still found, and missed in the frames before them", async () => {
    const messages = drive(40).filter(({ topic, logTime }) => topic !== "/tf" || logTime >= start + 2n * second);
    const log = await open(messages, { chunkSize: 8000 });
    expect(log.info).toMatchObject({ worldName: "map", egoName: "base_link" });
    expect((await log.frame(0)).problems.map(({ code }) => code)).toContain("transform-gap");
    expectPose((await log.frame(30)).worldFromEgo, 30.03, 0.3003);
    expect((await log.frame(30)).problems).toEqual([]);
  });

  it("a damaged chunk costs the frames in it", async () => {
    const bytes = await writeLog(drive(10), { chunkSize: 1 });
    const whole = await openLog(bytesSource(bytes, "x"));
    const { positions } = (await whole.frame(4)).sweeps[0];
    // x, y, z of the first point lie in a row in the file too.
    const at = Buffer.from(bytes).indexOf(Buffer.from(positions.buffer, 0, 12));
    const bad = bytes.slice();
    bad[at] ^= 1;
    const log = await openLog(bytesSource(bad, "x"));
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => log.frame(i)));
    expect(results.map(({ status }) => status === "fulfilled")).toEqual(Array.from({ length: 10 }, (_, i) => i !== 4));
    const reason: unknown = results[4].status === "rejected" ? results[4].reason : undefined;
    expect(reason).toBeInstanceOf(LogError);
    expect((reason as LogError).problem).toMatchObject({
      code: "damaged-chunk",
      topic: "/lidar/points",
      offset: expect.any(BigInt),
    });
    const entries = await log.scan();
    expect(entries.filter(({ exact }) => !exact).map(({ index }) => index)).toEqual([4]);
    expect(codes(log.info.problems)).toEqual(["damaged-chunk"]);
  });

  it("if the first sweep is damaged, the next one tells what is ego", async () => {
    const bytes = await writeLog(drive(5), { chunkSize: 1 });
    const { positions } = (await (await openLog(bytesSource(bytes, "x"))).frame(0)).sweeps[0];
    bytes[Buffer.from(bytes).indexOf(Buffer.from(positions.buffer, 0, 12))] ^= 1;
    const log = await openLog(bytesSource(bytes, "x"));
    expect(log.info).toMatchObject({ worldName: "map", egoName: "base_link" });
    expect(log.info.frames.map(({ exact }) => exact)).toEqual([false, true, false, false, false]);
  });

  it("damaged message indexes are made anew from the file, under the same identity", async () => {
    const bytes = await writeLog(drive(10), { chunkSize: 9000 });
    const whole = await openLog(bytesSource(bytes, "x"));
    const bad = bytes.slice();
    // The first message-index record after the first chunk: opcode 7, then its length and channel.
    const at = Buffer.from(bytes).indexOf(Buffer.from([7, 22, 0, 0, 0, 0, 0, 0, 0]));
    expect(at).toBeGreaterThan(0);
    bad[at] = 0x55;
    const log = await openLog(bytesSource(bad, "x"));
    expect(codes(log.info.problems)).toEqual(["bad-index"]);
    expect(log.info.digest).toBe(whole.info.digest);
    expect((await log.scan()).map(({ at: stamp }) => stamp)).toEqual(
      (await whole.scan()).map(({ at: stamp }) => stamp),
    );
  });
});

function counting(source: ByteSource) {
  const counted = { bytes: 0 };
  const read: ByteSource["read"] = (offset, length, signal) => {
    counted.bytes += Number(length);
    return source.read(offset, length, signal);
  };
  return { counted, source: { ...source, read } };
}

describe("rule 4: reading is only what is asked for", () => {
  it("opening reads the summary, the message indexes and the first frame's chunks", async () => {
    const bytes = await writeLog(drive(300), { chunkSize: 30_000 });
    const { counted, source } = counting(bytesSource(bytes, "x"));
    const log = await openLog(source);
    expect(log.info.frames).toHaveLength(300);
    // 1 KiB head, 16 KiB tail, two chunks and their like; the indexes are 16 bytes a message.
    const indexBytes = 1000 * 16 + log.info.frames.length * 60;
    expect(counted.bytes).toBeLessThan(1024 + 16_384 + 70_000 + indexBytes);
    expect(bytes.length).toBeGreaterThan(10 * counted.bytes);
    const before = counted.bytes;
    await log.frame(0);
    expect(counted.bytes).toBe(before);
    await log.frame(150);
    expect(counted.bytes - before).toBeLessThan(120_000);
  });

  it("an abort rejects with AbortError, at opening, in a frame and in a scan", async () => {
    const bytes = await writeLog(drive(30), { chunkSize: 8000 });
    const aborted = AbortSignal.abort();
    await expect(openLog(bytesSource(bytes, "x"), { signal: aborted })).rejects.toMatchObject({ name: "AbortError" });
    const log = await openLog(bytesSource(bytes, "x"));
    await expect(log.frame(20, { signal: aborted })).rejects.toMatchObject({ name: "AbortError" });
    const controller = new AbortController();
    const scan = log.scan({ signal: controller.signal, onProgress: ({ done }) => done === 5 && controller.abort() });
    await expect(scan).rejects.toMatchObject({ name: "AbortError" });
    expect((await log.scan()).every(({ exact }) => exact)).toBe(true);
  });

  it("poses are those of the nearest samples, although others around were read before", async () => {
    const messages: TestMessage[] = [
      transforms("/tf_static", start, [{ at: start, parent: "base_link", child: "lidar" }]),
    ];
    const x = (at: bigint): number => (Number(at - start) / 1e9) ** 2;
    for (let i = 0; i < 6; i++) {
      const at = start + BigInt(i) * 100_000_000n;
      for (const [topic, stamp] of [
        ["/lidar/points", at],
        ["/cam/compressed", at + 40_000_000n],
      ] as const) {
        messages.push(
          transform("/tf", stamp, { at: stamp, parent: "map", child: "base_link", translation: [x(stamp), 0, 0] }),
        );
        messages.push(topic === "/lidar/points" ? cloud(topic, stamp) : image(topic, stamp, stamp, "base_link"));
      }
    }
    const log = await open(messages, { chunkSize: 1 });
    // Frames 0 and 4 first: their poses bracket those of frame 2, but are far from them.
    for (const index of [0, 4, 2]) {
      const frame = await log.frame(index);
      expect(frame.worldFromEgo.translation[0]).toBe(x(frame.at));
      expect(frame.images.map(({ at, worldFromCamera }) => worldFromCamera?.translation[0] === x(at))).toEqual([true]);
    }
  });

  it("transforms in an own late chunk are fetched when a frame needs them", async () => {
    const messages = drive(8);
    const late = messages.filter(({ topic }) => topic === "/tf");
    const log = await open([...messages.filter(({ topic }) => topic !== "/tf"), ...late], { chunkSize: 4000 });
    const frame = await log.frame(5);
    expectPose(frame.worldFromEgo, 10 * 0.503, 0.1 * 0.503);
  });
});

it("identity: the same content has the same digest, whatever it is called; other content another", async () => {
  const a = await writeLog(drive(3));
  const b = await writeLog(drive(4));
  const digest = async (bytes: Uint8Array, name: string) => (await openLog(bytesSource(bytes, name))).info.digest;
  expect(await digest(a, "a.mcap")).toBe(await digest(a, "renamed.mcap"));
  expect(await digest(a, "a.mcap")).not.toBe(await digest(b, "a.mcap"));
  expect(await digest(a, "a.mcap")).toMatch(/^sha256:[0-9a-f]{64}$/);
});

it("FrameTransform topics with one message are static, whatever they are called", async () => {
  const log = await open([
    transform("/calibration/lidar", start, { at: start, parent: "base_link", child: "lidar", translation: [0, 0, 2] }),
    cloud("/lidar/points", start + 5n * second),
  ]);
  expect(log.info.transforms).toEqual([{ parent: "base_link", child: "lidar", static: true }]);
  expect((await log.frame(0)).sweeps[0].egoFromLidar?.translation).toEqual([0, 0, 2]);
});

it("empty fields of a message fall back to protobuf's defaults, and are then named", async () => {
  const log = await open([message("/lidar/points", "PointCloud", start, encode("PointCloud", {}))]);
  await expect(log.frame(0)).rejects.toThrow(/no field 'x', 'y', 'z'; found: nothing/);
});
