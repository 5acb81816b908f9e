import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createLocator,
  createPath,
  joinPaths,
  offsetPath,
  placePath,
  poseOnPath,
  reversePath,
  slicePath,
  type Path,
} from "./path.ts";

const curvature = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0.005, max: 0.05, noNaN: true }),
  fc.double({ min: -0.05, max: -0.005, noNaN: true }),
);
const plan = fc.record({
  x: fc.double({ min: -900, max: 900, noNaN: true }),
  y: fc.double({ min: -900, max: 900, noNaN: true }),
  yawRad: fc.double({ min: -3, max: 3, noNaN: true }),
});
const stretch = fc.tuple(fc.double({ min: 5, max: 50, noNaN: true }), curvature);
const path = fc
  .tuple(plan, fc.array(stretch, { minLength: 1, maxLength: 5 }))
  .map(([start, stretches]) => createPath(start, stretches));
const share = fc.double({ min: 0, max: 1, noNaN: true });

const near = (a: { x: number; y: number; yawRad: number }, b: { x: number; y: number; yawRad: number }, turned = 0) => {
  expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(1e-6);
  expect(Math.cos(a.yawRad - b.yawRad - turned)).toBeGreaterThan(1 - 1e-9);
};

describe("path", () => {
  it("has unit speed and no jump", () => {
    fc.assert(
      fc.property(path, share, (route: Path, at) => {
        const s = at * route.lengthM;
        const a = poseOnPath(route, s);
        const b = poseOnPath(route, s + 1e-3);
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeCloseTo(1e-3, 6);
      }),
    );
  });

  it("run backwards is the same line, turned round", () => {
    fc.assert(
      fc.property(path, share, (route: Path, at) => {
        const s = at * route.lengthM;
        near(poseOnPath(reversePath(route), route.lengthM - s), poseOnPath(route, s), Math.PI);
      }),
    );
  });

  it("cut in two and joined is the same line", () => {
    fc.assert(
      fc.property(path, share, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (route: Path, at, cut) => {
        const parts = joinPaths(
          slicePath(route, 0, cut * route.lengthM),
          slicePath(route, cut * route.lengthM, route.lengthM),
        );
        expect(parts.lengthM).toBeCloseTo(route.lengthM, 6);
        near(poseOnPath(parts, at * route.lengthM), poseOnPath(route, at * route.lengthM));
      }),
    );
  });

  it("moved keeps its shape and meets the pose", () => {
    fc.assert(
      fc.property(path, share, plan, (route: Path, at, pose) => {
        const moved = placePath(route, at * route.lengthM, pose);
        near(poseOnPath(moved, at * route.lengthM), pose);
        expect(moved.lengthM).toBeCloseTo(route.lengthM, 9);
      }),
    );
  });

  it("an offset path keeps its distance, which the locator finds again", () => {
    const bends = fc.tuple(plan, stretch, curvature).map(([start, [lengthM, k]]) =>
      createPath(start, [
        [40, 0],
        [Math.min(lengthM, 0.8 / Math.max(0.001, Math.abs(k))), k],
        [40, 0],
      ]),
    );
    fc.assert(
      fc.property(bends, fc.double({ min: -9, max: 9, noNaN: true }), share, (route: Path, d, at) => {
        const beside = offsetPath(route, d);
        const { x, y } = poseOnPath(beside, at * beside.lengthM);
        const station = { s: 0, d: 0 };
        createLocator(route)(x, y, station);
        expect(station.d).toBeCloseTo(d, 4);
        const foot = poseOnPath(route, station.s);
        expect(Math.hypot(foot.x - x, foot.y - y)).toBeCloseTo(Math.abs(d), 4);
      }),
    );
  });
});
