import { McapIndexedReader } from "@mcap/core";
import { ZSTDDecoder } from "zstddec";
import type { BenchFile, Read } from "./source.ts";

/** What no reader can go below: the same preads, the same decompressions with the same codec, one memcpy of the payload. */
export interface Floor {
  /** Reads, decompresses the chunks among the reads, copies `payloadBytes`. Returns the bytes that it made. */
  run(reads: readonly Read[], payloadBytes: number): number;
  /** How many of the reads are chunks. */
  chunksIn(reads: readonly Read[]): number;
}

interface Chunk {
  readonly compressedBytes: number;
  readonly decodedBytes: number;
  readonly compression: string;
}

export async function createFloor(file: BenchFile): Promise<Floor> {
  const zstd = new ZSTDDecoder();
  await zstd.init();
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: () => Promise.resolve(BigInt(file.sizeBytes)),
      read: (offset, length) => Promise.resolve(file.pread({ offset: Number(offset), length: Number(length) })),
    },
  });
  const chunks = new Map<number, Chunk>(
    reader.chunkIndexes.map(({ chunkStartOffset, compressedSize, uncompressedSize, compression }) => [
      Number(chunkStartOffset),
      { compressedBytes: Number(compressedSize), decodedBytes: Number(uncompressedSize), compression },
    ]),
  );
  const payload = new Uint8Array(64 * 1024 * 1024).fill(1);
  return {
    run(reads, payloadBytes) {
      let made = 0;
      for (const read of reads) {
        const bytes = file.pread(read);
        const chunk = chunks.get(read.offset);
        if (!chunk) continue;
        // The compressed records end the chunk record.
        const records = bytes.subarray(bytes.length - chunk.compressedBytes);
        made += decompress(zstd, chunk, records).length;
      }
      for (let left = payloadBytes; left > 0; left -= payload.length) {
        made += payload.slice(0, Math.min(left, payload.length)).length;
      }
      return made;
    },
    chunksIn: (reads) => reads.filter(({ offset }) => chunks.has(offset)).length,
  };
}

function decompress(zstd: ZSTDDecoder, { compression, decodedBytes }: Chunk, records: Uint8Array): Uint8Array {
  if (compression === "") return records;
  if (compression !== "zstd") throw new Error(`the bench knows no floor for ${compression}`);
  return zstd.decode(records, decodedBytes);
}
