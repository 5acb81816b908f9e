import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { folderScanStore, userCacheDir } from "./scan-store.ts";
import { scratch } from "./test-support.ts";

let dir: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ dir, remove } = await scratch());
});
afterEach(() => remove());

describe("scans kept in a folder", () => {
  it("come back, and are made the newest by it", async () => {
    const store = folderScanStore(join(dir, "cache"));
    expect(await store.load("sha256:ab")).toBeUndefined();
    await store.save("sha256:ab", Uint8Array.of(1, 2));
    expect(await store.load("sha256:ab")).toEqual(Uint8Array.of(1, 2));
    expect(await readdir(join(dir, "cache"))).toEqual(["sha256-ab.scan"]);
  });

  it("are 64 at most; other files are not touched", async () => {
    for (let i = 0; i < 70; i++) {
      const path = join(dir, `old${i}.scan`);
      await writeFile(path, "x");
      await utimes(path, 1000 + i, 1000 + i);
    }
    await writeFile(join(dir, "notes.txt"), "mine");
    await folderScanStore(dir).save("new", Uint8Array.of(1));
    const names = await readdir(dir);
    expect(names.length).toBe(65);
    expect(names).toContain("new.scan");
    expect(names).toContain("notes.txt");
    expect(names).not.toContain("old6.scan");
    expect(names).toContain("old7.scan");
  });

  it("lie where the system keeps what can be made again", () => {
    expect(userCacheDir({ HOME: "/home/ada" }, "linux")).toBe("/home/ada/.cache/sweepmark");
    expect(userCacheDir({ HOME: "/home/ada", XDG_CACHE_HOME: "/c" }, "linux")).toBe("/c/sweepmark");
  });
});
