import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cuboidBottom,
  cuboidContains,
  cuboidCorners,
  cuboidEdges,
  cuboidPose,
  cuboidYaw,
  interpolateCuboid,
  moveCuboid,
  transformCuboid,
  turnCuboid,
  type Cuboid,
} from "./cuboid.ts";
import { transformPoint } from "./pose.ts";
import { angleBetween, fromYaw, normalizeQuaternion, type Quaternion } from "./quaternion.ts";
import type { Vec3 } from "./space.ts";
import { distance } from "./vector.ts";

fc.configureGlobal({ seed: 1 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const side = fc.double({ min: 0.2, max: 20, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const rotation = fc
  .tuple(number(1), number(1), number(1), number(1))
  .map((q) => normalizeQuaternion(q))
  .filter((q): q is Quaternion => q !== undefined);
const cuboid = fc.record({
  center: fc.tuple(number(100), number(100), number(100)),
  size: fc.tuple(side, side, side),
  rotation,
}) as fc.Arbitrary<Cuboid<"world">>;
const pose = fc.record({ translation: fc.tuple(number(500), number(500), number(500)), rotation });
const close = (a: readonly number[], b: readonly number[]) =>
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i], 7));

describe("corners", () => {
  it("run counter-clockwise from front-left, bottom first", () => {
    const corners = cuboidCorners<"world">({ center: [10, 0, 1], size: [4, 2, 2], rotation: [0, 0, 0, 1] });
    expect(corners).toEqual([
      [12, 1, 0],
      [8, 1, 0],
      [8, -1, 0],
      [12, -1, 0],
      [12, 1, 2],
      [8, 1, 2],
      [8, -1, 2],
      [12, -1, 2],
    ]);
  });

  it("the 12 edges are 4 lengths, 4 widths and 4 heights, each corner in three", () =>
    fc.assert(
      fc.property(cuboid, (box) => {
        const corners = cuboidCorners(box);
        const lengths = cuboidEdges.map(([a, b]) => distance(corners[a], corners[b])).toSorted((a, b) => a - b);
        const expected = box.size.flatMap((s) => [s, s, s, s]).toSorted((a, b) => a - b);
        close(lengths, expected);
        for (let corner = 0; corner < 8; corner++)
          expect(cuboidEdges.filter((edge) => edge.includes(corner))).toHaveLength(3);
      }),
    ));

  it("the first edge is the front bottom edge: both ends before the centre along the heading", () => {
    const corners = cuboidCorners<"world">({ center: [0, 0, 0], size: [4, 2, 1], rotation: fromYaw(0) });
    const ends = cuboidEdges[0].map((corner) => corners[corner]);
    expect(ends.every(([x, , z]) => x === 2 && z === -0.5)).toBe(true);
  });

  it("go where the cuboid goes: corners of the transformed are the transformed corners", () =>
    fc.assert(
      fc.property(pose, cuboid, (change, box) => {
        const moved = cuboidCorners(transformCuboid(change, box));
        cuboidCorners(box).forEach((corner, i) => close(moved[i], transformPoint(change, corner)));
      }),
    ));
});

describe("containment", () => {
  const inBox = fc.tuple(number(0.98), number(0.98), number(0.98));

  it("holds what lies within its half sizes and nothing beyond, in any pose", () =>
    fc.assert(
      fc.property(cuboid, inBox, fc.constantFrom(0, 1, 2), fc.constantFrom(-1, 1), (box, at, axis, sign) => {
        const place = (shares: Vec3) => {
          const local = shares.map((s, i) => (s * box.size[i]) / 2) as unknown as Vec3;
          return transformPoint(cuboidPose(box), local);
        };
        expect(cuboidContains(box, place(at))).toBe(true);
        const outside = at.map((s, i) => (i === axis ? sign * 1.02 : s)) as unknown as Vec3;
        expect(cuboidContains(box, place(outside))).toBe(false);
      }),
    ));

  it("does not change with the space", () =>
    fc.assert(
      fc.property(pose, cuboid, inBox, number(1.5), (change, box, at, stretch) => {
        fc.pre(Math.abs(Math.abs(stretch * at[0]) - 1) > 1e-3);
        const point = transformPoint(cuboidPose(box), [
          (stretch * at[0] * box.size[0]) / 2,
          (at[1] * box.size[1]) / 2,
          (at[2] * box.size[2]) / 2,
        ]);
        expect(cuboidContains(transformCuboid(change, box), transformPoint(change, point))).toBe(
          cuboidContains(box, point),
        );
      }),
    ));

  it("counts the boundary in (rule 5)", () => {
    const box: Cuboid<"world"> = { center: [0, 0, 0], size: [4, 2, 1], rotation: [0, 0, 0, 1] };
    expect(cuboidContains(box, [2, 1, 0.5])).toBe(true);
    expect(cuboidContains(box, [2.000001, 0, 0])).toBe(false);
  });
});

describe("moving", () => {
  it("turning adds yaw about the space's z through the centre", () =>
    fc.assert(
      fc.property(cuboid, number(3), number(3), (box, yaw, turn) => {
        const upright = { ...box, rotation: fromYaw(yaw) };
        const turned = turnCuboid(upright, turn);
        expect(turned.center).toBe(upright.center);
        expect(Math.cos(cuboidYaw(turned) - yaw - turn)).toBeCloseTo(1, 9);
      }),
    ));

  it("moving lifts the bottom with it", () => {
    const box: Cuboid<"world"> = { center: [0, 0, 1], size: [4, 2, 2], rotation: [0, 0, 0, 1] };
    expect(cuboidBottom(box)).toBe(0);
    expect(cuboidBottom(moveCuboid(box, [5, 5, 3]))).toBe(3);
  });
});

describe("interpolation (rule 4)", () => {
  it("is exact at both ends", () =>
    fc.assert(
      fc.property(cuboid, cuboid, (a, b) => {
        expect(interpolateCuboid(a, b, 0)).toEqual(a);
        expect(interpolateCuboid(a, b, 1)).toEqual(b);
      }),
    ));

  it("is the same object in whatever space it is done", () =>
    fc.assert(
      fc.property(pose, cuboid, cuboid, share, (change, a, b, t) => {
        fc.pre(angleBetween(a.rotation, b.rotation) < Math.PI - 1e-3);
        const there = interpolateCuboid(transformCuboid(change, a), transformCuboid(change, b), t);
        const here = transformCuboid(change, interpolateCuboid(a, b, t));
        close(there.center, here.center);
        close(there.size, here.size);
        expect(angleBetween(there.rotation, here.rotation)).toBeLessThan(1e-6);
      }),
    ));

  it("is continuous: a small step in time is a small step in space", () =>
    fc.assert(
      fc.property(cuboid, cuboid, fc.double({ min: 0, max: 0.999, noNaN: true }), (a, b, t) => {
        const step = 1e-4;
        const here = interpolateCuboid(a, b, t);
        const next = interpolateCuboid(a, b, t + step);
        expect(distance(here.center, next.center)).toBeLessThanOrEqual(distance(a.center, b.center) * step + 1e-9);
        fc.pre(angleBetween(a.rotation, b.rotation) < Math.PI - 1e-2);
        expect(angleBetween(here.rotation, next.rotation)).toBeLessThan(Math.PI * step * 1.01 + 1e-6);
      }),
    ));
});
