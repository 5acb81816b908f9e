import { crc32Final, crc32Init, crc32Update } from "@foxglove/crc";
import { crc32 } from "../mcap/checksum.ts";
import { magic, opcodes } from "../mcap/records.ts";
import type { Lane } from "./lane.ts";
import { RecordBytes } from "./record-bytes.ts";

/** Where a log is written to, from its beginning to its end. */
export interface ByteSink {
  /** Borrows the bytes until it resolves. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface ChunkCompression {
  /** As chunks name it: "zstd", "lz4", "" for none. */
  readonly name: string;
  /** Fresh bytes, or the given ones. */
  compress(bytes: Uint8Array): Uint8Array;
}

/** A chunk that does not become smaller than this share is stored as it is: nothing to decompress, nothing lost. */
const worthwhile = 0.95;
/** A lane whose chunk was not worth it (camera images) is not tried again for so many chunks. */
const retryAfter = 15;

export interface Side {
  readonly name: string;
  readonly logTime: bigint;
  readonly createTime: bigint;
  readonly mediaType: string;
  readonly dataBytes: bigint;
}

/** Writes an MCAP file (https://mcap.dev/spec) front to back: chunks as lanes close them, then everything to find them by. */
export class LaneWriter {
  readonly #sink: ByteSink;
  readonly #compression: ChunkCompression;
  readonly #scratch = new RecordBytes();
  readonly #indexes = { chunks: new RecordBytes(), attachments: new RecordBytes(), metadata: new RecordBytes() };
  readonly #counts = { messages: 0n, chunks: 0, attachments: 0, metadata: 0, byChannel: new Map<number, bigint>() };
  #times: readonly [start: bigint, end: bigint] | undefined;
  #crc = crc32Init();
  #written = 0n;

  constructor(sink: ByteSink, compression: ChunkCompression) {
    this.#sink = sink;
    this.#compression = compression;
  }

  get written(): bigint {
    return this.#written;
  }

  get counts(): {
    readonly messages: bigint;
    readonly chunks: number;
    readonly attachments: number;
    readonly metadata: number;
  } {
    return this.#counts;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#crc = crc32Update(this.#crc, bytes);
    this.#written += BigInt(bytes.length);
    await this.#sink.write(bytes);
  }

  async start(profile: string, library: string): Promise<void> {
    const out = this.#scratch;
    out.clear();
    out.put(Uint8Array.from(magic));
    out.record(opcodes.header, () => {
      out.text(profile);
      out.text(library);
    });
    await this.#write(out.bytes);
  }

  /** Writes the open chunk of a lane, with its message indexes, and empties it. */
  async close(lane: Lane): Promise<void> {
    const { records, index, start, end } = lane.open;
    if (lane.isEmpty) return;
    const raw = records.bytes;
    const { name, packed } = this.#pack(lane, raw);
    const offset = this.#written;
    const out = this.#scratch;
    out.clear();
    const bytes = 8 + 8 + 8 + 4 + 4 + name.length + 8 + packed.length;
    out.head(opcodes.chunk, BigInt(bytes));
    for (const value of [start, end, BigInt(raw.length)]) out.u64(value);
    out.u32(crc32(raw));
    out.text(name);
    out.u64(BigInt(packed.length));
    const headBytes = out.length;
    await this.#write(out.bytes);
    await this.#write(packed);
    const chunkBytes = BigInt(headBytes + packed.length);
    out.clear();
    const places = new Map<number, bigint>();
    for (const [channelId, entries] of index) {
      places.set(channelId, offset + chunkBytes + BigInt(out.length));
      out.record(opcodes.messageIndex, () => {
        out.u16(channelId);
        out.part(() => {
          for (const entry of entries.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))) {
            out.u64(entry.time);
            out.u64(entry.offset);
          }
        });
      });
      this.#counts.byChannel.set(channelId, (this.#counts.byChannel.get(channelId) ?? 0n) + BigInt(entries.length));
      this.#counts.messages += BigInt(entries.length);
    }
    await this.#write(out.bytes);
    const list = this.#indexes.chunks;
    list.record(opcodes.chunkIndex, () => {
      for (const value of [start, end, offset, chunkBytes]) list.u64(value);
      list.part(() => {
        for (const [channelId, place] of places) {
          list.u16(channelId);
          list.u64(place);
        }
      });
      list.u64(BigInt(out.length));
      list.text(name);
      list.u64(BigInt(packed.length));
      list.u64(BigInt(raw.length));
    });
    this.#counts.chunks++;
    lane.chunks++;
    const [first, last] = this.#times ?? [start, end];
    this.#times = [start < first ? start : first, end > last ? end : last];
    records.clear();
    index.clear();
  }

  #pack(lane: Lane, raw: Uint8Array): { readonly name: string; readonly packed: Uint8Array } {
    const stored = { name: "", packed: raw };
    if (this.#compression.name === "" || lane.skip-- > 0) return stored;
    lane.skip = 0;
    const packed = this.#compression.compress(raw);
    if (packed.length <= worthwhile * raw.length) return { name: this.#compression.name, packed };
    lane.skip = retryAfter;
    return stored;
  }

  /** An attachment, its content (all after the record's head) in pieces. */
  async attachment(side: Side, contentBytes: bigint, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const offset = this.#written;
    this.#scratch.clear();
    this.#scratch.head(opcodes.attachment, contentBytes);
    await this.#write(this.#scratch.bytes);
    for await (const piece of pieces) await this.#write(piece);
    const list = this.#indexes.attachments;
    const bytes = this.#written - offset;
    list.record(opcodes.attachmentIndex, () => {
      for (const value of [offset, bytes, side.logTime, side.createTime, side.dataBytes]) list.u64(value);
      list.text(side.name);
      list.text(side.mediaType);
    });
    this.#counts.attachments++;
  }

  async metadata(name: string, content: Uint8Array): Promise<void> {
    const offset = this.#written;
    const out = this.#scratch;
    out.clear();
    out.record(opcodes.metadata, () => out.put(content));
    await this.#write(out.bytes);
    const list = this.#indexes.metadata;
    list.record(opcodes.metadataIndex, () => {
      list.u64(offset);
      list.u64(BigInt(out.length));
      list.text(name);
    });
    this.#counts.metadata++;
  }

  /** The end of the data, the summary, the footer. Lanes are closed before. `schemas`, `channels`: contents of records. */
  async finish(schemas: readonly Uint8Array[], channels: readonly Uint8Array[]): Promise<void> {
    const out = this.#scratch;
    out.clear();
    const dataCrc = crc32Final(this.#crc);
    out.record(opcodes.dataEnd, () => out.u32(dataCrc));
    await this.#write(out.bytes);
    const summaryStart = this.#written;
    const summary = new RecordBytes(64 * 1024);
    const groups: { readonly opcode: number; readonly start: number; readonly bytes: number }[] = [];
    const group = (opcode: number, write: () => void): void => {
      const start = summary.length;
      write();
      if (summary.length > start) groups.push({ opcode, start, bytes: summary.length - start });
    };
    const each = (opcode: number, contents: readonly Uint8Array[]) => (): void => {
      for (const content of contents) summary.record(opcode, () => summary.put(content));
    };
    group(opcodes.schema, each(opcodes.schema, schemas));
    group(opcodes.channel, each(opcodes.channel, channels));
    group(opcodes.statistics, () => this.#statistics(summary, schemas.length, channels.length));
    group(opcodes.chunkIndex, () => summary.put(this.#indexes.chunks.bytes));
    group(opcodes.attachmentIndex, () => summary.put(this.#indexes.attachments.bytes));
    group(opcodes.metadataIndex, () => summary.put(this.#indexes.metadata.bytes));
    const offsetStart = summaryStart + BigInt(summary.length);
    for (const { opcode, start, bytes } of groups) {
      summary.record(opcodes.summaryOffset, () => {
        summary.u8(opcode);
        summary.u64(summaryStart + BigInt(start));
        summary.u64(BigInt(bytes));
      });
    }
    summary.record(opcodes.footer, () => {
      summary.u64(summaryStart);
      summary.u64(offsetStart);
      // Filled in below: it covers everything before itself, and the record's length too.
      summary.u32(0);
    });
    const bytes = summary.bytes;
    new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
    summary.put(Uint8Array.from(magic));
    await this.#write(summary.bytes);
  }

  #statistics(out: RecordBytes, schemas: number, channels: number): void {
    const { messages, chunks, attachments, metadata, byChannel } = this.#counts;
    const [start, end] = this.#times ?? [0n, 0n];
    out.record(opcodes.statistics, () => {
      out.u64(messages);
      out.u16(schemas);
      for (const count of [channels, attachments, metadata, chunks]) out.u32(count);
      out.u64(start);
      out.u64(end);
      out.part(() => {
        for (const [channelId, count] of byChannel) {
          out.u16(channelId);
          out.u64(count);
        }
      });
    });
  }
}
