import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gathered, type GatherOptions } from "./gather.ts";

fc.configureGlobal({ seed: 20263 });

const content = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 31) & 255);

/** A source whose reads end when they are let go. */
function slow(options: GatherOptions = {}) {
  const asked: { from: number; to: number; signal: AbortSignal | undefined; end: () => void }[] = [];
  const read = gathered(
    (offset, length, signal) =>
      new Promise((resolve, reject) => {
        const [from, to] = [Number(offset), Number(offset + length)];
        signal?.addEventListener("abort", () => reject(new DOMException("x", "AbortError")));
        asked.push({ from, to, signal, end: () => resolve(content.slice(from, to)) });
      }),
    { gapBytes: 100, maxBytes: 2000, lanes: 2, ...options },
  );
  const ranges = (): number[][] => asked.map(({ from, to }) => [from, to]);
  return { read, asked, ranges };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("reads of a server are gathered", () => {
  it("near ones become one, far ones stay apart, each asker gets its own bytes", async () => {
    const { read, asked, ranges } = slow();
    const parts = [read(500n, 10n), read(560n, 40n), read(9000n, 5n), read(420n, 10n)];
    await turn();
    expect(ranges()).toEqual([
      [420, 600],
      [9000, 9005],
    ]);
    asked.forEach(({ end }) => end());
    expect(await Promise.all(parts)).toEqual(
      [
        [500, 510],
        [560, 600],
        [9000, 9005],
        [420, 430],
      ].map(([from, to]) => content.slice(from, to)),
    );
    const [one, two] = await Promise.all(parts.slice(0, 2));
    expect(one.buffer).not.toBe(two.buffer);
  });

  it("not more than the limit at once, and those that wait are joined", async () => {
    const { read, asked, ranges } = slow();
    const parts = [0n, 3000n, 6000n, 6050n, 6090n].map((offset) => read(offset, 10n));
    await turn();
    expect(ranges()).toEqual([
      [0, 10],
      [3000, 3010],
    ]);
    asked[0].end();
    await turn();
    expect(ranges()[2]).toEqual([6000, 6100]);
    asked.forEach(({ end }) => end());
    await Promise.all(parts);
    const capped = slow();
    void capped.read(0n, 1500n);
    void capped.read(1500n, 1500n);
    await turn();
    expect(capped.ranges()).toEqual([
      [0, 1500],
      [1500, 3000],
    ]);
  });

  it("an asker who leaves is let go; the read is aborted when all have left", async () => {
    const { read, asked } = slow();
    const [one, two] = [new AbortController(), new AbortController()];
    const parts = [read(0n, 10n, one.signal), read(20n, 10n, two.signal)];
    await turn();
    one.abort();
    await expect(parts[0]).rejects.toMatchObject({ name: "AbortError" });
    expect(asked[0].signal?.aborted).toBe(false);
    two.abort();
    await expect(parts[1]).rejects.toMatchObject({ name: "AbortError" });
    expect(asked[0].signal?.aborted).toBe(true);
    await expect(read(0n, 1n, one.signal)).rejects.toMatchObject({ name: "AbortError" });
  });

  it("an error is everybody's, and the next read starts anew", async () => {
    let fail = true;
    const read = gathered((offset, length) =>
      fail
        ? Promise.reject(new Error("gone"))
        : Promise.resolve(content.slice(Number(offset), Number(offset + length))),
    );
    await expect(Promise.all([read(0n, 1n), read(5n, 1n)])).rejects.toThrow("gone");
    fail = false;
    expect(await read(5n, 1n)).toEqual(content.slice(5, 6));
  });

  it("whatever is asked, the answer is the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(9000), fc.integer({ min: 1, max: 900 })), { maxLength: 30 }),
        fc.nat(500),
        async (asked, gapBytes) => {
          let reads = 0;
          const read = gathered(
            async (offset, length) => {
              reads++;
              await Promise.resolve();
              expect(length).toBeLessThanOrEqual(2000n);
              return content.slice(Number(offset), Number(offset + length));
            },
            { gapBytes, maxBytes: 2000, lanes: 3 },
          );
          const found = await Promise.all(asked.map(([at, length]) => read(BigInt(at), BigInt(length))));
          expect(found).toEqual(asked.map(([at, length]) => content.slice(at, at + length)));
          expect(reads).toBeLessThanOrEqual(asked.length);
        },
      ),
      { numRuns: 100 },
    );
  });
});
