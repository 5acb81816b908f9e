import { randomBytes } from "node:crypto";
import { open, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { CliError, exitCodes } from "./io.ts";

/**
 * Writes a file so that the path holds either the old content or the whole new one, whatever happens in between:
 * temporary file beside it, fsync, rename, fsync of the folder.
 */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const file = await beginAtomic(path);
  try {
    await file.write(typeof content === "string" ? new TextEncoder().encode(content) : content);
    await file.commit();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

export interface AtomicFile {
  /** Appends all bytes; they may be reused afterwards. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the file appear at its path, durable. */
  commit(): Promise<void>;
  /** Removes the temporary file. Harmless after `commit`. */
  abandon(): Promise<void>;
}

/** The same in pieces, for files that do not fit into memory. */
export async function beginAtomic(path: string): Promise<AtomicFile> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const handle = await open(temporary, "wx");
  let done = false;
  return {
    async write(bytes) {
      for (let offset = 0; offset < bytes.length;)
        offset += (await handle.write(bytes, offset, bytes.length - offset)).bytesWritten;
    },
    async commit() {
      await handle.sync();
      await handle.close();
      await rename(temporary, path);
      done = true;
      await syncFolder(dirname(path));
    },
    async abandon() {
      if (done) return;
      done = true;
      await handle.close().catch(() => undefined);
      await unlink(temporary).catch(() => undefined);
    },
  };
}

/** A new name in a folder is durable only after this. Windows cannot open folders and does not need it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Refuses to write over a file unless the person said `--force`. */
export async function refuseOverwrite(path: string, force: boolean | undefined): Promise<void> {
  if (force) return;
  const there = await stat(path).catch(() => undefined);
  if (there) throw new CliError(`${path} exists; --force writes over it.`, exitCodes.badArguments);
}
