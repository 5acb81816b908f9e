import {
  fromYawPitchRoll,
  overlap,
  timestampNs,
  transformPoint,
  vec,
  type Cuboid,
  type Point,
  type Pose,
  type Vec3,
} from "@sweepmark/geometry";
import type { AccumulatedCloud, Frame } from "@sweepmark/log";
import { CloudBuilder } from "@sweepmark/pointcloud";
import { defaultOntology } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { fitCuboid, frameNear, groundOfCloud, groundUnderCloud, groundUnderRay } from "./index.ts";

const worldFromEgo: Pose<"world", "ego"> = {
  translation: [672_100, 5_405_600, 310],
  rotation: fromYawPitchRoll({ yawRad: 0.4, pitchRad: 0.01, rollRad: 0 }),
};
const frame: Frame = { index: 0, at: timestampNs(0n), worldFromEgo, sweeps: [], images: [], labels: [], problems: [] };
const origin: Point<"world"> = [672_100, 5_405_600, 310];
const still: Pose<never, never> = { translation: [0, 0, 0], rotation: [0, 0, 0, 1] };

/** Flat to x = 60 m in ego, then rising by 5 %. */
const heightAt = (x: number): number => 0.05 * Math.max(0, x - 60);
const inWorld = (x: number, y: number, z: number): Vec3 => transformPoint(worldFromEgo, [x, y, z]);

function cloudOf(pointsInWorld: readonly Vec3[]): AccumulatedCloud {
  const builder = new CloudBuilder<"scene">({ voxelM: 0.05, maxPoints: 1e6 });
  const positions = Float32Array.from(pointsInWorld.flatMap((point) => vec.subtract(point, origin)));
  builder.add({ count: positions.length / 3, positions, spaceFromEgo: still, egoFromLidar: still, source: 0 });
  const { sources, intensity: _, ...built } = builder.build();
  return { ...built, origin, sweepIndex: sources, sweeps: [], firstFrame: 0, lastFrame: 0, excluded: 0, skipped: [] };
}

const road: Vec3[] = [];
for (let x = -20; x <= 110; x += 0.4) for (let y = -12; y <= 12; y += 0.4) road.push(inWorld(x, y, heightAt(x)));

describe("on an accumulated cloud (rule 8)", () => {
  const cloud = cloudOf(road);
  const eye = inWorld(70, -30, 25);
  const pointer = (to: Vec3) => ({
    ray: { origin: eye, direction: vec.normalize(vec.subtract(to, eye)) ?? [0, 0, -1] },
    pixelM: (distanceM: number) => distanceM / 1000,
  });

  it("the ground is that of all its sweeps, made once, and anew where ego has gone on", () => {
    const ground = groundOfCloud(cloud, frame);
    for (const x of [0, 50, 80, 105]) {
      const [px, py, pz] = inWorld(x, 3, heightAt(x));
      expect(Math.abs(ground.heightAt(px, py) - pz)).toBeLessThan(0.08);
    }
    expect(groundOfCloud(cloud, frame)).toBe(ground);
    const ahead = { ...frame, worldFromEgo: { ...worldFromEgo, translation: inWorld(60, 0, 0) } };
    expect(groundOfCloud(cloud, ahead)).not.toBe(ground);
  });

  it("the pointer goes to a point of its ground, where one sweep knows nothing", () => {
    const target = inWorld(90, 2, heightAt(90));
    const found = groundUnderCloud(cloud, frame, pointer(target));
    expect(found && vec.distance(found, target)).toBeLessThan(0.6);
    expect(road.some((point) => found && vec.distance(point, found) < 1e-3)).toBe(true);
    const byPlane = groundUnderRay(frame, pointer(target));
    expect(byPlane === undefined || vec.distance(byPlane, target) > 1).toBe(true);
    expect(groundUnderCloud(cloud, frame, pointer(vec.add(eye, [0, 0, 5])))).toBeUndefined();
  });

  it("what stands still is fitted to all sides that were seen", () => {
    const car = defaultOntology.objects.find(({ id }) => id === "car");
    const truth: Cuboid<"world"> = {
      center: inWorld(15, 4, 0.8),
      size: [4.4, 1.9, 1.6],
      rotation: worldFromEgo.rotation,
    };
    const shell: Vec3[] = [];
    for (let z = 0.3; z <= 0.78; z += 0.1)
      for (let s = -1; s <= 1; s += 0.05)
        for (const [x, y] of [
          [2.2 * s, 0.95],
          [2.2 * s, -0.95],
          [2.2, 0.95 * s],
          [-2.2, 0.95 * s],
        ])
          for (const side of [z, -z + 0.3])
            shell.push(transformPoint({ translation: truth.center, rotation: truth.rotation }, [x, y, side]));
    const whole = cloudOf([...road, ...shell]);
    const rough = { ...truth, center: vec.add(truth.center, [0.2, -0.15, 0.1]), size: [4, 1.7, 1.5] as const };
    const fitted = car && fitCuboid(frameNear(whole, frame, rough.center), rough, car);
    expect(fitted && overlap(fitted, truth).iou3d).toBeGreaterThan(0.85);
  });
});
