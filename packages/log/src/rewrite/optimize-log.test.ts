import { existsSync, readdirSync, readFileSync } from "node:fs";
import zstd from "@foxglove/wasm-zstd";
import { McapWriter } from "@mcap/core";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { allRecords, byIndexes, type AllRecords } from "../../test-support/all-records.ts";
import { chunkOracle } from "../../test-support/chunk-oracle.ts";
import { cloud, drive, image, message, points, start } from "../../test-support/drive.ts";
import { writeLog, type TestMessage, type WriteOptions } from "../../test-support/write-log.ts";
import { openLog } from "../open-log.ts";
import { bytesSource } from "../sources/bytes.ts";
import type { Frame } from "../types.ts";
import type { ChunkCompression } from "./lane-writer.ts";
import { compressLz4 } from "./lz4-frame.ts";
import { optimizeLog, type OptimizeOptions, type OptimizeReport } from "./optimize-log.ts";

const conformance = new URL("../../../../../shared/data/conformance", import.meta.url).pathname;

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

beforeAll(() => zstd.isLoaded);

const compressions: Record<string, ChunkCompression> = {
  zstd: { name: "zstd", compress: (bytes) => zstd.compress(bytes) },
  lz4: { name: "lz4", compress: compressLz4 },
  none: { name: "", compress: (bytes) => bytes },
};

interface Optimized {
  readonly bytes: Uint8Array;
  readonly report: OptimizeReport;
}

async function optimized(inputs: readonly Uint8Array[], options: Partial<OptimizeOptions> = {}): Promise<Optimized> {
  const parts: Uint8Array[] = [];
  const report = await optimizeLog(
    inputs.map((bytes, i) => bytesSource(bytes, `${i}.mcap`)),
    { write: (bytes) => Promise.resolve(void parts.push(bytes.slice())) },
    { compression: compressions.zstd, ...options },
  );
  return { bytes: Uint8Array.from(Buffer.concat(parts)), report };
}

async function framesOf(bytes: Uint8Array): Promise<Frame[]> {
  const log = await openLog(bytesSource(bytes, "test.mcap"));
  const frames: Frame[] = [];
  for (const { index } of log.info.frames) frames.push(await log.frame(index));
  return frames;
}

const twoLidars = (frames: number): TestMessage[] =>
  drive(frames).flatMap((each) =>
    each.topic === "/lidar/points"
      ? [each, cloud("/lidar_rear/points", each.logTime + 1n, { points: points(300, 1) })]
      : [each],
  );

describe("rule R1: a log can be rewritten with chunks by topic", () => {
  it.each(Object.keys(compressions))(
    "gives each lidar and camera chunks of its own, and the same frames: %s",
    async (name) => {
      const input = await writeLog(twoLidars(12), { compression: "zstd", chunkSize: 60_000 });
      const { bytes, report } = await optimized([input], { compression: compressions[name] });
      expect(report.problems).toEqual([]);
      const [before, after] = [await allRecords(input), await allRecords(bytes)];
      expect(after.messages).toEqual(before.messages);
      const alone = ["/cam/compressed", "/lidar/points", "/lidar_rear/points"];
      for (const topics of after.chunkTopics)
        if (topics.some((topic) => alone.includes(topic))) expect(topics).toHaveLength(1);
      expect(after.chunkTopics).toContainEqual(["/cam/calibration", "/tf", "/tf_static"]);
      expect(await framesOf(bytes)).toEqual(await framesOf(input));
      expect(report.lanes.map(({ topics }) => topics)).toEqual([
        ["/tf", "/tf_static", "/cam/calibration"],
        ["/lidar/points"],
        ["/lidar_rear/points"],
        ["/cam/compressed"],
      ]);
    },
  );

  const inputs = fc.record({
    messages: fc.array(
      fc.record({
        topic: fc.constantFrom("/a", "/b", "/lidar", "/cam", "/blob"),
        time: fc.bigInt({ min: 0n, max: 20_000_000_000n }),
        // Now and then a large one: its topic leaves the small ones.
        size: fc.oneof({ weight: 9, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.constant(40_000) }),
        seed: fc.nat(255),
      }),
      { maxLength: 60 },
    ),
    input: fc.constantFrom<WriteOptions>(
      { chunkSize: 2000 },
      { chunkSize: 50_000, compression: "zstd" },
      { chunkSize: 500, compression: "lz4" },
      { writer: { useChunks: false } },
      { writer: { useMessageIndex: false, useChunkIndex: false, repeatChannels: false, useStatistics: false } },
    ),
    compression: fc.constantFrom(...Object.values(compressions)),
    chunkBytes: fc.constantFrom(1, 1000, 100_000),
    openBytes: fc.constantFrom(2000, 1_000_000),
  });
  const schemaOf: Record<string, string> = {
    "/lidar": "foxglove.PointCloud",
    "/cam": "foxglove.CompressedImage",
    "/a": "",
  };

  it("carries the same messages, whatever they are and however they were written, and indexes all of them", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async ({ messages, input, compression, chunkBytes, openBytes }) => {
        const said = messages.map(({ topic, time, size, seed }): TestMessage => {
          const data = Uint8Array.from({ length: size }, (_, i) => (i * seed) % 251);
          return { topic, schema: schemaOf[topic] ?? "test.Any", logTime: time, data };
        });
        const bytes = await writeLog(said, input);
        const { bytes: output, report } = await optimized([bytes], { compression, chunkBytes, openBytes });
        expect(report.problems).toEqual([]);
        const [before, after] = [await allRecords(bytes), await allRecords(output)];
        expect(after.messages).toEqual(before.messages);
        const indexed = await byIndexes(output);
        expect(indexed.messages).toHaveLength(said.length);
        expect(indexed.statistics?.messageCount).toBe(BigInt(said.length));
        expect(report.messages).toBe(BigInt(said.length));
        // One message, or no more than was wanted (with the schemas and channels that come before it, 1 kB each).
        for (const { messages: count, bytes: size } of after.chunks)
          if (count > 1) expect(size).toBeLessThanOrEqual(chunkBytes + 4000);
      }),
      { numRuns: 60 },
    );
  });

  it("closes chunks by time: 0.4 s of a sensor, 5 s of what is small", async () => {
    const { bytes } = await optimized([await writeLog(drive(120))], { compression: compressions.none });
    const { chunks, chunkTopics } = await allRecords(bytes);
    const longest = (topic: string) =>
      chunks.reduce((most, { spanNs }, i) => (chunkTopics[i].includes(topic) && spanNs > most ? spanNs : most), 0n);
    expect(longest("/lidar/points")).toBe(400_000_000n);
    expect(longest("/cam/compressed")).toBe(400_000_000n);
    expect(longest("/tf")).toBeGreaterThan(4_900_000_000n);
    expect(longest("/tf")).toBeLessThanOrEqual(5_000_000_000n);
  });

  it("carries channel metadata, attachments, metadata records, profile and library", async () => {
    const input = await withSides();
    const { bytes, report } = await optimized([input], { library: "test rewriter" });
    const [before, after] = [await allRecords(input), await allRecords(bytes)];
    expect(after).toMatchObject({
      messages: before.messages,
      attachments: before.attachments,
      metadata: before.metadata,
    });
    expect(after.attachments).toHaveLength(2);
    const indexed = await byIndexes(bytes);
    expect(indexed).toMatchObject({
      metadata: ["drive", "weather"],
      header: { profile: "ros2", library: "test rewriter; recorder 3" },
    });
    expect(indexed.attachments.toSorted()).toEqual((await byIndexes(input)).attachments.toSorted());
    expect(report).toMatchObject({ attachments: 2, metadata: 2, problems: [] });
  });

  it.skipIf(!existsSync(conformance))(
    "carries all of every file of the conformance suite (skipped where absent)",
    async () => {
      const files = readdirSync(conformance, { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".mcap"),
      );
      expect(files).toHaveLength(416);
      for (const file of files) {
        const input = new Uint8Array(readFileSync(`${conformance}/${file}`));
        const { bytes, report } = await optimized([input]);
        const words = ({ messages, attachments, metadata }: AllRecords) => ({ file, messages, attachments, metadata });
        expect(words(await allRecords(bytes))).toEqual(words(await allRecords(input)));
        expect({ file, problems: report.problems }).toEqual({ file, problems: [] });
      }
    },
  );

  it("decompresses 2.5 times less for a sweep than mixed chunks of 4 MiB do", async () => {
    const heavy = Array.from({ length: 20 }, (_, i) => start + BigInt(i) * 100_000_000n).flatMap((at, i) => [
      message("/lidar/points", "PointCloud", at, noise(1_000_000, i)),
      ...["/l", "/m", "/r"].map((topic, k) =>
        message(topic, "CompressedImage", at + 5n, noise(150_000, 50 + 3 * i + k)),
      ),
    ]);
    const input = await writeLog(heavy, { chunkSize: 4 * 1024 * 1024, compression: "zstd" });
    const { bytes } = await optimized([input]);
    const cost = async (file: Uint8Array): Promise<number> => {
      const [oracle, { chunks }] = [await chunkOracle(file), await allRecords(file)];
      const times = oracle.timesOf("/lidar/points");
      const each = times.map((time) =>
        oracle.holding("/lidar/points", [time]).reduce((sum, i) => sum + chunks[i].bytes, 0),
      );
      return each.reduce((sum, size) => sum + size, 0) / times.length;
    };
    expect((await cost(input)) / (await cost(bytes))).toBeGreaterThan(2.5);
  });

  it("stores chunks that do not shrink", async () => {
    const pictures = Array.from({ length: 8 }, (_, i) =>
      message("/cam", "CompressedImage", BigInt(i), noise(50_000, i)),
    );
    const { bytes } = await optimized([await writeLog(pictures)]);
    expect(await allRecords(bytes)).toMatchObject({ chunks: [{ messages: 8 }] });
    const log = await openLog(bytesSource(bytes, "test.mcap"));
    expect(log.info.compression).toEqual(["none"]);
  });
});

describe("rule R2: several logs become one", () => {
  it("as if they had been one: split by time, by sensor, or given in another order", async () => {
    const all = drive(10);
    const whole = (await allRecords(await writeLog(all))).messages;
    const middle = start + 500_000_000n;
    const halves = [all.filter(({ logTime }) => logTime < middle), all.filter(({ logTime }) => logTime >= middle)];
    const sensors = [
      all.filter(({ topic }) => topic !== "/lidar/points"),
      all.filter(({ topic }) => topic === "/lidar/points"),
    ];
    // Sequence numbers count anew in each file.
    const bare = (messages: ReadonlyMap<string, readonly string[]>) =>
      new Map([...messages].map(([topic, list]) => [topic, list.map((each) => each.replace(/^\d+ /, ""))]));
    for (const parts of [halves, halves.toReversed(), sensors]) {
      const files = await Promise.all(parts.map((messages) => writeLog(messages, { chunkSize: 5000 })));
      const { bytes, report } = await optimized(files);
      expect(report.problems).toEqual([]);
      expect(bare((await allRecords(bytes)).messages)).toEqual(bare(whole));
      expect(await framesOf(bytes)).toHaveLength(10);
    }
  });

  it("channels of one id but different topics get ids of their own", async () => {
    const files = [
      await writeLog([cloud("/front", start), image("/cam", start + 1n)]),
      await writeLog([image("/cam", start + 2n), cloud("/rear", start + 3n)]),
    ];
    const { bytes } = await optimized(files);
    const { messages } = await allRecords(bytes);
    expect([...messages].map(([topic, list]) => [topic, list.length]).toSorted()).toEqual([
      ["/cam", 2],
      ["/front", 1],
      ["/rear", 1],
    ]);
    const log = await openLog(bytesSource(bytes, "test.mcap"));
    expect(log.info.topics.map(({ topic, messageCount }) => [topic, messageCount])).toEqual([
      ["/cam", 2],
      ["/front", 1],
      ["/rear", 1],
    ]);
  });
});

describe("rule R3: what is damaged is said, the rest is carried", () => {
  const all = drive(8);
  const write = () => writeLog(all, { chunkSize: 20_000, compression: "zstd" });
  const count = (bytes: Uint8Array) => allRecords(bytes).then(({ messages }) => [...messages.values()].flat().length);

  it("a damaged chunk costs its messages, even the one that says the channels", async () => {
    const input = await write();
    const { chunks } = await chunkOracle(input);
    for (const [i, { from, to }] of chunks.entries()) {
      const bad = input.slice();
      bad[Math.floor((from + to) / 2)] ^= 0x55;
      const { bytes, report } = await optimized([bad]);
      const codes = report.problems.map(({ code }) => code);
      expect({ i, codes }).toEqual({ i, codes: ["damaged-chunk", "messages-missing"] });
      expect(report.problems[0].offset).toBe(BigInt(from));
      expect(await count(bytes)).toBe(all.length - (await countIn(input, i)));
    }
  });

  it("a damaged length is passed over", async () => {
    const input = await write();
    const { chunks } = await chunkOracle(input);
    const bad = input.slice();
    bad[chunks[1].from + 7] = 0x7f;
    const { bytes, report } = await optimized([bad]);
    expect(report.problems.map(({ code }) => code)).toEqual(["damaged", "messages-missing"]);
    expect(report.problems[0].message).toMatch(
      new RegExp(`^At byte ${chunks[1].from} the record .* declares .* The \\d+ bytes up to byte \\d+ are left out`),
    );
    expect(await count(bytes)).toBe(all.length - (await countIn(input, 1)));
  });

  it("loose messages: one whose length is damaged is left out, those behind it are not", async () => {
    const input = await writeLog(all, { writer: { useChunks: false } });
    const data = all[10].data;
    const at = Buffer.from(input).indexOf(Buffer.from(data)) - 22 - 8;
    const bad = input.slice();
    bad[at] ^= 0x40;
    const { bytes, report } = await optimized([bad]);
    expect(report.problems.map(({ code }) => code)).toEqual(["damaged", "messages-missing"]);
    const words = ({ messages }: AllRecords) => [...messages.values()].flat().map((each) => each.replace(/^\d+ /, ""));
    const [before, after] = [words(await allRecords(input)), words(await allRecords(bytes))];
    expect(after.length).toBeGreaterThanOrEqual(before.length - 4);
    expect(after.length).toBeLessThan(before.length);
    expect(after.filter((each) => !before.includes(each))).toEqual([]);
  });

  it("a file that is cut off is carried up to there", async () => {
    const input = await write();
    const { chunks } = await chunkOracle(input);
    const { bytes, report } = await optimized([input.slice(0, chunks[2].to - 5)]);
    expect(report.problems.map(({ code }) => code)).toEqual(["damaged", "truncated"]);
    expect(await count(bytes)).toBe((await countIn(input, 0)) + (await countIn(input, 1)));
  });

  it("never does anything but give a whole file or a LogError, whatever the bytes", async () => {
    const input = await writeLog(drive(2), { chunkSize: 3000, compression: "lz4" });
    await fc.assert(
      fc.asyncProperty(fc.nat(input.length - 1), fc.nat(255), fc.nat(input.length), async (at, value, cut) => {
        const bad = input.slice(0, cut);
        if (at < cut) bad[at] = value;
        try {
          const { bytes, report } = await optimized([bad]);
          expect(BigInt(await count(bytes))).toBe(report.messages);
        } catch (error) {
          expect(error).toMatchObject({ name: "LogError" });
        }
      }),
      { numRuns: 150 },
    );
  });

  async function countIn(input: Uint8Array, chunk: number): Promise<number> {
    return (await allRecords(input)).chunks[chunk].messages;
  }
});

it("is aborted between two reads", async () => {
  const input = await writeLog(drive(8), { chunkSize: 2000 });
  const controller = new AbortController();
  let calls = 0;
  const onProgress = () => void (++calls === 3 && controller.abort());
  await expect(optimized([input], { signal: controller.signal, onProgress })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(calls).toBe(3);
});

/** Bytes that do not compress. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length }, () => (state = Math.imul(state, 1664525) + 1013904223) >>> 24);
}

async function withSides(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0n;
  const writer = new McapWriter({
    writable: {
      position: () => size,
      write: (bytes) => {
        parts.push(bytes.slice());
        size += BigInt(bytes.length);
        return Promise.resolve();
      },
    },
    chunkSize: 100,
  });
  await writer.start({ profile: "ros2", library: "recorder 3" });
  const schemaId = await writer.registerSchema({
    name: "test.Any",
    encoding: "jsonschema",
    data: new Uint8Array([123, 125]),
  });
  const metadata = new Map([["qos", "- reliable"]]);
  const channelId = await writer.registerChannel({ schemaId, topic: "/any", messageEncoding: "json", metadata });
  await writer.addMetadata({ name: "drive", metadata: new Map([["city", "Lund"]]) });
  for (let sequence = 7; sequence < 12; sequence++) {
    const logTime = BigInt(sequence);
    await writer.addMessage({
      channelId,
      sequence,
      logTime,
      publishTime: logTime - 3n,
      data: new Uint8Array([123, 125]),
    });
    if (sequence < 9) {
      const data = noise(sequence === 7 ? 10 : 2_500_000, sequence);
      await writer.addAttachment({
        name: `${sequence}.bin`,
        mediaType: "application/x-test",
        logTime,
        createTime: 1n,
        data,
      });
    }
  }
  await writer.addMetadata({ name: "weather", metadata: new Map() });
  await writer.end();
  return Uint8Array.from(Buffer.concat(parts));
}
