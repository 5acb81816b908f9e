import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import { browserScanStore, tooMany } from "./scan-store.ts";

it("gives back what was kept, and nothing for what was not", async () => {
  await browserScanStore.save("a", Uint8Array.of(1, 2, 3));
  expect(await browserScanStore.load("a")).toEqual(Uint8Array.of(1, 2, 3));
  await browserScanStore.save("a", Uint8Array.of(4));
  expect(await browserScanStore.load("a")).toEqual(Uint8Array.of(4));
  expect(await browserScanStore.load("b")).toBeUndefined();
});

it("keeps 32 scans: the one that was used longest ago goes", async () => {
  for (let i = 0; i < 40; i++) await browserScanStore.save(`n${i}`, Uint8Array.of(i));
  const kept = await Promise.all(Array.from({ length: 40 }, (_, i) => browserScanStore.load(`n${i}`)));
  expect(kept.filter((bytes) => bytes !== undefined).length).toBe(32);
  expect(await browserScanStore.load("n39")).toEqual(Uint8Array.of(39));
});

it("keeps 256 MiB", () => {
  const uses = [1, 2, 3, 4, 5].map((usedAt) => ({ key: `k${usedAt}`, usedAt, size: 60 * 1024 * 1024 }));
  expect(tooMany(uses)).toEqual(["k1"]);
});
