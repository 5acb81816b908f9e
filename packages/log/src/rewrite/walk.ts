import type { Limits } from "../limits.ts";
import { checkCrc, decodeChunk } from "../mcap/chunk.ts";
import { isKnown, look, lookBytes, type Look } from "../mcap/plausible.ts";
import { Cursor, magic, opcodes, parseHeader, parseStatistics, recordHeadBytes } from "../mcap/records.ts";
import { nextRecord, resyncBudget, type ResyncOptions } from "../mcap/resync.ts";
import { readHead, readTail } from "../mcap/summary.ts";
import { Window } from "../mcap/window.ts";
import { problemOf, throwIfAborted, type ProblemList } from "../problem.ts";
import type { CheckedSource } from "../sources/checked.ts";

/** A part of a file, in the order of the file. Bytes are borrowed until the next one is asked for. */
export type Piece =
  /** Schema, channel and message records, one after the other; the first of them is at `offset`, or in the chunk there. */
  | { readonly kind: "records"; readonly records: Uint8Array; readonly offset: bigint }
  /** Too large to be held, perhaps: its content lies at `offset`. */
  | { readonly kind: "attachment"; readonly offset: bigint; readonly bytes: bigint }
  | { readonly kind: "metadata"; readonly content: Uint8Array };

export interface WalkOptions {
  readonly limits: Limits;
  readonly problems: ProblemList;
  readonly signal?: AbortSignal | undefined;
}

/** What the end of a file repeats of it. */
export interface KnownSummary {
  /** Contents of schema and channel records. */
  readonly schemas: readonly Uint8Array[];
  readonly channels: readonly Uint8Array[];
  /** Undefined where it is not said. */
  readonly messageCount: bigint | undefined;
}

export interface Walk {
  readonly profile: string;
  readonly library: string;
  readonly summary: KnownSummary;
  /** How far the walk is, bytes. */
  done(): bigint;
  pieces(): AsyncGenerator<Piece, void, void>;
}

/**
 * Goes through a file once, from its beginning to its end, with or without indexes. Chunks are decompressed and compared
 * with their checksums. What is damaged is a problem and is left out; the walk goes on where records begin again. Holds no
 * more than one record, its decompressed content, and 4 MiB.
 */
export async function walkFile(source: CheckedSource, options: WalkOptions): Promise<Walk> {
  const { limits, problems, signal } = options;
  await readHead(source, limits, problems, signal);
  const walker = new Walker(source, options);
  return {
    ...(await headerOf(source, limits)),
    summary: await knownSummary(source, options),
    done: () => walker.offset,
    pieces: () => walker.pieces(),
  };
}

class Walker {
  offset = BigInt(magic.length);
  readonly #window: Window;
  readonly #options: WalkOptions;
  readonly #resync: ResyncOptions;
  readonly #size: bigint;
  readonly #unknown = new Map<number, number>();

  constructor(source: CheckedSource, options: WalkOptions) {
    const { limits, signal } = options;
    this.#options = options;
    this.#window = new Window(source, signal);
    this.#size = source.sizeBytes;
    this.#resync = { limits, signal, budget: resyncBudget(), onOffset: () => undefined };
  }

  async *pieces(): AsyncGenerator<Piece, void, void> {
    const { limits, problems, signal } = this.#options;
    while (this.offset < this.#size) {
      throwIfAborted(signal);
      const start = this.offset;
      const seen = look(await this.#window.peek(start, lookBytes), this.#size - start, limits);
      if (seen.kind !== "record") {
        await this.#passOver(start, seen);
        continue;
      }
      if (seen.opcode === opcodes.dataEnd || seen.opcode === opcodes.footer) break;
      try {
        const piece = await this.#piece(start, seen.opcode, seen.bytes);
        if (piece) yield piece;
      } catch (error) {
        const problem = problemOf(error);
        if (!chunkFaults.has(problem.code)) throw error;
        // The file goes on behind the chunk.
        problems.add(problem);
      }
    }
    if (this.offset >= this.#size) problems.add(withoutEnd(this.#size));
    for (const [opcode, count] of this.#unknown) problems.add(notCarried(opcode, count), `unknown-record ${opcode}`);
    this.offset = this.#size;
  }

  /** What a record holds; undefined for one that is not carried. Moves behind it. */
  async #piece(offset: bigint, opcode: number, bytes: bigint): Promise<Piece | undefined> {
    if (isLoose(opcode)) {
      const records = await this.#run(offset, Number(bytes));
      if (records) return { kind: "records", records, offset };
      return undefined;
    }
    this.offset += bytes;
    if (opcode === opcodes.chunk) {
      const whole = await this.#window.read(offset, Number(bytes));
      const chunk = await decodeChunk(whole, offset, this.#options.limits);
      checkCrc(chunk, offset);
      return { kind: "records", records: chunk.records, offset };
    }
    const content = { offset: offset + BigInt(recordHeadBytes), bytes: bytes - BigInt(recordHeadBytes) };
    if (opcode === opcodes.attachment) return { kind: "attachment", ...content };
    if (opcode === opcodes.metadata && content.bytes <= BigInt(this.#options.limits.maxRecordBytes))
      return { kind: "metadata", content: await this.#window.read(content.offset, Number(content.bytes)) };
    if (!isKnown(opcode) || opcode === opcodes.metadata)
      this.#unknown.set(opcode, (this.#unknown.get(opcode) ?? 0) + 1);
    return undefined;
  }

  /**
   * The loose record at `offset`, and those that follow it whole in the window. One that nothing sensible follows may be
   * longer than it says it is: it is taken only if no record begins inside it.
   */
  async #run(offset: bigint, bytes: number): Promise<Uint8Array | undefined> {
    const { limits } = this.#options;
    await this.#window.read(offset, bytes);
    const held = await this.#window.peek(offset, this.#window.heldFrom(offset));
    const sizeFrom = (at: number) => this.#size - offset - BigInt(at);
    let last = 0;
    let end = bytes;
    for (;;) {
      const next = look(held.subarray(end, end + lookBytes), sizeFrom(end), limits);
      const isWhole = held.length - end >= lookBytes || sizeFrom(end) <= BigInt(held.length - end);
      if (isWhole && next.kind === "record" && isLoose(next.opcode) && next.bytes <= BigInt(held.length - end)) {
        last = end;
        end += Number(next.bytes);
        continue;
      }
      if (!isWhole || next.kind !== "senseless") break;
      if (last > 0) {
        // The doubtful one is the first of the next run.
        end = last;
        break;
      }
      const inside = await nextRecord(this.#window, offset + 1n, this.#resync);
      if (inside === undefined || inside >= offset + BigInt(end)) break;
      this.#left(offset, inside, `a message of ${bytes} bytes is followed by nothing, but has records in it`);
      return undefined;
    }
    this.offset = offset + BigInt(end);
    return await this.#window.read(offset, end);
  }

  /** To the next place where there is a record. */
  async #passOver(offset: bigint, seen: Exclude<Look, { kind: "record" }>): Promise<void> {
    const next = await nextRecord(this.#window, offset + 1n, this.#resync);
    const why = seen.kind === "cut" ? "a record declares more bytes than the file has left" : seen.why;
    this.#left(offset, next ?? this.#size, why);
  }

  #left(offset: bigint, end: bigint, why: string): void {
    this.#options.problems.add({
      severity: "warning",
      code: "damaged",
      message: `At byte ${offset} ${why}. The ${end - offset} bytes up to byte ${end} are left out.`,
      hint: "Copy the file again if there is a whole one.",
      params: { offset: String(offset), endOffset: String(end) },
      offset,
    });
    this.offset = end;
  }
}

/** Faults of the file, not of its source or of this machine. */
const chunkFaults = new Set(["damaged", "damaged-chunk", "unknown-compression", "chunk-too-large"]);

const isLoose = (opcode: number): boolean =>
  opcode === opcodes.schema || opcode === opcodes.channel || opcode === opcodes.message;

const lengthOf = (head: Uint8Array): bigint => new DataView(head.buffer, head.byteOffset).getBigUint64(1, true);

function withoutEnd(size: bigint) {
  return {
    severity: "warning",
    code: "truncated",
    message: `The file ends at byte ${size} without the end of its data: it was cut off.`,
    hint: "Copy the file again if there is a longer one.",
    params: { size: String(size) },
  } as const;
}

function notCarried(opcode: number, count: number) {
  return {
    severity: "warning",
    code: "unknown-record",
    message: `${count} records of the kind ${opcode}, which MCAP does not define or which are too large, are not carried.`,
    hint: "Keep the original if something reads them.",
    params: { opcode, count },
  } as const;
}

async function headerOf(source: CheckedSource, limits: Limits) {
  const start = BigInt(magic.length);
  const none = { profile: "", library: "" };
  if (source.sizeBytes < start + BigInt(recordHeadBytes)) return none;
  const head = await source.read(start, recordHeadBytes);
  const bytes = BigInt(recordHeadBytes) + lengthOf(head);
  if (head[0] !== opcodes.header || bytes > BigInt(limits.maxRecordBytes) || start + bytes > source.sizeBytes)
    return none;
  try {
    const record = new Cursor(await source.read(start, Number(bytes)), start).record();
    return record ? parseHeader(record.content) : none;
  } catch (error) {
    problemOf(error);
    return none;
  }
}

async function knownSummary(source: CheckedSource, { limits, problems, signal }: WalkOptions): Promise<KnownSummary> {
  const schemas: Uint8Array[] = [];
  const channels: Uint8Array[] = [];
  let messageCount: bigint | undefined;
  try {
    const tail = await readTail(source, limits, signal);
    const cursor = new Cursor(tail?.summary ?? new Uint8Array(0), tail?.offset ?? 0n);
    for (let record = cursor.record(); record; record = cursor.record()) {
      const { opcode, content } = record;
      if (opcode === opcodes.schema) schemas.push(content.take(content.left));
      else if (opcode === opcodes.channel) channels.push(content.take(content.left));
      else if (opcode === opcodes.statistics) messageCount = parseStatistics(content).messageCount;
    }
  } catch (error) {
    problems.add({ ...problemOf(error), severity: "note", code: "bad-summary" });
  }
  return { schemas, channels, messageCount };
}
