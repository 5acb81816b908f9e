import { cuboidContains, normalizeQuaternion, type Cuboid, type Quaternion } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countInside, countInsideMany, indicesInside, maskInside } from "./inside.ts";

fc.configureGlobal({ seed: 1 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const side = fc.double({ min: 0.3, max: 12, noNaN: true });
const rotation = fc
  .tuple(number(1), number(1), number(1), number(1))
  .map((q) => normalizeQuaternion(q))
  .filter((q): q is Quaternion => q !== undefined);
const cuboid = fc.record({
  center: fc.tuple(number(30), number(30), number(3)),
  size: fc.tuple(side, side, side),
  rotation,
}) as fc.Arbitrary<Cuboid<"lidar">>;
const cloud = fc
  .array(fc.tuple(number(35), number(35), number(6)), { maxLength: 200 })
  .map((points) => Float32Array.from(points.flat()));

/** Points are not within rounding of a face: there the two ways may differ. */
const clear = (positions: Float32Array, box: Cuboid<"lidar">) =>
  Array.from({ length: positions.length / 3 }, (_, i) => i).filter((i) => {
    const point = [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]] as const;
    const [l, w, h] = box.size;
    const shrunk = { ...box, size: [l - 1e-6, w - 1e-6, h - 1e-6] as const };
    const grown = { ...box, size: [l + 1e-6, w + 1e-6, h + 1e-6] as const };
    return cuboidContains(shrunk, point) === cuboidContains(grown, point);
  });

describe("points inside a cuboid (rule 2)", () => {
  it("are those that geometry says, as indices in order", () => {
    let found = 0;
    fc.assert(
      fc.property(cloud, cuboid, (positions, box) => {
        fc.pre(clear(positions, box).length === positions.length / 3);
        const expected = Array.from({ length: positions.length / 3 }, (_, i) => i).filter((i) =>
          cuboidContains(box, [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]]),
        );
        expect(indicesInside(positions, box)).toEqual(expected);
        expect(countInside(positions, box)).toBe(expected.length);
        found += expected.length;
      }),
    );
    expect(found).toBeGreaterThan(20);
  });

  it("many cuboids at once count as one by one, overlapping or far apart", () =>
    fc.assert(
      fc.property(cloud, fc.array(cuboid, { maxLength: 12 }), number(5000), (positions, boxes, far) => {
        const all = [...boxes, ...boxes.slice(0, 1).map((box) => ({ ...box, center: [far, -far, 0] as const }))];
        expect(countInsideMany(positions, all)).toEqual(all.map((box) => countInside(positions, box)));
      }),
    ));

  it("are marked where any cuboid holds them, and nowhere else", () =>
    fc.assert(
      fc.property(cloud, fc.array(cuboid, { minLength: 1, maxLength: 6 }), (positions, boxes) => {
        const expected = new Uint8Array(positions.length / 3);
        for (const box of boxes) for (const index of indicesInside(positions, box)) expected[index] = 1;
        expect(maskInside(positions, boxes)).toEqual(expected);
      }),
    ));

  it("count on the boundary, at the edge of the whole grid too", () => {
    const box: Cuboid<"lidar"> = { center: [1, 1, 0], size: [2, 2, 2], rotation: [0, 0, 0, 1] };
    const other: Cuboid<"lidar"> = { ...box, center: [5, 5, 0] };
    const positions = Float32Array.of(0, 0, -1, 2, 2, 1, 6, 6, 1, 6.001, 6, 0);
    expect(countInsideMany(positions, [box, other])).toEqual([2, 1]);
  });

  it("no cuboids, no points, no count", () => {
    expect(countInsideMany(new Float32Array(30), [])).toEqual([]);
    expect(countInsideMany(new Float32Array(0), [])).toEqual([]);
  });
});
