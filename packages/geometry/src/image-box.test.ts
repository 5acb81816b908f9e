import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { project, type CameraModel } from "./camera.ts";
import { cuboidPose, transformCuboid, type Cuboid } from "./cuboid.ts";
import { boxIou, cuboidInImage, type ImageBox } from "./image-box.ts";
import { distortionOf } from "./lens.ts";
import { compose, invert, transformPoint, type Pose } from "./pose.ts";
import { normalizeQuaternion, type Quaternion } from "./quaternion.ts";
import type { Vec3 } from "./space.ts";

const pinhole: CameraModel = {
  width: 1000,
  height: 600,
  fx: 500,
  fy: 500,
  cx: 499.5,
  cy: 299.5,
  skew: 0,
  distortion: distortionOf("", [])!,
};
const lenses: readonly CameraModel[] = [
  pinhole,
  { ...pinhole, distortion: distortionOf("plumb_bob", [-0.3, 0.08, 0.001, -0.001, 0])! },
  { ...pinhole, distortion: distortionOf("equidistant", [0.01, -0.003, 0, 0])! },
  { ...pinhole, distortion: distortionOf("unified", [0.9, -0.05, 0.01, 0, 0])! },
];
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const boxes: fc.Arbitrary<Cuboid<"camera">> = fc
  .tuple(
    fc.tuple(between(-20, 20), between(-5, 5), between(-10, 50)),
    fc.tuple(between(0.3, 12), between(0.3, 3), between(0.3, 4)),
    fc.tuple(between(-1, 1), between(-1, 1), between(-1, 1), between(-1, 1)),
  )
  .filter(([center]) => Math.hypot(...center) > 8)
  .map(([center, size, q]) => ({ center, size, rotation: normalizeQuaternion(q as Quaternion) ?? [0, 0, 0, 1] }));

/** Straight ahead, with its sides along the picture's: front 10 m away. */
const ahead = (x: number, more: Partial<Cuboid<"camera">> = {}): Cuboid<"camera"> => ({
  center: [x, 0, 11],
  size: [2, 2, 2],
  rotation: [0, 0, 0, 1],
  ...more,
});

describe("cuboidInImage (rule 11)", () => {
  it("is the tight box of the nearest face of what stands straight ahead", () => {
    const found = cuboidInImage(pinhole, ahead(0))!;
    expect(found.box.left).toBeCloseTo(499.5 - 50, 9);
    expect(found.box.bottom).toBeCloseTo(299.5 + 50, 9);
    expect(found).toMatchObject({ truncated: 0, hidden: 0 });
  });

  it("is cut at the picture, half of it beyond: truncated by half", () => {
    const found = cuboidInImage(pinhole, ahead(10, { size: [2, 2, 0.01], center: [10, 0, 10] }))!;
    expect(found.box.right).toBe(999.5);
    expect(found.truncated).toBeCloseTo(0.5, 1);
    expect(cuboidInImage(pinhole, ahead(14))).toBeUndefined();
    expect(cuboidInImage(pinhole, ahead(0, { center: [0, 0, -11] }))).toBeUndefined();
  });

  it("what passes beside the camera has the part that is before it", () => {
    const truck: Cuboid<"camera"> = { center: [3, 0, 4], size: [2, 3, 12], rotation: [0, 0, 0, 1] };
    const found = cuboidInImage(pinhole, truck)!;
    expect(found.box.right).toBe(999.5);
    expect(found.box.left).toBeCloseTo(499.5 + (500 * 2) / 10, 6);
    expect(found.truncated).toBeGreaterThan(0.5);
  });

  it("is hidden by what stands before it, not by what stands behind it", () => {
    const car = ahead(0);
    expect(cuboidInImage(pinhole, car, [ahead(0, { center: [0, 0, 30] }), car])!.hidden).toBe(0);
    expect(cuboidInImage(pinhole, car, [ahead(0, { center: [0, 0, 6] })])!.hidden).toBe(1);
    expect(cuboidInImage(pinhole, car, [ahead(0, { center: [-1, 0, 8], size: [2, 6, 0.1] })])!.hidden).toBeCloseTo(
      0.5,
      1,
    );
  });

  it("holds every pixel of the cuboid, through every lens, and touches one on each border", () => {
    let seen = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...lenses),
        boxes,
        fc.array(fc.tuple(between(-0.5, 0.5), between(-0.5, 0.5), between(-0.5, 0.5)), {
          minLength: 20,
          maxLength: 20,
        }),
        (model, cuboid, shares) => {
          const found = cuboidInImage(model, cuboid);
          if (!found) return;
          seen++;
          const { left, top, right, bottom } = found.box;
          for (const share of shares) {
            const point = transformPoint(
              cuboidPose(cuboid),
              share.map((each, axis) => each * cuboid.size[axis]) as unknown as Vec3,
            );
            const pixel = point[2] > 0.1 ? project(model, point) : undefined;
            if (!pixel || pixel[0] < -0.5 || pixel[1] < -0.5 || pixel[0] > 999.5 || pixel[1] > 599.5) continue;
            expect(pixel[0]).toBeGreaterThan(left - 1);
            expect(pixel[0]).toBeLessThan(right + 1);
            expect(pixel[1]).toBeGreaterThan(top - 1);
            expect(pixel[1]).toBeLessThan(bottom + 1);
          }
          expect(found.truncated + found.hidden).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { numRuns: 400, seed: 3 },
    );
    expect(seen).toBeGreaterThan(100);
  });
});

describe("boxIou", () => {
  const a: ImageBox = { left: 0, top: 0, right: 10, bottom: 10 };
  it("is 1 of itself, a third of its half, 0 of what is beside", () => {
    expect(boxIou(a, a)).toBe(1);
    expect(boxIou(a, { ...a, left: 5, right: 15 })).toBeCloseTo(1 / 3, 12);
    expect(boxIou(a, { ...a, left: 10, right: 20 })).toBe(0);
  });
});

const file = new URL("../../../../shared/data/kitti_tracking_0000_front.gt.json", import.meta.url);
describe.skipIf(!existsSync(file))("KITTI's own 2D boxes (needs ../shared/data)", () => {
  interface Truth {
    readonly cameras: readonly { width: number; height: number; K: number[] }[];
    readonly static_transforms: readonly {
      parent: string;
      child: string;
      translation: Vec3;
      rotation_xyzw: Quaternion;
    }[];
    readonly frames: readonly {
      readonly objects: readonly {
        readonly center: Vec3;
        readonly size_lwh: Vec3;
        readonly quaternion_xyzw: Quaternion;
        readonly bbox2d_image_02: readonly [number, number, number, number];
      }[];
    }[];
  }
  it("overlap those of the true cuboids by 0.95 in the median", () => {
    const { cameras, static_transforms, frames } = JSON.parse(readFileSync(file, "utf8")) as Truth;
    const baseFrom = <S extends "lidar" | "camera">(child: string): Pose<"ego", S> => {
      const found = static_transforms.find((each) => each.child === child)!;
      return { translation: found.translation, rotation: found.rotation_xyzw };
    };
    const cameraFromLidar = compose(invert(baseFrom<"camera">("camera_02")), baseFrom<"lidar">("velodyne"));
    const [{ width, height, K }] = cameras;
    const model: CameraModel = { ...pinhole, width, height, fx: K[0], fy: K[4], cx: K[2], cy: K[5] };
    const overlaps = frames
      .flatMap(({ objects }) => objects)
      .map(({ center, size_lwh, quaternion_xyzw, bbox2d_image_02: [left, top, right, bottom] }) => {
        const cuboid = transformCuboid(cameraFromLidar, { center, size: size_lwh, rotation: quaternion_xyzw });
        const found = cuboidInImage(model, cuboid);
        return found ? boxIou(found.box, { left, top, right, bottom }) : 0;
      })
      .toSorted((a, b) => a - b);
    expect(overlaps).toHaveLength(711);
    expect(overlaps[overlaps.length >> 1]).toBeGreaterThanOrEqual(0.95);
  });
});
