import {
  compose,
  cuboidYaw,
  fromYaw,
  overlap,
  transformCuboid,
  type Cuboid,
  type Pose,
  type Size,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { defaultOntology } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameWith } from "./fake-frame.ts";
import {
  groundOf,
  groundUnder,
  proposeCuboids,
  sharedFootprint,
  sureEnough,
  type ProposedCuboid,
  type ProposeOptions,
} from "./index.ts";

fc.configureGlobal({ seed: 1, numRuns: 6 });
const worldFromEgo: Pose<"world", "ego"> = { translation: [672_100, 5_405_600, 310], rotation: fromYaw(0.4) };
const carSize: Size = [4.4, 1.85, 1.55];
const box = (x: number, y: number, yawRad: number, size: Size): Cuboid<"ego"> => ({
  center: [x, y, size[2] / 2],
  size,
  rotation: fromYaw(yawRad),
});
const car = (x: number, y: number, yawRad: number): Cuboid<"ego"> => box(x, y, yawRad, carSize);
const inWorld = (cuboid: Cuboid<"ego">, pose = worldFromEgo): Cuboid<"world"> => transformCuboid(pose, cuboid);
const frameOf = (boxes: readonly Cuboid<"ego">[], pose = worldFromEgo): Frame =>
  frameWith(boxes as unknown as readonly Cuboid<"world">[], pose);

function proposed(frame: Frame, options: Partial<ProposeOptions> = {}): readonly ProposedCuboid[] {
  const steps = proposeCuboids(frame, { ontology: defaultOntology, labels: [], ...options });
  for (let before = 0; ;) {
    const step = steps.next();
    if (step.done) return step.value;
    expect(step.value).toBeGreaterThanOrEqual(before);
    expect(step.value).toBeLessThanOrEqual(1);
    before = step.value;
  }
}

/** One car in each of four quarters, any way round. */
const street = fc
  .array(fc.tuple(fc.double({ min: 8, max: 20, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((cars) =>
    cars.map(([rangeM, yawRad], k) => {
      const azimuth = 0.8 + (k * Math.PI) / 2;
      return car(rangeM * Math.cos(azimuth), rangeM * Math.sin(azimuth), yawRad);
    }),
  );

describe("cuboids for all objects of a frame (rules 24 to 27)", () => {
  it("are there for every car that stands in the open, once, on the ground, the surest first", () =>
    fc.assert(
      fc.property(street, (cars) => {
        const frame = frameOf(cars);
        const found = proposed(frame);
        expect(found).toHaveLength(cars.length);
        for (const each of cars) {
          const [best] = found.map(({ cuboid }) => overlap(cuboid, inWorld(each)).iou3d).toSorted((a, b) => b - a);
          expect(best).toBeGreaterThan(0.5);
        }
        expect(found.map(({ confidence }) => confidence)).toEqual(
          found.map(({ confidence }) => confidence).toSorted((a, b) => b - a),
        );
        for (const { classId, cuboid, confidence } of found) {
          expect(classId).toBe("car");
          expect(confidence).toBeGreaterThanOrEqual(sureEnough);
          expect(cuboid.center[2] - cuboid.size[2] / 2).toBeCloseTo(groundUnder(groundOf(frame), cuboid), 6);
        }
      }),
    ));

  it("are not there for walls, poles and heaps", () => {
    const things = [box(0, 12, 0, [30, 0.3, 3]), box(10, -6, 0, [0.15, 0.15, 5]), box(-9, -9, 0, [0.6, 0.6, 0.45])];
    expect(proposed(frameOf(things))).toEqual([]);
  });

  it("are not there for what is labeled, nor in its place", () =>
    fc.assert(
      fc.property(street, fc.nat({ max: 3 }), (cars, k) => {
        const labels = [inWorld(cars[k % cars.length])];
        const found = proposed(frameOf(cars), { labels, least: 0 });
        for (const { cuboid } of found) expect(sharedFootprint(cuboid, labels[0])).toBeLessThanOrEqual(0.25);
        expect(proposed(frameOf(cars), { labels })).toHaveLength(cars.length - 1);
      }),
    ));

  it("go with the world that is moved and turned, and are the same each time", () =>
    fc.assert(
      fc.property(street, fc.double({ min: -3, max: 3, noNaN: true }), (cars, turnRad) => {
        const move: Pose<"world", "world"> = { translation: [-672_000, 40, 7], rotation: fromYaw(turnRad) };
        const here = proposed(frameOf(cars));
        const there = proposed(frameOf(cars, compose(move, worldFromEgo)));
        expect(proposed(frameOf(cars))).toEqual(here);
        expect(there).toHaveLength(here.length);
        for (const { cuboid, confidence } of here) {
          const twin = there.find((each) => overlap(each.cuboid, transformCuboid(move, cuboid)).iou3d > 0.7);
          expect(twin).toBeDefined();
          expect(twin?.confidence).toBeCloseTo(confidence, 2);
          expect(Math.cos(cuboidYaw(twin!.cuboid) - cuboidYaw(cuboid) - turnRad)).toBeGreaterThan(0.95);
        }
      }),
    ));

  it("take the class of the ontology that is nearest in size, and none that it does not have", () => {
    const bus = box(16, 5, 0, [11.5, 2.8, 3.2]);
    expect(proposed(frameOf([bus]), { least: 0.05 }).map(({ classId }) => classId)).not.toContain("pedestrian");
    const cones = { ...defaultOntology, objects: defaultOntology.objects.filter(({ id }) => id === "cone") };
    expect(proposed(frameOf([car(12, 0, 0)]), { ontology: cones })).toEqual([]);
  });

  it("do without sweeps", () => {
    expect(proposed({ ...frameOf([]), sweeps: [] })).toEqual([]);
  });
});
