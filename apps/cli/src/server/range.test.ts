import fc from "fast-check";
import { expect, it } from "vitest";
import { parseRange } from "./range.ts";

it.each([
  [undefined, { kind: "whole" }],
  ["bytes=0-0", { kind: "part", first: 0, last: 0 }],
  ["bytes=10-19", { kind: "part", first: 10, last: 19 }],
  ["bytes=90-", { kind: "part", first: 90, last: 99 }],
  ["bytes=90-1000", { kind: "part", first: 90, last: 99 }],
  ["bytes=-10", { kind: "part", first: 90, last: 99 }],
  ["bytes=-1000", { kind: "part", first: 0, last: 99 }],
  ["bytes=-0", { kind: "unsatisfiable" }],
  ["bytes=100-", { kind: "unsatisfiable" }],
  ["bytes=99999999999999999999-", { kind: "unsatisfiable" }],
  ["bytes=20-10", { kind: "unsatisfiable" }],
  ["bytes=-", { kind: "whole" }],
  ["bytes=0-1,5-6", { kind: "whole" }],
  ["items=0-1", { kind: "whole" }],
  ["bytes=a-b", { kind: "whole" }],
  ["bytes=1e1-20", { kind: "whole" }],
])("%s of 100 bytes", (header, expected) => {
  expect(parseRange(header, 100)).toEqual(expected);
});

it("an empty file has no satisfiable range", () => {
  for (const header of ["bytes=0-", "bytes=0-0", "bytes=-1"])
    expect(parseRange(header, 0)).toEqual({ kind: "unsatisfiable" });
});

it("whatever is asked, a part lies inside the file", () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
  );
  fc.assert(
    fc.property(header, fc.nat(), (text, size) => {
      const range = parseRange(text, size);
      if (range.kind !== "part") return;
      expect(range.first).toBeGreaterThanOrEqual(0);
      expect(range.last).toBeGreaterThanOrEqual(range.first);
      expect(range.last).toBeLessThan(size);
    }),
  );
});
