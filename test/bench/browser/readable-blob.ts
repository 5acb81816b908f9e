/** A Blob as @mcap/core reads it. */
export const readableBlob = (blob: Blob) => ({
  size: () => Promise.resolve(BigInt(blob.size)),
  async read(offset: bigint, length: bigint): Promise<Uint8Array> {
    return new Uint8Array(await blob.slice(Number(offset), Number(offset + length)).arrayBuffer());
  },
});
