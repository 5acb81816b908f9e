import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { StorageError } from "./label-folder.ts";

/** A writer is forgotten when its lock was not renewed for so long, or when its process is gone. */
export const staleAfterMs = 30_000;

/** Between servers: which process may append to a label folder. Within one server the lease decides. */
export interface WriterLock {
  /** Takes the lock for a token. Resolves to the other writer instead, unless `mode` is "steal". */
  acquire(holder: string, token: string, mode: "ask" | "steal"): Promise<OtherWriter | undefined>;
  /**
   * Goes on with a lock that a dead process of ours left behind, if it was this token's: a page does not notice that its
   * server was killed and started again. Resolves to whose it is, or undefined.
   */
  adopt(token: string): Promise<OtherWriter | undefined>;
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
  /** SHA-256 of the token: whoever can read the folder shall not be able to write through the server. */
  readonly tokenHash: string;
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

  const write = async (content: Content): Promise<void> => {
    try {
      await mkdir(dir, { recursive: true });
      const temporary = `${path}.${id}`;
      await writeFile(temporary, JSON.stringify(content));
      // Two that take a stale lock at once: the last rename wins, and the other sees it before its first append.
      await rename(temporary, path);
      await utimes(path, new Date(now()), new Date(now()));
    } catch (error) {
      throw new StorageError(path, error as NodeJS.ErrnoException);
    }
  };
  const own = { id, pid: process.pid, host: hostname() };

  return {
    async acquire(holder, token, mode) {
      const current = await read();
      if (current && current.id !== id && mode === "ask" && lives(current, now()))
        return { holder: current.holder, since: current.since };
      await write({ ...own, holder, since: new Date(now()).toISOString(), tokenHash: hashOf(token) });
      return undefined;
    },
    async adopt(token) {
      const current = await read();
      if (!current || current.tokenHash !== hashOf(token)) return undefined;
      if (current.id !== id && lives(current, now())) return undefined;
      const { holder, since, tokenHash } = current;
      await write({ ...own, holder, since, tokenHash });
      return { holder, since };
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

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

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
