import { McapIndexedReader } from "@mcap/core";
import { expose, transfer } from "comlink";
import { compressions, type Decode } from "../../../packages/log/src/mcap/compression.ts";
import { readableBlob } from "./readable-blob.ts";
import type { Traced } from "./plan.ts";

interface Chunk {
  readonly compressedBytes: number;
  readonly decodedBytes: number;
  readonly compression: string;
}

let file = new Blob();
const chunks = new Map<number, Chunk>();
const decoders = new Map<string, Decode | undefined>();
let decoded = new Uint8Array(0);
let payload = new Uint8Array(0);

/**
 * What a reader in a worker cannot go below that takes one read after the other: the same slices of the Blob, the same
 * decompressions with the same codec, one memcpy of the payload into a buffer that the page has sent back.
 */
const floor = {
  async prepare(blob: Blob): Promise<void> {
    file = blob;
    for (const { name, prepare } of compressions) decoders.set(name, await prepare?.());
    const { chunkIndexes } = await McapIndexedReader.Initialize({ readable: readableBlob(blob) });
    let largest = 0;
    for (const { chunkStartOffset, compressedSize, uncompressedSize, compression } of chunkIndexes) {
      const decodedBytes = Number(uncompressedSize);
      chunks.set(Number(chunkStartOffset), { compressedBytes: Number(compressedSize), decodedBytes, compression });
      largest = Math.max(largest, decodedBytes);
    }
    decoded = new Uint8Array(largest).fill(1);
    payload = new Uint8Array(16 * 1024 * 1024).fill(1);
  },

  /** Moves a buffer of the payload's size to the page: `returned` where it is large enough. */
  async run({ reads, payloadBytes }: Traced, returned: ArrayBuffer | undefined): Promise<ArrayBuffer> {
    for (const { offset, length } of reads) {
      const bytes = new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      const chunk = chunks.get(offset);
      const decode = chunk && decoders.get(chunk.compression);
      // The compressed records end the chunk record.
      if (decode) decode(bytes.subarray(bytes.length - chunk.compressedBytes), decoded.subarray(0, chunk.decodedBytes));
    }
    const buffer = returned && returned.byteLength >= payloadBytes ? returned : new ArrayBuffer(payloadBytes);
    new Uint8Array(buffer).set(payload.subarray(0, Math.min(payloadBytes, payload.length)));
    return transfer(buffer, [buffer]);
  },
};

export type FloorHost = typeof floor;

expose(floor);
