/** Smaller ones are not worth keeping. */
const smallestBytes = 4096;

/**
 * Buffers that are used again. Fresh memory costs more than what is written into it (each page of it is a fault of the
 * machine, and zeroed): a sweep of 120 000 points takes 0.04 ms to copy into a used buffer, several into a fresh one.
 */
export class BufferPool {
  readonly #maxBytes: number;
  readonly #free = new Map<number, ArrayBuffer[]>();
  #freeBytes = 0;

  /** `maxBytes`: kept for later at most. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** A buffer of at least `bytes` (at most an eighth more), with whatever was in it. */
  take(bytes: number): ArrayBuffer {
    if (bytes < smallestBytes) return new ArrayBuffer(bytes);
    const capacity = capacityFor(bytes);
    const buffer = this.#free.get(capacity)?.pop();
    if (!buffer) return new ArrayBuffer(capacity);
    this.#freeBytes -= capacity;
    return buffer;
  }

  /** Takes back a buffer that nobody reads any more; keeps it while there is room. */
  give(buffer: ArrayBufferLike): void {
    const capacity = buffer.byteLength;
    if (!(buffer instanceof ArrayBuffer) || capacity < smallestBytes || capacityFor(capacity) !== capacity) return;
    if (this.#freeBytes + capacity > this.#maxBytes) return;
    const free = this.#free.get(capacity);
    if (free) free.push(buffer);
    else this.#free.set(capacity, [buffer]);
    this.#freeBytes += capacity;
  }

  forget(): void {
    this.#free.clear();
    this.#freeBytes = 0;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.take(length), 0, length);
  }

  floats(length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.take(4 * length), 0, length);
  }

  /** RGBA. */
  pixels(count: number): Uint8ClampedArray<ArrayBuffer> {
    return new Uint8ClampedArray(this.take(4 * count), 0, 4 * count);
  }

  shorts(length: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.take(2 * length), 0, length);
  }
}

/** Eight sizes to each power of two: what differs a little shares buffers, and little is wasted. */
function capacityFor(bytes: number): number {
  const step = 2 ** (Math.floor(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
}
