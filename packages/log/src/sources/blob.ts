import type { ByteSource } from "../types.ts";
import { logError } from "../problem.ts";

/** A file that a person picked or dropped. Nothing is read but what is asked for. */
export function blobSource(blob: Blob, name: string): ByteSource {
  return {
    name,
    size: () => Promise.resolve(BigInt(blob.size)),
    version: () => Promise.resolve("lastModified" in blob ? String(blob.lastModified) : undefined),
    async read(offset, length) {
      try {
        return new Uint8Array(await blob.slice(Number(offset), Number(offset + length)).arrayBuffer());
      } catch (error) {
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
