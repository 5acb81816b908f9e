import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkOracle } from "../../test-support/chunk-oracle.ts";
import { drive } from "../../test-support/drive.ts";
import { line, readAll, type Read } from "../../test-support/read-all.ts";
import { writeLog, type WriteOptions } from "../../test-support/write-log.ts";
import { LogError } from "../types.ts";

fc.configureGlobal({ seed: 20262 });

const messages = drive(8);
const all = messages.map(({ topic, logTime, data }) => line(topic, logTime, data));
const noSummary = {
  useStatistics: false,
  repeatChannels: false,
  repeatSchemas: false,
  useSummaryOffsets: false,
  useChunkIndex: false,
  useMessageIndex: false,
} as const;

/** Kinds of files that have to be scanned. */
const ways: Record<string, WriteOptions> = {
  zstd: { compression: "zstd", chunkSize: 5000, writer: noSummary },
  "lz4 with message indexes": { compression: "lz4", chunkSize: 5000, writer: { ...noSummary, useMessageIndex: true } },
  "not compressed": { chunkSize: 5000, writer: noSummary },
  "no chunks": { writer: { ...noSummary, useChunks: false } },
};

function overwritten(bytes: Uint8Array, at: number, patch: Uint8Array | readonly number[]): Uint8Array {
  const bad = bytes.slice();
  bad.set(patch, at);
  return bad;
}

const isNamed = ({ gaps, problems }: Read): boolean =>
  gaps.length > 0 &&
  gaps.every(
    ({ offset, endOffset, reason }) => offset < endOffset && problems.some(({ code }) => code === reason.code),
  );

describe("rule 18: what comes before and after the damage is read", () => {
  for (const [name, options] of Object.entries(ways)) {
    it(`a stretch of noise or zeros anywhere (${name})`, async () => {
      const bytes = await writeLog(messages, options);
      // Schemas and channels are said once, at the front: what is behind them needs them.
      const from = 8000;
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: from, max: bytes.length - 1000 }),
          fc.integer({ min: 20, max: 900 }),
          fc.boolean(),
          async (at, length, zeros) => {
            const patch = Uint8Array.from({ length }, (_, i) =>
              zeros ? 0 : (Math.imul(i + at, 2654435761) >>> 13) & 255,
            );
            const read = await readAll(overwritten(bytes, at, patch));
            const found = new Set(read.messages);
            const lost = all.filter((message) => !found.has(message));
            // A message without checksum may come out changed; none is made up beyond that.
            const wrong = read.messages.filter((message) => !all.includes(message));
            expect(wrong.length).toBeLessThanOrEqual(options.writer?.useChunks === false ? 2 : 0);
            if (lost.length > wrong.length) expect(isNamed(read)).toBe(true);
            // The first messages lie before any of it, the last ones behind it.
            expect(found.has(all[0])).toBe(true);
            expect(all.slice(-3).filter((message) => found.has(message)).length).toBeGreaterThan(
              at + length > bytes.length - 9000 ? -1 : 2,
            );
            for (const { from: start, to } of read.gaps)
              if (start !== undefined && to !== undefined) expect(start <= to).toBe(true);
          },
        ),
        { numRuns: 40 },
      );
    });
  }

  it("a wrong length of a chunk costs that chunk, and its gap has its bytes and its times", async () => {
    const bytes = await writeLog(messages, { compression: "zstd", chunkSize: 5000 });
    const { chunks, timesAt } = await chunkOracle(bytes);
    const bad = overwritten(bytes, bytes.length - 60, [1, 2, 3]); // no summary any more
    for (const length of [3, 0x7f_ff_ff, 1]) {
      const broken = overwritten(bad, chunks[3].from + 1, [length & 255, (length >> 8) & 255, length >> 16]);
      const read = await readAll(broken);
      expect(read.problems.map(({ code }) => code)).toContain("bad-summary");
      expect(read.gaps.length).toBe(1);
      expect(Number(read.gaps[0].offset)).toBe(chunks[3].from);
      expect(Number(read.gaps[0].endOffset)).toBe(chunks[3].to);
      const times = timesAt(3);
      // By the chunks around it: nothing outside is said to be lost.
      expect(read.gaps[0].from).toBe(timesAt(2).at(-1));
      expect(read.gaps[0].to).toBe(timesAt(4)[0]);
      expect(read.messages.length).toBe(all.length - times.length);
    }
  });

  it("messages inside a chunk without compression are read although its head is gone", async () => {
    const bytes = await writeLog(messages, { chunkSize: 20_000, writer: { ...noSummary, useMessageIndex: true } });
    const { chunks } = await chunkOracle(await writeLog(messages, { chunkSize: 20_000 }));
    const torn = await readAll(overwritten(bytes, chunks[1].from, new Uint8Array(30).fill(0xee)));
    expect(torn.messages.toSorted()).toEqual(all.toSorted());
    expect(torn.gaps.length).toBe(1);
    expect(Number(torn.gaps[0].endOffset - torn.gaps[0].offset)).toBeLessThan(80);
  });

  it("a damaged chunk of an indexed file is a gap with the times of its index", async () => {
    const bytes = await writeLog(messages, { compression: "zstd", chunkSize: 5000 });
    const { chunks, timesAt } = await chunkOracle(bytes);
    const read = await readAll(overwritten(bytes, chunks[2].to - 30, [1, 2, 3, 4]));
    expect(read.gaps).toMatchObject([
      {
        from: timesAt(2)[0],
        to: timesAt(2).at(-1),
        offset: BigInt(chunks[2].from),
        endOffset: BigInt(chunks[2].to),
        reason: { code: "damaged-chunk" },
      },
    ]);
    expect(read.messages.length).toBe(all.length - timesAt(2).length);
  });

  it("a file cut off says how much of it is readable, and is a gap to the end", async () => {
    const bytes = await writeLog(messages, { compression: "zstd", chunkSize: 5000 });
    const { chunks, timesAt } = await chunkOracle(bytes);
    const cut = chunks[4].from + 700;
    const read = await readAll(bytes.slice(0, cut));
    const before = [0, 1, 2, 3].flatMap((chunk) => timesAt(chunk));
    const seconds = (Number(before.at(-1)) - Number(before[0])) / 1e9;
    expect(read.problems).toMatchObject([
      { code: "truncated", params: { messages: before.length, size: String(cut), offset: String(chunks[4].from) } },
    ]);
    expect(read.problems[0].message).toContain(`${before.length} messages, ${seconds.toFixed(1)} s`);
    expect(read.gaps).toMatchObject([
      { from: before.at(-1), to: undefined, offset: BigInt(chunks[4].from), endOffset: BigInt(cut) },
    ]);
  });

  it("a record of an unknown kind is passed over with a note", async () => {
    const bytes = await writeLog(messages, ways["no chunks"]);
    const extra = Uint8Array.of(0x91, 3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3);
    const at = 8 + 9 + new DataView(bytes.buffer).getUint32(9, true);
    const more = new Uint8Array([...bytes.subarray(0, at), ...extra, ...bytes.subarray(at)]);
    const read = await readAll(more);
    expect(read.messages.toSorted()).toEqual(all.toSorted());
    expect(read.problems).toMatchObject([{ code: "unknown-record", severity: "note", offset: BigInt(at) }]);
    expect(read.gaps).toEqual([]);
  });

  it("a file whose first bytes are lost is read by its end", async () => {
    const bytes = await writeLog(messages, { compression: "zstd", chunkSize: 5000 });
    const read = await readAll(overwritten(bytes, 0, new Uint8Array(8)));
    expect(read.messages.toSorted()).toEqual(all.toSorted());
    expect(read.problems).toMatchObject([{ code: "bad-magic", severity: "warning" }]);
  });

  it("messages whose channel is lost are counted", async () => {
    const bytes = await writeLog(messages, ways["no chunks"]);
    // The first channel record follows the header and the first schema.
    let at = 8;
    const view = new DataView(bytes.buffer);
    while (bytes[at] !== 4) at += 9 + view.getUint32(at + 1, true);
    const read = await readAll(overwritten(bytes, at + 9, [77]));
    expect(read.problems).toMatchObject([{ code: "no-channel", params: { channels: 1 } }]);
  });
});

describe("rule 18: a search has an end", () => {
  it("however many false beginnings there are", async () => {
    const head = (await writeLog(messages, ways.zstd)).subarray(0, 12_000);
    // Chunk heads every 60 bytes, each claiming to reach far.
    const fake = new Uint8Array(200_000);
    const view = new DataView(fake.buffer);
    for (let at = 0; at + 60 < fake.length; at += 60) {
      fake[at] = 6;
      const length = fake.length - at - 9;
      view.setBigUint64(at + 1, BigInt(length), true);
      view.setBigUint64(at + 9 + 32, BigInt(length - 40), true);
    }
    const bytes = new Uint8Array([...head, ...fake]);
    try {
      const read = await readAll(bytes);
      expect(read.gaps.length).toBeGreaterThan(0);
      expect(read.gaps.length).toBeLessThan(10);
    } catch (error) {
      expect(error).toBeInstanceOf(LogError);
    }
  }, 20_000);
});
