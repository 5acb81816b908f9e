import type { ByteSource } from "@sweepmark/log";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { CliError } from "./io.ts";

export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/**
 * A file on disk as a {@link ByteSource}: positional reads of exactly the wanted length; nothing is cached.
 *
 * @throws CliError when the file cannot be opened or is not a regular file.
 */
export async function openFileSource(path: string): Promise<FileSource> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${path}: ${reasonOf(error)}`);
  });
  const stat = await handle.stat({ bigint: true });
  const { size } = stat;
  const isFile = stat.isFile();
  if (!isFile) {
    await handle.close();
    throw new CliError(`${path}: not a file.`);
  }
  return {
    name: basename(path),
    size: async () => size,
    version: async () => String(stat.mtimeNs),
    async read(offset, length, signal, take) {
      signal?.throwIfAborted();
      if (offset < 0n || length < 0n || offset + length > size)
        throw new RangeError(`${path}: ${length} bytes at ${offset} wanted, the file has ${size}.`);
      const bytes = take?.(Number(length)) ?? new Uint8Array(Number(length));
      for (let done = 0; done < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, Number(offset) + done);
        if (bytesRead === 0)
          throw new RangeError(`${path}: ${length} bytes at ${offset} wanted, the file ended after ${done}.`);
        done += bytesRead;
        signal?.throwIfAborted();
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** The words for a file-system error that people meet. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
      return "no such file or folder.";
    case "EACCES":
    case "EPERM":
      return "permission denied.";
    case "EISDIR":
      return "is a folder, expected a file.";
    case "ENOTDIR":
    case "EEXIST":
      return "a file is in the way where a folder is needed.";
    case "EROFS":
      return "the file system is read-only.";
    case "ENOSPC":
    case "EDQUOT":
      return "no space left.";
    default:
      return `${error.message}.`;
  }
}
