import { fromYaw, type Pose } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ground } from "./ground.ts";
import { cellsOf, grow, nearestCell, unreached } from "./grow.ts";
import { hopeAlong, judgeOf, leastCost } from "./rectangle-judge.ts";
import { openShare, turner } from "./rectangle-evidence.ts";
import { searchRectangle } from "./rectangle-search.ts";
import { costsOfSizes } from "./rectangle-sizes.ts";
import { surroundingsOf } from "./surroundings.ts";

fc.configureGlobal({ seed: 1 });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const flat: Ground<"world"> = { heightAt: () => 0, evidenceAt: () => "measured" };
const lidar: Pose<"world", "lidar"> = { translation: [0, 0, 1.7], rotation: fromYaw(0) };
/** A wall across x at `x` from y = −w to w, up to 1.5 m, seen from (0, 0, 1.7), and the road behind it. */
function wallAt(x: number, w: number): Float32Array {
  const points: number[] = [];
  for (let azimuth = -0.6; azimuth <= 0.6; azimuth += 0.005)
    for (let z = 0.05; z < 1.5; z += 0.1) {
      const y = x * Math.tan(azimuth);
      if (Math.abs(y) <= w) points.push(x, y, z - 1.7);
      else points.push(30, 30 * Math.tan(azimuth), (30 / x) * (z - 1.7));
    }
  return Float32Array.from(points);
}
const box = (w: number): Float64Array => Float64Array.of(0, -w, 4, -w, 4, w, 0, w);
const options = { halfM: 5, topM: 2, bandM: [0.3, 1] } as const;

describe("what stands around a place (rule 9)", () => {
  const around = surroundingsOf([{ positions: wallAt(10, 1), spaceFromLidar: lidar }], flat, [10, 0, 0], options);
  const { side, cellM, rays } = around.seen;
  const raysAt = (x: number, y: number): number =>
    rays[Math.floor((y + 5) / cellM) * side + Math.floor((x + 5) / cellM)];

  it("gives the points over the ground, from the place", () => {
    for (let i = 0; i < around.points.length; i += 3) {
      expect(around.points[i]).toBeCloseTo(0, 5);
      expect(around.points[i + 2]).toBeGreaterThanOrEqual(0.25);
    }
    expect(around.sensor).toEqual([-10, 0, 1.7]);
  });

  it("counts rays before a wall and beside it, and none behind it", () => {
    expect(raysAt(-1, 0)).toBeGreaterThan(0);
    expect(raysAt(1.1, 2.5)).toBeGreaterThan(0);
    for (let x = 0.1; x < 4; x += 0.2) expect(raysAt(x, 0)).toBe(0);
  });

  it("takes a lidar that stands in the ground for one at 1.7 m", () => {
    const sunk: Pose<"world", "lidar"> = { translation: [0, 0, 0], rotation: fromYaw(0) };
    const positions = wallAt(10, 1).map((value, i) => (i % 3 === 2 ? value + 1.7 : value));
    expect(surroundingsOf([{ positions, spaceFromLidar: sunk }], flat, [10, 0, 0], options).sensor).toEqual([
      -10, 0, 1.7,
    ]);
  });

  it("knows in which directions nothing was seen though the sensor looked", () => {
    const cells = cellsOf(around.points, 5);
    const levels = grow(cells, nearestCell(cells, 1) ?? 0, [0.3], 6);
    const open = openShare({ ...around, cells, levels, bodyTopM: 1 });
    expect(open(box(1))).toBeLessThan(0.15);
    expect(open(box(3))).toBeGreaterThan(0.5);
  });

  it("sums what is in a rectangle, at any yaw", () => {
    const cells = cellsOf(around.points, 5);
    const levels = grow(cells, nearestCell(cells, 1) ?? 0, [0.3], 6);
    for (const yawRad of [0, 0.3, 1.2, 2.9]) {
      const turned = turner({ ...around, cells, levels, bodyTopM: 1 })(yawRad);
      const [lowU, highU, lowV, highV] = turned.bounds[0];
      expect(turned.own(lowU - 0.2, highU + 0.2, lowV - 0.2, highV + 0.2)).toBeCloseTo(1, 5);
      expect(turned.own(-5, 5, -5, 5)).toBeCloseTo(1, 5);
      expect(turned.other(-5, 5, -5, 5)).toBeCloseTo(0, 5);
      expect(Math.hypot(turned.sensorU, turned.sensorV)).toBeCloseTo(10, 9);
    }
  });
});

describe("growth (rule 10)", () => {
  // Three groups in a row: 0.5 m and 1 m of air between them.
  const xs = [0, 0.2, 0.4, 0.9, 1.1, 2.1, 2.3];
  const cells = cellsOf(Float32Array.from(xs.flatMap((x) => [x, 0.01, 1])), 5);

  it("says with which gap each cell is reached", () => {
    expect([...grow(cells, 0, [0.3, 0.6, 1.2], 6)]).toEqual([0, 0, 0, 1, 1, 2, 2]);
    expect([...grow(cells, 5, [0.3, 0.6, 1.2], 6)]).toEqual([2, 2, 2, 2, 2, 0, 0]);
    expect([...grow(cells, 0, [0.3], 6)]).toEqual([0, 0, 0, ...Array<number>(4).fill(unreached)]);
  });

  it("goes no farther than it may, and starts at the nearest cell", () => {
    expect([...grow(cells, 0, [0.3, 0.6, 1.2], 1)]).toEqual([0, 0, 0, 1, unreached, unreached, unreached]);
    expect(nearestCell(cells, 1)).toBe(0);
    expect(nearestCell(cellsOf(Float32Array.of(3, 0, 1), 5), 1)).toBeUndefined();
  });
});

describe("the search for a rectangle (rule 11)", () => {
  const evidenceOf = (points: Float32Array) => {
    const around = surroundingsOf([{ positions: points, spaceFromLidar: lidar }], flat, [10, 0, 0], options);
    const cells = cellsOf(around.points, 5);
    return { ...around, cells, levels: grow(cells, nearestCell(cells, 1) ?? 0, [0.3], 6), bodyTopM: 1 };
  };
  const heading = { yawRad: 0, toleranceRad: 0 };

  it("keeps a size that is given, and the place within it", () => {
    const found = searchRectangle(evidenceOf(wallAt(10, 1)), { lengthM: 4, widthM: 2.1, spread: [0, 0], heading });
    expect(found).toMatchObject({ lengthM: 4, widthM: 2.1, yawRad: 0 });
    expect(found?.center[0]).toBeGreaterThan(1.5);
    expect(Math.abs(found?.center[1] ?? 9)).toBeLessThan(0.15);
  });

  it("takes a size between the usual ones that are tried, and leaves the side that is seen where it is", () => {
    for (const half of [0.95, 1, 1.05, 1.1]) {
      const usual = { lengthM: 4.2, widthM: 2, spread: [0.12, 0.08], heading } as const;
      const found = searchRectangle(evidenceOf(wallAt(10, half)), usual)!;
      expect(Math.abs(found.widthM - 2 * half)).toBeLessThan(0.15);
      expect(Math.abs(found.center[0] - found.lengthM / 2)).toBeLessThan(0.12);
      expect(Math.abs(found.lengthM - 4.2)).toBeLessThan(0.4);
    }
  });

  it("never hopes for less than a rectangle costs", () => {
    const evidence = evidenceOf(wallAt(10, 1));
    const judge = judgeOf(openShare(evidence));
    fc.assert(
      fc.property(
        between(-3, 3),
        between(-4, 3),
        between(-4, 3),
        between(0.3, 5),
        between(0.3, 5),
        (yawRad, u, v, l, w) => {
          const turned = turner(evidence)(yawRad);
          const hope = leastCost(hopeAlong(turned, "u", u, u + l), hopeAlong(turned, "v", v, v + w));
          expect(hope).toBeLessThan(judge(turned, u, u + l, v, v + w, 0, Infinity) + 1e-4);
        },
      ),
    );
  });

  it("costs at a size and yaw what several of them together say of it", () => {
    const evidence = evidenceOf(wallAt(10, 1));
    for (const yawRad of [0, 0.4]) {
      const [cost] = costsOfSizes(evidence, { yawsRad: [yawRad], lengthsM: [4], widthsM: [2.1] });
      const alone = { lengthM: 4, widthM: 2.1, spread: [0, 0], heading: { yawRad, toleranceRad: 0 } } as const;
      expect(cost).toBeCloseTo(searchRectangle(evidence, alone)?.cost ?? Infinity, 9);
    }
    const tried = { yawsRad: [0, 0.4], lengthsM: [3, 4], widthsM: [1.5, 2.1, 2.9] };
    const costs = costsOfSizes(evidence, tried);
    expect(costs).toHaveLength(12);
    // Straight on, 2.1 m wide: what the wall is.
    expect([4, 1]).toContain(costs.indexOf(Math.min(...costs)));
  });

  it("finds none where the points go on and on beside the place", () => {
    const row = Float32Array.from(Array.from({ length: 60 }, (_, i) => [10.9 + 0.06 * i, 0, -1]).flat());
    const prior = { lengthM: 1, widthM: 0.5, spread: [0, 0], heading } as const;
    expect(searchRectangle(evidenceOf(row), prior)).toBeUndefined();
  });
});
