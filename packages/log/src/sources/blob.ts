import type { ByteSource, Take } from "../types.ts";
import { isAbort, logError, throwIfAborted } from "../problem.ts";
import { ForwardReader, isBehind } from "./forward.ts";

/** Smaller reads (the summary, a message index) say nothing about an order, and a stream would cost more than they do. */
const ownSliceBytes = 64 * 1024;
/** So many large reads, each behind the one before it, make an order. */
const inOrderReads = 3;

/** A file that a person picked or dropped. Nothing is read but what is asked for; in order by one stream (forward.ts). */
export function blobSource(blob: Blob, name: string): ByteSource {
  const forward = new ForwardReader(blob);
  let hasStreams = true;
  /** Of the last large read, and how many came one behind the other before it. */
  let end = 0;
  let run = 0;

  const slice = async (offset: number, length: number): Promise<Uint8Array> =>
    new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());

  async function read(offset: number, length: number, signal?: AbortSignal, take?: Take): Promise<Uint8Array> {
    if (length < ownSliceBytes) return await slice(offset, length);
    run = isBehind(offset, end) ? run + 1 : 1;
    end = offset + length;
    if (forward.isBusy) return await slice(offset, length);
    if (run < inOrderReads || !hasStreams) {
      forward.end();
      return await slice(offset, length);
    }
    const into = take?.(length) ?? new Uint8Array(length);
    // A jump wants the way to the file for itself, at once.
    const leave = (): void => forward.end();
    signal?.addEventListener("abort", leave, { once: true });
    try {
      await forward.read(offset, into);
      throwIfAborted(signal);
      return into;
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof TypeError)) throw error;
      // An older browser, whose blobs cannot be read into memory that is there.
      hasStreams = false;
      return await slice(offset, length);
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  return {
    name,
    size: () => Promise.resolve(BigInt(blob.size)),
    version: () => Promise.resolve("lastModified" in blob ? String(blob.lastModified) : undefined),
    async read(offset, length, signal, take) {
      try {
        return await read(Number(offset), Number(length), signal, take);
      } catch (error) {
        if (isAbort(error)) throw error;
        // A browser refuses (NotReadableError) when the file was changed, moved or deleted after it was picked.
        throw logError(
          "source-unreadable",
          `${name} could not be read at byte ${offset}: ${error instanceof Error ? error.message : String(error)}`,
          { offset, hint: "The file may have been changed or moved: choose it again.", params: { name } },
        );
      }
    },
  };
}
