import { timestampNs } from "@sweepmark/geometry";
import type { FrameEntry, Gap } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { gapMarks } from "./gap-marks.ts";
import { fitScale, xOf } from "./scale.ts";

/** 100 frames a second apart, stamped 5 s later than they were recorded. */
const frames = Array.from({ length: 100 }, (_, index): FrameEntry => {
  const logTime = timestampNs(BigInt(index) * 1_000_000_000n);
  return { index, logTime, at: timestampNs(logTime + 5_000_000_000n), exact: true };
});
const scale = fitScale(100, 1000);
const at = (seconds: number | undefined) =>
  seconds === undefined ? undefined : timestampNs(BigInt(Math.round(seconds * 1e9)));
const gap = (from: number | undefined, to: number | undefined, more: Partial<Gap> = {}): Gap => ({
  from: at(from),
  to: at(to),
  offset: 10n,
  endOffset: 20n,
  reason: { severity: "error", code: "damaged", message: "x" },
  ...more,
});
const marksOf = (...gaps: Gap[]) => gapMarks(gaps, { frames, files: [], scale });

describe("gaps on the timeline (rule 5)", () => {
  it("lie at their log times, whatever the stamps are", () => {
    const [mark] = marksOf(gap(20, 30));
    expect(mark.left).toBeCloseTo(xOf(scale, 20), 6);
    expect(mark.left + mark.width).toBeCloseTo(xOf(scale, 30), 6);
    expect(mark.frameIndex).toBe(20);
  });

  it("without an end go to the end, without a beginning from the beginning", () => {
    const [first, last] = marksOf(gap(undefined, 3), gap(90, undefined));
    expect(first.left).toBeCloseTo(xOf(scale, -0.5), 6);
    expect(last.left + last.width).toBeCloseTo(xOf(scale, 99.5), 6);
  });

  it("of one file end where the next file begins", () => {
    const files = [0, 40].map((start) => ({
      name: `${start}`,
      sizeBytes: 1n,
      start: at(start)!,
      end: at(start + 30)!,
    }));
    const [mark] = gapMarks([gap(30, undefined, { file: "0" })], { frames, files, scale });
    expect(mark.left + mark.width).toBeCloseTo(xOf(scale, 40), 6);
  });

  it("are never too narrow to see, and one where they cannot be told apart", () => {
    const marks = marksOf(gap(50, 50.001), gap(50.1, 50.11), gap(70, 70));
    expect(marks.map(({ gaps }) => gaps.length)).toEqual([2, 1]);
    for (const { width } of marks) expect(width).toBeGreaterThanOrEqual(6);
  });

  it("are left out where they are out of sight, and where there are no frames", () => {
    const near = { left: 40, pxPerFrame: 48, width: 480 };
    expect(gapMarks([gap(10, 20), gap(42, 43), gap(80, 90)], { frames, files: [], scale: near }).length).toBe(1);
    expect(gapMarks([gap(10, 20)], { frames: [], files: [], scale })).toEqual([]);
  });
});
