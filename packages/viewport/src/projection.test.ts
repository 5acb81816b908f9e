import * as fc from "fast-check";
import {
  cuboidCorners,
  cuboidEdges,
  distortionOf,
  fromMatrix3,
  fromYawPitchRoll,
  identityPose,
  insideImage,
  project,
  transformPoint,
  type CameraModel,
  type Cuboid,
  type Point,
  type Pose,
  type Vec2,
} from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { forEachPixel, projectCuboid, projectPoints, projectPolyline } from "./projection.ts";

const model = (name: string, coefficients: readonly number[]): CameraModel => {
  const distortion = distortionOf(name, coefficients);
  if (!distortion) throw new Error(`no model ${name}`);
  return { width: 1280, height: 720, fx: 900, fy: 900, cx: 640, cy: 360, skew: 0, distortion };
};
const pinhole = model("pinhole", []);
const brown = model("plumb_bob", [-0.32, 0.11, 0.0008, -0.0005, 0]);
const fisheye = model("fisheye", [-0.02, 0.003, 0, 0]);

/** The camera looks along world x: right is −y, down is −z. */
const cameraFromWorld: Pose<"camera", "world"> = {
  translation: [0, 0, 0],
  rotation: fromMatrix3([0, -1, 0, 0, 0, -1, 1, 0, 0]),
};
const ahead: Cuboid<"world"> = { center: [12, 1, 0.2], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] };

const anyCuboid = fc
  .record({
    x: fc.double({ min: -30, max: 60, noNaN: true }),
    y: fc.double({ min: -30, max: 30, noNaN: true }),
    z: fc.double({ min: -3, max: 3, noNaN: true }),
    length: fc.double({ min: 0.3, max: 15, noNaN: true }),
    width: fc.double({ min: 0.3, max: 3, noNaN: true }),
    height: fc.double({ min: 0.3, max: 4, noNaN: true }),
    yawRad: fc.double({ min: -3.2, max: 3.2, noNaN: true }),
    pitchRad: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
  })
  .map(({ x, y, z, length, width, height, yawRad, pitchRad }): Cuboid<"world"> => ({
    center: [x, y, z],
    size: [length, width, height],
    rotation: fromYawPitchRoll({ yawRad, pitchRad, rollRad: 0 }),
  }));

describe("the test's camera looks along world x", () => {
  it("puts a point ahead into the middle and a left one to the left", () => {
    expect(transformPoint(cameraFromWorld, [5, 0, 0]).map((c) => Math.round(c * 1e9) / 1e9 + 0)).toEqual([0, 0, 5]);
    expect(transformPoint(cameraFromWorld, [5, 1, 0])[0]).toBeLessThan(0);
  });
});

describe("rule 4: an edge has a pixel only where its points have one", () => {
  for (const [name, camera] of Object.entries({ pinhole, brown, fisheye }))
    it(`${name}: every pixel of every polyline is finite, for any cuboid around the camera`, () => {
      fc.assert(
        fc.property(anyCuboid, (cuboid) => {
          const shape = projectCuboid(camera, cameraFromWorld, cuboid);
          for (const part of shape ? [...shape.front, ...shape.back, ...shape.heading] : []) {
            expect(part.length).toBeGreaterThan(1);
            for (const [u, v] of part) expect(Number.isFinite(u) && Number.isFinite(v)).toBe(true);
          }
        }),
        { seed: 7, numRuns: 300 },
      );
    });

  it("a cuboid with an edge in the picture is drawn, wherever it is", () => {
    for (const camera of [pinhole, brown, { ...pinhole, cx: -400 }])
      fc.assert(
        fc.property(
          anyCuboid,
          fc.nat({ max: 11 }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          (cuboid, edge, share) => {
            const corners = cuboidCorners(cuboid);
            const [from, to] = cuboidEdges[edge].map((corner) => corners[corner]);
            const point = from.map((c, axis) => c + share * (to[axis] - c)) as unknown as Point<"world">;
            const inCamera = transformPoint(cameraFromWorld, point);
            const pixel = inCamera[2] > 0.2 ? project(camera, inCamera) : undefined;
            if (!pixel || !insideImage(camera, pixel)) return;
            expect(projectCuboid(camera, cameraFromWorld, cuboid)).toBeDefined();
          },
        ),
        { numRuns: 2000 },
      );
  });

  it("a cuboid wholly behind a pinhole camera is not drawn", () => {
    expect(projectCuboid(pinhole, cameraFromWorld, { ...ahead, center: [-12, 1, 0.2] })).toBeUndefined();
    expect(projectCuboid(pinhole, cameraFromWorld, { ...ahead, center: [12, 60, 0.2] })).toBeUndefined();
  });

  it("an edge that goes through the camera's plane ends at the near plane, in the right direction", () => {
    const [part] = projectPolyline(pinhole, cameraFromWorld, [
      [20, 2, 0],
      [-20, 2, 0],
    ]);
    const [first, last] = [part[0], part.at(-1) as Vec2];
    expect(first[0]).toBeCloseTo(640 - 90, 6);
    expect(last[0]).toBeLessThan(first[0]);
    expect(last[1]).toBeCloseTo(360, 6);
  });

  it("does not fold a line back where the lens's polynomial turns round", () => {
    const turning = model("plumb_bob", [-0.4, 0.05, 0, 0, 0]);
    for (const part of projectPolyline(turning, cameraFromWorld, [
      [10, 0, 0],
      [10, 40, 0],
    ]))
      for (let i = 1; i < part.length; i++) expect(part[i][0]).toBeLessThan(part[i - 1][0]);
  });
});

describe("rule 5: edges bend with the lens", () => {
  it("a pinhole edge is straight, a distorted one is not", () => {
    const bow = (camera: CameraModel): number => {
      const line = projectPolyline(camera, cameraFromWorld, [
        [6, 4, 2],
        [6, -4, 2],
      ])[0];
      const [first, middle, last] = [line[0], line[line.length >> 1], line.at(-1) as Vec2];
      return Math.abs(middle[1] - (first[1] + last[1]) / 2);
    };
    expect(bow(pinhole)).toBeLessThan(1e-6);
    expect(bow(brown)).toBeGreaterThan(5);
  });

  it("every vertex of an edge is the projection of a point on that edge", () => {
    const [line] = projectPolyline(brown, cameraFromWorld, [
      [8, 3, 1],
      [8, -3, 1],
    ]);
    line.forEach((pixel, i) => {
      const t = i / (line.length - 1);
      const expected = project(brown, transformPoint(cameraFromWorld, [8, 3 - 6 * t, 1])) as Vec2;
      expect(Math.hypot(pixel[0] - expected[0], pixel[1] - expected[1])).toBeLessThan(1e-6);
    });
    expect(line.length).toBeGreaterThan(8);
  });
});

describe("front and back edges", () => {
  it("a car seen from behind and above shows nine edges, its heading edge at the back", () => {
    const shape = projectCuboid(pinhole, cameraFromWorld, { ...ahead, center: [12, 3, -1.5] });
    // Rear, right and top are seen: 9 edges; the front bottom edge is one of the 3 hidden ones.
    expect(shape?.front).toHaveLength(9);
    expect(shape?.back).toHaveLength(3);
    expect(shape?.heading).toHaveLength(0);
  });

  it("an oncoming one shows its heading edge and the chevron nearer to the camera", () => {
    const oncoming: Cuboid<"world"> = { ...ahead, center: [12, 3, -1.5], rotation: [0, 0, 1, 0] };
    const shape = projectCuboid(pinhole, cameraFromWorld, oncoming);
    expect(shape?.heading).toHaveLength(1);
    const [left, right, tip] = shape?.chevron ?? [];
    expect(tip?.[1]).toBeGreaterThan(Math.max(left?.[1] ?? 0, right?.[1] ?? 0));
  });
});

describe("points", () => {
  it("keeps exactly the points that project into the picture, with their distance", () => {
    const points = [5, 0, 0, -5, 0, 0, 5, 9, 0, 8, 1, -1];
    const cloud = projectPoints(pinhole, cameraFromWorld as Pose<"camera", never>, new Float32Array(points), 4);
    expect(cloud).toHaveLength(6);
    expect(Array.from(cloud.subarray(0, 3))).toEqual([640, 360, 5]);
    expect(cloud[5]).toBeCloseTo(Math.hypot(8, 1, 1), 5);
  });

  it("agrees with geometry's project for any point and lens", () => {
    const coordinate = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(coordinate, coordinate, coordinate), ([x, y, z]) => {
        for (const camera of [pinhole, brown, fisheye]) {
          const stored = new Float32Array([x, y, z]);
          const hits: Vec2[] = [];
          forEachPixel(camera, identityPose, stored, 0, 1, (_index, pixel) => hits.push(pixel));
          const pixel =
            stored[2] >= 0.1 || camera === fisheye ? project(camera, [stored[0], stored[1], stored[2]]) : undefined;
          const inside =
            pixel && pixel[0] >= -0.5 && pixel[1] >= -0.5 && pixel[0] < 1279.5 && pixel[1] < 719.5 ? [pixel] : [];
          expect(hits).toHaveLength(inside.length);
          if (inside[0]) expect(Math.hypot(hits[0][0] - inside[0][0], hits[0][1] - inside[0][1])).toBeLessThan(1e-6);
        }
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});
