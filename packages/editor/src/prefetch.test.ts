import { timestampNs } from "@sweepmark/geometry";
import type { FrameEntry } from "@sweepmark/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefetchPlan, strideOf, type Travel } from "./prefetch.ts";

/** Frames of a log at 10 Hz. */
const log = (count: number): FrameEntry[] =>
  Array.from({ length: count }, (_, index) => {
    const at = timestampNs(BigInt(index) * 100_000_000n);
    return { index, logTime: at, at, exact: true };
  });

const still: Travel = { stride: 1, rate: undefined, looping: false };
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("what is fetched next (rule 1)", () => {
  it("ten in the direction of travel, two behind", () => {
    expect(prefetchPlan(20, log(50), still)).toEqual([...range(21, 30), 19, 18]);
    expect(prefetchPlan(20, log(50), { ...still, stride: -1 })).toEqual([...range(10, 19).toReversed(), 21, 22]);
    expect(prefetchPlan(48, log(50), still)).toEqual([49, 47, 46]);
  });

  it("by the stride of leaps, with the neighbours of where they land", () => {
    expect(prefetchPlan(20, log(90), { ...still, stride: 10 }).slice(0, 5)).toEqual([30, 21, 40, 22, 50]);
    expect([strideOf(10, 1), strideOf(10, 10), strideOf(-10, -10), strideOf(-3, 10)]).toEqual([1, 10, -10, -1]);
    expect([strideOf(1, 10), strideOf(-1, 1), strideOf(400, 400)]).toEqual([1, -1, 1]);
  });

  it("farther when playing faster, forward only, and round the end when it loops", () => {
    const ahead = (rate: number): number => prefetchPlan(20, log(200), { ...still, rate }).length;
    expect([ahead(0.25), ahead(1), ahead(2), ahead(16)]).toEqual([10, 20, 40, 80]);
    expect(prefetchPlan(46, log(50), { ...still, rate: 1 })).toEqual([47, 48, 49]);
    expect(prefetchPlan(46, log(50), { ...still, rate: 1, looping: true }).slice(0, 6)).toEqual([47, 48, 49, 0, 1, 2]);
  });

  it("names frames of the log, each once, never the one that is shown", () => {
    const travel = fc.record({
      stride: fc.integer({ min: 1, max: 20 }).chain((step) => fc.constantFrom(step, -step)),
      rate: fc.option(fc.constantFrom(0.25, 1, 4, 16), { nil: undefined }),
      looping: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), travel, (count, at, how) => {
        const index = at % count;
        const plan = prefetchPlan(index, log(count), how);
        expect(new Set(plan).size).toBe(plan.length);
        expect(plan.every((each) => each >= 0 && each < count && each !== index)).toBe(true);
      }),
    );
  });
});
