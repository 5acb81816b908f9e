/** Of a memory for WebAssembly: its first bytes are for what runs in it. */
export const scratchBytes = 64 * 1024;
/** Of every piece, behind it: modules read and write up to so many bytes past an end. */
const slackBytes = 64;
/** Smaller pieces are cheap anywhere. */
const smallestBytes = 64 * 1024;

const memories = new WeakMap<ArrayBufferLike, WebAssembly.Memory>();

/** The memory that these bytes lie in, where it is one whose modules may work in place: see {@link ChunkMemory}. */
export const memoryOf = ({ buffer }: Uint8Array): WebAssembly.Memory | undefined => memories.get(buffer);

/**
 * Where a file's chunks are read, decompressed and kept: pieces of one WebAssembly memory, used again. Fresh memory is dear,
 * and what lies here is decompressed and taken apart where it is, without a copy into a module's heap and out of it. It
 * never grows, so that views of it stay good.
 */
export class ChunkMemory {
  readonly #maxBytes: number;
  #buffer: ArrayBuffer | undefined;
  /** Of the pieces that were taken: from, inclusive, to, exclusive; in order. */
  readonly #taken: { readonly from: number; readonly to: number }[] = [];

  /** `maxBytes`: of all pieces together. Nothing is taken for them before the first one. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Exactly `length` bytes, with whatever was in them: of their own where there is no room, or where they are few. */
  take(length: number): Uint8Array {
    if (length < smallestBytes || length > this.#maxBytes) return new Uint8Array(length);
    const buffer = (this.#buffer ??= memoryOfBytes(this.#maxBytes));
    const size = Math.ceil((length + slackBytes) / slackBytes) * slackBytes;
    let from = scratchBytes;
    for (let i = 0; i <= this.#taken.length; i++) {
      const next = this.#taken.at(i);
      if ((next?.from ?? buffer.byteLength) - from >= size) {
        this.#taken.splice(i, 0, { from, to: from + size });
        return new Uint8Array(buffer, from, length);
      }
      from = next?.to ?? from;
    }
    return new Uint8Array(length);
  }

  /** Whether it is to be given back: other bytes are left to the garbage collector. */
  holds({ buffer }: Uint8Array): boolean {
    return buffer === this.#buffer;
  }

  /** Takes back what {@link take} gave, when nobody looks at it any more. */
  give(piece: Uint8Array): void {
    if (!this.holds(piece)) return;
    const { byteOffset } = piece;
    const at = this.#taken.findIndex(({ from }) => from === byteOffset);
    if (at >= 0) this.#taken.splice(at, 1);
  }
}

function memoryOfBytes(bytes: number): ArrayBuffer {
  const pageBytes = 64 * 1024;
  const pages = Math.ceil((bytes + scratchBytes) / pageBytes) + 1;
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    memories.set(memory.buffer, memory);
    return memory.buffer as ArrayBuffer;
  } catch {
    // A page whose content security policy forbids WebAssembly; or no memory to be had for it.
    return new ArrayBuffer(pages * pageBytes);
  }
}
