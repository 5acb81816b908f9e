import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipPolyline, closestOnPolyline, polylineLength } from "./polyline.ts";
import type { Point, Vec3 } from "./space.ts";
import { distance, length, lerp } from "./vector.ts";

fc.configureGlobal({ seed: 1 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const point = fc.tuple(number(50), number(50), number(5)) as fc.Arbitrary<Point<"world">>;
const line = fc.array(point, { minLength: 2, maxLength: 8 });
/** Many points along the line, with the original vertices. */
const dense = (points: readonly Vec3[]) =>
  points.slice(1).flatMap((to, i) => Array.from({ length: 201 }, (_, k) => lerp(points[i], to, k / 200)));

describe("closestOnPolyline", () => {
  it("is never beaten by a point of the line, and lies on it where it says", () =>
    fc.assert(
      fc.property(line, point, (points, from) => {
        const hit = closestOnPolyline(points, from)!;
        const least = Math.min(...dense(points).map((p) => distance(p, from)));
        expect(hit.distanceM).toBeLessThanOrEqual(least + 1e-9);
        expect(distance(hit.point, from)).toBeCloseTo(hit.distanceM, 9);
        expect(distance(hit.point, lerp(points[hit.segment], points[hit.segment + 1], hit.t))).toBeLessThan(1e-9);
      }),
    ));

  it("has nothing to say about fewer than two points, and survives equal ones", () => {
    expect(closestOnPolyline([[0, 0, 0]], [1, 1, 1])).toBeUndefined();
    expect(
      closestOnPolyline(
        [
          [1, 0, 0],
          [1, 0, 0],
        ],
        [4, 4, 0],
      )?.distanceM,
    ).toBe(5);
  });
});

describe("clipPolyline to a range", () => {
  const range = 30;
  const inside = (p: Vec3) => range - length(p);

  it("keeps only what is inside, in order, and loses nothing longer than the 1 mm of its cuts", () =>
    fc.assert(
      fc.property(line, (points) => {
        const parts = clipPolyline(points, inside);
        for (const part of parts) {
          expect(part.length).toBeGreaterThan(1);
          for (const p of dense(part)) expect(inside(p)).toBeGreaterThan(-1e-9);
        }
        const kept = parts.reduce((sum, part) => sum + polylineLength(part), 0);
        const whole = dense(points)
          .slice(1)
          .reduce((sum, to, i, all) => {
            const from = i === 0 ? points[0] : all[i - 1];
            return inside(from) >= 0 && inside(to) >= 0 ? sum + distance(from, to) : sum;
          }, 0);
        expect(kept).toBeGreaterThanOrEqual(whole - 0.01 * points.length);
        // A dense step that crosses the border is counted on neither side: at most one per crossing.
        expect(kept).toBeLessThanOrEqual(whole + 2 * points.length * 0.75);
      }),
    ));

  it("leaves a line that is inside as it is", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(number(10), number(10), number(1)), { minLength: 2 }), (points) => {
        expect(clipPolyline(points, inside)).toEqual([points]);
      }),
    ));

  it("finds the chord of a segment with both ends outside", () => {
    const [part] = clipPolyline(
      [
        [-100, 18, 0],
        [100, 18, 0],
      ] as Point<"ego">[],
      inside,
    );
    expect(part[0][0]).toBeCloseTo(-24, 2);
    expect(part[1][0]).toBeCloseTo(24, 2);
  });

  it("drops what stays outside", () => {
    expect(
      clipPolyline(
        [
          [-100, 40, 0],
          [100, 40, 0],
        ] as Point<"ego">[],
        inside,
      ),
    ).toEqual([]);
  });
});

it("the length of an open line is the sum of its segments", () => {
  expect(
    polylineLength([
      [0, 0, 0],
      [3, 4, 0],
      [3, 4, 2],
    ]),
  ).toBe(7);
  expect(polylineLength([])).toBe(0);
});
