import type { ByteSource, Take } from "../types.ts";
import { LogError } from "../types.ts";
import { isAbort, logError, throwIfAborted } from "../problem.ts";

/** A ByteSource with its size pinned: no read leaves the file, every read is as long as asked, every failure is a LogError. */
export interface CheckedSource {
  readonly name: string;
  readonly sizeBytes: bigint;
  /** What changes when the file does, where that is known. */
  readonly version: string | undefined;
  read(offset: bigint, length: number, signal?: AbortSignal, take?: Take): Promise<Uint8Array>;
}

export async function checkedSource(source: ByteSource): Promise<CheckedSource> {
  const sizeBytes = await named(source.name, "its size", () => source.size());
  return {
    name: source.name,
    sizeBytes,
    version: await named(source.name, "its version", () => source.version?.() ?? Promise.resolve(undefined)),
    async read(offset, length, signal, take) {
      throwIfAborted(signal);
      if (offset < 0n || offset + BigInt(length) > sizeBytes) {
        throw logError(
          "out-of-bounds",
          `The log names bytes ${offset} to ${offset + BigInt(length)}, but the file has ${sizeBytes}.`,
          { offset, hint: "The file is cut off or damaged." },
        );
      }
      if (length === 0) return new Uint8Array(0);
      const bytes = await named(source.name, `bytes ${offset} to ${offset + BigInt(length)}`, () =>
        source.read(offset, BigInt(length), signal, take),
      );
      throwIfAborted(signal);
      if (bytes.length !== length) {
        throw logError("read-failed", `${source.name} gave ${bytes.length} of ${length} bytes at byte ${offset}.`, {
          offset,
          hint: "The file may have become shorter: open it again.",
        });
      }
      return bytes;
    },
  };
}

async function named<T>(name: string, what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LogError || isAbort(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw logError("read-failed", `${name}: ${what} could not be read: ${reason}`, {
      hint: "Check that the file or server is still there, and open it again.",
      params: { name, reason },
    });
  }
}
