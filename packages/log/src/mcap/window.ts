import type { CheckedSource } from "../sources/checked.ts";

const windowBytes = 4 * 1024 * 1024;

/** Sequential reads in pieces of at least 4 MiB. */
export class Window {
  readonly #source: CheckedSource;
  readonly #signal: AbortSignal | undefined;
  #start = 0n;
  #bytes = new Uint8Array(0);

  constructor(source: CheckedSource, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
  }

  get sizeBytes(): bigint {
    return this.#source.sizeBytes;
  }

  #held(offset: bigint, length: number): Uint8Array | undefined {
    const at = Number(offset - this.#start);
    return at >= 0 && at + length <= this.#bytes.length ? this.#bytes.subarray(at, at + length) : undefined;
  }

  /** Whether a look there costs no read. */
  holds(offset: bigint, length: number): boolean {
    return this.#held(offset, length) !== undefined;
  }

  /** How many bytes can be had from there without a read. */
  heldFrom(offset: bigint): number {
    const at = Number(offset - this.#start);
    return at >= 0 && at < this.#bytes.length ? this.#bytes.length - at : 0;
  }

  /** Exactly `length` bytes; moves the window there. Borrowed until the next read. */
  async read(offset: bigint, length: number): Promise<Uint8Array> {
    const held = this.#held(offset, length);
    if (held) return held;
    const left = this.#source.sizeBytes - offset;
    const size = BigInt(Math.max(length, windowBytes));
    this.#bytes = new Uint8Array(await this.#source.read(offset, Number(size < left ? size : left), this.#signal));
    this.#start = offset;
    return this.#bytes.subarray(0, length);
  }

  /** Up to `length` bytes, fewer at the end of the file; leaves the window where it is. Borrowed until the next read. */
  async peek(offset: bigint, length: number): Promise<Uint8Array> {
    const left = this.#source.sizeBytes - offset;
    const size = left < BigInt(length) ? Number(left) : length;
    return this.#held(offset, size) ?? (await this.#source.read(offset, size, this.#signal));
  }

  /** All that the window holds from `offset` on, at least what {@link read} with its full size would give. */
  async rest(offset: bigint): Promise<Uint8Array> {
    const left = this.#source.sizeBytes - offset;
    await this.read(offset, left < BigInt(windowBytes) ? Number(left) : windowBytes);
    return this.#bytes.subarray(Number(offset - this.#start));
  }
}
