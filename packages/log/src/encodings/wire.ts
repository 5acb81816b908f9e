import { maxTextBytes } from "../limits.ts";
import { logError } from "../problem.ts";

const utf8 = new TextDecoder();

/** Throws a LogError where the text is longer than a text may be. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length <= maxTextBytes) return utf8.decode(bytes);
  throw badMessage(`it has a text of ${bytes.length} bytes; the limit is ${maxTextBytes}`);
}

/** Reads protobuf's wire format (protobuf.dev/programming-guides/encoding). Never leaves its bytes. */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  #take(length: number): number {
    if (!(length <= this.bytes.length - this.at)) throw badMessage(`it ends ${length} bytes after byte ${this.at}`);
    const at = this.at;
    this.at += length;
    return at;
  }

  /** Low and high 32 bits. */
  #varint(): readonly [low: number, high: number] {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.#take(1)];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) return [low >>> 0, high >>> 0];
    }
    throw badMessage(`a number at byte ${this.at} does not end`);
  }

  /** The low 32 bits, unsigned. */
  uint32(): number {
    return this.#varint()[0];
  }
  int32(): number {
    return this.#varint()[0] | 0;
  }
  sint32(): number {
    const n = this.uint32();
    return (n >>> 1) ^ -(n & 1);
  }
  uint64(): bigint {
    const [low, high] = this.#varint();
    return (BigInt(high) << 32n) | BigInt(low);
  }
  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }
  sint64(): bigint {
    const n = this.uint64();
    return (n >> 1n) ^ -(n & 1n);
  }
  bool(): boolean {
    const [low, high] = this.#varint();
    return (low | high) !== 0;
  }
  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  sfixed32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  fixed64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }
  sfixed64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }
  float(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }
  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** Length-delimited; borrowed. */
  part(): Uint8Array {
    const length = this.uint32();
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  text(): string {
    return decodeText(this.part());
  }

  skip(wireType: number): void {
    if (wireType === 0) this.#varint();
    else if (wireType === 1) this.#take(8);
    else if (wireType === 2) this.part();
    else if (wireType === 5) this.#take(4);
    // Groups (3, 4) are long gone from proto3; a byte stream that holds one is not what the schema says.
    else throw badMessage(`wire type ${wireType} at byte ${this.at}`);
  }
}

export const badMessage = (what: string) =>
  logError("bad-message", `A message does not fit its schema: ${what}.`, {
    hint: "The log is damaged, or its writer and its schema disagree.",
  });
