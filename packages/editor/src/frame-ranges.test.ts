import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseFrameRanges, rangesOf } from "./frame-ranges.ts";
import { editorMessages } from "./messages.ts";

it.each([
  [
    "2-5,8,10-20",
    [
      [2, 5],
      [8, 8],
      [10, 20],
    ],
  ],
  [
    " 10 – 20 , 2-5 ;8",
    [
      [2, 5],
      [8, 8],
      [10, 20],
    ],
  ],
  ["7", [[7, 7]]],
  ["8-", [[8, 30]]],
  ["1-3,4,2-6", [[1, 6]]],
  ["0-30", [[0, 30]]],
])("%s (rule 24)", (text, ranges) => {
  expect(parseFrameRanges(text, 30)).toEqual({ kind: "ranges", ranges });
});

it.each([
  ["", "frames.none", ""],
  [" , ", "frames.none", ""],
  ["2-5,x,9", "frames.not-a-range", "x"],
  ["2-5-9", "frames.not-a-range", "2-5-9"],
  ["-3", "frames.not-a-range", "-3"],
  ["1.5", "frames.not-a-range", "1.5"],
  ["5-2", "frames.backwards", "5-2"],
  ["2-5,31", "frames.past-end", "31"],
  ["2-31", "frames.past-end", "2-31"],
])("%s is no list of frames: %s (rule 24)", (text, message, part) => {
  const found = parseFrameRanges(text, 30);
  expect(found).toEqual({ kind: "problem", problem: { message, params: { part, last: 30 } } });
  expect(editorMessages).toHaveProperty([message]);
});

it("holds every number that was given, and no other, in as few ranges as there are", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1 }), (numbers) => {
      const ranges = rangesOf(numbers);
      const held = ranges.flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i));
      expect(held).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      expect(parseFrameRanges(ranges.map(([a, b]) => `${a}-${b}`).join(","), 40)).toEqual({ kind: "ranges", ranges });
      for (const [i, [first]] of ranges.entries()) if (i > 0) expect(first).toBeGreaterThan(ranges[i - 1][1] + 1);
    }),
  );
});
