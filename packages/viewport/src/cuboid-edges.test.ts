import * as fc from "fast-check";
import { cuboidCorners, cuboidEdges, faceNormals, fromYaw, type Cuboid } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { edgeFaces, faceCorners, faces, facesSeen, headingChevron, isBackEdge } from "./cuboid-edges.ts";

const box: Cuboid<"scene"> = { center: [0, 0, 0], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] };
const corners = cuboidCorners(box);

describe("the tables agree with geometry's corners and edges", () => {
  it("each face's corners lie on that face", () => {
    for (const face of faces)
      for (const index of faceCorners[face]) {
        const along = corners[index].reduce((sum, c, axis) => sum + c * faceNormals[face][axis], 0);
        const half = faceNormals[face].reduce((sum, c, axis) => sum + (Math.abs(c) * box.size[axis]) / 2, 0);
        expect(along).toBeCloseTo(half, 12);
      }
  });

  it("each edge's two faces share both of its corners", () => {
    cuboidEdges.forEach(([from, to], edge) => {
      for (const face of edgeFaces[edge]) expect(faceCorners[face]).toEqual(expect.arrayContaining([from, to]));
    });
  });
});

describe("what is seen", () => {
  it("rule 10: at most three faces, never two opposite ones; as many back edges as that leaves", () => {
    const place = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(place, place, place), fc.double({ min: -3, max: 3, noNaN: true }), (position, yawRad) => {
        const seen = facesSeen({ ...box, rotation: fromYaw(yawRad) }, { kind: "eye", position });
        expect(seen.size).toBeLessThanOrEqual(3);
        for (const [a, b] of [
          ["front", "rear"],
          ["left", "right"],
          ["top", "bottom"],
        ] as const)
          expect(seen.has(a) && seen.has(b)).toBe(false);
        const back = cuboidEdges.filter((_, edge) => isBackEdge(edge, seen)).length;
        expect(back).toBe([12, 8, 5, 3][seen.size]);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it("from straight above, the top alone", () => {
    expect([...facesSeen(box, { kind: "parallel", forward: [0, 0, -1] })]).toEqual(["top"]);
  });
});

describe("the heading chevron", () => {
  it("stands on the ground before the front edge, 16 % of the length, 0.3–0.7 m, never over the limit", () => {
    const length = (l: number, maxM: number): number => {
      const { left, right, tip } = headingChevron({ ...box, size: [l, 2, 1.5] }, maxM);
      expect([left[2], right[2], tip[2]]).toEqual([-0.75, -0.75, -0.75]);
      return tip[0] - l / 2;
    };
    expect(length(4, Infinity)).toBeCloseTo(0.64, 9);
    expect(length(0.5, Infinity)).toBeCloseTo(0.3, 9);
    expect(length(15, Infinity)).toBeCloseTo(0.7, 9);
    expect(length(15, 0.1)).toBeCloseTo(0.1, 9);
  });
});
