import type { ByteSource } from "../types.ts";

/** A whole log in memory. Reads copy. */
export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: () => Promise.resolve(BigInt(bytes.length)),
    read: (offset, length) =>
      offset < 0n || offset + length > BigInt(bytes.length)
        ? Promise.reject(new RangeError(`bytes ${offset}–${offset + length} of ${bytes.length}`))
        : Promise.resolve(bytes.slice(Number(offset), Number(offset + length))),
  };
}
