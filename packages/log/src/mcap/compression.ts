import { ZSTDDecoder } from "zstddec";
import type { Limits } from "../limits.ts";
import { logError } from "../problem.ts";
import { decodeLz4Frames } from "./lz4.ts";

/** A compression of chunks. `prepare` is awaited once before the first `decode`. */
interface Compression {
  /** As the chunk names it. */
  readonly name: string;
  prepare(): Promise<void>;
  /** Fresh bytes, or the given ones (none). Throws on anything that is not exactly `decodedBytes` long. */
  decode(bytes: Uint8Array, decodedBytes: number): Uint8Array;
}

const zstd = new ZSTDDecoder();

export const compressions: readonly Compression[] = [
  { name: "", prepare: () => Promise.resolve(), decode: (bytes) => bytes },
  {
    name: "zstd",
    // Instantiates WebAssembly out of the module's own bytes: no file beside the bundle, the same in Node and a worker.
    prepare: () => zstd.init(),
    // ZSTD_decompress is bounded by the buffer of `decodedBytes`; an error code makes the result short, which is seen.
    decode: (bytes, decodedBytes) => zstd.decode(bytes, decodedBytes),
  },
  { name: "lz4", prepare: () => Promise.resolve(), decode: decodeLz4Frames },
];

export interface Compressed {
  readonly compression: string;
  readonly bytes: Uint8Array;
  readonly decodedBytes: bigint;
  /** Of the chunk in the file. */
  readonly offset: bigint;
}

/** Whether a chunk may be decompressed at all: asked before anything is read or allocated for it. */
export function checkChunk(
  chunk: Omit<Compressed, "bytes"> & { readonly compressedBytes: bigint },
  limits: Limits,
): void {
  const { decodedBytes, compressedBytes, compression, offset } = chunk;
  const params = { decodedBytes: String(decodedBytes), compressedBytes: String(compressedBytes), compression };
  if (!compressions.some(({ name }) => name === compression)) {
    throw logError(
      "unknown-compression",
      `The chunk at byte ${offset} is compressed by '${compression}'; zstd, lz4 and none can be read.`,
      { offset, params, hint: "Rewrite the log with `mcap compress`." },
    );
  }
  const limit = BigInt(limits.maxChunkBytes);
  if (decodedBytes > limit || compressedBytes > limit) {
    throw logError(
      "chunk-too-large",
      `The chunk at byte ${offset} declares ${decodedBytes} bytes from ${compressedBytes}; the limit is ${limit}.`,
      { offset, params, hint: "Rewrite the log with smaller chunks." },
    );
  }
  if (decodedBytes > limits.ratioFreeBytes && decodedBytes > compressedBytes * BigInt(limits.maxRatio)) {
    throw logError(
      "chunk-too-large",
      `The chunk at byte ${offset} declares ${decodedBytes} bytes from ${compressedBytes}, ` +
        `more than ${limits.maxRatio} times as many.`,
      { offset, params, hint: "No sensor data compresses like that: the file is damaged or hostile." },
    );
  }
  if (compression === "" && decodedBytes !== compressedBytes) {
    throw logError(
      "damaged",
      `The chunk at byte ${offset} is not compressed, but declares ${decodedBytes} bytes and holds ${compressedBytes}.`,
      { offset, params },
    );
  }
}

/** Fresh bytes, or the given ones where there is no compression. {@link checkChunk} has passed. */
export async function decompress({ compression, bytes, decodedBytes, offset }: Compressed): Promise<Uint8Array> {
  const method = compressions.find(({ name }) => name === compression);
  try {
    await method?.prepare();
  } catch (error) {
    // Not the file's fault: a page whose content security policy forbids WebAssembly, say.
    const reason = error instanceof Error ? error.message : String(error);
    throw logError("no-decoder", `The decoder of ${compression} could not be started: ${reason}.`, {
      params: { compression, reason },
      hint: "The page must allow 'wasm-unsafe-eval' in script-src and data: in connect-src.",
    });
  }
  let decoded: Uint8Array | undefined;
  let reason = "";
  try {
    decoded = Number(decodedBytes) === 0 ? new Uint8Array(0) : method?.decode(bytes, Number(decodedBytes));
  } catch (error) {
    reason = error instanceof Error ? `: ${error.message}` : "";
  }
  if (decoded?.length === Number(decodedBytes)) return decoded;
  throw logError("damaged-chunk", `The chunk at byte ${offset} cannot be decompressed (${compression})${reason}.`, {
    offset,
    params: { compression },
    hint: "The file is damaged here; the rest of it is read.",
  });
}
