import { millisecondsBetween, timestampNs } from "@sweepmark/geometry";
import type { Limits } from "../limits.ts";
import { logError, problemOf, throwIfAborted, type ProblemList } from "../problem.ts";
import type { CheckedSource } from "../sources/checked.ts";
import type { Problem, Progress } from "../types.ts";
import { checkCrc, decodeChunk } from "./chunk.ts";
import { Registry, type Contents } from "./contents.ts";
import { Found } from "./found.ts";
import { IndexBuilder } from "./message-index.ts";
import { isKnown, look, lookBytes, type Look } from "./plausible.ts";
import {
  Cursor,
  magic,
  opcodes,
  parseChannel,
  parseChunk,
  parseMessage,
  parseSchema,
  recordHeadBytes,
} from "./records.ts";
import { isSoundChunk, nextRecord, resyncBudget, type ResyncOptions } from "./resync.ts";
import { digestOf, type Head } from "./summary.ts";
import { Window } from "./window.ts";

export interface ScanOptions {
  readonly limits: Limits;
  readonly problems: ProblemList;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Reads a file without usable summary from its beginning, record by record, and notes where every message is. A damaged
 * chunk is passed over; where there is no sense, the next place where there is one is looked for. Both are gaps, with a
 * problem each. A file that is cut off ends with its last whole record.
 */
export async function scanForward(source: CheckedSource, head: Head, options: ScanOptions): Promise<Contents> {
  const scan = new Scan(source, options);
  await scan.run();
  return await contents(source, head, scan.found, options.problems);
}

class Scan {
  readonly found: Found;
  readonly #window: Window;
  readonly #options: ScanOptions;
  readonly #resync: ResyncOptions;
  readonly #size: bigint;
  /** After the end of the data there are no messages: what is wrong with a summary is said where it is read. */
  #isPastData = false;
  #isCutOff = false;

  constructor(source: CheckedSource, options: ScanOptions) {
    const { limits, problems, signal } = options;
    this.found = new Found(new Registry(limits, problems), new IndexBuilder(limits));
    this.#window = new Window(source, signal);
    this.#options = options;
    this.#size = source.sizeBytes;
    this.#resync = { limits, signal, budget: resyncBudget(), onOffset: (offset) => this.#report(offset) };
  }

  #report(offset: bigint): void {
    this.#options.onProgress?.({ done: Number(offset), total: Number(this.#size), unit: "bytes" });
  }

  async run(): Promise<void> {
    const size = this.#size;
    for (let offset = BigInt(magic.length); offset < size;) {
      throwIfAborted(this.#options.signal);
      this.#report(offset);
      const seen = await this.#look(offset);
      if (seen.kind !== "record") {
        if (this.#isPastData) return await this.#noSummary(offset, seen);
        offset = await this.#passOver(offset, seen);
        continue;
      }
      const next = await this.#read(offset, seen);
      if (next === "end") return;
      offset = next;
    }
    this.found.closeRun();
    if (!this.#isCutOff) this.#cutOff(size);
  }

  /** What is wrong with a summary was said where it is read, if the file has an end. */
  async #noSummary(offset: bigint, { kind }: Look): Promise<void> {
    this.found.closeRun();
    const tail = await this.#window.peek(this.#size - BigInt(magic.length), magic.length);
    if (kind === "cut" || magic.some((byte, i) => tail[i] !== byte)) this.#cutOff(offset);
  }

  async #look(offset: bigint): Promise<Look> {
    const { limits } = this.#options;
    const seen = look(await this.#window.peek(offset, lookBytes), this.#size - offset, limits);
    if (seen.kind !== "record" || isKnown(seen.opcode)) return seen;
    // A kind that is not known may be a later version's, or a flipped bit: then its length leads nowhere.
    const after = offset + seen.bytes;
    const next = look(await this.#window.peek(after, lookBytes), this.#size - after, limits);
    if (next.kind === "senseless")
      return { kind: "senseless", why: `the record has the unknown opcode ${seen.opcode}` };
    this.#options.problems.add(
      {
        severity: "note",
        code: "unknown-record",
        message: `A record of the unknown kind ${seen.opcode} at byte ${offset} (${seen.bytes} bytes) was passed over.`,
        params: { opcode: seen.opcode, offset: String(offset), bytes: String(seen.bytes) },
        offset,
      },
      `unknown-record ${seen.opcode}`,
    );
    return seen;
  }

  /** Reads one record; gives the offset at which to go on. */
  async #read(offset: bigint, { opcode, bytes }: Extract<Look, { kind: "record" }>): Promise<bigint | "end"> {
    const { found } = this;
    const end = offset + bytes;
    if (opcode === opcodes.chunk) return await this.#chunk(offset, bytes);
    if (opcode === opcodes.message) {
      const { channelId, logTime } = parseMessage(await this.#content(offset, bytes));
      found.addLoose(channelId, logTime, offset, Number(bytes));
      return end;
    }
    // A record of another kind ends nothing: only chunks and damage do.
    found.keepPending();
    try {
      if (opcode === opcodes.schema) found.registry.addSchema(parseSchema(await this.#content(offset, bytes)), offset);
      if (opcode === opcodes.channel)
        found.registry.addChannel(parseChannel(await this.#content(offset, bytes)), offset);
    } catch (error) {
      this.#options.problems.add(problemOf(error));
    }
    if (opcode === opcodes.dataEnd) this.#isPastData = true;
    if (opcode !== opcodes.footer) return end;
    found.closeRun();
    if (this.#size - end < BigInt(magic.length)) this.#cutOff(end);
    return "end";
  }

  async #content(offset: bigint, bytes: bigint): Promise<Cursor> {
    const record = new Cursor(await this.#window.read(offset, Number(bytes)), offset).record();
    if (!record) throw new Error(`no record at ${offset}`);
    return record.content;
  }

  async #chunk(offset: bigint, bytes: bigint): Promise<bigint> {
    const { found } = this;
    const { limits, problems } = this.#options;
    found.closeRun();
    const end = offset + bytes;
    // Sizes that the record declares are compared with the limits before it is read.
    const isTooLarge = bytes > BigInt(limits.maxChunkBytes) + BigInt(lookBytes);
    const whole = await (isTooLarge ? this.#window.peek(offset, lookBytes) : this.#window.read(offset, Number(bytes)));
    let reason: Problem;
    try {
      if (isTooLarge) throw chunkTooLarge(offset, bytes, limits);
      const { records, crc, ...chunk } = await decodeChunk(whole, offset, limits);
      checkCrc({ records, crc }, offset);
      found.addChunk(chunk, offset, whole.length, records);
      return end;
    } catch (error) {
      reason = problemOf(error);
    }
    const times = timesOf(whole, offset);
    // Where nothing follows, the chunk's own length may be wrong, unless the two that it says agree.
    const after =
      end === this.#size ? undefined : look(await this.#window.peek(end, lookBytes), this.#size - end, limits);
    if (after?.kind === "senseless") {
      const isWhole = isSoundChunk(whole.subarray(0, lookBytes), bytes);
      const next =
        (await nextRecord(this.#window, isWhole ? end : offset + 1n, { ...this.#resync, sought: found.sought })) ??
        this.#size;
      this.#gap(offset, next, reason, next === end ? times : undefined);
      return next;
    }
    problems.add(reason);
    found.addGap({ offset, endOffset: end, reason }, times);
    return end;
  }

  /** Nothing can be read at `offset`: gives the next place where something can, or the size. */
  async #passOver(offset: bigint, seen: Exclude<Look, { kind: "record" }>): Promise<bigint> {
    const { found } = this;
    if (seen.kind === "cut" && (await this.#isCutChunk(offset, seen.opcode))) {
      found.closeRun();
      this.#cutOff(offset);
      return this.#size;
    }
    // A message before has no checksum: its length may be what is wrong.
    const doubted = seen.kind === "senseless" ? found.pending : undefined;
    const next = await nextRecord(this.#window, (doubted?.offset ?? offset) + 1n, {
      ...this.#resync,
      sought: found.sought,
    });
    const isInside = doubted && next !== undefined && next < doubted.end;
    if (isInside) found.dropPending();
    found.closeRun();
    if (next === undefined && seen.kind === "cut") {
      this.#cutOff(offset);
      return this.#size;
    }
    const from = isInside ? doubted.offset : offset;
    const why = seen.kind === "cut" ? "the record declares more bytes than the file has left" : seen.why;
    this.#gap(from, next ?? this.#size, logError("damaged", `At byte ${offset} ${why}.`, { offset }).problem);
    return next ?? this.#size;
  }

  /** A chunk whose header agrees with its length ends where the file does not go. */
  async #isCutChunk(offset: bigint, opcode: number): Promise<boolean> {
    if (opcode !== opcodes.chunk) return false;
    const head = await this.#window.peek(offset, lookBytes);
    // Not even its length is there.
    if (head.length < recordHeadBytes) return true;
    const bytes = BigInt(recordHeadBytes) + new DataView(head.buffer, head.byteOffset).getBigUint64(1, true);
    return isSoundChunk(head, bytes);
  }

  #gap(
    offset: bigint,
    endOffset: bigint,
    cause: Problem,
    times?: { readonly startTime: bigint; readonly endTime: bigint },
  ): void {
    const rest = endOffset === this.#size ? "What comes before it is read." : "What comes before and after it is read.";
    const reason: Problem = {
      ...cause,
      message: `${cause.message} Nothing can be read up to byte ${endOffset} (${endOffset - offset} bytes).`,
      hint: rest,
      params: { ...cause.params, offset: String(offset), endOffset: String(endOffset) },
      offset,
    };
    this.#options.problems.add(reason);
    this.found.addGap({ offset, endOffset, reason }, times);
  }

  #cutOff(offset: bigint): void {
    this.#isCutOff = true;
    const { messageCount, startTime, endTime } = this.found;
    const seconds =
      startTime === undefined || endTime === undefined
        ? 0
        : millisecondsBetween(timestampNs(startTime), timestampNs(endTime)) / 1000;
    const reason: Problem = {
      severity: "warning",
      code: "truncated",
      message:
        `The file ends early, at byte ${this.#size}, inside the record that starts at byte ${offset}. ` +
        `${messageCount} messages, ${seconds.toFixed(1)} s, before it can be read.`,
      hint: "Copy the file again if there is a longer one; otherwise work with what is there.",
      params: { offset: String(offset), size: String(this.#size), messages: messageCount, seconds },
      offset,
    };
    this.#options.problems.add(reason);
    if (offset < this.#size && !this.#isPastData) this.found.addGap({ offset, endOffset: this.#size, reason });
  }
}

const chunkTooLarge = (offset: bigint, bytes: bigint, { maxChunkBytes }: Limits) =>
  logError("chunk-too-large", `The chunk at byte ${offset} has ${bytes} bytes; the limit is ${maxChunkBytes}.`, {
    offset,
    params: { bytes: String(bytes), limit: maxChunkBytes },
    hint: "Rewrite the log with smaller chunks.",
  });

function timesOf(
  chunk: Uint8Array,
  offset: bigint,
): { readonly startTime: bigint; readonly endTime: bigint } | undefined {
  const record = new Cursor(chunk, offset).record();
  try {
    return record && parseChunk(record.content);
  } catch (error) {
    problemOf(error);
    return undefined;
  }
}

async function contents(source: CheckedSource, head: Head, found: Found, problems: ProblemList): Promise<Contents> {
  const { registry, index, chunks } = found;
  const edge = BigInt(64 * 1024);
  const part = source.sizeBytes < edge ? source.sizeBytes : edge;
  // No summary to take the identity from: the file's two ends stand for it.
  const digest = digestOf(
    source.sizeBytes,
    await source.read(0n, Number(part)),
    await source.read(source.sizeBytes - part, Number(part)),
  );
  const orphans = index.channelIds().filter((id) => !registry.channels.has(id));
  if (orphans.length > 0) {
    const messages = orphans.reduce((sum, id) => sum + index.countOf(id), 0);
    problems.add({
      severity: "error",
      code: "no-channel",
      message: `${messages} messages belong to channels that the file does not describe (${orphans.slice(0, 12).join(", ")}).`,
      hint: "They are left out: their description is lost.",
      params: { messages, channels: orphans.length },
    });
  }
  return {
    library: head.library,
    schemas: registry.schemas,
    channels: registry.channels,
    chunks,
    messageCounts: new Map([...registry.channels.keys()].map((id) => [id, index.countOf(id)])),
    startTime: found.startTime ?? 0n,
    endTime: found.endTime ?? 0n,
    digest,
    gaps: found.gaps(),
    scanned: index,
  };
}
