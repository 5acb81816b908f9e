import type { Limits } from "../limits.ts";
import { logError } from "../problem.ts";
import { prepareLz4 } from "./lz4.ts";
import { prepareZstd } from "./zstd.ts";

/** Fills `out`, or throws: on damaged bytes, and on any that make more or fewer. */
export type Decode = (bytes: Uint8Array, out: Uint8Array) => void;

/** A compression of chunks. */
interface Compression {
  /** As the chunk names it. */
  readonly name: string;
  /** Starts the decoder, where that is still to be done. undefined: the bytes are as they are. */
  readonly prepare: (() => Promise<Decode>) | undefined;
}

export const compressions: readonly Compression[] = [
  { name: "", prepare: undefined },
  { name: "zstd", prepare: prepareZstd },
  { name: "lz4", prepare: prepareLz4 },
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

/**
 * The given bytes where there is no compression, else bytes of `take`, which gives as many as it is asked for.
 * {@link checkChunk} has passed.
 */
export async function decompress(
  { compression, bytes, decodedBytes, offset }: Compressed,
  take: (bytes: number) => Uint8Array = (length) => new Uint8Array(length),
): Promise<Uint8Array> {
  const prepare = compressions.find(({ name }) => name === compression)?.prepare;
  if (!prepare) return bytes;
  let decode: Decode;
  try {
    decode = await prepare();
  } catch (error) {
    // Not the file's fault: a page whose content security policy forbids WebAssembly, say.
    const reason = error instanceof Error ? error.message : String(error);
    throw logError("no-decoder", `The decoder of ${compression} could not be started: ${reason}.`, {
      params: { compression, reason },
      hint: "The page must allow 'wasm-unsafe-eval' in script-src.",
    });
  }
  const decoded = take(Number(decodedBytes));
  try {
    if (decoded.length > 0) decode(bytes, decoded);
    return decoded;
  } catch (error) {
    const reason = error instanceof Error ? `: ${error.message}` : "";
    throw logError("damaged-chunk", `The chunk at byte ${offset} cannot be decompressed (${compression})${reason}.`, {
      offset,
      params: { compression },
      hint: "The file is damaged here; the rest of it is read.",
    });
  }
}
