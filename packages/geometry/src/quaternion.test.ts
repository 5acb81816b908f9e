import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  angleBetween,
  conjugate,
  fromAxisAngle,
  fromMatrix3,
  fromYaw,
  fromYawPitchRoll,
  multiply,
  normalizeQuaternion,
  rotate,
  slerp,
  toYawPitchRoll,
  wrapAngle,
  yawOf,
  type Quaternion,
} from "./quaternion.ts";
import type { Vec3 } from "./space.ts";

fc.configureGlobal({ seed: 1 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const unit = fc
  .tuple(number(1), number(1), number(1), number(1))
  .map((q) => normalizeQuaternion(q))
  .filter((q): q is Quaternion => q !== undefined);
const vector = fc.tuple(number(100), number(100), number(100));
const angle = fc.double({ min: -20, max: 20, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

const close = (a: readonly number[], b: readonly number[], digits = 9) =>
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i], digits));

describe("quaternions", () => {
  it("rotate as their matrix does: axes go where the right hand says", () => {
    const quarter = Math.PI / 2;
    close(rotate(fromAxisAngle([0, 0, 1], quarter), [1, 0, 0]), [0, 1, 0]);
    close(rotate(fromAxisAngle([1, 0, 0], quarter), [0, 1, 0]), [0, 0, 1]);
    close(rotate(fromAxisAngle([0, 1, 0], quarter), [0, 0, 1]), [1, 0, 0]);
  });

  it("multiply(a, b) turns by b first", () =>
    fc.assert(fc.property(unit, unit, vector, (a, b, v) => close(rotate(multiply(a, b), v), rotate(a, rotate(b, v))))));

  it("the conjugate undoes, and lengths are kept", () =>
    fc.assert(
      fc.property(unit, vector, (q, v) => {
        close(rotate(conjugate(q), rotate(q, v)), v);
        expect(Math.hypot(...rotate(q, v))).toBeCloseTo(Math.hypot(...v), 9);
      }),
    ));

  it("refuse to make the identity of nothing", () => {
    expect(normalizeQuaternion([0, 0, 0, 0])).toBeUndefined();
    expect(normalizeQuaternion([Number.NaN, 0, 0, 1])).toBeUndefined();
    expect(normalizeQuaternion([Infinity, 0, 0, 1])).toBeUndefined();
    expect(normalizeQuaternion([0, 0, 0, -2])).toEqual([0, 0, 0, -1]);
  });

  it("come back from their matrix", () =>
    fc.assert(
      fc.property(unit, (q) => {
        const [x, y, z] = (
          [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ] as Vec3[]
        ).map((axis) => rotate(q, axis));
        const rows = [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]];
        expect(angleBetween(fromMatrix3(rows), q)).toBeLessThan(1e-7);
      }),
    ));
});

describe("yaw, pitch, roll", () => {
  it("round trip away from straight up and down", () =>
    fc.assert(
      fc.property(
        fc.double({ min: -3.14, max: 3.14, noNaN: true }),
        fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        fc.double({ min: -3.14, max: 3.14, noNaN: true }),
        (yawRad, pitchRad, rollRad) => {
          const back = toYawPitchRoll(fromYawPitchRoll({ yawRad, pitchRad, rollRad }));
          close([back.yawRad, back.pitchRad, back.rollRad], [yawRad, pitchRad, rollRad], 7);
        },
      ),
    ));

  it("yaw is the heading in the ground plane, the same by either name", () =>
    fc.assert(
      fc.property(angle, (yawRad) => {
        expect(Math.cos(yawOf(fromYaw(yawRad)) - yawRad)).toBeCloseTo(1, 12);
        expect(Math.cos(toYawPitchRoll(fromYaw(yawRad)).yawRad - yawRad)).toBeCloseTo(1, 12);
      }),
    ));

  it("wrapAngle lands in (−π, π] and keeps the direction", () => {
    expect(wrapAngle(-Math.PI)).toBe(Math.PI);
    expect(wrapAngle(3 * Math.PI)).toBeCloseTo(Math.PI, 12);
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (a) => {
        const wrapped = wrapAngle(a);
        expect(wrapped > -Math.PI && wrapped <= Math.PI).toBe(true);
        expect(Math.cos(wrapped - a)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("slerp (rule 4)", () => {
  it("is exact at both ends", () =>
    fc.assert(
      fc.property(unit, unit, (a, b) => {
        expect(slerp(a, b, 0)).toBe(a);
        expect(slerp(a, b, 1)).toBe(b);
      }),
    ));

  it("goes the short way at even speed, whatever the signs", () =>
    fc.assert(
      fc.property(unit, unit, share, fc.boolean(), (a, b, t, flipped) => {
        const to: Quaternion = flipped ? [-b[0], -b[1], -b[2], -b[3]] : b;
        const whole = angleBetween(a, b);
        // At exactly half a turn both ways are short.
        fc.pre(whole < Math.PI - 1e-3);
        const middle = slerp(a, to, t);
        expect(Math.hypot(...middle)).toBeCloseTo(1, 12);
        expect(angleBetween(a, middle)).toBeCloseTo(t * whole, 5);
        expect(angleBetween(middle, b)).toBeCloseTo((1 - t) * whole, 5);
      }),
    ));

  it("is equivariant: turning both ends turns what is between", () =>
    fc.assert(
      fc.property(unit, unit, unit, share, (a, b, turn, t) => {
        fc.pre(angleBetween(a, b) < Math.PI - 1e-3);
        expect(
          angleBetween(slerp(multiply(turn, a), multiply(turn, b), t), multiply(turn, slerp(a, b, t))),
        ).toBeLessThan(1e-6);
      }),
    ));

  it("crosses the ±π seam by the short side", () => {
    const middle = slerp(fromYaw((170 * Math.PI) / 180), fromYaw((-170 * Math.PI) / 180), 0.5);
    expect(Math.abs(yawOf(middle))).toBeCloseTo(Math.PI, 9);
  });
});
