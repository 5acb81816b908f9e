import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildDistanceGrid } from "./distance-grid.ts";
import { registerInPlane, type PlaneOffset } from "./register.ts";

fc.configureGlobal({ seed: 1 });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Two sides of a car, 4.5 × 1.9 × 1.5 m, every 10 cm. */
function corner(): number[] {
  const points: number[] = [];
  for (let z = -0.5; z <= 0.75; z += 0.25) {
    for (let x = -2.25; x <= 2.25; x += 0.1) points.push(x, -0.95, z);
    for (let y = -0.95; y <= 0.95; y += 0.1) points.push(-2.25, y, z);
  }
  return points;
}
const moved = (points: readonly number[], [a, c, yaw]: PlaneOffset): Float64Array => {
  const out = Float64Array.from(points);
  for (let i = 0; i < out.length; i += 3) {
    out[i] = a + Math.cos(yaw) * points[i] - Math.sin(yaw) * points[i + 1];
    out[i + 1] = c + Math.sin(yaw) * points[i] + Math.cos(yaw) * points[i + 1];
  }
  return out;
};
const half = [2.65, 1.35, 1.05] as const;
const wide = [0.25, 0, 0, 0, 0.25, 0, 0, 0, 0.01];
const reach: PlaneOffset = [1, 1, 0.24];

describe("distances around known points (rule 9)", () => {
  it("are those to the nearest point within two cells, and capped", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(between(-1, 1), between(-1, 1)), { minLength: 1, maxLength: 12 }),
        between(-1, 1),
        between(-1, 1),
        (points, x, y) => {
          const grid = buildDistanceGrid(
            points.flatMap(([px, py]) => [px, py, 0]),
            [1.2, 1.2, 0.05],
            0.4,
          );
          const cell = Math.floor((y + 1.2) / grid.cellM) * grid.nx + Math.floor((x + 1.2) / grid.cellM);
          const found = (grid.steps[cell] * grid.maxM) / 255;
          const nearest = Math.min(0.4, ...points.map(([px, py]) => Math.hypot(px - x, py - y)));
          expect(Math.abs(found - nearest)).toBeLessThan(2 * Math.SQRT2 * grid.cellM);
        },
      ),
    ));

  it("of nothing are as far as can be, and a long truck costs no more cells", () => {
    expect(buildDistanceGrid([], half, 0.4).steps.every((step) => step === 255)).toBe(true);
    expect(buildDistanceGrid([0, 0, 0], [9, 2, 2], 0.4).steps.length).toBeLessThan(70_000);
  });
});

describe("registration in the plane (rule 10)", () => {
  const grid = buildDistanceGrid(corner(), half, 0.4);

  it("finds two sides where they went, within 5 cm and half a degree", () =>
    fc.assert(
      fc.property(fc.tuple(between(-0.8, 0.8), between(-0.8, 0.8), between(-0.15, 0.15)), (offset) => {
        const { measured, match, hits } = registerInPlane({
          grid,
          points: moved(corner(), offset),
          covariance: wide,
          reach,
          compare: [0, 0, 0],
        });
        measured.mean.forEach((each, axis) =>
          expect(Math.abs(each - offset[axis])).toBeLessThan(axis === 2 ? 0.009 : 0.05),
        );
        expect(match).toBeGreaterThan(0.9);
        expect(hits).toBeGreaterThan(300);
      }),
      { numRuns: 25 },
    ));

  it("along a bare side says nothing, and says so", () => {
    const side = Array.from({ length: 120 }, (_, i) => [(i - 60) * 0.1, -0.95, 0]).flat();
    const { measured } = registerInPlane({
      grid: buildDistanceGrid(side, [7, 1.35, 1], 0.4),
      points: moved(side.slice(90, 270), [0, 0.3, 0]),
      covariance: wide,
      reach,
      compare: [0, 0, 0],
    });
    expect(Math.abs(measured.mean[1] - 0.3)).toBeLessThan(0.05);
    expect(Math.sqrt(measured.covariance[0])).toBeGreaterThan(0.5);
    expect(Math.sqrt(measured.covariance[4])).toBeLessThan(0.08);
  });

  it("judges another place beside the one found", () => {
    const asked = { grid, covariance: wide, reach, points: moved(corner(), [0.5, 0, 0]) };
    const there = registerInPlane({ ...asked, compare: [0.5, 0, 0] });
    const still = registerInPlane({ ...asked, compare: [0, 0, 0] });
    expect(there.compared).toBeGreaterThan(0.95 * there.hits);
    expect(still.compared).toBeLessThan(0.85 * still.hits);
  });
});
