import { existsSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { chunkOracle, type ChunkOracle, type Range } from "../test-support/chunk-oracle.ts";
import { drive } from "../test-support/drive.ts";
import { writeLog } from "../test-support/write-log.ts";
import { decompress } from "./mcap/compression.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import type { ByteSource, LogReader } from "./types.ts";

/** Counts, not clocks: rule 4 and the promises of speed that can be counted. */
vi.mock(import("./mcap/compression.ts"), async (original) => {
  const real = await original();
  return { ...real, decompress: vi.fn(real.decompress) };
});
const decompressions = vi.mocked(decompress);
beforeEach(() => {
  decompressions.mockClear();
});

/** A log with every read written down, and with the chunks that a frame's messages lie in, by the reference library. */
interface Subject {
  readonly source: ByteSource;
  readonly reads: Range[];
  readonly oracle: ChunkOracle;
  /** Chunks of what holds at all times: static transforms and calibrations. */
  readonly constant: readonly number[];
  chunksOf(index: number): readonly number[];
}

interface Topics {
  readonly lidar: string;
  readonly image?: string;
  readonly constant: readonly string[];
}

async function subject(bytes: Uint8Array, topics: Topics): Promise<Subject> {
  const oracle = await chunkOracle(bytes);
  const plain = bytesSource(bytes, "counted.mcap");
  const reads: Range[] = [];
  const source: ByteSource = {
    ...plain,
    read(offset, length, signal) {
      reads.push({ from: Number(offset), to: Number(offset + length) });
      return plain.read(offset, length, signal);
    },
  };
  const poses = oracle.timesOf("/tf");
  const around = (at: bigint): bigint[] =>
    [poses.findLast((time) => time <= at), poses.find((time) => time >= at)].filter((time) => time !== undefined);
  return {
    source,
    reads,
    oracle,
    constant: distinct(topics.constant.flatMap((topic) => oracle.holding(topic, oracle.timesOf(topic)))),
    chunksOf(index) {
      const sweepAt = oracle.timesOf(topics.lidar)[index];
      const images = topics.image === undefined ? [] : [oracle.timesOf(topics.image)[index]];
      return distinct([
        ...oracle.holding(topics.lidar, [sweepAt]),
        ...(topics.image === undefined ? [] : oracle.holding(topics.image, images)),
        ...oracle.holding("/tf", [sweepAt, ...images].flatMap(around)),
      ]);
    },
  };
}

const distinct = (numbers: readonly number[]): number[] => [...new Set(numbers)].toSorted((a, b) => a - b);

/** The chunks that were read; what was read beside them must be nothing but whole chunks. */
function chunksRead({ reads, oracle }: Subject): number[] {
  const found = reads.map(({ from, to }) => oracle.chunks.findIndex((chunk) => chunk.from === from && chunk.to === to));
  expect(found).not.toContain(-1);
  return found.toSorted((a, b) => a - b);
}

async function opened(s: Subject): Promise<LogReader> {
  const log = await openLog(s.source, { cacheBytes: 1 });
  s.reads.length = 0;
  decompressions.mockClear();
  return log;
}

function checks(make: () => Promise<Subject>): void {
  it("opening reads head, summary, the message indexes once, and the chunks of the first frame once", async () => {
    const s = await make();
    await openLog(s.source);
    const { indexes, chunks, summary } = s.oracle;
    const isSame = (a: Range) => (b: Range) => a.from === b.from && a.to === b.to;
    const ofIndexes = s.reads.filter((read) => indexes.some(isSame(read)));
    const ofChunks = s.reads.filter((read) => chunks.some(isSame(read)));
    const rest = s.reads.filter((read) => !ofIndexes.includes(read) && !ofChunks.includes(read));
    expect(ofIndexes.length).toBe(indexes.length);
    expect(new Set(ofIndexes.map(({ from }) => from)).size).toBe(indexes.length);
    expect(ofChunks.map(({ from }) => chunks.findIndex((c) => c.from === from)).toSorted((a, b) => a - b)).toEqual(
      distinct([...s.constant, ...s.chunksOf(0)]),
    );
    expect(decompressions).toHaveBeenCalledTimes(ofChunks.length);
    // One KiB at the start; at the end 16 KiB in one piece, and the summary itself where it is longer.
    const [head, ...tail] = rest;
    expect(head).toEqual({ from: 0, to: 1024 });
    const end = { from: summary.to - 16_384, to: summary.to };
    const longer = summary.from < end.from ? [{ from: summary.from, to: summary.to - 12 }] : [];
    expect(tail).toEqual([end, ...longer]);
  });

  it("the first frame is there when the log is open: it costs no read and no decompression", async () => {
    const s = await make();
    const log = await opened(s);
    await log.frame(0);
    expect(s.reads).toEqual([]);
    expect(decompressions).not.toHaveBeenCalled();
  });

  it("the first frame's arrays are handed out once: who comes back to it gets its own", async () => {
    const log = await opened(await make());
    const first = await log.frame(0);
    await log.frame(1);
    const again = await log.frame(0);
    expect(again).toEqual(first);
    expect(again.sweeps[0].positions.buffer).not.toBe(first.sweeps[0].positions.buffer);
  });

  it("a step to any frame decompresses exactly the chunks of its messages that were not there", async () => {
    const s = await make();
    const known = [...s.constant, ...s.chunksOf(0)];
    const { frames } = await opened(s).then(({ info }) => info);
    let whole = 0;
    for (const { index } of frames) {
      const log = await opened(s);
      const frame = await log.frame(index);
      expect(frame.problems).toEqual([]);
      const expected = s.chunksOf(index).filter((chunk) => !known.includes(chunk));
      expect([index, ...chunksRead(s)]).toEqual([index, ...expected]);
      expect(decompressions).toHaveBeenCalledTimes(expected.length);
      whole += expected.length;
    }
    expect(whole).toBeGreaterThan(frames.length / 4);
  });

  it("all frames in order decompress each of their chunks once", async () => {
    const s = await make();
    const log = await opened(s);
    for (const { index } of log.info.frames) await log.frame(index);
    const known = [...s.constant, ...s.chunksOf(0)];
    const expected = distinct(log.info.frames.flatMap(({ index }) => s.chunksOf(index)));
    expect(chunksRead(s)).toEqual(expected.filter((chunk) => !known.includes(chunk)));
    expect(decompressions).toHaveBeenCalledTimes(s.reads.length);
  });

  it("a step within chunks that are there decompresses none and reads nothing", async () => {
    const s = await make();
    const log = await opened(s);
    const index = log.info.frames.length >> 1;
    await log.frame(index);
    const first = await log.frame(index - 1);
    s.reads.length = 0;
    decompressions.mockClear();
    // The budget of one byte has dropped the frame: it is decoded anew, out of the chunks.
    const again = await log.frame(index);
    expect(again.sweeps[0].positions.buffer).not.toBe(first.sweeps[0].positions.buffer);
    expect(s.reads).toEqual([]);
    expect(decompressions).not.toHaveBeenCalled();
  });

  it("a cached frame reads nothing, decompresses nothing, and is the same object", async () => {
    const s = await make();
    const log = await openLog(s.source);
    const held = [];
    for (const { index } of log.info.frames) held.push(await log.frame(index));
    s.reads.length = 0;
    decompressions.mockClear();
    for (const frame of held) expect(await log.frame(frame.index)).toBe(frame);
    expect(s.reads).toEqual([]);
    expect(decompressions).not.toHaveBeenCalled();
  });
}

describe("rule 4: what is read and decompressed, on a log like the demo (about three frames in two chunks, zstd)", () => {
  let bytes: Uint8Array | undefined;
  checks(async () => {
    bytes ??= await writeLog(drive(60), { compression: "zstd", chunkSize: 10_000 });
    return await subject(bytes, {
      lidar: "/lidar/points",
      image: "/cam/compressed",
      constant: ["/tf_static", "/cam/calibration"],
    });
  });

  it("frames of one chunk share its decompression", async () => {
    bytes ??= await writeLog(drive(60), { compression: "zstd", chunkSize: 10_000 });
    const big = await writeLog(drive(60), { compression: "zstd", chunkSize: 60_000 });
    const s = await subject(big, { lidar: "/lidar/points", image: "/cam/compressed", constant: ["/tf_static"] });
    const index = [...Array(59).keys()].find(
      (i) => s.chunksOf(i).join() === s.chunksOf(i + 1).join() && !s.chunksOf(i).includes(0),
    );
    if (index === undefined) throw new Error("no two frames share a chunk");
    const log = await opened(s);
    await log.frame(index);
    expect(decompressions).toHaveBeenCalledTimes(s.chunksOf(index).length);
    decompressions.mockClear();
    await log.frame(index + 1);
    expect(decompressions).not.toHaveBeenCalled();
  });
});

describe("rule 4: what is read and decompressed, where each message has a chunk of its own", () => {
  let bytes: Uint8Array | undefined;
  checks(async () => {
    bytes ??= await writeLog(drive(12), { compression: "zstd", chunkSize: 1 });
    return await subject(bytes, {
      lidar: "/lidar/points",
      image: "/cam/compressed",
      constant: ["/tf_static", "/cam/calibration"],
    });
  });
});

const kitti = new URL("../../../../shared/data/kitti_tracking_0000_full_f000.foxglove.mcap", import.meta.url);

describe.skipIf(!existsSync(kitti))("rule 4 on KITTI tracking 0000 (skipped where ../shared is absent)", () => {
  let bytes: Uint8Array | undefined;
  checks(async () => {
    bytes ??= new Uint8Array(readFileSync(kitti));
    return await subject(bytes, {
      lidar: "/velodyne/points",
      constant: ["/tf_static", "/camera_02/calibration"],
    });
  });
});
