import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drive, start } from "../../test-support/drive.ts";
import { compressLz4Frame } from "../../test-support/lz4-writer.ts";
import { writeLog, type WriteOptions } from "../../test-support/write-log.ts";
import { line, readAll } from "../../test-support/read-all.ts";
import { defaultLimits, type Limits } from "../limits.ts";
import { ProblemList } from "../problem.ts";
import { bytesSource } from "../sources/bytes.ts";
import { checkedSource } from "../sources/checked.ts";
import { LogError } from "../types.ts";
import { MessageFile } from "./message-file.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

const messages = drive(6);
const expected = messages.map(({ topic, logTime, data }) => line(topic, logTime, data)).toSorted();

describe("rule 1: the same messages whichever way the file is read", () => {
  const ways: Record<string, WriteOptions> = {
    "indexed, not compressed": {},
    "indexed, zstd": { compression: "zstd", chunkSize: 20_000 },
    "indexed, lz4": { compression: "lz4", chunkSize: 20_000 },
    "one chunk a message": { chunkSize: 1 },
    "no message index": { chunkSize: 20_000, writer: { useMessageIndex: false } },
    "no chunk index": { chunkSize: 20_000, compression: "zstd", writer: { useChunkIndex: false } },
    "no channels in the summary": { chunkSize: 20_000, writer: { repeatChannels: false, repeatSchemas: false } },
    "no chunks": { writer: { useChunks: false } },
    "no summary at all": {
      writer: {
        useChunks: false,
        repeatChannels: false,
        repeatSchemas: false,
        useStatistics: false,
        useSummaryOffsets: false,
        useChunkIndex: false,
        useAttachmentIndex: false,
        useMetadataIndex: false,
      },
    },
  };
  for (const [name, options] of Object.entries(ways)) {
    it(name, async () => {
      const read = await readAll(await writeLog(messages, options));
      expect(read.messages.toSorted()).toEqual(expected);
      expect(read.problems).toEqual([]);
    });
  }

  it("in order of log time, even where they were written in another", async () => {
    const read = await readAll(await writeLog(messages.toReversed(), { chunkSize: 3000 }));
    expect(read.messages.toSorted()).toEqual(expected);
    const times = read.messages.map((line) => BigInt(line.split(" ")[1]));
    expect(times.every((time, i) => i === 0 || time >= times[i - 1])).toBe(true);
  });
});

describe("rule 2: damage stays where it is", () => {
  it("a flipped byte in any chunk costs that chunk, and is named with its offset", async () => {
    for (const compression of ["none", "zstd", "lz4"] as const) {
      const bytes = await writeLog(messages, { compression, chunkSize: 8000 });
      const source = await checkedSource(bytesSource(bytes, "x"));
      const file = await MessageFile.open(source, { limits: defaultLimits, problems: new ProblemList() });
      const chunk = file.contents.chunks[2];
      const bad = bytes.slice();
      bad[Number(chunk.offset) + chunk.bytes - 40] ^= 0x20;
      const read = await readAll(bad);
      const [index] = await file.indexes([[...file.contents.channels.keys()]]);
      const lost = index.chunks.filter((at) => at === 2).length;
      expect(read.messages.length).toBe(expected.length - lost);
      expect(lost).toBeGreaterThan(0);
      expect(read.problems.map(({ code, offset }) => [code, offset])).toEqual([["damaged-chunk", chunk.offset]]);
    }
  });

  it("a wrong summary is rebuilt from the file", async () => {
    const bytes = await writeLog(messages, { chunkSize: 8000 });
    const bad = bytes.slice();
    bad[bad.length - 200] ^= 1;
    const read = await readAll(bad);
    expect(read.messages.toSorted()).toEqual(expected);
    expect(read.problems.map(({ code }) => code)).toEqual(["bad-summary"]);
  });

  it("a file cut off anywhere gives all whole chunks before the cut, or a LogError", async () => {
    const bytes = await writeLog(messages, { compression: "zstd", chunkSize: 4000 });
    const whole = await readAll(bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        try {
          const read = await readAll(bytes.subarray(0, length));
          expect(read.messages).toEqual(whole.messages.slice(0, read.messages.length));
          expect(read.problems.map(({ code }) => code)).toEqual(["truncated"]);
          expect(read.problems[0].offset).toBeLessThanOrEqual(BigInt(length));
        } catch (error) {
          if (!(error instanceof LogError)) throw error;
          expect(length).toBeLessThan(8);
          expect(error.problem.code).toBe(length === 0 ? "empty-file" : "not-mcap");
        }
      }),
      { numRuns: 60 },
    );
  });

  it("any byte changed to anything: messages, problems or a LogError, and an end", async () => {
    const bytes = await writeLog(messages.slice(0, 20), { compression: "lz4", chunkSize: 3000 });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(255), async (at, a, b) => {
        const bad = bytes.slice();
        bad[at] = a;
        if (at + 1 < bad.length) bad[at + 1] = b;
        try {
          await readAll(bad);
        } catch (error) {
          expect(error).toBeInstanceOf(LogError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("rule 3: nothing is allocated that a limit forbids", () => {
  const reject = async (bytes: Uint8Array, limits: Partial<Limits> = {}) => (await readAll(bytes, limits)).problems;

  it("a chunk that declares more than the limit", async () => {
    const bytes = await writeLog(messages, { chunkSize: 8000, compression: "zstd" });
    const problems = await reject(bytes, { maxChunkBytes: 5000 });
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["chunk-too-large"]));
    expect(problems[0].message).toMatch(/limit is 5000/);
  });

  it("a chunk that grows too much", async () => {
    const zeros = [{ ...messages[0], data: new Uint8Array(300_000) }];
    const bytes = await writeLog(zeros, { compression: "zstd" });
    const problems = await reject(bytes, { ratioFreeBytes: 100_000, maxRatio: 50 });
    expect(problems.map(({ code }) => code)).toEqual(["chunk-too-large"]);
    expect((await readAll(bytes, { maxRatio: 50 })).messages.length).toBe(1);
  });

  it("a compression that is not known is named", async () => {
    const bytes = await writeLog(messages, {
      writer: { compressChunk: (data) => ({ compression: "xyz", compressedData: compressLz4Frame(data) }) },
    });
    const problems = await reject(bytes);
    expect(problems[0]).toMatchObject({ code: "unknown-compression", params: { compression: "xyz" } });
  });

  it("too many messages", async () => {
    await expect(readAll(await writeLog(messages), { maxMessages: 10 })).rejects.toThrow(/more than 10 messages/);
  });
});

describe("what is not an MCAP says what it is", () => {
  const text = (s: string): Uint8Array => new TextEncoder().encode(s);
  for (const [bytes, code, words] of [
    [new Uint8Array(0), "empty-file", /0 bytes/],
    [text("#ROSBAG V2.0\nabc"), "not-mcap", /ROS 1 bag/],
    [text("PK\u0003\u0004xxxxxxxxxxxxx"), "not-mcap", /zip/],
    [text("SQLite format 3\u0000"), "not-mcap", /ROS 2 bag/],
    [text("hello"), "not-mcap", /starts with 'hello'/],
  ] as const) {
    it(`${code}: ${String(words)}`, async () => {
      const error: unknown = await readAll(bytes).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(LogError);
      expect((error as LogError).problem.code).toBe(code);
      expect((error as LogError).message).toMatch(words);
    });
  }
});

it("starts at the log's own times", async () => {
  const source = await checkedSource(bytesSource(await writeLog(messages), "x"));
  const { contents } = await MessageFile.open(source, { limits: defaultLimits, problems: new ProblemList() });
  expect(contents.startTime).toBe(start - 100_000_000n);
});
