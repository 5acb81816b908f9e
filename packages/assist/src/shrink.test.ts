import {
  compose,
  cuboidContains,
  cuboidPose,
  faceNormals,
  fromYaw,
  invert,
  rotate,
  timestampNs,
  transformPoint,
  vec,
  type Cuboid,
  type Face,
  type Pose,
  type Vec3,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freeFaces, groundOf, groundUnder, shrunkToPoints, snappedFace } from "./index.ts";

fc.configureGlobal({ seed: 1 });

/** UTM-like and turned: float32 or a forgotten transform would show. */
const worldFromEgo: Pose<"world", "ego"> = { translation: [672_100, 5_405_600, 310], rotation: fromYaw(2.1) };
const egoFromLidar: Pose<"ego", "lidar"> = { translation: [0.9, 0, 1.8], rotation: fromYaw(-0.4) };
const box: Cuboid<"world"> = {
  center: transformPoint(worldFromEgo, [10, 4, 1]),
  size: [4.5, 2, 2],
  rotation: fromYaw(1.3),
};

/** A flat road, and points at places in `box`. */
function frameOf(pointsInBox: readonly Vec3[]): Frame {
  const road: Vec3[] = [];
  for (let x = -5; x <= 25; x += 0.5)
    for (let y = -12; y <= 20; y += 0.5) road.push(transformPoint(worldFromEgo, [x, y, 0]));
  const points = [...road, ...pointsInBox.map((point) => transformPoint(cuboidPose(box), point))];
  const lidarFromWorld = invert(compose(worldFromEgo, egoFromLidar));
  return {
    index: 0,
    at: timestampNs(0n),
    worldFromEgo,
    sweeps: [
      {
        topic: "/lidar",
        at: timestampNs(0n),
        frameId: "lidar",
        count: points.length,
        positions: Float32Array.from(points.flatMap((point) => [...transformPoint(lidarFromWorld, point)])),
        dropped: 0,
        egoFromLidar,
      },
    ],
    images: [],
    labels: [],
    problems: [],
  };
}

const within = (half: number) => fc.double({ min: -half, max: half, noNaN: true });
/** Places in the box, above what may be ground. */
const insides = fc.array(fc.tuple(within(2.2), within(0.95), fc.double({ min: -0.6, max: 0.95, noNaN: true })), {
  minLength: 1,
  maxLength: 12,
});
const face = fc.constantFrom(...freeFaces);

const place = (cuboid: Cuboid<"world">, of: Face): Vec3 => {
  const normal = faceNormals[of];
  const half = normal.map((part, axis) => (part * cuboid.size[axis]) / 2) as unknown as Vec3;
  return transformPoint(cuboidPose(cuboid), half);
};
/** How far a face of `b` lies from that of `a`, outward, metres. */
const shift = (a: Cuboid<"world">, b: Cuboid<"world">, of: Face): number =>
  vec.dot(vec.subtract(place(b, of), place(a, of)), rotate(a.rotation, faceNormals[of]));
const along = (point: Vec3, of: Face): number => vec.dot(point, faceNormals[of]);
const half = (of: Face): number => Math.abs(along(box.size, of)) / 2;
const everyFace: readonly Face[] = [...freeFaces, "bottom"];

describe("shrinking to points (rule 21)", () => {
  it("brings each face to the outermost point inside; the bottom and the heading stay, all points stay inside", () =>
    fc.assert(
      fc.property(insides, (points) => {
        const frame = frameOf(points);
        const shrunk = shrunkToPoints(frame, box);
        expect(shrunk.rotation).toEqual(box.rotation);
        expect(shift(box, shrunk, "bottom")).toBeCloseTo(0, 6);
        for (const point of points) expect(cuboidContains(shrunk, transformPoint(cuboidPose(box), point))).toBe(true);
        for (const of of freeFaces) {
          const outermost = Math.max(...points.map((point) => along(point, of))) + 0.01 - half(of);
          // Thinner than 0.1 m it does not get: then the face that is moved last stays out.
          const tooThin = shrunk.size.some((size) => size < 0.1 + 1e-9);
          if (!tooThin) expect(shift(box, shrunk, of)).toBeCloseTo(Math.min(0, outermost), 2);
        }
        const again = shrunkToPoints(frame, shrunk);
        expect(vec.distance(again.center, shrunk.center)).toBeLessThan(1e-6);
      }),
    ));

  it("moves only the faces that are asked for", () =>
    fc.assert(
      fc.property(insides, face, (points, of) => {
        const shrunk = shrunkToPoints(frameOf(points), box, [of]);
        for (const other of everyFace.filter((each) => each !== of))
          expect(shift(box, shrunk, other)).toBeCloseTo(0, 6);
        expect(shift(box, shrunk, of)).toBeLessThanOrEqual(1e-6);
      }),
    ));

  it("does nothing without points over the ground; the bottom goes to the ground", () => {
    expect(shrunkToPoints(frameOf([]), box)).toBe(box);
    expect(shrunkToPoints(frameOf([[0, 0, -0.95]]), box)).toBe(box);
    const lifted = { ...box, center: vec.add(box.center, [0, 0, 0.4]) };
    const frame = frameOf([[0, 0, 0]]);
    const set = shrunkToPoints(frame, lifted, ["bottom"]);
    expect(place(set, "bottom")[2]).toBeCloseTo(groundUnder(groundOf(frame), box), 6);
    expect(shift(lifted, set, "top")).toBeCloseTo(0, 6);
  });
});

describe("snapping a face to the next point (rule 22)", () => {
  it("out: to the nearest point beside it within 3 m, the opposite face and the others stay", () =>
    fc.assert(
      fc.property(
        face,
        fc.array(fc.double({ min: 0.02, max: 2.8, noNaN: true }), { minLength: 1, maxLength: 5 }),
        (of, gaps) => {
          const frame = frameOf(gaps.map((gap) => vec.scale(faceNormals[of], half(of) + gap)));
          const out = snappedFace(frame, box, of, "out");
          expect(shift(box, out, of)).toBeCloseTo(Math.min(...gaps) + 0.01, 4);
          for (const other of everyFace.filter((each) => each !== of)) expect(shift(box, out, other)).toBeCloseTo(0, 6);
        },
      ),
    ));

  it("in: to the outermost point, then layer by layer", () => {
    for (const of of freeFaces) {
      const frame = frameOf([0.2, 0.21, 0.5].map((gap) => vec.scale(faceNormals[of], half(of) - gap)));
      const first = snappedFace(frame, box, of, "in");
      expect(shift(box, first, of)).toBeCloseTo(-0.19, 4);
      const second = snappedFace(frame, first, of, "in");
      expect(shift(box, second, of)).toBeCloseTo(-0.49, 4);
      expect(snappedFace(frame, second, of, "in")).toBe(second);
    }
  });

  it("does nothing where there is no point, or only road, or one beside the face", () => {
    const frame = frameOf([
      [0, 1.4, -0.95],
      [3, 1.4, 0],
    ]);
    for (const way of ["in", "out"] as const) expect(snappedFace(frame, box, "left", way)).toBe(box);
  });
});
