import { angleBetween, type Quaternion } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalQuaternion, canonicalYaw, compareText, decimalText, plainZero } from "./numbers.ts";

describe("decimalText", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [1.5, "1.5"],
    [-12.1234567894, "-12.123456789"],
    [0.1 + 0.2, "0.3"],
    [1e-12, "0"],
    [-1e-12, "0"],
    [5_400_000.123456789, "5400000.123456789"],
    [100, "100"],
    [1200000, "1200000"],
  ])("writes %d as %s", (value, text) => {
    expect(decimalText(value, 9)).toBe(text);
  });

  it("is within half a step, without exponent", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e7, max: 1e7, noNaN: true }), (value) => {
        const text = decimalText(value, 9);
        expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
        expect(text).not.toBe("-0");
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(6e-10 + Math.abs(value) * 2 ** -52);
      }),
      { seed: 1 },
    );
  });
});

describe("canonicalQuaternion", () => {
  it("is the same rotation, unit, the same for q and −q, and without −0 (rule 4)", () => {
    const component = fc.oneof(fc.constantFrom(0, -0, 1, -1), fc.double({ min: -1, max: 1, noNaN: true }));
    const quaternion = fc
      .tuple(component, component, component, component)
      .filter((q) => Math.hypot(...q) > 1e-3)
      .map((q): Quaternion => q);
    fc.assert(
      fc.property(quaternion, (q) => {
        const size = Math.hypot(...q);
        const unit: Quaternion = [q[0] / size, q[1] / size, q[2] / size, q[3] / size];
        const negative: Quaternion = [-q[0], -q[1], -q[2], -q[3]];
        const result = canonicalQuaternion(q);
        expect(canonicalQuaternion(negative)).toEqual(result);
        expect(result[3]).toBeGreaterThanOrEqual(0);
        expect(Math.hypot(...result)).toBeCloseTo(1, 12);
        expect(angleBetween(result, unit)).toBeLessThan(1e-7);
        for (const part of result) expect(Object.is(part, -0)).toBe(false);
      }),
      { seed: 1 },
    );
  });
});

it("text is ordered by code unit, and −0 is 0", () => {
  expect(["b", "a-2", "a-10", "Ä", "a"].toSorted(compareText)).toEqual(["a", "a-10", "a-2", "b", "Ä"]);
  expect(compareText("a", "a")).toBe(0);
  expect(Object.is(plainZero(-0), 0)).toBe(true);
});

it("a half turn is π from either side", () => {
  expect([Math.PI, -Math.PI, 1e-15 - Math.PI].map(canonicalYaw)).toEqual([Math.PI, Math.PI, Math.PI]);
  expect([-3.14, 3.14, -1e-9].map(canonicalYaw)).toEqual([-3.14, 3.14, -1e-9]);
  expect(Object.is(canonicalYaw(-0), 0)).toBe(true);
});
