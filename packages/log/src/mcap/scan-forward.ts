import type { Limits } from "../limits.ts";
import { logError, problemOf, throwIfAborted, type ProblemList } from "../problem.ts";
import type { CheckedSource } from "../sources/checked.ts";
import type { Progress } from "../types.ts";
import { decodeChunk } from "./chunk.ts";
import { Registry, type ChunkInfo, type Contents } from "./contents.ts";
import { IndexBuilder } from "./message-index.ts";
import { Cursor, magic, opcodes, parseChannel, parseMessage, parseSchema, recordHeadBytes } from "./records.ts";
import { digestOf, type Head } from "./summary.ts";

const windowBytes = 4 * 1024 * 1024;
/** Messages outside chunks are taken together up to this size, as if they were a chunk. */
const looseRunBytes = 4 * 1024 * 1024;

export interface ScanOptions {
  readonly limits: Limits;
  readonly problems: ProblemList;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Reads a file without usable summary from its beginning, record by record, and notes where every message is. Where the
 * file is cut off or senseless it stops with a problem; a damaged chunk is passed over with a problem.
 */
export async function scanForward(source: CheckedSource, head: Head, options: ScanOptions): Promise<Contents> {
  const { limits, problems, signal } = options;
  const window = slidingWindow(source, signal);
  const found = new Found(new Registry(limits, problems), new IndexBuilder(limits));
  const size = source.sizeBytes;
  let offset = BigInt(magic.length);
  let complete = false;
  while (!complete && offset < size) {
    throwIfAborted(signal);
    options.onProgress?.({ done: Number(offset), total: Number(size), unit: "bytes" });
    if (size - offset < BigInt(recordHeadBytes)) break;
    const recordHead = await window(offset, recordHeadBytes);
    const opcode = recordHead[0];
    const length = new DataView(recordHead.buffer, recordHead.byteOffset).getBigUint64(1, true);
    const end = offset + BigInt(recordHeadBytes) + length;
    if (opcode === 0 || (isRead(opcode) && length > BigInt(limits.maxRecordBytes))) {
      found.stop = logError(
        "damaged",
        opcode === 0
          ? `There is no record at byte ${offset} (opcode 0).`
          : `The record at byte ${offset} declares ${length} bytes; the limit is ${limits.maxRecordBytes}.`,
        { offset, hint: "What comes before it is read." },
      ).problem;
      break;
    }
    if (end > size) break;
    if (isRead(opcode)) {
      const bytes = await window(offset, recordHeadBytes + Number(length));
      try {
        await readRecord(bytes, offset, found, limits);
      } catch (error) {
        problems.add(problemOf(error));
      }
    }
    complete = opcode === opcodes.footer;
    offset = end;
  }
  found.closeRun();
  if (found.stop) problems.add(found.stop);
  else if (!complete || size - offset < BigInt(magic.length)) problems.add(cutOff(offset, size, found.messageCount));
  return await contents(source, head, found);
}

const isRead = (opcode: number): boolean =>
  opcode === opcodes.schema || opcode === opcodes.channel || opcode === opcodes.message || opcode === opcodes.chunk;

async function readRecord(bytes: Uint8Array, offset: bigint, found: Found, limits: Limits): Promise<void> {
  const record = new Cursor(bytes, offset).record();
  if (!record) return;
  const { opcode, content } = record;
  if (opcode === opcodes.schema) found.registry.addSchema(parseSchema(content), offset);
  else if (opcode === opcodes.channel) found.registry.addChannel(parseChannel(content), offset);
  else if (opcode === opcodes.message) {
    const { channelId, logTime } = parseMessage(content);
    found.addLoose(channelId, logTime, offset, bytes.length);
  } else {
    const { records, ...chunk } = await decodeChunk(bytes, offset, limits);
    found.addChunk(chunk, offset, bytes.length, records);
  }
}

function cutOff(offset: bigint, size: bigint, messages: number) {
  return {
    severity: "warning",
    code: "truncated",
    message:
      `The file ends early, at byte ${size}, inside the record that starts at byte ${offset}. ` +
      `${messages} messages before it can be read.`,
    hint: "Copy the file again if there is a longer one; otherwise work with what is there.",
    params: { offset: String(offset), size: String(size), messages },
    offset,
  } as const;
}

async function contents(source: CheckedSource, head: Head, found: Found): Promise<Contents> {
  const { registry, index, chunks } = found;
  const edge = BigInt(64 * 1024);
  const part = source.sizeBytes < edge ? source.sizeBytes : edge;
  // No summary to take the identity from: the file's two ends stand for it.
  const digest = digestOf(
    source.sizeBytes,
    await source.read(0n, Number(part)),
    await source.read(source.sizeBytes - part, Number(part)),
  );
  return {
    library: head.library,
    schemas: registry.schemas,
    channels: registry.channels,
    chunks,
    messageCounts: new Map([...registry.channels.keys()].map((id) => [id, index.countOf(id)])),
    startTime: found.startTime ?? 0n,
    endTime: found.endTime ?? 0n,
    digest,
    scanned: index,
  };
}

/** What a scan has found so far. */
class Found {
  readonly registry: Registry;
  readonly index: IndexBuilder;
  readonly chunks: ChunkInfo[] = [];
  messageCount = 0;
  startTime: bigint | undefined;
  endTime: bigint | undefined;
  stop: Parameters<ProblemList["add"]>[0] | undefined;
  #run: { offset: bigint; end: bigint; channelIds: Set<number> } | undefined;

  constructor(registry: Registry, index: IndexBuilder) {
    this.registry = registry;
    this.index = index;
  }

  #message(channelId: number, logTime: bigint, chunk: number, offset: number): void {
    this.index.add(channelId, logTime, chunk, offset);
    this.messageCount++;
    if (this.startTime === undefined || logTime < this.startTime) this.startTime = logTime;
    if (this.endTime === undefined || logTime > this.endTime) this.endTime = logTime;
  }

  addLoose(channelId: number, logTime: bigint, offset: bigint, bytes: number): void {
    if (this.#run && offset + BigInt(bytes) - this.#run.offset > BigInt(looseRunBytes)) this.closeRun();
    this.#run ??= { offset, end: offset, channelIds: new Set() };
    this.#run.end = offset + BigInt(bytes);
    this.#run.channelIds.add(channelId);
    this.#message(channelId, logTime, this.chunks.length, Number(offset - this.#run.offset));
  }

  closeRun(): void {
    if (!this.#run) return;
    const { offset, end, channelIds } = this.#run;
    const bytes = end - offset;
    const sizes = { compression: "", compressedBytes: bytes, uncompressedBytes: bytes, messageIndex: undefined };
    this.chunks.push({ kind: "loose", offset, bytes: Number(bytes), channelIds, ...sizes });
    this.#run = undefined;
  }

  addChunk(
    chunk: { readonly compression: string; readonly compressedBytes: bigint; readonly uncompressedBytes: bigint },
    offset: bigint,
    bytes: number,
    records: Uint8Array,
  ): void {
    this.closeRun();
    const channelIds = new Set<number>();
    const position = this.chunks.length;
    this.chunks.push({ kind: "chunk", offset, bytes, channelIds, messageIndex: undefined, ...chunk });
    const cursor = new Cursor(records, offset);
    for (let at = 0, record = cursor.record(); record; at = cursor.at, record = cursor.record()) {
      const { opcode, content } = record;
      if (opcode === opcodes.schema) this.registry.addSchema(parseSchema(content), offset);
      else if (opcode === opcodes.channel) this.registry.addChannel(parseChannel(content), offset);
      else if (opcode === opcodes.message) {
        const { channelId, logTime } = parseMessage(content);
        channelIds.add(channelId);
        this.#message(channelId, logTime, position, at);
      }
    }
  }
}

/** Sequential reads in pieces of at least 4 MiB. The bytes are borrowed until the next call. */
function slidingWindow(source: CheckedSource, signal: AbortSignal | undefined) {
  let start = 0n;
  let bytes = new Uint8Array(0);
  return async (offset: bigint, length: number): Promise<Uint8Array> => {
    const at = Number(offset - start);
    if (at < 0 || at + length > bytes.length) {
      const left = source.sizeBytes - offset;
      const size = BigInt(Math.max(length, windowBytes));
      bytes = new Uint8Array(await source.read(offset, Number(size < left ? size : left), signal));
      start = offset;
      return bytes.subarray(0, length);
    }
    return bytes.subarray(at, at + length);
  };
}
