import { identityPose, type Pose } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clustersOf, type Cluster } from "./clusters.ts";
import type { Ground } from "./ground.ts";
import { overviewCellM, overviewOf, type Overview } from "./overview.ts";

fc.configureGlobal({ seed: 1, numRuns: 60 });
const flat: Ground<"world"> = { heightAt: () => 0, evidenceAt: () => "measured" };
const lidar: Pose<"world", "lidar"> = { translation: [0, 0, 1.8], rotation: [0, 0, 0, 1] };
const look = { rangeM: 20, topM: 4, bandM: [0.4, 0.9] as const };
const gapsM = [0.3, 0.6, 1];

const viewOf = (points: readonly (readonly number[])[], taken?: Uint8Array): Overview =>
  overviewOf(
    [{ positions: Float32Array.from(points.flatMap(([x, y, z]) => [x, y, z - 1.8])), spaceFromLidar: lidar, taken }],
    flat,
    identityPose as Pose<"world", "ego">,
    look,
  );
const middleOf = ({ side, halfM }: Overview, cell: number): readonly [number, number] => [
  ((cell % side) + 0.5) * overviewCellM - halfM,
  (Math.floor(cell / side) + 0.5) * overviewCellM - halfM,
];
const standing = fc.array(
  fc.tuple(
    fc.double({ min: -8, max: 8, noNaN: true }),
    fc.double({ min: -8, max: 8, noNaN: true }),
    fc.double({ min: 0.3, max: 1, noNaN: true }),
  ),
  { minLength: 1, maxLength: 60 },
);

describe("an overview (rule 17)", () => {
  it("holds each point over the ground once, in its cell; not the ground, what is too high, or what is taken", () => {
    fc.assert(
      fc.property(standing, (points) => {
        const others = [[3, 3, 0.1], [4, 4, 4.5], [5, 5, 1]]; // prettier-ignore
        const taken = new Uint8Array(points.length + 3).fill(1, points.length + 2);
        const view = viewOf([...points, ...others], taken);
        expect(view.points.length).toBe(3 * points.length);
        for (let cell = 0; cell + 1 < view.starts.length; cell++)
          for (let i = view.starts[cell]; i < view.starts[cell + 1]; i++) {
            const [x, y] = middleOf(view, cell);
            expect(Math.abs(view.points[3 * i] - x)).toBeLessThanOrEqual(overviewCellM / 2 + 1e-6);
            expect(Math.abs(view.points[3 * i + 1] - y)).toBeLessThanOrEqual(overviewCellM / 2 + 1e-6);
          }
      }),
    );
  });

  it("knows the cells that rays pass between the heights of bodies, and none behind a point", () => {
    const view = viewOf([[10, 0.1, 0.6]]);
    const raysAt = (x: number, y: number): number => {
      const column = Math.floor((x + view.halfM) / overviewCellM);
      return view.rays[Math.floor((y + view.halfM) / overviewCellM) * view.side + column];
    };
    // From 1.8 m down to 0.6 m at 10 m: below 0.9 m after 7.5 m.
    expect(raysAt(5, 0.05)).toBe(0);
    expect(raysAt(8.9, 0.09)).toBe(1);
    expect(raysAt(10.3, 0.1)).toBe(0);
  });
});

describe("clusters (rule 18)", () => {
  const cellsOf = ({ cells }: Cluster): string => [...cells].toSorted((a, b) => a - b).join();
  const options = { gapsM, gapPerM: 0, lowM: 1.2, maxExtentM: 100 };

  it("are what steps of a gap lead through, at one of the gaps; the same one comes once", () => {
    fc.assert(
      fc.property(standing, (points) => {
        const view = viewOf(points);
        const clusters = clustersOf(view, options);
        expect(new Set(clusters.map(cellsOf)).size).toBe(clusters.length);
        for (const cluster of clusters) {
          const cells = [...cluster.cells].map((cell) => middleOf(view, cell));
          const gapM = gapsM[cluster.level] + 1e-6;
          const near = (a: readonly [number, number], b: readonly [number, number]): boolean =>
            Math.hypot(a[0] - b[0], a[1] - b[1]) <= gapM;
          const reached = new Set([0]);
          for (const at of reached) cells.forEach((cell, i) => near(cells[at], cell) && reached.add(i));
          expect(reached.size).toBe(cells.length);
          const own = new Set(cluster.cells);
          for (let cell = 0; cell + 1 < view.starts.length; cell++)
            if (view.starts[cell + 1] > view.starts[cell] && !own.has(cell))
              expect(cells.some((each) => near(each, middleOf(view, cell)))).toBe(false);
        }
      }),
    );
  });

  it("leave out what hangs over the ground and what is too large, but not what lies within", () => {
    const post = [0.3, 0.6, 0.9].map((z) => [3, 3, z]);
    const sign = [[3.1, 5, 2.2]];
    const wall = Array.from({ length: 60 }, (_, k) => [-5.9, -5.9 + 0.2 * k, 1]);
    const clusters = clustersOf(viewOf([...post, ...sign, ...wall]), { ...options, maxExtentM: 5 });
    expect(clusters.map(({ pointCount }) => pointCount)).toEqual([3]);
    const apart = clustersOf(viewOf([[0.1, 0.1, 0.5], [0.5, 0.1, 0.5], [0.9, 0.1, 0.5]]), { ...options, maxExtentM: 0.3 }); // prettier-ignore
    expect(apart.map(({ level, pointCount }) => [level, pointCount])).toEqual([[0, 1], [0, 1], [0, 1]]); // prettier-ignore
  });
});
