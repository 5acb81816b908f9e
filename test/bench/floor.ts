import { McapIndexedReader } from "@mcap/core";
import { compressions, type Decode } from "../../packages/log/src/mcap/compression.ts";
import type { BenchFile, Read } from "./source.ts";

/**
 * What no reader goes below that calls a codec as it is meant to be called: the same preads, the same decompressions with the
 * same codec, from bytes to bytes (with the copies into its heap and out of it, which ours spares where its chunks lie in
 * the heap), one memcpy of the payload; into buffers that are there already.
 */
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
  const decoders = new Map<string, Decode | undefined>();
  for (const { name, prepare } of compressions) decoders.set(name, await prepare?.());
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
  const largest = Math.max(0, ...[...chunks.values()].map(({ decodedBytes }) => decodedBytes));
  const decoded = new Uint8Array(largest);
  const compressed = new Uint8Array(Math.max(64 * 1024 * 1024, file.sizeBytes >> 4)).fill(1);
  const payload = new Uint8Array(64 * 1024 * 1024).fill(1);
  const copy = new Uint8Array(payload.length).fill(1);
  return {
    run(reads, payloadBytes) {
      let made = 0;
      for (const read of reads) {
        const bytes = file.pread(read, compressed.subarray(0, read.length));
        const chunk = chunks.get(read.offset);
        if (!chunk) continue;
        // The compressed records end the chunk record.
        decoders.get(chunk.compression)?.(
          bytes.subarray(bytes.length - chunk.compressedBytes),
          decoded.subarray(0, chunk.decodedBytes),
        );
        made += chunk.decodedBytes;
      }
      for (let left = payloadBytes; left > 0; left -= payload.length) {
        copy.set(payload.subarray(0, Math.min(left, payload.length)));
      }
      return made + payloadBytes;
    },
    chunksIn: (reads) => reads.filter(({ offset }) => chunks.has(offset)).length,
  };
}
