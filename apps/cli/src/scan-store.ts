import type { ScanStore } from "@sweepmark/log";
import { mkdir, readFile, readdir, stat, unlink, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { writeAtomically } from "./atomic-write.ts";

const suffix = ".scan";
const mostScans = 64;
const mostBytes = 512 * 1024 * 1024;

/** `<cache folder of the user>/sweepmark`, by the habit of the system. */
export function userCacheDir(env: Readonly<Record<string, string | undefined>>, platform = process.platform): string {
  const home = env.HOME ?? homedir();
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "sweepmark", "cache");
  if (platform === "darwin") return join(home, "Library", "Caches", "sweepmark");
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "sweepmark");
}

/** The scans of files without an index as files of `folder`; the least recently used go first. */
export function folderScanStore(folder: string): ScanStore {
  const pathOf = (key: string): string => join(folder, `${key.replaceAll(/[^a-z0-9]+/g, "-")}${suffix}`);
  return {
    async load(key) {
      const path = pathOf(key);
      const bytes = await readFile(path).catch(() => undefined);
      if (!bytes) return undefined;
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
      return new Uint8Array(bytes);
    },
    async save(key, bytes) {
      if (bytes.length > mostBytes / 4) return;
      await mkdir(folder, { recursive: true });
      await writeAtomically(pathOf(key), bytes);
      await evict(folder);
    },
  };
}

async function evict(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
  let bytes = 0;
  for (const [i, file] of files.toSorted((a, b) => b.mtimeMs - a.mtimeMs).entries()) {
    bytes += file.size;
    if (i >= mostScans || bytes > mostBytes) await unlink(file.path).catch(() => undefined);
  }
}
