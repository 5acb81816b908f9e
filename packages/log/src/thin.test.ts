import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thinned } from "./thin.ts";

fc.configureGlobal({ seed: 20262 });

const ms = (...values: readonly number[]) => BigInt64Array.from(values, (value) => BigInt(value) * 1_000_000n);

describe("rule F1: frames at a lower rate", () => {
  it("are the sweeps nearest to a regular grid that begins with the first", () => {
    const times = ms(...Array.from({ length: 24 }, (_, i) => i * 100 + (i % 3)));
    expect(thinned(times, 1e8, 2)).toEqual(Uint32Array.of(0, 5, 10, 15, 20));
    expect(thinned(ms(0, 380, 490, 530, 1010), 1e8, 2)).toEqual(Uint32Array.of(0, 2, 4));
  });
  it("are all where they come no faster", () => {
    expect(thinned(ms(0, 100, 200), 1e8, 10)).toBeUndefined();
    expect(thinned(ms(0, 100, 200), 1e8, 9.5)).toBeUndefined();
  });
  it("leave the grid empty where the log has a gap", () => {
    expect(thinned(ms(0, 100, 5000, 5100), 1e8, 2)).toEqual(Uint32Array.of(0, 2));
  });
  it("law: at most one in each step, none farther than half of one, the nearest of its step, rising", () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5 }), (steps, rate) => {
        let at = 7;
        const times = ms(at, ...steps.map((step) => (at += step)));
        const kept = thinned(times, 1, rate) ?? new Uint32Array();
        const offset = (i: number) => (Number(times[i] - times[0]) * rate) / 1e9;
        const grid = (i: number) => Math.round(offset(i));
        const grids = [...kept].map(grid);
        expect(new Set(grids).size).toBe(grids.length);
        expect([...kept]).toEqual([...kept].toSorted((a, b) => a - b));
        const last = offset(times.length - 1);
        for (let i = 0; i < times.length; i++) {
          if (grid(i) > last) continue;
          const mine = kept[grids.indexOf(grid(i))];
          expect(Math.abs(offset(mine) - grid(i))).toBeLessThanOrEqual(Math.abs(offset(i) - grid(i)));
        }
      }),
    );
  });
  it("a rate that is none is a bug", () => {
    expect(() => thinned(ms(0), 1, 0)).toThrow(/maxRateHz is 0/);
  });
});
