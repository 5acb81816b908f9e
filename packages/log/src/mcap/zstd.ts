import { readAsset } from "../read-asset.ts";
import type { Decode } from "./compression.ts";

/** A heap that one large chunk has made larger than this is let go after it. */
const keptHeapBytes = 64 * 1024 * 1024;
const pageBytes = 64 * 1024;

/** What the module of @foxglove/wasm-zstd exports (libzstd by Emscripten, which minifies the names). */
interface Exports {
  readonly c: WebAssembly.Memory;
  /** Runs the module's constructors. */
  d(): void;
  /** malloc */
  f(bytes: number): number;
  /** free */
  g(at: number): void;
  /** ZSTD_decompress: how many bytes it made, or −1. Never writes more than `outBytes`. */
  j(out: number, outBytes: number, source: number, sourceBytes: number): number;
}

let compiled: Promise<WebAssembly.Module> | undefined;
let instance: Exports | undefined;

/**
 * Decodes Zstd frames (RFC 8878). The module of @foxglove/wasm-zstd is used without its CommonJS glue, which needs Node's
 * Buffer, does not bundle into a module worker, and copies once more. Rejects where the file cannot be read, or the page's
 * content security policy forbids WebAssembly.
 */
export async function prepareZstd(): Promise<Decode> {
  // By its place, not by its name: Vite and Node both find a URL that is relative to this file.
  compiled ??= readAsset(
    new URL("../../../../node_modules/@foxglove/wasm-zstd/dist/wasm-zstd.wasm", import.meta.url),
  ).then((bytes) => WebAssembly.compile(bytes));
  try {
    instance ??= await instantiate(await compiled);
  } catch (error) {
    // It must not stay: the network may be back.
    compiled = undefined;
    throw error;
  }
  const exports = instance;
  return (source, out) => decode(exports, source, out);
}

async function instantiate(module: WebAssembly.Module): Promise<Exports> {
  let memory: WebAssembly.Memory | undefined;
  const imports = {
    /** emscripten_resize_heap */
    a(bytes: number): 0 | 1 {
      if (!memory) return 0;
      try {
        memory.grow(Math.ceil(((bytes >>> 0) - memory.buffer.byteLength) / pageBytes));
        return 1;
      } catch {
        return 0;
      }
    },
    /** emscripten_memcpy_big */
    b(to: number, from: number, count: number): void {
      if (memory) new Uint8Array(memory.buffer).copyWithin(to, from, from + count);
    },
  };
  const exports = (await WebAssembly.instantiate(module, { a: imports })).exports as unknown as Exports;
  memory = exports.c;
  exports.d();
  return exports;
}

function decode({ c: memory, f: malloc, g: free, j: decompress }: Exports, source: Uint8Array, out: Uint8Array): void {
  const sourceAt = malloc(source.length);
  const outAt = malloc(out.length);
  try {
    if (sourceAt === 0 || outAt === 0) throw new Error("there is not enough memory");
    new Uint8Array(memory.buffer).set(source, sourceAt);
    const made = decompress(outAt, out.length, sourceAt, source.length);
    if (made !== out.length) throw new Error(made < 0 ? "its data are damaged" : `it gave ${made} bytes`);
    out.set(new Uint8Array(memory.buffer, outAt, out.length));
  } finally {
    free(sourceAt);
    free(outAt);
    if (memory.buffer.byteLength > keptHeapBytes) instance = undefined;
  }
}
