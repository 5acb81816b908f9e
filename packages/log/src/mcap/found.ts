import { timestampNs } from "@sweepmark/geometry";
import { GapList } from "../gaps.ts";
import type { Gap, Problem } from "../types.ts";
import type { ChunkInfo, Registry } from "./contents.ts";
import type { IndexBuilder } from "./message-index.ts";
import { Cursor, opcodes, parseChannel, parseMessage, parseSchema } from "./records.ts";
import type { Sought } from "./resync.ts";

/** Messages outside chunks are taken together up to this size, as if they were a chunk. */
const looseRunBytes = 4 * 1024 * 1024;
/** The times that a damaged chunk says of itself are believed when they are so near to what was read before it. */
const farthestNs = 3_600_000_000_000n;

interface LooseMessage {
  readonly channelId: number;
  readonly logTime: bigint;
  readonly offset: bigint;
  readonly bytes: number;
}

interface Run {
  readonly offset: bigint;
  end: bigint;
  readonly channelIds: Set<number>;
  startTime: bigint;
  endTime: bigint;
}

/** What a scan has found so far. */
export class Found {
  readonly registry: Registry;
  readonly index: IndexBuilder;
  readonly chunks: ChunkInfo[] = [];
  messageCount = 0;
  startTime: bigint | undefined;
  endTime: bigint | undefined;
  /** The last message outside a chunk: its length is certain only when a record follows it. */
  #pending: LooseMessage | undefined;
  #run: Run | undefined;
  readonly #gaps: (Omit<Gap, "to"> & { to: Gap["to"]; readonly waits: boolean })[] = [];

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

  /** Where a loose message that has not been followed by a record yet lies. */
  get pending(): { readonly offset: bigint; readonly end: bigint } | undefined {
    const last = this.#pending;
    return last && { offset: last.offset, end: last.offset + BigInt(last.bytes) };
  }

  addLoose(channelId: number, logTime: bigint, offset: bigint, bytes: number): void {
    this.keepPending();
    this.#pending = { channelId, logTime, offset, bytes };
  }

  dropPending(): void {
    this.#pending = undefined;
  }

  keepPending(): void {
    if (!this.#pending) return;
    const { channelId, logTime, offset, bytes } = this.#pending;
    this.#pending = undefined;
    this.#resume(logTime);
    const end = offset + BigInt(bytes);
    if (this.#run && end - this.#run.offset > BigInt(looseRunBytes)) this.#endRun();
    const run = (this.#run ??= { offset, end, channelIds: new Set(), startTime: logTime, endTime: logTime });
    run.end = end;
    run.channelIds.add(channelId);
    if (logTime < run.startTime) run.startTime = logTime;
    if (logTime > run.endTime) run.endTime = logTime;
    this.#message(channelId, logTime, this.chunks.length, Number(offset - run.offset));
  }

  /** What can stand outside chunks in this file, as far as it is known. */
  get sought(): Sought {
    const isPacked = this.chunks.some(({ compression }) => compression !== "");
    return isPacked && this.#run === undefined && this.chunks.every(({ kind }) => kind === "chunk")
      ? "containers"
      : "any";
  }

  /** No message after this belongs to the run before. */
  closeRun(): void {
    this.keepPending();
    this.#endRun();
  }

  #endRun(): void {
    if (!this.#run) return;
    const { end, ...run } = this.#run;
    const bytes = end - run.offset;
    const sizes = { compression: "", compressedBytes: bytes, uncompressedBytes: bytes, messageIndex: undefined };
    this.chunks.push({ kind: "loose", bytes: Number(bytes), ...run, ...sizes });
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
    let startTime: bigint | undefined;
    let endTime = 0n;
    const cursor = new Cursor(records, offset);
    try {
      for (let at = 0, record = cursor.record(); record; at = cursor.at, record = cursor.record()) {
        const { opcode, content } = record;
        if (opcode === opcodes.schema) this.registry.addSchema(parseSchema(content), offset);
        else if (opcode === opcodes.channel) this.registry.addChannel(parseChannel(content), offset);
        else if (opcode === opcodes.message) {
          const { channelId, logTime } = parseMessage(content);
          channelIds.add(channelId);
          if (startTime === undefined || logTime < startTime) startTime = logTime;
          if (logTime > endTime) endTime = logTime;
          this.#message(channelId, logTime, position, at);
        }
      }
    } finally {
      // Where a record inside is damaged, those before it are already noted as this chunk's.
      if (startTime !== undefined) this.#resume(startTime);
      const times = { startTime: startTime ?? 0n, endTime };
      this.chunks.push({ kind: "chunk", offset, bytes, channelIds, messageIndex: undefined, ...chunk, ...times });
    }
  }

  /** `times`: as a damaged chunk says them; by its neighbours otherwise. `ends` to undefined: nothing comes after it. */
  addGap(
    gap: { readonly offset: bigint; readonly endOffset: bigint; readonly reason: Problem },
    times?: { readonly startTime: bigint; readonly endTime: bigint },
  ): void {
    const last = this.endTime;
    const near = (time: bigint): boolean =>
      last === undefined || (time > last ? time - last : last - time) < farthestNs;
    const known = times && times.startTime <= times.endTime && near(times.startTime) && near(times.endTime);
    this.#gaps.push({
      ...gap,
      from: known ? timestampNs(times.startTime) : last === undefined ? undefined : timestampNs(last),
      to: known ? timestampNs(times.endTime) : undefined,
      waits: !known,
    });
  }

  #resume(logTime: bigint): void {
    for (const gap of this.#gaps) if (gap.waits) gap.to ??= timestampNs(logTime);
  }

  gaps(): readonly Gap[] {
    const list = new GapList();
    for (const { waits: _, ...gap } of this.#gaps) list.add(gap);
    return list.all();
  }
}
