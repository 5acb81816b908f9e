import lz4 from "@foxglove/wasm-lz4";
import zstd from "@foxglove/wasm-zstd";
import { createPlainReader } from "./plain-reader.ts";
import type { BenchFile } from "./source.ts";

/** The plain pipeline (plain-reader.ts) over a file in Node. */
export interface Plain {
  /** Decodes every message with from ≤ log time < to. Returns how many columns and pictures' bytes it has made. */
  frames(from: bigint, to: bigint): Promise<number>;
}

export async function openPlain(file: BenchFile): Promise<Plain> {
  await zstd.isLoaded;
  await lz4.isLoaded;
  const reader = await createPlainReader(
    {
      size: () => Promise.resolve(BigInt(file.sizeBytes)),
      read: (offset, length) => Promise.resolve(file.pread({ offset: Number(offset), length: Number(length) })),
    },
    {
      zstd: (bytes, size) => zstd.decompress(bytes, Number(size)),
      lz4: (bytes, size) => lz4(bytes, Number(size)),
    },
  );
  return {
    async frames(from, to) {
      let made = 0;
      for await (const value of reader.values(from, to)) made += value.length;
      return made;
    },
  };
}
