import { badMessage, decodeText } from "./wire.ts";

/** How a wire format lays out numbers and text. */
export interface Layout {
  readonly littleEndian: boolean;
  /** Numbers start at multiples of their size up to this, counted from `start`. 1: packed. */
  readonly widestAlignment: 1 | 4 | 8;
  /** Where the first field is. */
  readonly start: number;
  /** CDR counts a zero byte at the end of each text. */
  readonly text: "counted" | "zero-terminated";
}

/** ROS 1: packed little-endian (wiki.ros.org/ROS/Technical Overview). */
export const ros1Layout: Layout = { littleEndian: true, widestAlignment: 1, start: 0, text: "counted" };

/**
 * The layout that a CDR message names in its first four bytes (OMG DDSI-RTPS 2.5, 10.2; XTypes 1.3, 7.6.3.1.2).
 * ROS 2 writes plain CDR; the parameter lists and delimited forms of XTypes belong to types that it does not have.
 */
export function cdrLayout(bytes: Uint8Array): Layout {
  if (bytes.length < 4) throw badMessage(`it has ${bytes.length} bytes, a CDR message starts with a header of 4`);
  const kind = (bytes[0] << 8) | bytes[1];
  if (kind > 1) {
    throw badMessage(
      `its header names the representation 0x${kind.toString(16).padStart(4, "0")}; read are plain CDR, 0x0000 and 0x0001`,
    );
  }
  return { littleEndian: kind === 1, widestAlignment: 8, start: 4, text: "zero-terminated" };
}

/** Reads the numbers and texts of a ROS message in order. Never leaves its bytes. */
export class RosCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #layout: Layout;
  #at: number;

  constructor(bytes: Uint8Array, layout: Layout) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#layout = layout;
    this.#at = layout.start;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Position of the next `size × count` bytes, aligned to `size`; the cursor goes on behind them. */
  #take(size: number, count = 1): number {
    const alignment = Math.min(size, this.#layout.widestAlignment);
    const past = (this.#at - this.#layout.start) % alignment;
    const at = past === 0 || count === 0 ? this.#at : this.#at + alignment - past;
    if (!(size * count <= this.#bytes.length - at)) {
      throw badMessage(`it has ${this.#bytes.length} bytes, but ${size * count} more are expected at byte ${at}`);
    }
    this.#at = at + size * count;
    return at;
  }

  bool(): boolean {
    return this.#view.getUint8(this.#take(1)) !== 0;
  }
  int8 = (): number => this.#view.getInt8(this.#take(1));
  uint8 = (): number => this.#view.getUint8(this.#take(1));
  int16 = (): number => this.#view.getInt16(this.#take(2), this.#layout.littleEndian);
  uint16 = (): number => this.#view.getUint16(this.#take(2), this.#layout.littleEndian);
  int32 = (): number => this.#view.getInt32(this.#take(4), this.#layout.littleEndian);
  uint32 = (): number => this.#view.getUint32(this.#take(4), this.#layout.littleEndian);
  int64 = (): bigint => this.#view.getBigInt64(this.#take(8), this.#layout.littleEndian);
  uint64 = (): bigint => this.#view.getBigUint64(this.#take(8), this.#layout.littleEndian);
  float32 = (): number => this.#view.getFloat32(this.#take(4), this.#layout.littleEndian);
  float64 = (): number => this.#view.getFloat64(this.#take(8), this.#layout.littleEndian);

  /** Borrowed. */
  bytes(count: number): Uint8Array {
    const at = this.#take(1, count);
    return this.#bytes.subarray(at, at + count);
  }

  text(): string {
    const bytes = this.bytes(this.uint32());
    const zero = this.#layout.text === "zero-terminated" && bytes.at(-1) === 0;
    return decodeText(zero ? bytes.subarray(0, -1) : bytes);
  }

  /** How many elements follow; refused where `left` bytes cannot hold that many of at least `minBytes`. */
  count(most: number, minBytes: number): number {
    const count = this.uint32();
    if (count > most) throw badMessage(`a list has ${count} elements, by its schema at most ${most}`);
    this.mayHold(count, minBytes);
    return count;
  }

  mayHold(count: number, minBytes: number): void {
    if (count * minBytes <= this.left) return;
    throw badMessage(`a list of ${count} elements needs ${count * minBytes} bytes, but ${this.left} are left`);
  }
}
