import { timestampNs } from "@sweepmark/geometry";
import type { FrameEntry } from "@sweepmark/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clampScale,
  findGaps,
  fitScale,
  frameAt,
  frameOfTime,
  marginPx,
  reveal,
  tickStep,
  withZoomFraction,
  xOf,
  zoomAt,
  zoomFraction,
} from "./scale.ts";

const framesAt = (stamps: readonly bigint[]): FrameEntry[] =>
  stamps.map((at, index) => ({ index, at: timestampNs(at), logTime: timestampNs(at), exact: true }));

describe("the timeline's axis (rule 5)", () => {
  it("shows all frames with a margin when it fits", () => {
    const scale = fitScale(154, 1000);
    expect(xOf(scale, 0)).toBeCloseTo(marginPx, 9);
    expect(xOf(scale, 153)).toBeCloseTo(1000 - marginPx, 9);
  });

  it("keeps the frame under the pointer while zooming, wherever the view is not at its end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 5000 }), fc.double({ min: 300, max: 700, noNaN: true }), (count, x) => {
        const scale = fitScale(count, 1000);
        const zoomed = zoomAt(scale, count, x, 2);
        expect(xOf(zoomed, frameAt(scale, x))).toBeCloseTo(x, 6);
      }),
    );
  });

  it("never shows more than everything, and never loses the frames", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20000 }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        (count, pxPerFrame, left) => {
          const scale = clampScale({ left, pxPerFrame, width: 900 }, count);
          expect(xOf(scale, 0)).toBeLessThanOrEqual(marginPx + 1e-6);
          expect(xOf(scale, count - 1)).toBeGreaterThanOrEqual(Math.min(marginPx, 900 - marginPx) - 1e-6);
        },
      ),
    );
  });

  it("turns the slider's fraction into a zoom and back", () => {
    const scale = withZoomFraction(fitScale(2000, 900), 2000, 0.4, 450);
    expect(zoomFraction(scale, 2000)).toBeCloseTo(0.4, 9);
    expect(zoomFraction(fitScale(2000, 900), 2000)).toBe(0);
  });

  it("reveals a frame that is out of sight and leaves one in sight alone", () => {
    const scale = withZoomFraction(fitScale(2000, 900), 2000, 0.8, 0);
    expect(reveal(scale, 2000, 3)).toBe(scale);
    expect(xOf(reveal(scale, 2000, 1500), 1500)).toBeCloseTo(900 - marginPx, 6);
  });

  it("labels at least 44 px apart, at 1, 2, 5, 10 …", () => {
    expect(tickStep(48)).toBe(1);
    expect(tickStep(6.2)).toBe(10);
    expect(tickStep(0.3)).toBe(200);
  });

  it("places times between frames, exactly at stamps", () => {
    const frames = framesAt([100n, 200n, 400n]);
    expect([100n, 200n, 400n].map((at) => frameOfTime(frames, timestampNs(at)))).toEqual([0, 1, 2]);
    expect(frameOfTime(frames, timestampNs(300n))).toBeCloseTo(1.5, 9);
    expect(frameOfTime(frames, timestampNs(50n))).toBeLessThan(0);
    expect(frameOfTime(frames, timestampNs(500n))).toBeGreaterThan(2);
  });

  it("finds a gap where a sweep is missing", () => {
    expect(findGaps(framesAt([0n, 100n, 200n, 400n, 500n]))).toEqual([{ index: 2, seconds: 2e-7 }]);
    expect(findGaps(framesAt([0n, 100n, 210n, 300n]))).toEqual([]);
  });
});
