import { recordHeadBytes } from "../mcap/records.ts";

const utf8 = new TextEncoder();

/** Little-endian MCAP fields and records, one after the other, in a buffer that grows and is used again. */
export class RecordBytes {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Borrowed until the next write. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  #grow(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
  }
  u64(value: bigint): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value, true);
  }

  put(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** With its length before it. */
  text(text: string): void {
    const bytes = utf8.encode(text);
    this.u32(bytes.length);
    this.put(bytes);
  }

  /** A part whose length in bytes stands before it (MCAP's maps and arrays). */
  part(write: () => void): void {
    const at = this.#grow(4);
    write();
    this.#view.setUint32(at, this.length - at - 4, true);
  }

  /** A record: opcode, length, and what `write` adds. */
  record(opcode: number, write: () => void): void {
    this.u8(opcode);
    const at = this.#grow(8);
    write();
    this.#view.setBigUint64(at, BigInt(this.length - at - 8), true);
  }

  /** A record's head alone, for content that is written in pieces. */
  head(opcode: number, contentBytes: bigint): void {
    this.u8(opcode);
    this.u64(contentBytes);
  }

  /** Head and content of a message; `channelId` replaces the one in the content. */
  message(opcode: number, channelId: number, content: Uint8Array): void {
    const at = this.#grow(recordHeadBytes + content.length);
    this.#view.setUint8(at, opcode);
    this.#view.setBigUint64(at + 1, BigInt(content.length), true);
    this.#bytes.set(content, at + recordHeadBytes);
    this.#view.setUint16(at + recordHeadBytes, channelId, true);
  }
}
