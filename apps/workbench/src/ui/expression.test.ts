import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateExpression } from "./expression.ts";

describe("number fields take expressions (rule 4)", () => {
  it.each([
    ["8.42", 8.42],
    ["-3.2", -3.2],
    ["\u22123,2 m", -3.2],
    ["+0.2", 5.2],
    ["+-0.2", 4.8],
    ["*2", 10],
    ["/4", 1.25],
    ["1 + 2 * 3", 7],
    ["(1 + 2) * -3", -9],
    ["90°", 90],
  ])("%s on 5 is %d", (text, expected) => {
    expect(evaluateExpression(text, 5)).toBeCloseTo(expected, 12);
  });

  it.each(["", "abc", "1 +", "(1", "1)", "1/0", "--", "5 m m", "1..2", "2 3x"])("refuses %j", (text) => {
    expect(evaluateExpression(text, 5)).toBeUndefined();
  });

  it("reads back what it can print", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), (value) => {
        expect(evaluateExpression(value.toFixed(4), 0)).toBeCloseTo(Number(value.toFixed(4)), 9);
      }),
    );
  });

  it("adds to a value that is negative", () => {
    expect(evaluateExpression("+0.5", -2)).toBe(-1.5);
  });
});
