import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

describe("a pool of buffers", () => {
  it("gives as much as is asked for, and at most an eighth more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000_000 }), (bytes) => {
        const { byteLength } = new BufferPool(0).take(bytes);
        expect(byteLength).toBeGreaterThanOrEqual(bytes);
        expect(byteLength).toBeLessThanOrEqual(bytes * 1.125 + 1);
      }),
      { numRuns: 200 },
    );
  });

  it("gives a buffer again that came back, to somebody who asks for about as much", () => {
    const pool = new BufferPool(1_000_000);
    const buffer = pool.take(100_000);
    pool.give(buffer);
    expect(pool.take(99_000)).toBe(buffer);
    expect(pool.take(99_000)).not.toBe(buffer);
  });

  it("never gives one buffer to two", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 20_000 }))), (steps) => {
        const pool = new BufferPool(100_000);
        const out: ArrayBuffer[] = [];
        for (const [isTake, bytes] of steps) {
          if (!isTake && out.length > 0) pool.give(out.splice(bytes % out.length, 1)[0]);
          else {
            const buffer = pool.take(bytes);
            expect(out).not.toContain(buffer);
            out.push(buffer);
          }
        }
      }),
    );
  });

  it("keeps no more than its limit", () => {
    const pool = new BufferPool(10_000);
    for (let i = 0; i < 5; i++) pool.give(new BufferPool(0).take(4096));
    expect(pool.freeBytes).toBe(8192);
  });
});
