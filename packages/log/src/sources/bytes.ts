import type { ByteSource } from "../types.ts";

/** A whole log in memory. Reads copy. */
export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: () => Promise.resolve(BigInt(bytes.length)),
    read(offset, length, _signal, take) {
      if (offset < 0n || offset + length > BigInt(bytes.length))
        return Promise.reject(new RangeError(`bytes ${offset}–${offset + length} of ${bytes.length}`));
      const part = bytes.subarray(Number(offset), Number(offset + length));
      if (!take) return Promise.resolve(part.slice());
      const into = take(part.length);
      into.set(part);
      return Promise.resolve(into);
    },
  };
}
