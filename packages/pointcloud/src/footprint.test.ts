import { wrapAngle } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitFootprint } from "./footprint.ts";

fc.configureGlobal({ seed: 1 });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** An L of points: the front and the left side of a rectangle, `spacing` apart. */
function ell(center: readonly [number, number], length: number, width: number, yaw: number, spacing = 0.1): number[] {
  const points: number[] = [];
  const put = (a: number, b: number) =>
    points.push(center[0] + Math.cos(yaw) * a - Math.sin(yaw) * b, center[1] + Math.sin(yaw) * a + Math.cos(yaw) * b);
  for (let a = -length / 2; a <= length / 2; a += spacing) put(a, width / 2);
  for (let b = -width / 2; b <= width / 2; b += spacing) put(length / 2, b);
  return points;
}
/** Difference of two directions modulo half a turn. */
const turned = (a: number, b: number) => Math.abs(wrapAngle(2 * (a - b))) / 2;

describe("fitFootprint (rule 5)", () => {
  it("finds the rectangle of an L of points without any heading", () =>
    fc.assert(
      fc.property(
        between(-20, 20),
        between(-20, 20),
        between(3.5, 8),
        between(1.5, 2.4),
        between(-3, 3),
        (x, y, l, w, yaw) => {
          const found = fitFootprint(ell([x, y], l, w, yaw))!;
          expect(turned(found.yawRad, yaw)).toBeLessThan(0.012);
          expect(Math.abs(found.lengthM - l)).toBeLessThan(0.2);
          expect(Math.abs(found.widthM - w)).toBeLessThan(0.2);
          expect(Math.hypot(found.center[0] - x, found.center[1] - y)).toBeLessThan(0.15);
        },
      ),
    ));

  it("holds every point", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(between(-5, 5), between(-5, 5)), { minLength: 3, maxLength: 40 }),
        fc.option(between(-3, 3), { nil: undefined }),
        (points, headingRad) => {
          const { center, lengthM, widthM, yawRad } = fitFootprint(points.flat(), { headingRad })!;
          for (const [x, y] of points) {
            const a = Math.cos(yawRad) * (x - center[0]) + Math.sin(yawRad) * (y - center[1]);
            const b = Math.cos(yawRad) * (y - center[1]) - Math.sin(yawRad) * (x - center[0]);
            expect(Math.abs(a)).toBeLessThanOrEqual(lengthM / 2 + 1e-9);
            expect(Math.abs(b)).toBeLessThanOrEqual(widthM / 2 + 1e-9);
          }
        },
      ),
    ));

  it("keeps to a heading, its sense and its tolerance: across a car the length is the shorter side", () => {
    const points = ell([3, 4], 4.5, 1.9, 0.3);
    const along = fitFootprint(points, { headingRad: 0.3 + Math.PI, toleranceRad: 0.2 })!;
    expect(Math.abs(wrapAngle(along.yawRad - 0.3 - Math.PI))).toBeLessThan(0.012);
    const across = fitFootprint(points, { headingRad: 0.3 + Math.PI / 2, toleranceRad: 0.2 })!;
    expect(across.lengthM).toBeLessThan(across.widthM);
    const fixed = fitFootprint(points, { headingRad: 0.1, toleranceRad: 0 })!;
    expect(fixed.yawRad).toBeCloseTo(0.1, 12);
  });

  it("says nothing about fewer than three points", () => {
    expect(fitFootprint([0, 0, 1, 1])).toBeUndefined();
    expect(fitFootprint([])).toBeUndefined();
  });
});
