import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compose,
  identityPose,
  interpolatePose,
  invert,
  poseToMatrix,
  transformDirection,
  transformPoint,
  transformPoints,
  type Pose,
} from "./pose.ts";
import { angleBetween, normalizeQuaternion, type Quaternion } from "./quaternion.ts";
import type { Vec3 } from "./space.ts";

fc.configureGlobal({ seed: 1 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const rotation = fc
  .tuple(number(1), number(1), number(1), number(1))
  .map((q) => normalizeQuaternion(q))
  .filter((q): q is Quaternion => q !== undefined);
const point = fc.tuple(number(200), number(200), number(200));
const pose = fc.record({ translation: fc.tuple(number(1000), number(1000), number(1000)), rotation });

type AnyPose = Pose<"world", "world">;
const same = (a: AnyPose, b: AnyPose) => {
  a.translation.forEach((value, i) => expect(value).toBeCloseTo(b.translation[i], 7));
  expect(angleBetween(a.rotation, b.rotation)).toBeLessThan(1e-7);
};
const close = (a: Vec3, b: Vec3) => a.forEach((value, i) => expect(value).toBeCloseTo(b[i], 7));

describe("poses are a group (rule 3)", () => {
  it("compose is associative", () =>
    fc.assert(fc.property(pose, pose, pose, (a, b, c) => same(compose(compose(a, b), c), compose(a, compose(b, c))))));

  it("the identity changes nothing on either side", () =>
    fc.assert(
      fc.property(pose, (a) => {
        same(compose(a as AnyPose, identityPose as AnyPose), a);
        same(compose(identityPose as AnyPose, a as AnyPose), a);
      }),
    ));

  it("the inverse undoes on both sides", () =>
    fc.assert(
      fc.property(pose, (a) => {
        same(compose(a as AnyPose, invert(a as AnyPose)), identityPose as AnyPose);
        same(compose(invert(a as AnyPose), a as AnyPose), identityPose as AnyPose);
      }),
    ));

  it("acts on points: composing is applying one after the other", () =>
    fc.assert(
      fc.property(pose, pose, point, (a, b, p) => {
        close(transformPoint(compose(a, b), p), transformPoint(a, transformPoint(b, p)));
        close(transformPoint(invert(a), transformPoint(a, p)), p);
      }),
    ));

  it("directions turn but do not move", () =>
    fc.assert(
      fc.property(pose, point, point, (a, p, q) => {
        const difference: Vec3 = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
        const [from, to] = [transformPoint(a, p), transformPoint(a, q)];
        close(transformDirection(a, difference), [to[0] - from[0], to[1] - from[1], to[2] - from[2]]);
      }),
    ));
});

describe("other forms of a pose", () => {
  it("the matrix is column-major and does the same", () =>
    fc.assert(
      fc.property(pose, point, (a, p) => {
        const m = poseToMatrix(a);
        const by = (row: number) => m[row] * p[0] + m[4 + row] * p[1] + m[8 + row] * p[2] + m[12 + row];
        close([by(0), by(1), by(2)], transformPoint(a, p));
        expect([m[3], m[7], m[11], m[15]]).toEqual([0, 0, 0, 1]);
      }),
    ));

  it("transformPoints does a whole array, in place too", () =>
    fc.assert(
      fc.property(pose, fc.array(point, { maxLength: 5 }), (a, points) => {
        const flat = Float64Array.from(points.flat());
        const out = new Float64Array(flat.length);
        transformPoints(a, flat, out);
        transformPoints(a, flat, flat);
        expect(flat).toEqual(out);
        points.forEach((p, i) => close([out[3 * i], out[3 * i + 1], out[3 * i + 2]], transformPoint(a, p)));
      }),
    ));

  it("interpolation is exact at the ends and equivariant under a change of space (rule 4)", () =>
    fc.assert(
      fc.property(pose, pose, pose, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, change, t) => {
        fc.pre(angleBetween(a.rotation, b.rotation) < Math.PI - 1e-3);
        expect(interpolatePose(a, b, 0)).toEqual(a);
        expect(interpolatePose(a, b, 1)).toEqual(b);
        const moved = interpolatePose(compose(change, a), compose(change, b), t);
        const expected = compose(change, interpolatePose(a, b, t));
        close(moved.translation, expected.translation);
        expect(angleBetween(moved.rotation, expected.rotation)).toBeLessThan(1e-6);
      }),
    ));
});
