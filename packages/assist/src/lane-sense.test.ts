import { createDocument } from "@sweepmark/document";
import { wrapAngle, type Point } from "@sweepmark/geometry";
import { defaultOntology, type LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { laneYawNear } from "./index.ts";

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A straight lane of 40 m from a place, 3.5 m wide, its boundaries drawn in either order. */
function laneFrom(
  name: string,
  [x, y]: readonly [number, number],
  yawRad: number,
  backwards: readonly [left: boolean, right: boolean],
): readonly LabelRecord[] {
  const [c, s] = [Math.cos(yawRad), Math.sin(yawRad)];
  const line = (side: number, reversed: boolean): readonly Point<"world">[] => {
    const points = [0, 15, 40].map((along) => [x + c * along - s * side, y + s * along + c * side, 2] as const);
    return reversed ? points.toReversed() : points;
  };
  const boundary = (id: string, points: readonly Point<"world">[]): LabelRecord => ({
    id: `lane-boundary:${id}`,
    kind: "lane-boundary",
    name: id,
    classId: defaultOntology.lanes[0].id,
    points,
    attributes: {},
  });
  return [
    boundary(`${name}-left`, line(1.75, backwards[0])),
    boundary(`${name}-right`, line(-1.75, backwards[1])),
    {
      id: `lane:${name}`,
      kind: "lane",
      leftId: `lane-boundary:${name}-left`,
      rightId: `lane-boundary:${name}-right`,
      successorIds: [],
      attributes: {},
    },
  ];
}

describe("the way that a lane goes (rule 18)", () => {
  it("has its left boundary on the left, in whatever order they were drawn and wherever the lane lies", () =>
    fc.assert(
      fc.property(
        fc.tuple(between(-1e6, 1e6), between(-1e6, 1e6)),
        between(-3, 3),
        fc.tuple(fc.boolean(), fc.boolean()),
        between(-5, 5),
        (from, yawRad, backwards, side) => {
          const document = createDocument(defaultOntology, laneFrom("a", from, yawRad, backwards));
          const [c, s] = [Math.cos(yawRad), Math.sin(yawRad)];
          const found = laneYawNear(document, [from[0] + 20 * c - side * s, from[1] + 20 * s + side * c, 2]);
          expect(Math.abs(wrapAngle(found! - yawRad))).toBeLessThan(1e-6);
        },
      ),
      { seed: 1, numRuns: 40 },
    ));

  it("is that of the nearest boundary, and unknown where none is within 6 m", () => {
    const document = createDocument(defaultOntology, [
      ...laneFrom("there", [0, 0], 0, [false, false]),
      ...laneFrom("back", [40, 3.6], Math.PI, [true, false]),
    ]);
    expect(laneYawNear(document, [20, -3, 0])).toBeCloseTo(0, 9);
    expect(Math.abs(laneYawNear(document, [20, 7, 0])!)).toBeCloseTo(Math.PI, 9);
    expect(laneYawNear(document, [20, -8, 0])).toBeUndefined();
    expect(laneYawNear(createDocument(defaultOntology), [0, 0, 0])).toBeUndefined();
  });
});
