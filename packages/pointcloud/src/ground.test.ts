import { fromYawPitchRoll, identityPose, transformPoint, type Pose } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectShare } from "./grid.ts";
import { buildGround } from "./ground.ts";
import { fitPlane } from "./plane.ts";

fc.configureGlobal({ seed: 1 });
const level = identityPose as Pose<"world", "lidar"> & Pose<"world", "ego">;

/** A grid of points every 0.4 m, with heights by `z`; undefined: no point there. */
function surface(z: (x: number, y: number) => number | undefined, halfM = 25): number[] {
  const points: number[] = [];
  for (let x = -halfM; x <= halfM; x += 0.4)
    for (let y = -halfM; y <= halfM; y += 0.4) {
      const height = z(x, y);
      if (height !== undefined) points.push(x, y, height);
    }
  return points;
}
const groundOf = (points: readonly number[], worldFromEgo: Pose<"world", "ego"> = level) =>
  buildGround([{ positions: Float32Array.from(points), spaceFromLidar: level }], worldFromEgo);

const car = (x: number, y: number) => Math.abs(x - 8) < 2.2 && Math.abs(y - 3) < 0.9;
const truck = (x: number, y: number) => Math.abs(x + 10) < 5 && Math.abs(y) < 1.25;
const shadow = (x: number, y: number) => x > 10.2 && x < 14 && Math.abs(y - 3) < 1;
const half = (sign: number) => Float32Array.from(surface((x, y) => (x * sign > 0 ? 0.02 * y - sign : undefined)));

describe("the ground (rule 4)", () => {
  it("of a plane is the plane, also where there are no points", () => {
    const ground = groundOf(surface((x, y) => -1.8 + 0.03 * x - 0.02 * y));
    for (const [x, y] of [[0, 0], [7.3, -12.1], [-20, 20], [60, 10], [-300, 200]])
      expect(Math.abs(ground.heightAt(x, y) - (-1.8 + 0.03 * x - 0.02 * y))).toBeLessThan(0.04);
    expect(ground.evidenceAt(0, 0)).toBe("measured");
    expect(ground.evidenceAt(26.5, 0)).toBe("filled");
    expect(ground.evidenceAt(60, 10)).toBe("plane");
  }); // prettier-ignore

  it("goes on under a car, a truck, and the shadow behind them", () => {
    const ground = groundOf(
      surface((x, y) => (shadow(x, y) ? undefined : car(x, y) ? -0.3 : truck(x, y) ? 1.5 : -1.8)),
    );
    for (const [x, y] of [[8, 3], [9.9, 3.5], [-10, 0], [-6, 1], [12, 3]])
      expect(Math.abs(ground.heightAt(x, y) + 1.8)).toBeLessThan(0.05);
    expect(ground.evidenceAt(8, 3)).toBe("filled");
  }); // prettier-ignore

  it("keeps a kerb and a ramp", () => {
    const ground = groundOf(surface((x, y) => -1.8 + (y > 6 ? 0.15 : 0) + (x > 5 ? 0.1 * (x - 5) : 0)));
    expect(ground.heightAt(-5, 9)).toBeCloseTo(-1.65, 1);
    expect(ground.heightAt(-5, 3)).toBeCloseTo(-1.8, 1);
    expect(Math.abs(ground.heightAt(15, 0) - -0.8)).toBeLessThan(0.1);
  });

  it("does not fall into echoes mirrored below the road", () => {
    const mirrored = Array.from({ length: 20 }, (_, i) => [11 + 0.05 * i, 2.5 + 0.04 * i, -4.9]).flat();
    const ground = groundOf([...surface(() => -1.8), ...mirrored]);
    for (let x = 5; x < 20; x += 0.5) expect(Math.abs(ground.heightAt(x, 3) + 1.8)).toBeLessThan(0.05);
  });

  it("is the plane under ego where nothing was seen", () => {
    const tilted: Pose<"world", "ego"> = {
      translation: [1000, 2000, 50],
      rotation: fromYawPitchRoll({ yawRad: 0.4, pitchRad: -0.05, rollRad: 0 }),
    };
    const ground = groundOf([], tilted);
    for (const ahead of [0, 30, 200]) {
      const [x, y, z] = transformPoint(tilted, [ahead, 0, 0]);
      expect(ground.heightAt(x, y)).toBeCloseTo(z, 6);
    }
  });

  it("is the same ground wherever the world's origin is, UTM included", () => {
    const points = surface((x, y) => -1.8 + 0.2 * Math.sin(x / 8) + 0.01 * y);
    const here = groundOf(points);
    const shift = [672_123.4, 5_405_678.9, 301.2] as const;
    const moved = buildGround(
      [{ positions: Float32Array.from(points), spaceFromLidar: { ...level, translation: shift } }],
      { ...level, translation: shift } as Pose<"world", "ego">,
    );
    for (const [x, y] of [[0.1, 0.2], [5.7, -9.3], [-14, 3]])
      expect(moved.heightAt(x + shift[0], y + shift[1]) - shift[2]).toBeCloseTo(here.heightAt(x, y), 4);
  }); // prettier-ignore

  it("is continuous and finite everywhere", () => {
    const ground = groundOf(surface((x, y) => (Math.hypot(x, y) < 3 ? undefined : -1.8 + 0.1 * Math.sin(x))));
    fc.assert(
      fc.property(
        fc.double({ min: -60, max: 60, noNaN: true }),
        fc.double({ min: -60, max: 60, noNaN: true }),
        (x, y) => {
          const here = ground.heightAt(x, y);
          expect(Number.isFinite(here)).toBe(true);
          expect(Math.abs(ground.heightAt(x + 1e-4, y) - here)).toBeLessThan(1e-3);
          expect(Math.abs(ground.heightAt(x, y + 1e-4) - here)).toBeLessThan(1e-3);
        },
      ),
    );
  });

  it("puts two lidars' points together", () => {
    // The second lidar is mounted 2 m higher than the first: both see one surface in world.
    const ground = buildGround(
      [
        { positions: half(1), spaceFromLidar: level },
        { positions: half(-1), spaceFromLidar: { ...level, translation: [0, 0, -2] } },
      ],
      level,
    );
    expect(ground.heightAt(10, 5)).toBeCloseTo(-0.9, 1);
    expect(ground.heightAt(-10, 5)).toBeCloseTo(-0.9, 1);
  });
});

describe("kernels of the ground", () => {
  it("selectShare is the value at that rank of the sorted part, and touches nothing else", () =>
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const array = Float32Array.from([-1, ...values, 7]);
          const found = selectShare(array, 1, values.length + 1, share);
          const sorted = Float32Array.from(values).toSorted();
          expect(found).toBe(sorted[Math.floor(share * (values.length - 1))]);
          expect([array[0], array[values.length + 1]]).toEqual([-1, 7]);
          expect(array.slice(1, -1).toSorted()).toEqual(sorted);
        },
      ),
    ));

  it("fitPlane finds a slope under 30 % of things standing on it", () =>
    fc.assert(
      fc.property(
        fc.double({ min: -0.08, max: 0.08, noNaN: true }),
        fc.double({ min: -0.08, max: 0.08, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (a, b, c) => {
          const samples: number[] = [];
          for (let i = 0; i < 400; i++) {
            const x = ((i * 37) % 60) - 30;
            const y = ((i * 53) % 58) - 29;
            samples.push(x, y, a * x + b * y + c + (i % 10 < 3 ? 0.5 + (i % 7) * 0.5 : 0));
          }
          const plane = fitPlane(samples);
          expect(Math.abs(plane[0] - a)).toBeLessThan(0.004);
          expect(Math.abs(plane[1] - b)).toBeLessThan(0.004);
          expect(Math.abs(plane[2] - c)).toBeLessThan(0.06);
        },
      ),
    ));

  it("fitPlane is level where there is little to go by", () => {
    expect(fitPlane([])).toEqual([0, 0, 0]);
    expect(fitPlane([1, 1, 2, 3, 4, 2.1])).toEqual([0, 0, 2.05]);
    const line = Array.from({ length: 20 }, (_, i) => [i, 2 * i, 1]).flat();
    expect(fitPlane(line)).toEqual([0, 0, 1]);
  });
});
