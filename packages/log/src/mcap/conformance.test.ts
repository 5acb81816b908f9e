import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { variants } from "../../test-support/conformance.ts";
import { defaultLimits } from "../limits.ts";
import { ProblemList } from "../problem.ts";
import { bytesSource } from "../sources/bytes.ts";
import { checkedSource } from "../sources/checked.ts";
import type { Contents } from "./contents.ts";
import { MessageFile } from "./message-file.ts";
import {
  Cursor,
  magic,
  opcodes,
  parseChannel,
  parseChunk,
  parseChunkIndex,
  parseFooter,
  parseHeader,
  parseMessage,
  parseMessageIndex,
  parseSchema,
  parseStatistics,
} from "./records.ts";
import { scanForward } from "./scan-forward.ts";

/** "topic time content" of every message, sorted. */
const messagesOf = (read: readonly string[]): string[] => read.toSorted();

interface Read {
  readonly messages: readonly string[];
  readonly codes: readonly string[];
  readonly contents: Contents;
}

async function readFile(bytes: Uint8Array): Promise<Read> {
  const problems = new ProblemList();
  const source = await checkedSource(bytesSource(bytes, "x"));
  const file = await MessageFile.open(source, { limits: defaultLimits, problems });
  const [index] = await file.indexes([[...file.contents.channels.keys()]]);
  const messages: string[] = [];
  for (let i = 0; i < index.count; i++) {
    const { channelId, logTime, data } = await file.message(index, i);
    messages.push(`${file.contents.channels.get(channelId)?.topic} ${logTime} ${[...data].join()}`);
  }
  return { messages: messagesOf(messages), codes: problems.all().map(({ code }) => code), contents: file.contents };
}

/** Without the footer there is no summary: the file is scanned from its beginning. */
const withoutEnd = (bytes: Uint8Array): Uint8Array => bytes.slice(0, bytes.length - 8 - 29);

/** Noise in the place of the header, and no footer: the scan has to find the records by itself. */
function damaged(bytes: Uint8Array): Uint8Array {
  const header = magic.length + 9 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length + 1, true);
  const noise = Uint8Array.from({ length: 100 }, (_, i) => ((i * 37 + 16) & 0xff) | 0x10);
  return new Uint8Array([...magic, ...noise, ...withoutEnd(bytes).subarray(header)]);
}

/** The same messages three ways: as the file says, by a scan, and by looking for the records. Gives the first's contents. */
async function threeWays(name: string, bytes: Uint8Array, expected: readonly string[]): Promise<Contents> {
  const indexed = await readFile(bytes);
  expect([name, ...indexed.messages]).toEqual([name, ...expected]);
  expect([name, ...indexed.codes]).toEqual([name]);
  const source = await checkedSource(bytesSource(bytes, "x"));
  const scanned = await scanForward(source, { library: "" }, { limits: defaultLimits, problems: new ProblemList() });
  const count = [...scanned.messageCounts.values()].reduce((sum, n) => sum + n, 0);
  expect([name, count]).toEqual([name, expected.length]);
  const cut = await readFile(withoutEnd(bytes));
  expect([name, ...cut.messages]).toEqual([name, ...expected]);
  expect([name, ...cut.codes]).toEqual([name, "truncated"]);
  const recovered = await readFile(damaged(bytes));
  expect([name, ...recovered.messages]).toEqual([name, ...expected]);
  expect(recovered.codes).toContain("damaged");
  expect(recovered.contents.gaps.length).toBe(1);
  return indexed.contents;
}

const made = variants();

describe("rule 1: the variants of the conformance suite, made here", () => {
  it("give the same messages by their indexes, by a scan, and after damage", async () => {
    expect(made.length).toBe(416);
    let indexed = 0;
    for (const { name, bytes, logTimes } of made) {
      const contents = await threeWays(name, bytes, messagesOf(logTimes.map((time) => `example ${time} 1,2,3`)));
      if (contents.scanned === undefined) indexed++;
    }
    // Chunks, their index, message indexes and statistics, and the descriptions: × pad × sum; and what holds no message.
    expect(indexed).toBe(made.filter(({ name }) => isIndexed(name.split("-"))).length);
    expect(indexed).toBeGreaterThan(20);
  });
});

function isIndexed([input, ...flags]: readonly string[]): boolean {
  const needs =
    input === "OneSchemalessMessage" ? ["ch", "chx", "mx", "rch", "st"] : ["ch", "chx", "mx", "rch", "rsh", "st"];
  return (input.endsWith("Message") || input.endsWith("Messages") ? needs : ["st"]).every((flag) =>
    flags.includes(flag),
  );
}

const conformance = new URL("../../../../../shared/data/conformance/", import.meta.url);

interface Truth {
  readonly records: readonly { readonly type: string; readonly fields: readonly (readonly [string, unknown])[] }[];
}

describe.skipIf(!existsSync(conformance))("the MCAP project's own files (skipped where ../shared is absent)", () => {
  const files = existsSync(conformance)
    ? readdirSync(conformance, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".mcap"))
    : [];
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, conformance)));
  const truthOf = (name: string): Truth =>
    JSON.parse(readFileSync(new URL(name.replace(/mcap$/, "json"), conformance), "utf8")) as Truth;

  it("are those made here, to the byte", () => {
    const byName = new Map(made.map(({ name, bytes }) => [name, bytes]));
    expect(files.length).toBe(416);
    for (const file of files) {
      const name = file.replace(/^.*\//, "").replace(/\.mcap$/, "");
      const same = Buffer.compare(byName.get(name) ?? new Uint8Array(0), bytesOf(file)) === 0;
      expect([name, same]).toEqual([name, true]);
    }
  });

  it("give the expected messages by their indexes, by a scan, and after damage", async () => {
    for (const name of files) {
      const expected = truthOf(name).records.flatMap(({ type, fields }) => {
        const f = new Map(fields);
        return type === "Message" ? [`example ${String(f.get("log_time"))} ${(f.get("data") as string[]).join()}`] : [];
      });
      await threeWays(name, bytesOf(name), messagesOf(expected));
    }
  });

  it("give the expected records, as far as these are read", () => {
    for (const name of files) {
      const truth = truthOf(name).records;
      const found = recordsOf(bytesOf(name));
      expect([name, ...found.map(({ type }) => type)]).toEqual([name, ...truth.map(({ type }) => type)]);
      found.forEach(({ fields }, i) => {
        const want = new Map(truth[i].fields);
        for (const [key, value] of Object.entries(fields))
          expect([name, key, value]).toEqual([name, key, want.get(key)]);
      });
    }
  });
});

interface Found {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The records of a file as our parsers see them; those in chunks in the place of the chunk. */
function recordsOf(bytes: Uint8Array): Found[] {
  const found: Found[] = [];
  const walk = (cursor: Cursor): void => {
    for (let record = cursor.record(); record; record = cursor.record()) {
      const { opcode, content } = record;
      if (opcode === opcodes.chunk) walk(new Cursor(parseChunk(content).records, 0n));
      // The suite's stream does not list them; the chunks' own test reads them.
      else if (opcode === opcodes.messageIndex) parseMessageIndex(content, (id) => expect(id).toBe(1));
      else found.push({ type: typeNames[opcode], fields: fieldsOf(opcode, content) });
      if (opcode === opcodes.footer) return;
    }
  };
  walk(new Cursor(bytes, 0n, [magic.length, bytes.length]));
  return found;
}

const typeNames: Readonly<Record<number, string>> = {
  [opcodes.header]: "Header",
  [opcodes.footer]: "Footer",
  [opcodes.schema]: "Schema",
  [opcodes.channel]: "Channel",
  [opcodes.message]: "Message",
  [opcodes.chunkIndex]: "ChunkIndex",
  [opcodes.attachment]: "Attachment",
  [opcodes.attachmentIndex]: "AttachmentIndex",
  [opcodes.statistics]: "Statistics",
  [opcodes.metadata]: "Metadata",
  [opcodes.metadataIndex]: "MetadataIndex",
  [opcodes.summaryOffset]: "SummaryOffset",
  [opcodes.dataEnd]: "DataEnd",
};

const map = (entries: ReadonlyMap<number, bigint>): Record<string, string> =>
  Object.fromEntries([...entries].map(([id, value]) => [String(id), String(value)]));

function fieldsOf(opcode: number, content: Cursor): Readonly<Record<string, unknown>> {
  switch (opcode) {
    case opcodes.header:
      return { ...parseHeader(content) };
    case opcodes.footer: {
      const { summaryStart, summaryCrc } = parseFooter(content);
      return { summary_start: String(summaryStart), summary_crc: String(summaryCrc) };
    }
    case opcodes.schema: {
      const { id, name, encoding, data } = parseSchema(content);
      return { id: String(id), name, encoding, data: [...data].map(String) };
    }
    case opcodes.channel: {
      const { id, schemaId, topic, messageEncoding } = parseChannel(content);
      return { id: String(id), schema_id: String(schemaId), topic, message_encoding: messageEncoding };
    }
    case opcodes.message: {
      const { channelId, logTime, data } = parseMessage(content);
      return { channel_id: String(channelId), log_time: String(logTime), data: [...data].map(String) };
    }
    case opcodes.chunkIndex: {
      const chunk = parseChunkIndex(content);
      return {
        message_start_time: String(chunk.startTime),
        message_end_time: String(chunk.endTime),
        chunk_start_offset: String(chunk.offset),
        chunk_length: String(chunk.length),
        message_index_offsets: map(chunk.messageIndexOffsets),
        message_index_length: String(chunk.messageIndexBytes),
        compression: chunk.compression,
        compressed_size: String(chunk.compressedBytes),
        uncompressed_size: String(chunk.uncompressedBytes),
      };
    }
    case opcodes.statistics: {
      const { messageCount, chunkCount, startTime, endTime, channelMessageCounts } = parseStatistics(content);
      return {
        message_count: String(messageCount),
        chunk_count: String(chunkCount),
        message_start_time: String(startTime),
        message_end_time: String(endTime),
        channel_message_counts: map(channelMessageCounts),
      };
    }
    default:
      return {};
  }
}
