import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { StorageError } from "./label-folder.ts";

/** A writer is forgotten when its lock was not renewed for so long, or when its process is gone. */
export const staleAfterMs = 30_000;

/** Between servers: which process may append to a label folder. Within one server the lease decides. */
export interface WriterLock {
  /** Takes the lock. Resolves to the other writer instead, unless `mode` is "steal". */
  acquire(holder: string, mode: "ask" | "steal"): Promise<OtherWriter | undefined>;
  /** Says that the writer lives. */
  renew(): Promise<void>;
  /** Whether nobody took it since. Asked before every append: a process that slept must not write over its heir. */
  isOurs(): Promise<boolean>;
  release(): Promise<void>;
}

export interface OtherWriter {
  readonly holder: string;
  readonly since: string;
}

interface Content {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  readonly holder: string;
  readonly since: string;
}

export function writerLock(dir: string, now: () => number = Date.now): WriterLock {
  const path = join(dir, "writer.lock");
  const id = randomBytes(12).toString("hex");

  const read = async (): Promise<(Content & { readonly renewedAt: number }) | undefined> => {
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
      return { ...(JSON.parse(text) as Content), renewedAt: mtimeMs };
    } catch {
      return undefined; // Absent, or torn by a crash: nobody holds it.
    }
  };

  return {
    async acquire(holder, mode) {
      const current = await read();
      if (current && current.id !== id && mode === "ask" && lives(current, now()))
        return { holder: current.holder, since: current.since };
      const content: Content = { id, pid: process.pid, host: hostname(), holder, since: new Date(now()).toISOString() };
      try {
        await mkdir(dir, { recursive: true });
        const temporary = `${path}.${id}`;
        await writeFile(temporary, JSON.stringify(content));
        // Two that take a stale lock at once: the last rename wins, and the other sees it before its first append.
        await rename(temporary, path);
      } catch (error) {
        throw new StorageError(path, error as NodeJS.ErrnoException);
      }
      return undefined;
    },
    async renew() {
      const at = new Date(now());
      if ((await read())?.id === id) await utimes(path, at, at).catch(() => undefined);
    },
    isOurs: async () => (await read())?.id === id,
    async release() {
      if ((await read())?.id === id) await unlink(path).catch(() => undefined);
    },
  };
}

function lives(lock: Content & { readonly renewedAt: number }, now: number): boolean {
  if (now - lock.renewedAt > staleAfterMs) return false;
  if (lock.host !== hostname()) return true;
  if (lock.pid === process.pid) return true;
  try {
    process.kill(lock.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
