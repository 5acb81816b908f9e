/** How chunks are packed. Called with a chunk's bytes; gives fresh bytes. */
export interface Compression {
  readonly name: "zstd" | "lz4" | "";
  compress(bytes: Uint8Array): Uint8Array;
}

export const noCompression: Compression = { name: "", compress: (bytes) => bytes };

/**
 * zstd at its default level. @foxglove/wasm-zstd hands out Node Buffers, so in a browser the log is written
 * uncompressed instead, unless the caller brings a compression of its own.
 */
export async function defaultCompression(): Promise<Compression> {
  if (!("Buffer" in globalThis)) return noCompression;
  const zstd = await import("@foxglove/wasm-zstd");
  const { isLoaded, compress } = "default" in zstd ? (zstd.default as typeof zstd) : zstd;
  await isLoaded;
  // The Buffer may be a piece of Node's pool: copy it out.
  return { name: "zstd", compress: (bytes) => Uint8Array.from(compress(bytes, 3)) };
}
