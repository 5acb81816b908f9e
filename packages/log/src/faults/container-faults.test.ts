import { beforeAll, describe, expect, it } from "vitest";
import { cloud, drive, second, start } from "../../test-support/drive.ts";
import { openFaulty, refusal } from "../../test-support/fault.ts";
import { descriptorSet } from "../../test-support/foxglove.ts";
import { readerOf } from "../../test-support/ros.ts";
import {
  channelRecord,
  concat,
  logOf,
  messageRecord,
  op,
  placeOf,
  put,
  recordBytes,
  schemaRecord,
} from "../../test-support/surgery.ts";
import { writeLog, type WriteOptions } from "../../test-support/write-log.ts";
import { protobuf } from "../encodings/protobuf.ts";
import { defaultLimits } from "../limits.ts";
import { openLog } from "../open-log.ts";
import { bytesSource } from "../sources/bytes.ts";
import { LogError } from "../types.ts";

const messages = drive(6);
const noSummary = {
  repeatSchemas: false,
  repeatChannels: false,
  useStatistics: false,
  useSummaryOffsets: false,
  useChunkIndex: false,
  useMessageIndex: false,
} as const;
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const written = (options: WriteOptions = {}): Promise<Uint8Array> =>
  writeLog(messages, { chunkSize: 4000, ...options });

// The WebAssembly of zstd starts before arrays are watched.
beforeAll(async () => void (await openLog(bytesSource(await written({ compression: "zstd" }), "x"))));

/** A field of the n-th record of a kind, changed in place; `field`: bytes after the record's head. */
async function changed(opcode: number, nth: number, field: number, width: 4 | 8, value: bigint | number, how = {}) {
  const bytes = await written(how);
  return put(bytes, placeOf(bytes, opcode, nth) + 9 + field, width, value);
}

/** The checksum of the summary switched off: what is changed in it is then believed. */
const unchecked = (bytes: Uint8Array): Uint8Array => put(bytes, bytes.length - 12, 4, 0);

describe("A7: containers", () => {
  it("A7.1 an empty file", async () => {
    expect(await refusal(new Uint8Array(0))).toMatchObject({
      code: "empty-file",
      message: "log.mcap is empty (0 bytes).",
      hint: "The recording or the copy was not finished.",
    });
  });

  it("A7.2 another kind of file under the name of a log", async () => {
    for (const [bytes, what, hint] of [
      [text("#ROSBAG V2.0\nxxxx"), "it starts with '#ROSBAG V2.0', a ROS 1 bag.", /mcap convert/],
      [text("PK\u0003\u0004......."), "it starts with 'PK', a zip archive.", /Unpack it/],
      [text("SQLite format 3\0...."), "it starts with 'SQLite format 3', perhaps a ROS 2 bag.", /mcap convert/],
      [text("Dear diary, today"), "it starts with 'Dear diary, toda'.", /opens MCAP logs/],
      [text("\u001b[31mred\n"), "it starts with '·[31mred·'.", /opens MCAP logs/],
    ] as const) {
      const problem = await refusal(bytes);
      expect(problem).toMatchObject({ code: "not-mcap", message: `log.mcap is not an MCAP file: ${what}`, offset: 0n });
      expect(problem.hint).toMatch(hint);
    }
  });

  it("A7.3 cut off in the middle of a chunk: what comes before it opens", async () => {
    for (const compression of ["none", "zstd", "lz4"] as const) {
      const bytes = await written({ compression });
      const at = placeOf(bytes, op.chunk, 5);
      const { log, said, frames } = await openFaulty(bytes.slice(0, at + 300));
      const { message, hint, offset } = said("truncated");
      expect(message).toMatch(
        new RegExp(
          `^The file ends early, at byte ${at + 300}, inside the record that starts at byte ${at}\\. \\d+ messages, 0\\.\\d s, before it can be read\\.$`,
        ),
      );
      expect(hint).toBe("Copy the file again if there is a longer one; otherwise work with what is there.");
      expect(offset).toBe(BigInt(at));
      expect(log.info.gaps).toMatchObject([{ offset: BigInt(at), endOffset: BigInt(at + 300), to: undefined }]);
      expect(frames.length).toBeGreaterThan(1);
      expect(frames.length).toBeLessThan(6);
    }
  });

  it("A7.4 without its last byte, or without its footer", async () => {
    const bytes = await written();
    for (const end of [bytes.length - 1, bytes.length - 8 - 29]) {
      const { said, frames } = await openFaulty(bytes.slice(0, end));
      expect(said("truncated").message).toMatch(/^The file ends early, at byte \d+, inside the record /);
      expect(frames.length).toBe(6);
    }
  });

  it("A7.5 no summary and no index: the file is scanned, with progress, and can be left", async () => {
    const bytes = await written({ writer: noSummary });
    const { log, frames } = await openFaulty(bytes);
    expect([log.info.problems, frames.length]).toEqual([[], 6]);
    const progress: number[] = [];
    await openLog(bytesSource(bytes, "x"), { onProgress: ({ done, unit }) => unit === "bytes" && progress.push(done) });
    expect(progress.length).toBeGreaterThan(5);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const controller = new AbortController();
    const opening = openLog(bytesSource(bytes, "x"), {
      signal: controller.signal,
      onProgress: ({ done }) => done > bytes.length / 2 && controller.abort(),
    });
    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
  });

  it("A7.6 the checksum of the summary is wrong: it is named and made anew", async () => {
    const bytes = await written();
    const { log, said, frames } = await openFaulty(put(bytes, bytes.length - 12, 4, 0x1234));
    expect(said("bad-summary")).toMatchObject({
      severity: "warning",
      message: expect.stringMatching(
        /^The summary at the end of the file cannot be used: The checksum of the summary at byte \d+ does not fit it\. The whole file was read instead\.$/,
      ) as string,
      hint: "`mcap recover` writes a file with a new summary, which opens at once.",
    });
    expect([log.info.frames.length, frames.length]).toEqual([6, 6]);
  });

  it("A7.7 the checksum of a chunk is wrong: its messages are left out, its time is a gap", async () => {
    const bytes = await changed(op.chunk, 4, 24, 4, 0x1234);
    const at = placeOf(bytes, op.chunk, 4);
    const { log, said, frames } = await openFaulty(bytes);
    expect(said("damaged-chunk")).toMatchObject({
      message: `The checksum of the chunk at byte ${at} does not fit its content.`,
      offset: BigInt(at),
    });
    expect(log.info.gaps).toMatchObject([{ offset: BigInt(at), reason: { code: "damaged-chunk" } }]);
    const [gap] = log.info.gaps;
    expect(gap.from! < gap.to!).toBe(true);
    expect(frames.length).toBeGreaterThanOrEqual(4);
  });

  it("A7.8 a flipped bit inside a compressed chunk: the same", async () => {
    for (const compression of ["zstd", "lz4"] as const) {
      const bytes = await written({ compression });
      const at = placeOf(bytes, op.chunk, 3);
      bytes[at + 9 + 300] ^= 4;
      const { said, frames } = await openFaulty(bytes);
      expect(said("damaged-chunk").message).toMatch(
        new RegExp(
          `^The (checksum of the chunk at byte ${at} does not fit its content|chunk at byte ${at} cannot be decompressed \\(${compression}\\).*)\\.$`,
        ),
      );
      expect(frames.length).toBeGreaterThanOrEqual(4);
    }
  });

  it("A7.9 a compression that is not known", async () => {
    const bytes = await written({
      writer: { compressChunk: (data) => ({ compression: "xyz", compressedData: data.slice() }) },
    });
    const { log, said } = await openFaulty(bytes);
    expect(said("unknown-compression")).toMatchObject({
      message: expect.stringMatching(
        /^The chunk at byte \d+ is compressed by 'xyz'; zstd, lz4 and none can be read\.$/,
      ) as string,
      hint: "Rewrite the log with `mcap compress`.",
    });
    // Its topics and times are known all the same.
    expect(log.info.topics.length).toBeGreaterThan(3);
  });

  it("A7.10 a record of 2^63 − 1 bytes: not asked for; the next record is looked for", async () => {
    const bytes = await written({ writer: noSummary });
    const at = placeOf(bytes, op.chunk, 3);
    const { said, frames, log } = await openFaulty(put(bytes, at + 1, 8, (1n << 63n) - 1n));
    expect(said("damaged").message).toMatch(
      new RegExp(
        `^At byte ${at} the record \\(opcode 6\\) declares 9223372036854775807 bytes; the limit is 1073741824\\. Nothing can be read up to byte \\d+ \\(\\d+ bytes\\)\\.$`,
      ),
    );
    expect(log.info.gaps.length).toBe(1);
    expect(frames.length).toBeGreaterThanOrEqual(4);
  });

  it("A7.11 a chunk of the summary beyond the end of the file: no read is issued for it", async () => {
    for (const [field, value] of [
      [24, 1n << 40n],
      [16, (1n << 64n) - 1n],
      [16, 1n << 62n],
    ] as const) {
      const bytes = unchecked(await changed(op.chunkIndex, 1, field, 8, value));
      const { said, frames } = await openFaulty(bytes);
      expect(said("bad-summary").message).toMatch(
        /The summary names a chunk of \d+ bytes at byte \d+, outside the file\. The whole file was read instead\.$/,
      );
      expect(frames.length).toBe(6);
    }
  });

  it("A7.12 a chunk that declares 1.5 GB: the limit is named, nothing is allocated", async () => {
    for (const how of [{ compression: "zstd" }, { compression: "zstd", writer: noSummary }] as const) {
      let bytes = await changed(op.chunk, 2, 16, 8, 1_500_000_000, how);
      const at = placeOf(bytes, op.chunk, 2);
      if (!("writer" in how)) {
        const index = placeOf(bytes, op.chunkIndex, 2);
        bytes = unchecked(put(bytes, index + 9 + chunkIndexTail(bytes, index), 8, 1_500_000_000));
      }
      const { said, frames } = await openFaulty(bytes);
      expect(said("chunk-too-large")).toMatchObject({
        message: expect.stringMatching(
          new RegExp(`^The chunk at byte ${at} declares 1500000000 bytes from \\d+; the limit is 268435456\\.$`),
        ) as string,
        hint: "Rewrite the log with smaller chunks.",
      });
      expect(frames.length).toBeGreaterThanOrEqual(4);
    }
  });

  it("A7.13 an honest bomb: 300 MiB of zeros, and 20 MiB out of next to nothing", async () => {
    // The sizes are true, whatever the bytes are: they are not even asked for.
    const zeros = { ...messages[0], topic: "/zeros", schema: "", data: new Uint8Array(20 * 1024 * 1024) };
    const bytes = await writeLog([...messages, zeros], { compression: "zstd", chunkSize: 4000 });
    const { said, frames } = await openFaulty(bytes);
    expect(said("chunk-too-large")).toMatchObject({
      message: expect.stringMatching(/declares 2097\d+ bytes from \d+, more than 1000 times as many\.$/) as string,
      hint: "No sensor data compresses like that: the file is damaged or hostile.",
    });
    expect(frames.length).toBe(6);
  });

  it("A7.14 a chunk whose content is shorter or longer than it declares", async () => {
    for (const compression of ["zstd", "lz4"] as const) {
      for (const more of [-10, 10]) {
        let bytes = await written({ compression, writer: noSummary });
        const at = placeOf(bytes, op.chunk, 3) + 9;
        const declared = new DataView(bytes.buffer).getUint32(at + 16, true);
        // Without a checksum: the length alone must tell.
        bytes = put(put(bytes, at + 16, 8, declared + more), at + 24, 4, 0);
        const { said, frames } = await openFaulty(bytes);
        expect(said("damaged-chunk").message).toMatch(
          new RegExp(`^The chunk at byte ${at - 9} cannot be decompressed \\(${compression}\\)`),
        );
        expect(frames.length).toBeGreaterThanOrEqual(4);
      }
    }
  });

  it("A7.15 messages out of order are sorted, and counted; chunks that overlap are not believed", async () => {
    const { log, said, frames } = await openFaulty(await writeLog(messages.toReversed(), { chunkSize: 4000 }));
    expect(said("not-in-order").message).toMatch(
      /^The messages of .*'\/lidar\/points'.* are not in order of time in the file, at \d+ places; they are read in order\.$/,
    );
    expect(frames.map(({ at }) => at)).toEqual(frames.map(({ at }) => at).toSorted((a, b) => Number(a - b)));
    expect(log.info.frames.length).toBe(6);

    const bytes = await written();
    const [first, second2] = [placeOf(bytes, op.chunk, 0), placeOf(bytes, op.chunk, 1)];
    // The first chunk's index says that its message indexes go on into the second chunk.
    const index = placeOf(bytes, op.chunkIndex, 0);
    const view = new DataView(bytes.buffer);
    const mapBytes = view.getUint32(index + 9 + 32, true);
    const overlapping = unchecked(put(bytes, index + 9 + 36 + mapBytes, 8, second2 - first));
    const overlap = await openFaulty(overlapping);
    expect(overlap.said("bad-summary").message).toMatch(
      new RegExp(
        `It names a chunk at byte ${first} that goes on to byte \\d+, and one at byte ${second2}, inside it\\.`,
      ),
    );
    expect(overlap.frames.length).toBe(6);
  });

  it("A7.16 one channel number for two topics: the first counts", async () => {
    const bytes = logOf([
      { opcode: op.header, content: new Uint8Array(8) },
      schemaRecord(1, "foxglove.PointCloud", "protobuf", descriptorSet),
      channelRecord(1, 1, "/lidar"),
      messageRecord(1, start, cloud("/lidar", start).data),
      channelRecord(1, 1, "/other"),
      messageRecord(1, start + second, cloud("/lidar", start + second).data),
    ]);
    const { said, frames } = await openFaulty(bytes);
    expect(said("two-channels").message).toMatch(
      /^Channel 1 is said twice: '\/lidar', then '\/other' at byte \d+\. The first is used\.$/,
    );
    expect(frames.length).toBe(2);
  });

  it("A7.17 messages of a channel that is nowhere described", async () => {
    const bytes = logOf([
      { opcode: op.header, content: new Uint8Array(8) },
      schemaRecord(1, "foxglove.PointCloud", "protobuf", descriptorSet),
      channelRecord(1, 1, "/lidar"),
      messageRecord(1, start, cloud("/lidar", start).data),
      messageRecord(7, start, Uint8Array.of(1)),
      messageRecord(8, start, Uint8Array.of(1)),
    ]);
    const { said, frames } = await openFaulty(bytes);
    expect(said("no-channel").message).toBe("2 messages belong to channels that the file does not describe (7, 8).");
    expect(frames.length).toBe(1);
  });

  it("A7.18 a channel without schema, or with one that is not there: its topic is listed, and named", async () => {
    const bytes = logOf([
      { opcode: op.header, content: new Uint8Array(8) },
      schemaRecord(1, "foxglove.PointCloud", "protobuf", descriptorSet),
      channelRecord(1, 1, "/lidar"),
      channelRecord(2, 0, "/bare"),
      channelRecord(3, 99, "/lost"),
      ...[1, 2, 3].map((id) => messageRecord(id, start, cloud("/lidar", start).data)),
    ]);
    const { log, said, frames } = await openFaulty(bytes);
    expect(log.info.topics.map(({ topic, schemaName, role }) => [topic, schemaName, role])).toEqual([
      ["/bare", "", "other"],
      ["/lidar", "foxglove.PointCloud", "lidar"],
      ["/lost", "", "other"],
    ]);
    expect(said("no-schema").message).toBe("The schema 99 of '/lost' is not in the file; the topic cannot be decoded.");
    expect(frames.length).toBe(1);
  });

  it("A7.19 a hundred thousand channels, a schema of a gigabyte: the limits are named", async () => {
    const few = { maxChannels: 3, maxSchemaBytes: 10_000 };
    const channels = Array.from({ length: 5 }, (_, i) => channelRecord(i + 1, 1, `/t${i}`));
    const start1 = [
      { opcode: op.header, content: new Uint8Array(8) },
      schemaRecord(1, "foxglove.PointCloud", "protobuf", descriptorSet),
    ];
    const { said, frames } = await openFaulty(
      logOf([...start1, ...channels, messageRecord(1, start, cloud("/t0", start).data)]),
      { limits: few },
    );
    expect(said("too-many-channels").message).toBe("The log has more than 3 channels.");
    expect(frames.length).toBe(1);
    const large = await openFaulty(
      logOf([
        ...start1,
        channelRecord(1, 1, "/lidar"),
        schemaRecord(2, "large", "protobuf", new Uint8Array(10_001)),
        messageRecord(1, start, cloud("/lidar", start).data),
      ]),
      { limits: few },
    );
    expect(large.said("schema-too-large").message).toMatch(
      /^The schema 'large' at byte \d+ has 10001 bytes.*limit is 10000 bytes\.$/,
    );
    expect(large.frames.length).toBe(1);
    // What a record only declares is not read.
    const liar = await openFaulty(
      concat(
        logOf([...start1, channelRecord(1, 1, "/lidar"), messageRecord(1, start, cloud("/lidar", start).data)]).slice(
          0,
          -50,
        ),
        put(recordBytes(schemaRecord(3, "liar", "protobuf", new Uint8Array(100))), 1, 8, 1_000_000_000),
      ),
    );
    expect(liar.said("damaged").message).toMatch(/the record \(opcode 3\) declares 1000000000 bytes; the limit is \d+/);
    expect(liar.frames.length).toBe(1);
  });

  it("A7.20 schemas that hold themselves, in every language", () => {
    const why = (run: () => unknown): string => {
      try {
        run();
      } catch (error) {
        return (error as LogError).problem.message;
      }
      return "nothing was thrown";
    };
    expect(why(() => readerOf("a/B", "a/B again", "ros1"))).toBe(
      "The schema 'a/B' cannot be understood: the type 'a/B' holds itself.",
    );
    expect(why(() => readerOf("a/B", "module a { struct B { B again; }; };", "idl"))).toMatch(
      /cannot be understood: the type '.*B' holds itself\.$/,
    );
    const chain = Array.from({ length: 100 }, (_, i) => `===\nMSG: a/L${i}\na/L${i + 1} of`).join("\n");
    expect(why(() => readerOf("a/Root", `a/L0 of\n${chain}\n===\nMSG: a/L100\nint8 x`, "ros2"))).toMatch(
      /cannot be understood: it nests deeper than 64 types\.$/,
    );
    expect(why(() => readerOf("a", "{}", "json").read(text("[".repeat(100) + "]".repeat(100))))).toMatch(
      /it nests too deep/,
    );
    // message Deep { Deep of = 1; } is allowed in protobuf: the message must not go on for ever.
    const set = encodeDeepSchema();
    const reader = protobuf.compile({ id: 1, name: "a.Deep", encoding: "protobuf", data: set }, defaultLimits);
    let nested = new Uint8Array(0);
    for (let i = 0; i < 66; i++) nested = part(1, nested);
    expect(why(() => reader.read(nested))).toMatch(/it nests deeper than 64 messages/);
  });

  it("A7.21 equal stamps, stamps that go back, stamps of 0 and of 2^63", async () => {
    const at = (i: number): bigint => start + (second * BigInt(i)) / 10n;
    const clouds = [0, 1, 2, 3].map((i) => cloud("/lidar", at(i), { at: at([0, 2, 2, 1][i]) }));
    const { log, said, frames } = await openFaulty(await writeLog(clouds));
    expect(said("stamps-not-rising").message).toBe(
      "The stamp of frame 2 is not after that of frame 1 ('/lidar'); so it is at 2 places.",
    );
    // Frames are in the order of recording, whatever their stamps.
    expect(log.info.frames.map(({ logTime }) => logTime)).toEqual([0, 1, 2, 3].map(at));
    expect(frames.map(({ at: stampOf }) => stampOf)).toEqual([0, 2, 2, 1].map(at));

    const zero = await openFaulty(await writeLog([0, 1].map((i) => cloud("/lidar", at(i), { at: 0n }))));
    expect(zero.said("no-stamp").message).toBe(
      "Sweeps of '/lidar' have no header stamp; the time when they were recorded stands in.",
    );
    expect(zero.frames.map(({ at: stampOf }) => stampOf)).toEqual([at(0), at(1)]);

    const late = [cloud("/lidar", at(0)), cloud("/lidar", 1n << 63n, { at: at(1) })];
    const beyond = await openFaulty(await writeLog(late));
    expect(beyond.said("times-beyond").message).toBe(
      "The log has messages recorded at 9223372036854775808 ns, after the year 2262; they are taken for the first ones.",
    );
    expect(beyond.frames.map(({ at: stampOf }) => stampOf).toSorted()).toEqual([at(0), at(1)]);
    expect(beyond.log.info.end).toBe((1n << 63n) - 1n);

    // Two sweeps recorded at the same time are two frames, in the file's order.
    const same = [1, 2].map((x) => cloud("/lidar", at(0), { at: at(x), points: [[x, 0, 0, 0]] }));
    const twins = await openFaulty(await writeLog(same));
    expect(twins.frames.map(({ sweeps }) => sweeps[0].positions[0])).toEqual([1, 2]);
  });

  it("A7.22 header stamps that are minutes away from the log's times: it says so, and which of them count", async () => {
    const late = second * 312n;
    const clouds = [0n, 1n].map((i) => cloud("/lidar", start + i * second + late, { at: start + i * second }));
    const { said, frames } = await openFaulty(await writeLog(clouds));
    expect(said("clocks-apart")).toMatchObject({
      severity: "warning",
      message: "The header stamps of '/lidar' are 312.0 s before the times at which the log recorded them.",
      hint: expect.stringMatching(
        /^The stamps count, here and in exports: .* let the log's times count instead/,
      ) as string,
    });
    expect(frames.map(({ at }) => at)).toEqual([start, start + second]);
    const recorded = await openFaulty(await writeLog(clouds), { clock: "log-times" });
    expect(recorded.said("clocks-apart")).toMatchObject({
      severity: "note",
      hint: "The log's times count, as was chosen.",
    });
    expect(recorded.frames.map(({ at }) => at)).toEqual([start + late, start + second + late]);
    const near = [0n, 1n].map((i) => cloud("/lidar", start + i * second + 5n * second, { at: start + i * second }));
    expect((await openFaulty(await writeLog(near))).log.info.problems.map(({ code }) => code)).not.toContain(
      "clocks-apart",
    );
  });
});

/** Position of uncompressedSize in a ChunkIndex record's content. */
function chunkIndexTail(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer);
  const mapBytes = view.getUint32(at + 9 + 32, true);
  const nameAt = 36 + mapBytes + 8;
  return nameAt + 4 + view.getUint32(at + 9 + nameAt, true) + 8;
}

const lengthOf = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...lengthOf(n >>> 7)]);
const part = (number: number, content: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat([Uint8Array.from([(number << 3) | 2, ...lengthOf(content.length)]), content]));

/** syntax = "proto3"; package a; message Deep { Deep of = 1; } */
function encodeDeepSchema(): Uint8Array {
  const field = concat(part(1, text("of")), Uint8Array.of(0x18, 1, 0x20, 1, 0x28, 11), part(6, text(".a.Deep")));
  return part(1, concat(part(2, text("a")), part(4, concat(part(1, text("Deep")), part(2, field)))));
}
