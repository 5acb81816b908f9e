import type { Label } from "@sweepmark/document";

/** First and last frame, both inclusive. */
export type FrameRange = readonly [first: number, last: number];

/** What was written, or where it cannot be understood. */
export type FrameRanges =
  | { readonly kind: "ranges"; readonly ranges: readonly FrameRange[] }
  | { readonly kind: "problem"; readonly problem: Label };

/**
 * "2-5, 8, 10-20" as people write pages: single frames and ranges with both ends, between commas or spaces; an en dash is
 * a dash, "8-" goes to the last frame. Ranges come out in order, those that touch as one. The first part that makes no
 * sense is named with what was expected.
 */
export function parseFrameRanges(text: string, lastFrame: number): FrameRanges {
  const problem = (message: string, part: string): FrameRanges => ({
    kind: "problem",
    problem: { message, params: { part, last: lastFrame } },
  });
  const parts = text
    .replaceAll(/\s*[-\u2013]\s*/g, "-")
    .split(/[,;\s]+/)
    .filter((part) => part !== "");
  if (parts.length === 0) return problem("frames.none", "");
  const ranges: FrameRange[] = [];
  for (const part of parts) {
    const found = /^(\d{1,9})(?:(-)(\d{1,9})?)?$/.exec(part);
    if (!found) return problem("frames.not-a-range", part);
    const first = Number(found[1]);
    const last = found[2] ? Number(found[3] ?? lastFrame) : first;
    if (first > lastFrame || last > lastFrame) return problem("frames.past-end", part);
    if (last < first) return problem("frames.backwards", part);
    ranges.push([first, last]);
  }
  return { kind: "ranges", ranges: joined(ranges) };
}

function joined(ranges: readonly FrameRange[]): readonly FrameRange[] {
  const result: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

/** Consecutive numbers as ranges: [1, 2, 3, 7] is 1–3 and 7. `numbers` in any order. */
export const rangesOf = (numbers: readonly number[]): readonly FrameRange[] => joined(numbers.map((n) => [n, n]));
