import { maxTextBytes } from "../limits.ts";
import { logError } from "../problem.ts";

/** MCAP record opcodes (https://mcap.dev/spec). */
export const opcodes = {
  header: 0x01,
  footer: 0x02,
  schema: 0x03,
  channel: 0x04,
  message: 0x05,
  chunk: 0x06,
  messageIndex: 0x07,
  chunkIndex: 0x08,
  attachment: 0x09,
  attachmentIndex: 0x0a,
  statistics: 0x0b,
  metadata: 0x0c,
  metadataIndex: 0x0d,
  summaryOffset: 0x0e,
  dataEnd: 0x0f,
} as const;

export const magic: readonly number[] = [0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a];
/** Opcode and length. */
export const recordHeadBytes = 9;
/** Footer record and closing magic. */
export const tailBytes = recordHeadBytes + 20 + magic.length;

export interface SchemaRecord {
  readonly id: number;
  readonly name: string;
  readonly encoding: string;
  /** Borrowed from the record. */
  readonly data: Uint8Array;
}

export interface ChannelRecord {
  readonly id: number;
  /** 0: no schema. */
  readonly schemaId: number;
  readonly topic: string;
  readonly messageEncoding: string;
}

export interface MessageRecord {
  readonly channelId: number;
  readonly logTime: bigint;
  /** Borrowed from the chunk. */
  readonly data: Uint8Array;
}

export interface ChunkRecord {
  /** Log times of the first and last message. */
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly uncompressedBytes: bigint;
  /** 0: not given. */
  readonly crc: number;
  readonly compression: string;
  /** Borrowed. */
  readonly records: Uint8Array;
}

export interface ChunkIndexRecord {
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly offset: bigint;
  readonly length: bigint;
  readonly messageIndexOffsets: ReadonlyMap<number, bigint>;
  readonly messageIndexBytes: bigint;
  readonly compression: string;
  readonly compressedBytes: bigint;
  readonly uncompressedBytes: bigint;
}

const utf8 = new TextDecoder();

/**
 * Reads little-endian fields and never leaves its range: what is too short is a LogError that names the byte. Own code
 * because @mcap/core exports its record parsers, but not the Reader class that they take.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  /** File offset of `bytes[0]`. */
  readonly base: bigint;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, base: bigint, range: readonly [from: number, to: number] = [0, bytes.length]) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.base = base;
    [this.at, this.end] = range;
  }

  get left(): number {
    return this.end - this.at;
  }

  get offset(): bigint {
    return this.base + BigInt(this.at);
  }

  #take(length: number): number {
    if (length > this.left) {
      throw logError("damaged", `The record at byte ${this.offset} ends ${length - this.left} bytes too early.`, {
        offset: this.offset,
        hint: "The file is damaged here.",
      });
    }
    const at = this.at;
    this.at += length;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** Borrows. */
  take(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  text(): string {
    const length = this.u32();
    if (length > maxTextBytes) {
      const { offset } = this;
      const found = `The text at byte ${offset} declares ${length} bytes; the limit is ${maxTextBytes}.`;
      throw logError("damaged", found, { offset, hint: "The file is damaged here." });
    }
    return utf8.decode(this.take(length));
  }

  /** A length-prefixed part (maps and arrays of MCAP say their bytes, not their count). */
  part(): Cursor {
    const length = this.u32();
    const at = this.#take(length);
    return new Cursor(this.bytes, this.base, [at, at + length]);
  }

  /**
   * The next record's opcode and content, and moves past it. Undefined where fewer bytes are left than it declares:
   * the caller decides whether that is the end of a window or damage.
   */
  record(): { readonly opcode: number; readonly content: Cursor } | undefined {
    if (this.left < recordHeadBytes) return undefined;
    const length = this.#view.getBigUint64(this.at + 1, true);
    if (length > BigInt(this.left - recordHeadBytes)) return undefined;
    const opcode = this.bytes[this.at];
    const start = this.at + recordHeadBytes;
    this.at = start + Number(length);
    return { opcode, content: new Cursor(this.bytes, this.base, [start, this.at]) };
  }
}

export const parseHeader = (c: Cursor): { readonly profile: string; readonly library: string } => ({
  profile: c.text(),
  library: c.text(),
});

export const parseFooter = (c: Cursor): { readonly summaryStart: bigint; readonly summaryCrc: number } => {
  const summaryStart = c.u64();
  c.u64();
  return { summaryStart, summaryCrc: c.u32() };
};

export function parseSchema(c: Cursor): SchemaRecord {
  return { id: c.u16(), name: c.text(), encoding: c.text(), data: c.take(c.u32()) };
}

export function parseChannel(c: Cursor): ChannelRecord {
  return { id: c.u16(), schemaId: c.u16(), topic: c.text(), messageEncoding: c.text() };
}

export function parseMessage(c: Cursor): MessageRecord {
  const channelId = c.u16();
  c.u32();
  const logTime = c.u64();
  c.u64();
  return { channelId, logTime, data: c.take(c.left) };
}

export function parseChunk(c: Cursor): ChunkRecord {
  const [startTime, endTime, uncompressedBytes] = [c.u64(), c.u64(), c.u64()];
  const crc = c.u32();
  const compression = c.text();
  const length = c.u64();
  if (length > BigInt(c.left)) c.take(c.left + 1);
  return { startTime, endTime, uncompressedBytes, crc, compression, records: c.take(Number(length)) };
}

/** Calls `each` with the log time and the message's offset in the decompressed chunk. */
export function parseMessageIndex(c: Cursor, each: (channelId: number, logTime: bigint, offset: bigint) => void): void {
  const channelId = c.u16();
  const entries = c.part();
  while (entries.left > 0) each(channelId, entries.u64(), entries.u64());
}

export function parseChunkIndex(c: Cursor): ChunkIndexRecord {
  const [startTime, endTime, offset, length] = [c.u64(), c.u64(), c.u64(), c.u64()];
  const messageIndexOffsets = new Map<number, bigint>();
  const offsets = c.part();
  while (offsets.left > 0) messageIndexOffsets.set(offsets.u16(), offsets.u64());
  return {
    startTime,
    endTime,
    offset,
    length,
    messageIndexOffsets,
    messageIndexBytes: c.u64(),
    compression: c.text(),
    compressedBytes: c.u64(),
    uncompressedBytes: c.u64(),
  };
}

export interface StatisticsRecord {
  readonly messageCount: bigint;
  readonly chunkCount: number;
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly channelMessageCounts: ReadonlyMap<number, bigint>;
}

export function parseStatistics(c: Cursor): StatisticsRecord {
  const messageCount = c.u64();
  c.take(2 + 4 + 4 + 4);
  const chunkCount = c.u32();
  const [startTime, endTime] = [c.u64(), c.u64()];
  const channelMessageCounts = new Map<number, bigint>();
  const counts = c.part();
  while (counts.left > 0) channelMessageCounts.set(counts.u16(), counts.u64());
  return { messageCount, chunkCount, startTime, endTime, channelMessageCounts };
}
