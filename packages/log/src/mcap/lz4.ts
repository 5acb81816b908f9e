import type { Decode } from "./compression.ts";
import { memoryOf } from "./chunk-memory.ts";
import { lz4BlockModule } from "./lz4-block.ts";

/** Runs are copied 16 bytes at a time: room behind source and output. */
const slackBytes = 32;
const pageBytes = 64 * 1024;
/** A heap that one large chunk has made larger than this is let go after it. */
const keptHeapBytes = 64 * 1024 * 1024;

interface BlockDecoder {
  /** `wasm/lz4.wat`: the new end of the output, or a negative reason. */
  decodeBlock(source: number, sourceEnd: number, out: number, outEnd: number, low: number): number;
}

const reasons: Readonly<Record<number, string>> = {
  [-1]: "an LZ4 length is cut off",
  [-2]: "LZ4 literals leave the block",
  [-3]: "an LZ4 match is cut off",
  [-4]: "an LZ4 match starts before the data",
  [-5]: "an LZ4 match is longer than declared",
};

let compiled: Promise<WebAssembly.Module> | undefined;
const decoders = new WeakMap<WebAssembly.Memory, BlockDecoder>();
/** For bytes from elsewhere. */
let ownMemory: WebAssembly.Memory | undefined;

/**
 * Decodes LZ4 frames (lz4 Frame format 1.6.1, Block format). Blocks are decoded in WebAssembly: ours takes 30 to 60 % of the
 * time of liblz4's usual build, in 581 bytes. What lies in one memory of ours is decoded in place, the rest by two copies.
 * Checksums are skipped: MCAP's own CRC covers the same bytes. Rejects where the page's content security policy forbids
 * WebAssembly.
 */
export async function prepareLz4(): Promise<Decode> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(lz4BlockModule), (char) => char.charCodeAt(0)));
  const module = await compiled;
  const decoderIn = (memory: WebAssembly.Memory): BlockDecoder => {
    const known = decoders.get(memory);
    if (known) return known;
    const made = new WebAssembly.Instance(module, { heap: { memory } }).exports as unknown as BlockDecoder;
    decoders.set(memory, made);
    return made;
  };
  return (source, out) => {
    const memory = source.buffer === out.buffer ? memoryOf(out) : undefined;
    if (memory) return decodeFrames(decoderIn(memory), source, out);
    const outAt = (source.length + slackBytes + 15) & ~15;
    const own = withRoom(outAt + out.length + slackBytes);
    const heap = new Uint8Array(own.buffer);
    heap.set(source);
    const made = heap.subarray(outAt, outAt + out.length);
    decodeFrames(decoderIn(own), heap.subarray(0, source.length), made);
    out.set(made);
    if (heap.length > keptHeapBytes) ownMemory = undefined;
  };
}

function withRoom(bytes: number): WebAssembly.Memory {
  const memory = (ownMemory ??= new WebAssembly.Memory({ initial: 1 }));
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  return memory;
}

/** `source` and `out` in the decoder's memory, with room behind both. */
function decodeFrames({ decodeBlock }: BlockDecoder, source: Uint8Array, out: Uint8Array): void {
  const heap = new Uint8Array(out.buffer);
  const outAt = out.byteOffset;
  const outEnd = outAt + out.length;
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;
  let written = outAt;
  const need = (count: number): number => {
    if (count > source.length - at) throw new Error(`the LZ4 frame ends at byte ${source.length} of it, too early`);
    const start = at;
    at += count;
    return start;
  };
  while (at < source.length) {
    const word = view.getUint32(need(4), true);
    if ((word & 0xfffffff0) >>> 0 === 0x184d2a50) {
      need(view.getUint32(need(4), true)); // a skippable frame
      continue;
    }
    if (word !== 0x184d2204) throw new Error(`no LZ4 frame at byte ${at - 4} of the chunk`);
    const flags = source[need(1)];
    need(1);
    if (flags >> 6 !== 1) throw new Error(`LZ4 frame version ${flags >> 6}, expected 1`);
    if (flags & 0x08) need(8);
    if (flags & 0x01) need(4);
    need(1);
    // Blocks that depend on each other may look back into the frame's earlier output, never before it.
    const frameStart = written;
    for (;;) {
      const head = view.getUint32(need(4), true);
      if (head === 0) break;
      const size = head & 0x7fffffff;
      const start = need(size);
      if (head >>> 31) {
        if (size > outEnd - written) throw new Error("the LZ4 frame is longer than declared");
        heap.set(source.subarray(start, start + size), written);
        written += size;
      } else {
        const from = source.byteOffset + start;
        const end = decodeBlock(from, from + size, written, outEnd, flags & 0x20 ? written : frameStart);
        if (end < 0) throw new Error(reasons[end]);
        written = end;
      }
      if (flags & 0x10) need(4);
    }
    if (flags & 0x04) need(4);
  }
  if (written !== outEnd) throw new Error(`LZ4 gave ${written - outAt} bytes, ${out.length} were declared`);
}
