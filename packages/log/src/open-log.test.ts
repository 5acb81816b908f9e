import { fromYaw, invert, project, transformPoint, type Point } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { cloud, drive, image, message, second, start, transform, transforms } from "../test-support/drive.ts";
import { cloudMessage, xyzi } from "../test-support/foxglove.ts";
import { codes, expectPose, open } from "../test-support/open.ts";
import { writeLog, type TestMessage } from "../test-support/write-log.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import type { ByteSource } from "./types.ts";

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

  it("a pose between two samples takes both, although the one after it lies in a chunk that nothing else needs", async () => {
    const x = (at: bigint): number => (Number(at - start) / 1e9) ** 2;
    const messages: TestMessage[] = [
      transforms("/tf_static", start, [{ at: start, parent: "base_link", child: "lidar" }]),
    ];
    for (let i = 0; i < 20; i++) {
      const at = start + BigInt(i) * 50_000_000n;
      messages.push(transform("/tf", at, { at, parent: "map", child: "base_link", translation: [x(at), 0, 0] }));
      if (i % 2 === 1) messages.push(cloud("/lidar/points", at + 10_000_000n));
    }
    const log = await open(messages, { chunkSize: 1 });
    for (const index of [0, 5]) {
      const { at, worldFromEgo } = await log.frame(index);
      const before = at - 10_000_000n;
      const after = before + 50_000_000n;
      expect(worldFromEgo.translation[0]).toBeCloseTo(x(before) + 0.2 * (x(after) - x(before)), 12);
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
