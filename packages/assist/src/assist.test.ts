import {
  compose,
  cuboidBottom,
  cuboidContains,
  cuboidPose,
  cuboidYaw,
  fromYaw,
  fromYawPitchRoll,
  identityPose,
  invert,
  overlap,
  timestampNs,
  transformPoint,
  wrapAngle,
  type Cuboid,
  type Pose,
  type Ray,
  type Vec3,
} from "@sweepmark/geometry";
import type { Frame, PlacedSweep } from "@sweepmark/log";
import { defaultOntology } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countsAt,
  cuboidFromClick,
  cuboidFromFootprint,
  fitCuboid,
  groundOf,
  groundUnder,
  groundUnderRay,
  setOnGround,
} from "./index.ts";

fc.configureGlobal({ seed: 1 });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const classOf = (id: string) => defaultOntology.objects.find((known) => known.id === id)!;
const car = classOf("car");

/** UTM-like, turned and a little tilted: float32 or a forgotten transform would show. */
const worldFromEgo: Pose<"world", "ego"> = {
  translation: [672_100, 5_405_600, 310],
  rotation: fromYawPitchRoll({ yawRad: 2.1, pitchRad: 0.015, rollRad: -0.01 }),
};
const egoFromLidar: Pose<"ego", "lidar"> = { translation: [0.9, 0, 1.8], rotation: fromYaw(-0.4) };
const worldFromLidar = compose(worldFromEgo, egoFromLidar);

function frameOf(pointsInWorld: readonly Vec3[], extra: readonly PlacedSweep[] = []): Frame {
  const lidarFromWorld = invert(worldFromLidar);
  return {
    index: 0,
    at: timestampNs(0n),
    worldFromEgo,
    sweeps: [sweepOf(pointsInWorld.map((point) => transformPoint(lidarFromWorld, point))), ...extra],
    images: [],
    labels: [],
    problems: [],
  };
}
const sweepOf = (
  pointsInLidar: readonly Vec3[],
  place: Pose<"ego", "lidar"> | undefined = egoFromLidar,
): PlacedSweep => ({
  topic: "/lidar",
  at: timestampNs(0n),
  frameId: "lidar",
  count: pointsInLidar.length,
  positions: Float32Array.from(pointsInLidar.flat()),
  dropped: 0,
  egoFromLidar: place,
});

/** Ground of ego's plane, every 0.5 m, without what lies under a box. */
function roadAround(boxes: readonly Cuboid<"world">[] = []): Vec3[] {
  const points: Vec3[] = [];
  for (let x = -30; x <= 30; x += 0.5)
    for (let y = -30; y <= 30; y += 0.5) {
      const point = transformPoint(worldFromEgo, [x, y, 0]);
      if (!boxes.some((box) => cuboidContains(box, [point[0], point[1], box.center[2]]))) points.push(point);
    }
  return points;
}

/** A car standing on the road at ego's x and y. */
function standing(x: number, y: number, yawRad: number, size = car.usualSize): Cuboid<"world"> {
  const [cx, cy, cz] = transformPoint(worldFromEgo, [x, y, 0]);
  return { center: [cx, cy, cz + size[2] / 2], size, rotation: fromYaw(yawRad) };
}

/** Points every 8 cm on the sides and the roof that the lidar can see. */
function shell(box: Cuboid<"world">): Vec3[] {
  const pose: Pose<"world", "box"> = { translation: box.center, rotation: box.rotation };
  const eye = transformPoint(invert(pose), worldFromLidar.translation);
  const [l, w, h] = box.size.map((side) => side / 2);
  const points: Vec3[] = [];
  for (let z = -h + 0.3; z <= h; z += 0.12) {
    for (let y = -w; y <= w; y += 0.08) if (Math.abs(eye[0]) > l) points.push([Math.sign(eye[0]) * l, y, z]);
    for (let x = -l; x <= l; x += 0.08) if (Math.abs(eye[1]) > w) points.push([x, Math.sign(eye[1]) * w, z]);
  }
  return points.map((point) => transformPoint(pose, point));
}
const footprintOf = (box: Cuboid<"world">) => ({
  center: [box.center[0], box.center[1]] as const,
  lengthM: box.size[0],
  widthM: box.size[1],
  yawRad: cuboidYaw(box),
});

describe("counting and the ground (rules 1–3)", () => {
  it("counts over all placed sweeps, and leaves out those without a place", () => {
    const box = standing(10, 3, 2.5);
    const lidarFromWorld = invert(worldFromLidar);
    const points = shell(box).map((point) => transformPoint(lidarFromWorld, point));
    const grownBox = { ...box, size: [4.52, 1.92, 1.62] as const };
    const once = countsAt({ ...frameOf([]), sweeps: [sweepOf(points)] }, [grownBox]);
    expect(once).toEqual([points.length]);
    const nowhere: PlacedSweep = { ...sweepOf(points), egoFromLidar: undefined };
    expect(countsAt({ ...frameOf([]), sweeps: [sweepOf(points), nowhere, sweepOf(points)] }, [grownBox])).toEqual([
      2 * points.length,
    ]);
    expect(countsAt({ ...frameOf([]), sweeps: [nowhere] }, [grownBox])).toEqual([0]);
  });

  it("the ground of a frame is made once for its sweeps, also when its images come later", () => {
    const frame = frameOf(roadAround());
    expect(groundOf(frame)).toBe(groundOf(frame));
    expect(groundOf({ ...frame })).toBe(groundOf(frame));
    expect(groundOf({ ...frame, sweeps: [...frame.sweeps] })).not.toBe(groundOf(frame));
    const [x, y, z] = transformPoint(worldFromEgo, [12, -7, 0]);
    expect(Math.abs(groundOf(frame).heightAt(x, y) - z)).toBeLessThan(0.03);
  });

  it("a frame without a single point still has a ground: ego's plane", () => {
    const [x, y, z] = transformPoint(worldFromEgo, [20, 5, 0]);
    expect(groundOf(frameOf([])).heightAt(x, y)).toBeCloseTo(z, 6);
  });
});

/** Perspective: a pixel is 1 mm at 1 m. */
const pixelM = (distanceM: number) => 0.001 * distanceM;

describe("the ground under a pointer (rule 4)", () => {
  const box = standing(12, 0, 2.1);
  const frame = frameOf([...roadAround([box]), ...shell(box)]);
  const eye = transformPoint(worldFromEgo, [-6, 0, 8]);
  const lookAt = (target: Vec3): Ray<"world"> => {
    const d = [target[0] - eye[0], target[1] - eye[1], target[2] - eye[2]];
    const size = Math.hypot(...d);
    return { origin: eye, direction: [d[0] / size, d[1] / size, d[2] / size] };
  };

  it("snaps to a point of the road within 8 pixels", () => {
    const point = transformPoint(worldFromEgo, [5, 4, 0]);
    const off = transformPoint(worldFromEgo, [5.03, 4.04, 0]);
    const found = groundUnderRay(frame, { ray: lookAt(off), pixelM })!;
    expect(Math.hypot(found[0] - point[0], found[1] - point[1], found[2] - point[2])).toBeLessThan(1e-3);
  });

  it("between the points is the surface", () => {
    const off = transformPoint(worldFromEgo, [5.25, 4.25, 0]);
    const found = groundUnderRay(frame, { ray: lookAt(off), pixelM })!;
    expect(Math.hypot(found[0] - off[0], found[1] - off[1])).toBeLessThan(0.08);
    expect(Math.abs(found[2] - off[2])).toBeLessThan(0.03);
  });

  it("goes through a car to the road behind it, never to its roof", () => {
    const roof: Vec3 = [box.center[0], box.center[1], box.center[2] + 0.8];
    const found = groundUnderRay(frame, { ray: lookAt(roof), pixelM })!;
    expect(Math.abs(found[2] - groundOf(frame).heightAt(found[0], found[1]))).toBeLessThan(0.25);
    expect(found[2]).toBeLessThan(box.center[2]);
  });

  it("is nothing in the sky, and nothing from below", () => {
    expect(groundUnderRay(frame, { ray: { origin: eye, direction: [0, 0, 1] }, pixelM })).toBeUndefined();
    const below = transformPoint(worldFromEgo, [15, 15, -5]);
    expect(groundUnderRay(frame, { ray: { origin: below, direction: [0, 0, -1] }, pixelM })).toBeUndefined();
  });
});

describe("one click, and standing on the ground (rule 5)", () => {
  it("a click makes the class's usual size on the ground, with the heading asked for", () =>
    fc.assert(
      fc.property(
        between(-20, 20),
        between(-20, 20),
        between(-3, 3),
        fc.constantFrom("car", "bus", "pedestrian"),
        (x, y, yaw, id) => {
          const point = transformPoint(worldFromEgo, [x, y, 1.3]);
          const made = cuboidFromClick(emptyRoad, point, classOf(id), { headingYawRad: yaw });
          expect(made.size).toEqual(classOf(id).usualSize);
          expect(Math.abs(wrapAngle(cuboidYaw(made) - yaw))).toBeLessThan(1e-9);
          expect(cuboidBottom(made)).toBeCloseTo(groundUnder(groundOf(emptyRoad), made), 9);
        },
      ),
    ));

  it("stands on the ground around it, whatever is filled in under it, and half way up a slope", () =>
    fc.assert(
      fc.property(between(-20, 20), between(-20, 20), between(-3, 3), between(0, 0.1), (x, y, yaw, slope) => {
        const box = standing(x, y, yaw);
        const toBox = invert(cuboidPose(box));
        const heightAt = (px: number, py: number): number => {
          const [u, v] = transformPoint(toBox, [px, py, 0]);
          return slope * u + (Math.abs(u) < box.size[0] / 2 && Math.abs(v) < box.size[1] / 2 ? 0.4 : 0);
        };
        expect(groundUnder({ heightAt, evidenceAt: () => "filled" }, box)).toBeCloseTo(0, 9);
      }),
    ));

  it("setOnGround only moves up or down, and twice is once", () =>
    fc.assert(
      fc.property(between(-20, 20), between(-20, 20), between(-5, 5), (x, y, lift) => {
        const box = standing(x, y, 1);
        const lifted = { ...box, center: [box.center[0], box.center[1], box.center[2] + lift] as const };
        const set = setOnGround(emptyRoad, lifted);
        expect(set.center.slice(0, 2)).toEqual(lifted.center.slice(0, 2));
        expect(set.size).toBe(lifted.size);
        expect(set.rotation).toBe(lifted.rotation);
        expect(cuboidBottom(set)).toBeCloseTo(cuboidBottom(box), 1);
        expect(setOnGround(emptyRoad, set).center[2]).toBeCloseTo(set.center[2], 9);
      }),
    ));
});
const emptyRoad = frameOf(roadAround());

describe("a drawn rectangle (rule 6)", () => {
  it("becomes the car in it, drawn loosely, wherever it stands and turns", () =>
    fc.assert(
      fc.property(
        fc.record({ x: between(7, 20), y: between(-12, 12), yaw: between(-3.1, 3.1) }),
        fc.tuple(between(-0.25, 0.25), between(-0.25, 0.25), between(-0.25, 0.25), between(-0.15, 0.15)),
        ({ x, y, yaw }, [dx, dy, grow, turn]) => {
          const truth = standing(x, y, yaw, [4.3, 1.8, 1.5]);
          const frame = frameOf([...roadAround([truth]), ...shell(truth)]);
          const drawn = {
            center: [truth.center[0] + dx, truth.center[1] + dy] as const,
            lengthM: 4.3 + grow,
            widthM: 1.8 + grow,
            yawRad: yaw + turn,
          };
          const made = cuboidFromFootprint(frame, drawn, car);
          expect(overlap(truth, made).iou3d).toBeGreaterThan(0.7);
          // The sense of the heading is that of the drawing.
          expect(Math.abs(wrapAngle(cuboidYaw(made) - yaw))).toBeLessThan(0.35);
          expect(cuboidBottom(made)).toBeCloseTo(groundUnder(groundOf(frame), made), 9);
        },
      ),
      { numRuns: 40 },
    ));

  it("without points is the class's usual size along its long side", () => {
    const truth = standing(10, 5, 0.7);
    const drawn = { ...footprintOf(truth), lengthM: 2, widthM: 5 };
    const made = cuboidFromFootprint(emptyRoad, drawn, car);
    expect(made.size).toEqual(car.usualSize);
    expect(Math.abs(wrapAngle(cuboidYaw(made) - 0.7 - Math.PI / 2))).toBeLessThan(1e-9);
    const barrier = cuboidFromFootprint(emptyRoad, { ...drawn, lengthM: 0.5, widthM: 2 }, classOf("barrier"));
    expect(Math.abs(wrapAngle(cuboidYaw(barrier) - 0.7))).toBeLessThan(1e-9);
  });

  it("of a rear seen from behind grows away from the sensor to the drawn length", () => {
    // Heading away from ego along ego's x: only the rear is seen.
    const truth = standing(15, 0, 2.1, [4.3, 1.8, 1.5]);
    const rear = shell(truth).filter((point) => {
      const [x] = transformPoint(invert({ translation: truth.center, rotation: truth.rotation }), point);
      return x < -2.1;
    });
    const frame = frameOf([...roadAround([truth]), ...rear]);
    const made = cuboidFromFootprint(frame, footprintOf(truth), car);
    expect(overlap(truth, made).iou3d).toBeGreaterThan(0.8);
  });

  it("does not take in a tree that hangs over the car, nor a wall 1 m beside it", () => {
    const truth = standing(12, 4, 2.1, [4.3, 1.8, 1.5]);
    const [cx, cy, cz] = truth.center;
    const crown = Array.from({ length: 200 }, (_, i): Vec3 => [
      cx + (i % 20) * 0.1 - 1,
      cy + Math.floor(i / 20) * 0.1 - 0.5,
      cz + 1.6 + (i % 7) * 0.1,
    ]);
    const wall = Array.from({ length: 300 }, (_, i): Vec3 => {
      const along = (i % 60) * 0.1 - 3;
      return transformPoint(worldFromEgo, [12 + along, 4 + 2, 0.3 + Math.floor(i / 60) * 0.3]);
    });
    const frame = frameOf([...roadAround([truth]), ...shell(truth), ...crown, ...wall]);
    const made = cuboidFromFootprint(frame, footprintOf(truth), car);
    expect(overlap(truth, made).iou3d).toBeGreaterThan(0.75);
    expect(made.size[2]).toBeLessThan(1.8);
  });
});

describe("refitting (rule 7)", () => {
  const truth = standing(10, 4, -0.5, [4.3, 1.8, 1.5]);
  const frame = frameOf([...roadAround([truth]), ...shell(truth)]);
  const rough: Cuboid<"world"> = {
    ...truth,
    center: [truth.center[0] + 0.3, truth.center[1] - 0.25, truth.center[2] + 0.4],
    rotation: fromYaw(-0.5 + 0.12),
  };

  it("comes nearer to the car and stays when done again", () => {
    const fit = fitCuboid(frame, rough, car);
    expect(overlap(truth, fit).iou3d).toBeGreaterThan(Math.max(0.8, overlap(truth, rough).iou3d));
    expect(overlap(fit, fitCuboid(frame, fit, car)).iou3d).toBeGreaterThan(0.95);
  });

  it("keeps a rigid track's size to the last bit when asked to", () => {
    const kept = fitCuboid(frame, rough, car, { size: "keep" });
    expect(kept.size).toEqual(rough.size);
    expect(overlap(truth, kept).iou3d).toBeGreaterThan(0.8);
  });

  it("returns the same cuboid where there is nothing to fit to", () => {
    const alone = standing(-15, -10, 0);
    expect(fitCuboid(frame, alone, car)).toBe(alone);
    expect(fitCuboid({ ...frame, sweeps: [] }, truth, car)).toBe(truth);
  });

  it("turns no more than 15°", () => {
    const crossed = { ...truth, rotation: fromYaw(-0.5 + 0.8) };
    expect(Math.abs(wrapAngle(cuboidYaw(fitCuboid(frame, crossed, car)) - 0.3))).toBeLessThanOrEqual(
      Math.PI / 12 + 1e-9,
    );
  });
});

it("identity spaces are nothing special", () => {
  const plain = { ...emptyRoad, worldFromEgo: identityPose as Pose<"world", "ego"> };
  expect(Number.isFinite(groundOf(plain).heightAt(0, 0))).toBe(true);
});
