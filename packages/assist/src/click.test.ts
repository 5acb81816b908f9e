import {
  cuboidBottom,
  cuboidContains,
  cuboidYaw,
  fromYaw,
  overlap,
  timestampNs,
  transformPoint,
  wrapAngle,
  type Cuboid,
  type Point,
  type Pose,
  type Vec3,
} from "@sweepmark/geometry";
import { createDocument, createTrack } from "@sweepmark/document";
import { defaultOntology } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameWith, inEgo, lidarM, toWorld } from "./fake-frame.ts";
import { cuboidFromClick, groundOf, groundUnder, objectPointUnderRay, usualSizeIn } from "./index.ts";

fc.configureGlobal({ seed: 1, numRuns: 12 });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const car = defaultOntology.objects.find(({ id }) => id === "car")!;
const poseOf = (yawRad: number): Pose<"world", "ego"> => ({
  translation: [672_100, 5_405_600, 310],
  rotation: fromYaw(yawRad),
});
const offAxis = (a: number, b: number): number => Math.abs(Math.asin(Math.sin(a - b)));

describe("one click on an object (rules 17 and 18)", () => {
  const place = fc.record({
    rangeM: between(7, 22),
    azimuthRad: between(-3, 3),
    yawRad: between(-3, 3),
    egoYawRad: between(-3, 3),
    pick: between(0, 1),
  });
  const made = ({
    rangeM,
    azimuthRad,
    yawRad,
    egoYawRad,
    pick,
  }: typeof place extends fc.Arbitrary<infer T> ? T : never) => {
    const worldFromEgo = poseOf(egoYawRad);
    const box = inEgo(rangeM * Math.cos(azimuthRad), rangeM * Math.sin(azimuthRad), yawRad, car.usualSize);
    const frame = frameWith([box], worldFromEgo);
    const truth = toWorld(worldFromEgo, box, egoYawRad);
    const grown = { ...truth, size: truth.size.map((side) => side + 0.02) as unknown as Cuboid<"world">["size"] };
    const { positions } = frame.sweeps[0];
    const hits: Point<"world">[] = [];
    for (let i = 0; i < positions.length; i += 3) {
      const point = transformPoint(worldFromEgo, [positions[i], positions[i + 1], positions[i + 2] + lidarM]);
      if (cuboidContains(grown, point) && point[2] > 310.27) hits.push(point);
    }
    return { frame, truth, clicked: hits[Math.floor(pick * (hits.length - 1))] };
  };

  it("finds a car of the usual size from any point of it, the roof too, wherever it stands and however it is turned", () =>
    fc.assert(
      fc.property(place, (given) => {
        const { frame, truth, clicked } = made(given);
        const fit = cuboidFromClick(frame, clicked, car);
        expect(overlap(fit, truth).iou3d).toBeGreaterThan(0.6);
        expect(offAxis(cuboidYaw(fit), cuboidYaw(truth))).toBeLessThan(0.2);
        expect(cuboidBottom(fit)).toBeCloseTo(groundUnder(groundOf(frame), fit), 9);
        // The sense is ego's where nothing says more.
        expect(Math.cos(cuboidYaw(fit) - given.egoYawRad)).toBeGreaterThan(-1e-9);
      }),
    ));

  it("keeps a known size exactly, and a known heading within 5° and its sense", () =>
    fc.assert(
      fc.property(place, (given) => {
        const { frame, truth, clicked } = made(given);
        const yawRad = cuboidYaw(truth) + Math.PI;
        const fit = cuboidFromClick(frame, clicked, car, { headingYawRad: yawRad, size: [4.5, 1.9, 1.6] });
        expect(fit.size).toEqual([4.5, 1.9, 1.6]);
        expect(Math.abs(wrapAngle(cuboidYaw(fit) - yawRad))).toBeLessThan((5.01 * Math.PI) / 180);
        expect(overlap(fit, truth).iou3d).toBeGreaterThan(0.65);
      }),
    ));

  it("heads the way that is likelier where only a sense is given", () => {
    const frame = frameWith([inEgo(12, 3, 0.2, car.usualSize)], poseOf(0));
    const from = transformPoint(poseOf(0), [9.9, 2.5, 0.8]);
    for (const senseYawRad of [0.1, 3.2, -1.2]) {
      const yawRad = cuboidYaw(cuboidFromClick(frame, from, car, { senseYawRad }));
      expect(offAxis(yawRad, 0.2)).toBeLessThan(0.1);
      expect(Math.cos(yawRad - senseYawRad)).toBeGreaterThan(0);
    }
  });

  it("keeps cars apart that stand 1 m beside each other", () => {
    const worldFromEgo = poseOf(0.7);
    const row = [-2.9, 0, 2.9].map((y) => inEgo(12, y, 0, car.usualSize));
    const frame = frameWith(row, worldFromEgo);
    for (const box of row) {
      const truth = toWorld(worldFromEgo, box, 0.7);
      const rear = transformPoint(worldFromEgo, [12 - 2.25, box.center[1], 0.8]);
      expect(overlap(cuboidFromClick(frame, rear, car), truth).iou3d).toBeGreaterThan(0.7);
    }
  });

  it("gives the usual size at the place where nothing stands, also at the edge of what was seen", () => {
    const frame = frameWith([], poseOf(0));
    for (const x of [10, 59, 300]) {
      const fit = cuboidFromClick(frame, [672_100 + x, 5_405_600, 310], car, { usualSize: [4, 1.8, 1.5] });
      expect(fit.size).toEqual([4, 1.8, 1.5]);
      expect(fit.center[0]).toBeCloseTo(672_100 + x, 9);
    }
  });

  it("does not fail where no sweep has a place", () => {
    const frame = { ...frameWith([], poseOf(0)), sweeps: [] };
    expect(cuboidFromClick(frame, [672_100, 5_405_600, 310], car).size).toEqual(car.usualSize);
  });
});

describe("what a pointer means, and what is usual (rules 19 and 20)", () => {
  it("takes the point of the object before the wall behind it, and none where there is only road", () => {
    const worldFromEgo: Pose<"world", "ego"> = { translation: [0, 0, 0], rotation: fromYaw(0) };
    const frame = frameWith([inEgo(12, 0, 0, car.usualSize), inEgo(30, 0, 0, [1, 30, 4])], worldFromEgo);
    const towards = (to: Vec3) => {
      const direction: Vec3 = [to[0], to[1], to[2] - 3];
      const length = Math.hypot(...direction);
      return {
        ray: { origin: [0, 0, 3] as const, direction: direction.map((each) => each / length) as unknown as Vec3 },
        pixelM: (distanceM: number) => 0.001 * distanceM,
      };
    };
    expect(objectPointUnderRay(frame, towards([9.75, 0.3, 0.8]))?.[0]).toBeCloseTo(9.75, 1);
    expect(objectPointUnderRay(frame, towards([29.5, 8, 2]))?.[0]).toBeCloseTo(29.5, 1);
    expect(objectPointUnderRay(frame, towards([6, 8, 0]))).toBeUndefined();
  });

  it("is the class's usual size until more tracks say otherwise than that one counts for", () => {
    const document = createDocument(defaultOntology);
    expect(usualSizeIn(document, car)).toEqual(car.usualSize);
    const add = (length: number) =>
      document.apply(
        createTrack.plan(document, {
          classId: "car",
          at: timestampNs(0n),
          cuboid: inEgo(0, 0, 0, [length, 1.7, 1.5]),
        }),
      );
    add(3.6);
    expect(usualSizeIn(document, car)).toEqual(car.usualSize);
    add(3.7);
    add(3.8);
    expect(usualSizeIn(document, car)).toEqual([3.8, 1.7, 1.5]);
  });
});
