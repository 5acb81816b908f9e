import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { cloud, drive, points, second, start } from "../../test-support/drive.ts";
import { writeLog } from "../../test-support/write-log.ts";
import { openLog } from "../open-log.ts";
import { bytesSource } from "../sources/bytes.ts";
import type { ByteSource, LogReader, Progress } from "../types.ts";
import type { ScanStore } from "./scan-store.ts";

fc.configureGlobal({ seed: 20264 });

class Kept implements ScanStore {
  readonly entries = new Map<string, Uint8Array>();
  load(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.entries.get(key));
  }
  save(key: string, bytes: Uint8Array): Promise<void> {
    this.entries.set(key, bytes.slice());
    return Promise.resolve();
  }
}

let bytes: Uint8Array;
beforeAll(async () => {
  const big = Array.from({ length: 12 }, (_, i) => {
    const at = start + (second * BigInt(i)) / 10n + 1n;
    return cloud("/lidar/big", at, { at, points: points(9000, i) });
  });
  const whole = await writeLog([...drive(12), ...big], { compression: "lz4", chunkSize: 200_000 });
  // A damaged chunk, and an end that is cut off.
  const cut = whole.slice(0, whole.length - 4000);
  cut[400_000] ^= 0xff;
  bytes = cut;
});

/** A file that counts what is read of it. */
function file(content: Uint8Array, version?: string): ByteSource & { read_: number } {
  const inner = bytesSource(content, "scan.mcap");
  const self = {
    ...inner,
    read_: 0,
    version: () => Promise.resolve(version),
    read(offset: bigint, length: bigint) {
      self.read_ += Number(length);
      return inner.read(offset, length);
    },
  };
  return self;
}

async function opened(source: ByteSource, scanStore: ScanStore): Promise<{ log: LogReader; scanned: boolean }> {
  const seen: Progress[] = [];
  const log = await openLog(source, { scanStore, onProgress: (progress) => seen.push(progress) });
  return { log, scanned: seen.some(({ unit }) => unit === "bytes") };
}

describe("rule 27: a file without an index is scanned once", () => {
  it("and opens the same from what was kept, reading a part of it", async () => {
    const store = new Kept();
    const first = file(bytes);
    const one = await opened(first, store);
    const again = file(bytes);
    const other = await opened(again, store);
    expect([one.scanned, other.scanned]).toEqual([true, false]);
    expect(other.log.info).toEqual(one.log.info);
    expect(one.log.info.problems.map(({ code }) => code)).toEqual(["damaged-chunk", "truncated"]);
    expect(one.log.info.gaps.length).toBe(1);
    expect(await other.log.scan()).toEqual(await one.log.scan());
    expect(await other.log.frame(5)).toEqual(await one.log.frame(5));
    expect(store.entries.size).toBe(1);
    const [kept] = store.entries.values();
    expect(kept.length).toBeLessThan(bytes.length / 50);
    expect(bytes.length).toBeGreaterThan(1_000_000);
  });

  it("a copy under another name is known, a changed one is not", async () => {
    const store = new Kept();
    await opened(file(bytes, "1"), store);
    expect((await opened({ ...file(bytes, "1"), name: "copy.mcap" }, store)).scanned).toBe(false);
    expect((await opened(file(bytes, "2"), store)).scanned).toBe(true);
    const longer = new Uint8Array([...bytes, 0]);
    expect((await opened(file(longer, "1"), store)).scanned).toBe(true);
    expect(store.entries.size).toBe(3);
  });

  it("whatever is wrong with what was kept, the file is scanned anew and opens the same", async () => {
    const store = new Kept();
    const { log } = await opened(file(bytes), store);
    const [[key, kept]] = store.entries;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(kept.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, cut) => {
          const bad = cut ? kept.slice(0, at) : kept.slice();
          if (!cut) bad[at] ^= flip;
          store.entries.set(key, bad);
          const again = await opened(file(bytes), store);
          expect(again.scanned).toBe(true);
          expect(again.log.info.frames).toEqual(log.info.frames);
          expect(store.entries.get(key)).toEqual(kept);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("a store that fails is as good as none", async () => {
    const broken: ScanStore = {
      load: () => Promise.reject(new Error("no storage")),
      save: () => Promise.reject(new Error("quota")),
    };
    expect((await opened(file(bytes), broken)).log.info.frames.length).toBeGreaterThan(8);
  });

  it("small files are not kept", async () => {
    const store = new Kept();
    await opened(file((await writeLog(drive(3))).slice(0, -10)), store);
    expect(store.entries.size).toBe(0);
  });
});
