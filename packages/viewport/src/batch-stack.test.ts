import { cuboidPose, fromYaw, transformPoint, vec, type Cuboid, type Vec3 } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { stackedPoints, type StackedTile } from "./batch-stack.ts";
import type { PointsNear } from "./neighbourhood.ts";

const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
const cuboids: fc.Arbitrary<Cuboid<"world">> = fc
  .record({ center: fc.tuple(coordinate, coordinate, coordinate), yawRad: fc.double({ min: -3, max: 3, noNaN: true }) })
  .map(({ center, yawRad }) => ({ center, size: [4, 2, 1.5], rotation: fromYaw(yawRad) }));

const pointsAt = (anchor: Vec3, points: readonly Vec3[]): PointsNear => ({
  mode: "height",
  hiddenLidars: new Set(),
  anchor,
  reachM: 9,
  count: points.length,
  offsets: Float32Array.from(points.flatMap((point) => vec.subtract(point, anchor))),
  shades: Uint8Array.from(points, (_, i) => i),
});
const inWorld = (cuboid: Cuboid<"world">, inBox: Vec3): Vec3 => transformPoint(cuboidPose(cuboid), inBox as Vec3);

it("what is at one place of the object comes to one place, wherever it stood; what is beside it is left out", () => {
  const place = fc.tuple(
    fc.double({ min: -2.5, max: 2.5, noNaN: true }),
    fc.double({ min: -1.5, max: 1.5, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(cuboids, { minLength: 1, maxLength: 5 }), cuboids, place, (stood, reference, inBox) => {
      const tiles = stood.map((cuboid): StackedTile => {
        const points = [inWorld(cuboid, inBox), inWorld(cuboid, [2.9, 0, 0]), inWorld(cuboid, [0, -1.9, 0])];
        return { cuboid, near: pointsAt(vec.add(cuboid.center, [0.3, 0.2, 0.1]), points) };
      });
      const stack = stackedPoints(tiles, reference)!;
      expect(stack.count).toBe(stood.length);
      expect(stack.offsets).toHaveLength(3 * stood.length);
      for (let i = 0; i < stack.count; i++) {
        const point = vec.add(stack.anchor, [...stack.offsets.subarray(3 * i, 3 * i + 3)] as unknown as Vec3);
        expect(vec.distance(point, inWorld(reference, inBox))).toBeLessThan(1e-4);
      }
    }),
  );
});

it("of many frames as many as can be told apart, evenly", () => {
  const cuboid: Cuboid<"world"> = { center: [0, 0, 0], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] };
  const tiles = Array.from({ length: 500 }, (_, i) => ({ cuboid, near: pointsAt([0, 0, 0], [[i / 1000, 0, 0]]) }));
  const stack = stackedPoints(tiles, cuboid)!;
  expect(stack.count).toBe(200);
  expect(stack.offsets[3 * 199]).toBeCloseTo(0.497, 3);
  expect(stackedPoints([], cuboid)).toBeUndefined();
});
