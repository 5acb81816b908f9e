import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cuboidContains, type Cuboid } from "./cuboid.ts";
import { transformPoint } from "./pose.ts";
import { normalizeQuaternion, rotate, type Quaternion } from "./quaternion.ts";
import { closestOnAxis, faceNormals, pointAlong, rayCuboid, rayPlane, transformRay, type Ray } from "./ray.ts";
import { add, distance, dot, normalize, scale, subtract } from "./vector.ts";
import type { Vec3 } from "./space.ts";

fc.configureGlobal({ seed: 1 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const side = fc.double({ min: 0.5, max: 8, noNaN: true });
const rotation = fc
  .tuple(number(1), number(1), number(1), number(1))
  .map((q) => normalizeQuaternion(q))
  .filter((q): q is Quaternion => q !== undefined);
const cuboid = fc.record({
  center: fc.tuple(number(5), number(5), number(5)),
  size: fc.tuple(side, side, side),
  rotation,
}) as fc.Arbitrary<Cuboid<"world">>;
const direction = fc
  .tuple(number(1), number(1), number(1))
  .map((v) => normalize(v))
  .filter((v): v is Vec3 => v !== undefined);
const ray = fc.record({ origin: fc.tuple(number(20), number(20), number(20)), direction }) as fc.Arbitrary<
  Ray<"world">
>;
/** Aimed near the box, so that half of them hit. */
const aimed = fc
  .tuple(cuboid, fc.tuple(number(20), number(20), number(20)), fc.tuple(number(5), number(5), number(5)))
  .map(([box, origin, off]) => ({ box, origin, direction: normalize(subtract(add(box.center, off), origin)) }))
  .filter((c): c is typeof c & { direction: Vec3 } => c.direction !== undefined)
  .map(({ box, origin, direction: to }) => ({ box, ray: { origin, direction: to } as Ray<"world"> }));

describe("rayCuboid", () => {
  it("agrees with walking along the ray in 2 mm steps", () => {
    let hits = 0;
    fc.assert(
      fc.property(aimed, ({ box, ray: along }) => {
        const hit = rayCuboid(along, box);
        const inside = cuboidContains(box, along.origin);
        let walked: number | undefined;
        for (let d = 0; d < 60 && walked === undefined; d += 0.002)
          if (cuboidContains(box, pointAlong(along, d)) !== inside) walked = d;
        if (walked !== undefined) {
          hits++;
          expect(hit?.distanceM).toBeDefined();
          expect(Math.abs((hit?.distanceM ?? 0) - walked)).toBeLessThan(0.003);
        } else if (hit) {
          // Only a grazed corner, shorter than a step, may be walked over.
          const behind = pointAlong(along, hit.distanceM + 0.003);
          expect(cuboidContains(box, behind)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
    expect(hits).toBeGreaterThan(15);
  });

  it("names the face that the hit lies on", () =>
    fc.assert(
      fc.property(aimed, ({ box, ray: along }) => {
        const hit = rayCuboid(along, box);
        fc.pre(hit !== undefined);
        const point = subtract(pointAlong(along, hit!.distanceM), box.center);
        const normal = rotate(box.rotation, faceNormals[hit!.face]);
        const axis = Math.abs(faceNormals[hit!.face].findIndex((c) => c !== 0));
        expect(dot(point, normal)).toBeCloseTo(box.size[axis] / 2, 6);
        // From outside the face looks at the viewer, from inside away.
        const towards = dot(along.direction, normal);
        if (cuboidContains(box, along.origin)) expect(towards).toBeGreaterThan(-1e-9);
        else expect(towards).toBeLessThan(1e-9);
      }),
    ));

  it("sees nothing behind itself, nor beside a parallel face", () => {
    const box: Cuboid<"world"> = { center: [0, 0, 0], size: [2, 2, 2], rotation: [0, 0, 0, 1] };
    expect(rayCuboid({ origin: [5, 0, 0], direction: [1, 0, 0] }, box)).toBeUndefined();
    expect(rayCuboid({ origin: [-5, 1.5, 0], direction: [1, 0, 0] }, box)).toBeUndefined();
    expect(rayCuboid({ origin: [-5, 0.5, 0], direction: [1, 0, 0] }, box)).toEqual({ distanceM: 4, face: "rear" });
    expect(rayCuboid({ origin: [0, 0, 0], direction: [0, 0, 1] }, box)).toEqual({ distanceM: 1, face: "top" });
  });
});

describe("rays", () => {
  it("keep their points under a change of space", () =>
    fc.assert(
      fc.property(
        fc.record({ translation: fc.tuple(number(50), number(50), number(50)), rotation }),
        ray,
        number(30),
        (change, along, d) => {
          const moved = pointAlong(transformRay(change, along), d);
          transformPoint(change, pointAlong(along, d)).forEach((value, i) => expect(moved[i]).toBeCloseTo(value, 7));
        },
      ),
    ));

  it("meet a plane in front only", () =>
    fc.assert(
      fc.property(ray, fc.tuple(number(10), number(10), number(10)), direction, (along, point, normal) => {
        const slope = dot(along.direction, normal);
        fc.pre(Math.abs(slope) > 1e-3);
        const hit = rayPlane(along, point, normal);
        const ahead = dot(subtract(point, along.origin), normal) / slope >= 0;
        expect(hit !== undefined).toBe(ahead);
        if (hit) expect(dot(subtract(hit, point), normal)).toBeCloseTo(0, 6);
      }),
    ));

  it("closestOnAxis is nearer to the ray's line than its neighbours", () =>
    fc.assert(
      fc.property(ray, fc.tuple(number(10), number(10), number(10)), direction, (along, origin, axis) => {
        fc.pre(Math.abs(dot(axis, along.direction)) < 0.99);
        const at = closestOnAxis(along, origin, axis);
        expect(at).toBeDefined();
        const off = (t: number) => {
          const point = add(origin, scale(axis, t));
          const distanceAlong = dot(subtract(point, along.origin), along.direction);
          return distance(point, pointAlong(along, distanceAlong));
        };
        expect(off(at!)).toBeLessThanOrEqual(Math.min(off(at! - 0.01), off(at! + 0.01)) + 1e-9);
      }),
    ));

  it("closestOnAxis has no answer along a parallel axis", () => {
    expect(closestOnAxis({ origin: [0, 1, 0], direction: [1, 0, 0] }, [0, 0, 0], [1, 0, 0])).toBeUndefined();
  });
});
