import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cuboid } from "./cuboid.ts";
import { continueTurning, endVelocity, hermite, legBetween, passingVelocity } from "./motion.ts";
import { angleBetween, fromAxisAngle, multiply, normalizeQuaternion, rotate, type Quaternion } from "./quaternion.ts";
import type { Vec3 } from "./space.ts";
import { add, distance, dot, length, scale, subtract } from "./vector.ts";

const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
const point: fc.Arbitrary<Vec3> = fc.tuple(coordinate, coordinate, coordinate);
const durationS = fc.double({ min: 0.05, max: 20, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("a smooth path through points", () => {
  it("is exact at both ends of a leg, whatever the velocities", () => {
    fc.assert(
      fc.property(point, point, point, point, durationS, (a, b, va, vb, s) => {
        expect(hermite(a, b, va, vb, s, 0)).toBe(a);
        expect(hermite(a, b, va, vb, s, 1)).toBe(b);
        expect(distance(hermite(a, b, va, vb, s, 1 - 1e-9), b)).toBeLessThan(1e-4);
      }),
    );
  });

  it("never goes beyond its two ends, and strays from the line between them by at most half its length", () => {
    const four = fc.tuple(point, point, point, point);
    fc.assert(
      fc.property(four, fc.tuple(durationS, durationS, durationS), share, ([a, b, c, d], [ab, bc, cd], t) => {
        const legs = [legBetween(a, b, ab), legBetween(b, c, bc), legBetween(c, d, cd)] as const;
        const pass = [passingVelocity(legs[0], legs[1]), passingVelocity(legs[1], legs[2])] as const;
        const sides: readonly (readonly [Vec3, Vec3, Vec3, Vec3, number])[] = [
          [a, b, endVelocity(legs[0], pass[0]), pass[0], ab],
          [b, c, pass[0], pass[1], bc],
          [c, d, pass[1], endVelocity(legs[2], pass[1]), cd],
        ];
        for (const [from, to, v, w, s] of sides) {
          const chord = subtract(to, from);
          const way = subtract(hermite(from, to, v, w, s, t), from);
          const reach = length(chord);
          if (reach < 1e-6) continue;
          const along = dot(way, chord) / reach;
          expect(along).toBeGreaterThanOrEqual(-1e-9 * reach);
          expect(along).toBeLessThanOrEqual(reach * (1 + 1e-9));
          expect(length(subtract(way, scale(chord, along / reach)))).toBeLessThanOrEqual(reach / 2 + 1e-9);
        }
      }),
    );
  });

  it("is a constant acceleration where the points are of one, be they near or far apart in time", () => {
    // Faster than twice at every leg would be bounded: 5 m/s at the start is not.
    const at = (s: number): Vec3 => [5 * s + s * s, 0, 0];
    const [leg1, leg2] = [legBetween(at(0), at(1), 1), legBetween(at(1), at(3), 2)];
    const pass = passingVelocity(leg1, leg2);
    expect(pass[0]).toBeCloseTo(7, 9);
    expect(endVelocity(leg1, pass)[0]).toBeCloseTo(5, 9);
    expect(hermite(at(0), at(1), endVelocity(leg1, pass), pass, 1, 0.25)[0]).toBeCloseTo(at(0.25)[0], 9);
  });

  it("stands at a point where it turns back, and where it stood before or after", () => {
    const still = legBetween([1, 2, 3], [1, 2, 3], 1);
    const away = legBetween([1, 2, 3], [9, 2, 3], 1);
    const back = legBetween([9, 2, 3], [1, 2, 3], 1);
    for (const [a, b] of [
      [still, away],
      [away, still],
      [away, back],
    ])
      expect(passingVelocity(a, b)).toEqual([0, 0, 0]);
  });
});

describe("going on", () => {
  const size = [4, 2, 1.5] as const;
  /** A body that turns about `axis` at `rate` with the velocity v at time 0, exactly. */
  const moving =
    (start: Vec3, rotation: Quaternion, v: Vec3, axis: Vec3, rate: number) =>
    (s: number): Cuboid<"world"> => {
      const steps = 2000;
      let center = start;
      // By Simpson's rule: an own road to the same place.
      for (let i = 0; i <= steps; i++) {
        const weight = i === 0 || i === steps ? 1 : i % 2 ? 4 : 2;
        const now = rotate(fromAxisAngle(axis, (rate * s * i) / steps), v);
        center = add(center, scale(now, (weight * s) / steps / 3));
      }
      return { center, size, rotation: normalizeQuaternion(multiply(fromAxisAngle(axis, rate * s), rotation))! };
    };

  it("is exact for what turns and moves at constant rates, about any axis", () => {
    const unit = point.filter((v) => length(v) > 1).map((v) => scale(v, 1 / length(v)));
    const speed: fc.Arbitrary<Vec3> = fc.tuple(
      ...[0, 1, 2].map(() => fc.double({ min: -15, max: 15, noNaN: true })),
    ) as never;
    fc.assert(
      fc.property(
        point,
        unit,
        speed,
        fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        share,
        (start, axis, v, rate, ahead) => {
          const body = moving(start, [0.5, 0.5, 0.5, 0.5], v, axis, rate);
          const found = continueTurning(body(0), body(0.7), 0.7, ahead);
          const expected = body(0.7 + ahead);
          expect(distance(found.center, expected.center)).toBeLessThan(2e-6);
          expect(angleBetween(found.rotation, expected.rotation)).toBeLessThan(1e-6);
          expect(found.size).toBe(size);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is straight where the turn says nothing: none, or more than a right angle", () => {
    const at = (x: number, yawRad: number): Cuboid<"world"> => ({
      center: [x, 0, 0],
      size,
      rotation: fromAxisAngle([0, 0, 1], yawRad),
    });
    for (const yawRad of [0, 3]) {
      const found = continueTurning(at(0, 0), at(2, yawRad), 1, 0.5);
      expect(found.center).toEqual([3, 0, 0]);
      expect(found.rotation).toEqual(at(0, yawRad).rotation);
    }
  });

  it("turns on by at most twice what was seen, no faster than it moved, and then goes straight on", () => {
    const seen = fc.double({ min: 0.05, max: 1, noNaN: true });
    const turn = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    const ahead = fc.double({ min: 0, max: 3, noNaN: true });
    fc.assert(
      fc.property(point, point, seen, turn, ahead, (a, b, duration, yawRad, aheadS) => {
        const from: Cuboid<"world"> = { center: a, size, rotation: [0, 0, 0, 1] };
        const to: Cuboid<"world"> = { center: b, size, rotation: fromAxisAngle([0, 0, 1], yawRad) };
        const at = (s: number) => continueTurning(from, to, duration, s);
        const found = at(aheadS);
        const turned = angleBetween(to.rotation, found.rotation);
        expect(turned).toBeLessThanOrEqual(2 * Math.abs(yawRad) + 1e-9);
        const speed = distance(a, b) / duration / (Math.abs(yawRad) < 1e-6 ? 1 : Math.sin(yawRad / 2) / (yawRad / 2));
        expect(distance(b, found.center)).toBeLessThanOrEqual(speed * aheadS * (1 + 1e-9) + 1e-9);
        const straightS = 2 * duration;
        if (aheadS <= straightS) return;
        const [begin, middle] = [at(straightS), at((straightS + aheadS) / 2)];
        expect(distance(middle.center, scale(add(begin.center, found.center), 0.5))).toBeLessThan(1e-6 * (1 + speed));
      }),
    );
  });
});
