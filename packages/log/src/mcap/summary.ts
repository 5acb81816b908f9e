import type { Limits } from "../limits.ts";
import { logError, problemOf, type ProblemList } from "../problem.ts";
import type { CheckedSource } from "../sources/checked.ts";
import type { Gap, Problem } from "../types.ts";
import { crc32 } from "./checksum.ts";
import { checkChunk } from "./compression.ts";
import { gapOf, Registry, type ChunkInfo, type Contents } from "./contents.ts";
import {
  Cursor,
  magic,
  opcodes,
  parseChannel,
  parseChunkIndex,
  parseFooter,
  parseHeader,
  parseSchema,
  parseStatistics,
  recordHeadBytes,
  tailBytes,
  type ChunkIndexRecord,
  type StatisticsRecord,
} from "./records.ts";
import { sha256Hex } from "./sha256.ts";

/** The end of the file is read in one piece of this size: most summaries fit, which saves a round trip over HTTP. */
const firstTailBytes = 16 * 1024;
const headBytes = 1024;
/** What a chunk's record has beside its compressed bytes: 49 and the name of the compression. */
const chunkSlackBytes = 4096;
/** A longer header is passed over: it only names who wrote the file. */
const maxHeaderBytes = 64 * 1024;

/** Where reading starts, once the file is known to be an MCAP. */
export interface Head {
  readonly library: string;
}

/** Checks the magic and reads the header. What is no MCAP is a LogError that says what it looks like. */
export async function readHead(
  source: CheckedSource,
  limits: Limits,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<Head> {
  if (source.sizeBytes === 0n) {
    throw logError("empty-file", `${source.name} is empty (0 bytes).`, {
      hint: "The recording or the copy was not finished.",
      params: { name: source.name },
    });
  }
  const size = Number(source.sizeBytes < BigInt(headBytes) ? source.sizeBytes : BigInt(headBytes));
  const head = await source.read(0n, size, signal);
  if (!magic.every((byte, i) => head[i] === byte)) {
    if (await endsLikeMcap(source, signal)) {
      problems.add({
        severity: "warning",
        code: "bad-magic",
        message: "The file does not start like an MCAP file, but ends like one: its first bytes are damaged.",
        hint: "`mcap recover` writes a new file of what can be read.",
        offset: 0n,
      });
      return { library: "" };
    }
    const found = describeStart(head);
    throw logError("not-mcap", `${source.name} is not an MCAP file: it starts with ${found.what}.`, {
      offset: 0n,
      hint: found.hint,
      params: { name: source.name, found: found.what },
    });
  }
  const record = new Cursor(head, 0n, [magic.length, head.length]);
  let parsed = record.record();
  if (!parsed && record.left >= recordHeadBytes && head[magic.length] === opcodes.header) {
    // A longer header than the first read: read it whole, within the limit.
    const length = new DataView(head.buffer, head.byteOffset).getBigUint64(magic.length + 1, true);
    const whole = BigInt(recordHeadBytes) + length;
    if (
      length <= BigInt(Math.min(limits.maxRecordBytes, maxHeaderBytes)) &&
      BigInt(magic.length) + whole <= source.sizeBytes
    ) {
      parsed = new Cursor(
        await source.read(BigInt(magic.length), Number(whole), signal),
        BigInt(magic.length),
      ).record();
    }
  }
  if (parsed?.opcode !== opcodes.header) return { library: "" };
  try {
    return { library: parseHeader(parsed.content).library };
  } catch (error) {
    problemOf(error);
    return { library: "" };
  }
}

async function endsLikeMcap(source: CheckedSource, signal?: AbortSignal): Promise<boolean> {
  if (source.sizeBytes < BigInt(magic.length + tailBytes)) return false;
  const tail = await source.read(source.sizeBytes - BigInt(tailBytes), tailBytes, signal);
  const end = tailBytes - magic.length;
  return new Cursor(tail, 0n).record()?.opcode === opcodes.footer && magic.every((byte, i) => tail[end + i] === byte);
}

/**
 * Reads footer and summary only. Undefined where they are absent, damaged (a problem says so) or do not lead to every
 * message: then the file is scanned.
 */
export async function readSummary(
  source: CheckedSource,
  { library }: Head,
  limits: Limits,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<Contents | undefined> {
  try {
    const found = await readTail(source, limits, signal);
    if (!found) return undefined;
    const summary = parseSummary(found.summary, found.offset, limits, problems);
    const gaps: Gap[] = [];
    const chunks = summary.chunks.map((chunk) => {
      const { refusal, ...info } = chunkInfo(chunk, source, limits);
      if (refusal) problems.add(refusal);
      if (refusal) gaps.push(gapOf(info, refusal));
      return info;
    });
    checkApart(summary.chunks);
    if (!isComplete(summary)) return undefined;
    const { registry, statistics } = summary;
    const counts = [...(statistics?.channelMessageCounts ?? [])].map(([id, n]) => [id, Number(n)] as const);
    return {
      library,
      schemas: registry.schemas,
      channels: registry.channels,
      chunks,
      messageCounts: new Map(counts),
      startTime: statistics?.startTime ?? 0n,
      endTime: statistics?.endTime ?? 0n,
      digest: digestOf(source.sizeBytes, found.summary),
      gaps,
      scanned: undefined,
    };
  } catch (error) {
    const { code, message, offset } = problemOf(error);
    if (code === "read-failed" || code === "http-error" || code === "log-changed" || code === "source-unreadable") {
      throw error;
    }
    problems.add({
      severity: "warning",
      code: "bad-summary",
      message: `The summary at the end of the file cannot be used: ${message} The whole file was read instead.`,
      hint: "`mcap recover` writes a file with a new summary, which opens at once.",
      offset: offset ?? source.sizeBytes,
    });
    return undefined;
  }
}

/** Identity of a scene: over size and summary, so that neither a new name nor the reading of all bytes matters. */
export const digestOf = (sizeBytes: bigint, ...parts: readonly Uint8Array[]): string =>
  `sha256:${sha256Hex(new TextEncoder().encode(`sweepmark-log ${sizeBytes}\n`), ...parts)}`;

/** Summary section with the footer's fields up to the CRC, which covers exactly these bytes. */
export async function readTail(
  source: CheckedSource,
  limits: Limits,
  signal?: AbortSignal,
): Promise<{ readonly summary: Uint8Array; readonly offset: bigint } | undefined> {
  if (source.sizeBytes < BigInt(magic.length + tailBytes)) return undefined;
  const length = source.sizeBytes < BigInt(firstTailBytes) ? Number(source.sizeBytes) : firstTailBytes;
  const tailOffset = source.sizeBytes - BigInt(length);
  const tail = await source.read(tailOffset, length, signal);
  const footerAt = length - tailBytes;
  if (!magic.every((byte, i) => tail[length - magic.length + i] === byte)) return undefined;
  const footer = new Cursor(tail, tailOffset, [footerAt, length]).record();
  if (footer?.opcode !== opcodes.footer) return undefined;
  const { summaryStart, summaryCrc } = parseFooter(footer.content);
  if (summaryStart === 0n) return undefined;
  const crcAt = source.sizeBytes - BigInt(magic.length + 4);
  const bytes = crcAt - summaryStart;
  if (summaryStart < BigInt(magic.length) || summaryStart > tailOffset + BigInt(footerAt)) {
    throw logError("damaged", `The footer names a summary at byte ${summaryStart}, outside the file.`, {
      offset: tailOffset + BigInt(footerAt),
    });
  }
  if (bytes > BigInt(limits.maxSummaryBytes)) {
    throw logError("summary-too-large", `The summary has ${bytes} bytes; the limit is ${limits.maxSummaryBytes}.`, {
      offset: summaryStart,
    });
  }
  const summary =
    summaryStart >= tailOffset
      ? tail.subarray(Number(summaryStart - tailOffset), Number(crcAt - tailOffset))
      : await source.read(summaryStart, Number(bytes), signal);
  if (summaryCrc !== 0 && crc32(summary) !== summaryCrc) {
    throw logError("damaged", `The checksum of the summary at byte ${summaryStart} does not fit it.`, {
      offset: summaryStart,
    });
  }
  return { summary, offset: summaryStart };
}

interface Summary {
  readonly registry: Registry;
  readonly chunks: readonly ChunkIndexRecord[];
  readonly statistics: StatisticsRecord | undefined;
}

function parseSummary(bytes: Uint8Array, offset: bigint, limits: Limits, problems: ProblemList): Summary {
  const registry = new Registry(limits, problems);
  const chunks: ChunkIndexRecord[] = [];
  let statistics: StatisticsRecord | undefined;
  const cursor = new Cursor(bytes, offset);
  for (let record = cursor.record(); record; record = cursor.record()) {
    const { opcode, content } = record;
    if (opcode === opcodes.schema) registry.addSchema(parseSchema(content), content.offset);
    else if (opcode === opcodes.channel) registry.addChannel(parseChannel(content), content.offset);
    else if (opcode === opcodes.chunkIndex) chunks.push(parseChunkIndex(content));
    else if (opcode === opcodes.statistics) statistics = parseStatistics(content);
  }
  chunks.sort((a, b) => (a.offset < b.offset ? -1 : 1));
  return { registry, chunks, statistics };
}

/** Chunks with their indexes lie one after the other: a summary that says otherwise could have the file read a million times. */
function checkApart(chunks: readonly ChunkIndexRecord[]): void {
  for (let i = 1; i < chunks.length; i++) {
    const { offset, length, messageIndexBytes } = chunks[i - 1];
    if (offset + length + messageIndexBytes <= chunks[i].offset) continue;
    const end = offset + length + messageIndexBytes;
    throw logError(
      "damaged",
      `It names a chunk at byte ${offset} that goes on to byte ${end}, and one at byte ${chunks[i].offset}, inside it.`,
      { offset: chunks[i].offset },
    );
  }
}

/** Whether every message can be reached by the indexes in this summary. */
function isComplete({ registry, chunks, statistics }: Summary): boolean {
  if (!statistics || statistics.chunkCount !== chunks.length) return false;
  if (chunks.length === 0) return statistics.messageCount === 0n;
  const knows = (id: number): boolean => {
    const channel = registry.channels.get(id);
    return channel !== undefined && (channel.schemaId === 0 || registry.schemas.has(channel.schemaId));
  };
  return (
    [...statistics.channelMessageCounts.keys()].every(knows) &&
    chunks.every(
      (c) =>
        (c.messageIndexOffsets.size > 0 || c.uncompressedBytes === 0n) &&
        [...c.messageIndexOffsets.keys()].every(knows),
    )
  );
}

/** `refusal`: why the chunk will not be read. Said at once, although it is asked for later: the rest of the log opens. */
function chunkInfo(
  chunk: ChunkIndexRecord,
  source: CheckedSource,
  limits: Limits,
): ChunkInfo & { readonly refusal: Problem | undefined } {
  const end = chunk.offset + chunk.length;
  if (end + chunk.messageIndexBytes > source.sizeBytes || chunk.length > BigInt(limits.maxRecordBytes)) {
    throw logError(
      "damaged",
      `The summary names a chunk of ${chunk.length} bytes at byte ${chunk.offset}, outside the file.`,
      { offset: chunk.offset },
    );
  }
  const { compression, compressedBytes, uncompressedBytes, offset } = chunk;
  if (compressedBytes > chunk.length || chunk.length - compressedBytes > BigInt(chunkSlackBytes)) {
    throw logError(
      "damaged",
      `It names a chunk of ${chunk.length} bytes at byte ${offset} that holds ${compressedBytes} compressed bytes.`,
      { offset },
    );
  }
  let refusal: Problem | undefined;
  try {
    checkChunk({ compression, compressedBytes, decodedBytes: uncompressedBytes, offset }, limits);
  } catch (error) {
    refusal = problemOf(error);
  }
  return {
    refusal,
    kind: "chunk",
    offset,
    bytes: Number(chunk.length),
    compression,
    compressedBytes,
    uncompressedBytes,
    messageIndex: { offset: end, bytes: Number(chunk.messageIndexBytes) },
    channelIds: new Set(chunk.messageIndexOffsets.keys()),
    startTime: chunk.startTime,
    endTime: chunk.endTime,
  };
}

function describeStart(bytes: Uint8Array): { readonly what: string; readonly hint: string } {
  const text = Array.from(bytes.subarray(0, 16), (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : "·")).join("");
  const convert = "Convert it with `mcap convert FILE out.mcap`.";
  if (text.startsWith("#ROSBAG")) return { what: `'${text.replace(/·.*$/, "")}', a ROS 1 bag`, hint: convert };
  if (text.startsWith("SQLite format 3")) return { what: "'SQLite format 3', perhaps a ROS 2 bag", hint: convert };
  if (text.startsWith("PK")) return { what: "'PK', a zip archive", hint: "Unpack it and open the log inside." };
  return { what: `'${text}'`, hint: "Sweepmark opens MCAP logs (https://mcap.dev)." };
}
