import { zipSync } from "fflate";
import type { WrittenFile } from "./types.ts";

/**
 * One zip of several files, the same bytes for the same files: every entry is dated 1980-01-01, the zip format's zero
 * (fflate writes local time, so a local date is the same in every time zone).
 */
export function zipFiles(files: readonly WrittenFile[]): Uint8Array {
  const entries = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
  if (Object.keys(entries).length !== files.length) throw new Error("two files of one zip have the same name");
  return zipSync(entries, { mtime: new Date(1980, 0, 1), level: 6 });
}
