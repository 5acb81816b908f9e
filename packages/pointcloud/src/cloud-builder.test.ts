import { normalizeQuaternion, transformPoint, type Pose, type Quaternion, type Vec3 } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rangesNear, rangesNearRay } from "./blocks.ts";
import { CloudBuilder, type BuiltCloud, type CloudOptions, type CloudPart } from "./cloud-builder.ts";
import { nearestToRay } from "./nearest.ts";

fc.configureGlobal({ seed: 7 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const rotation = fc
  .tuple(number(1), number(1), number(1), number(1))
  .map((q) => normalizeQuaternion(q))
  .filter((q): q is Quaternion => q !== undefined);
const pose = <A extends "scene" | "ego", B extends "ego" | "lidar">(reach: number): fc.Arbitrary<Pose<A, B>> =>
  fc.record({ translation: fc.tuple(number(reach), number(reach), number(reach)), rotation }) as fc.Arbitrary<
    Pose<A, B>
  >;
const part = fc
  .record({
    points: fc.array(fc.tuple(number(8), number(8), number(3), fc.integer({ min: 0, max: 255 })), {
      maxLength: 120,
      size: "max",
    }),
    spaceFromEgo: pose<"scene", "ego">(6),
    egoFromLidar: pose<"ego", "lidar">(2),
    source: fc.integer({ min: 0, max: 65535 }),
  })
  .map(({ points, ...rest }): CloudPart<"scene"> => ({
    ...rest,
    count: points.length,
    positions: Float32Array.from(points.flatMap(([x, y, z]) => [x, y, z])),
    intensity: Float32Array.from(points.map((point) => point[3])),
  }));
const parts = fc.array(part, { maxLength: 5, size: "max" });
const still: Pose<never, never> = { translation: [0, 0, 0], rotation: [0, 0, 0, 1] };

function built(of: readonly CloudPart<"scene">[], options: CloudOptions): BuiltCloud {
  const builder = new CloudBuilder<"scene">(options);
  for (const each of of) builder.add(each);
  return builder.build();
}

const rows = ({ count, positions, intensity, heightsCm, sources }: BuiltCloud): string[] =>
  Array.from({ length: count }, (_, i) =>
    [...positions.subarray(3 * i, 3 * i + 3), intensity?.[i], heightsCm[i], sources[i]].join(" "),
  ).toSorted();

const voxelsOf = ({ positions, voxelM }: BuiltCloud): Set<string> => {
  const keys = new Set<string>();
  for (let i = 0; i < positions.length; i += 3)
    keys.add([...positions.subarray(i, i + 3)].map((value) => Math.floor(value * (1 / voxelM))).join(" "));
  return keys;
};

describe("a cloud of several sweeps (rules 7 and 8)", () => {
  it("without voxels holds every point, in space, with its height over ego and its sweep", () =>
    fc.assert(
      fc.property(part, (given) => {
        // The intensity says which point it is: the cloud has an order of its own.
        const one = { ...given, intensity: Float32Array.from({ length: given.count }, (_, i) => i) };
        const cloud = built([one], { voxelM: 0, maxPoints: 1e6 });
        expect([cloud.count, cloud.voxelM, new Set(cloud.intensity).size]).toEqual([one.count, 0, one.count]);
        const wrong = Array.from({ length: cloud.count }, (_, i) => i).filter((i) => {
          const k = 3 * (cloud.intensity?.[i] ?? 0);
          const inEgo = transformPoint(one.egoFromLidar, [...one.positions.subarray(k, k + 3)] as unknown as Vec3);
          const inSpace = transformPoint(one.spaceFromEgo, inEgo);
          const offM = Math.max(...inSpace.map((value, axis) => Math.abs(value - cloud.positions[3 * i + axis])));
          return offM > 1e-4 || Math.abs(100 * inEgo[2] - cloud.heightsCm[i]) > 0.51 || cloud.sources[i] !== one.source;
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 40 },
    ));

  it("has one point in a voxel, for every voxel that was hit, the one seen from nearest", () =>
    fc.assert(
      fc.property(parts, fc.double({ min: 0.05, max: 4, noNaN: true }), (all, voxelM) => {
        const cloud = built(all, { voxelM, maxPoints: 1e6 });
        const everything = { ...built(all, { voxelM: 0, maxPoints: 1e6 }), voxelM };
        expect(cloud.voxelM).toBe(voxelM);
        expect(voxelsOf(cloud).size).toBe(cloud.count);
        expect(voxelsOf(cloud)).toEqual(voxelsOf(everything));
        const given = new Set(rows(everything));
        expect(rows(cloud).filter((row) => !given.has(row))).toEqual([]);
      }),
      { numRuns: 60 },
    ));

  it("keeps of two points in a voxel the one nearer to its lidar", () => {
    const at = (x: number, lidarX: number, source: number): CloudPart<"scene"> => ({
      count: 1,
      positions: Float32Array.of(x - lidarX, 0.5, 0.5),
      spaceFromEgo: { translation: [lidarX, 0, 0], rotation: [0, 0, 0, 1] },
      egoFromLidar: still,
      source,
    });
    for (const order of [
      [at(10.2, 0, 1), at(10.8, 8, 2)],
      [at(10.8, 8, 2), at(10.2, 0, 1)],
    ])
      expect([...built(order, { voxelM: 1, maxPoints: 100 }).sources]).toEqual([2]);
  });

  it("is the same whatever the order, also where the budget makes voxels grow; never over the budget", () => {
    let grown = 0;
    fc.assert(
      fc.property(
        parts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        fc.constantFrom(0, 0.03, 0.1, 0.7),
        fc.integer({ min: 8, max: 150 }),
        ([all, shuffled], voxelM, maxPoints) => {
          const [one, other] = [built(all, { voxelM, maxPoints }), built(shuffled, { voxelM, maxPoints })];
          expect(rows(other)).toEqual(rows(one));
          expect(other.voxelM).toBe(one.voxelM);
          expect(one.count).toBeLessThanOrEqual(maxPoints);
          if (one.voxelM === voxelM) return;
          grown++;
          // No smaller voxels would have done.
          const smaller = one.voxelM === 0.01 ? 0 : one.voxelM / 2;
          expect(built(all, { voxelM: smaller, maxPoints: 1e6 }).count).toBeGreaterThan(maxPoints);
        },
      ),
      { numRuns: 80 },
    );
    expect(grown).toBeGreaterThan(10);
  });

  it("thinned again by the same voxels is itself", () =>
    fc.assert(
      fc.property(parts, fc.constantFrom(0.1, 0.5, 2), (all, voxelM) => {
        const once = built(all, { voxelM, maxPoints: 1e6 });
        const again = built(
          [{ ...once, intensity: once.intensity ?? undefined, spaceFromEgo: still, egoFromLidar: still, source: 0 }],
          { voxelM, maxPoints: 1e6 },
        );
        const points = ({ positions }: BuiltCloud): string[] =>
          Array.from({ length: positions.length / 3 }, (_, i) => positions.subarray(3 * i, 3 * i + 3).join(" "));
        expect(points(again).toSorted()).toEqual(points(once).toSorted());
      }),
      { numRuns: 40 },
    ));

  it("leaves out what is marked and what is far, and counts both", () => {
    const builder = new CloudBuilder<"scene">({ voxelM: 0, maxPoints: 100 });
    const counts = builder.add({
      count: 4,
      positions: Float32Array.of(1, 0, 0, 2, 0, 0, 30, 0, 0, 40, 0, 0),
      leftOut: Uint8Array.of(0, 1, 0, 1),
      rangeM: 20,
      spaceFromEgo: still,
      egoFromLidar: still,
      source: 3,
    });
    expect(counts).toEqual({ added: 1, leftOut: 2, tooFar: 1 });
    const { positions, intensity } = builder.build();
    expect([...positions]).toEqual([1, 0, 0]);
    expect(intensity).toBeUndefined();
  });

  it("grows past its first room", () => {
    const count = 200_000;
    const positions = Float32Array.from({ length: 3 * count }, (_, i) =>
      i % 3 === 0 ? ((i / 3) % 500) + 0.5 : i % 3 === 1 ? Math.floor(i / 1500) + 0.5 : 0.5,
    );
    const row = { count, positions, spaceFromEgo: still, egoFromLidar: still, source: 0 };
    expect(built([row, row], { voxelM: 1, maxPoints: 1e6 }).count).toBe(count);
    const half = built([row, row], { voxelM: 1, maxPoints: 100_000 });
    expect([half.voxelM, half.count]).toEqual([2, count / 4]);
  });
});

describe("blocks", () => {
  it("cover all points, each in the bounds of its own", () =>
    fc.assert(
      fc.property(parts, number(200), number(200), (all, x, y) => {
        const { positions, count, blocks } = built(
          all.map((each, i) => ({ ...each, spaceFromEgo: { ...each.spaceFromEgo, translation: [x * i, y * i, 0] } })),
          { voxelM: 0, maxPoints: 1e6 },
        );
        expect(blocks.starts[blocks.starts.length - 1]).toBe(count);
        const outside: number[] = [];
        for (let block = 0; block + 1 < blocks.starts.length; block++) {
          const b = blocks.bounds.subarray(6 * block, 6 * block + 6);
          for (let i = 3 * blocks.starts[block]; i < 3 * blocks.starts[block + 1]; i++)
            if (!(positions[i] >= b[i % 3] && positions[i] <= b[(i % 3) + 3])) outside.push(i);
        }
        expect(outside).toEqual([]);
      }),
      { numRuns: 30 },
    ));

  it("near a ray hold the point that all points would give", () => {
    let hits = 0;
    fc.assert(
      fc.property(parts, fc.tuple(number(20), number(20), number(10)), rotation, (all, origin, turn) => {
        const { positions, blocks } = built(all, { voxelM: 0, maxPoints: 1e6 });
        const direction = transformPoint({ translation: [0, 0, 0], rotation: turn }, [1, 0, 0]);
        const pixelM = (distanceM: number): number => 0.02 + distanceM / 100;
        const whole = nearestToRay(positions, { origin, direction }, pixelM, 8);
        const ranges = rangesNearRay(blocks, { origin, direction }, pixelM, 8);
        expect(nearestToRay(positions, { origin, direction }, pixelM, 8, undefined, ranges)).toEqual(whole);
        if (whole) hits++;
      }),
    );
    expect(hits).toBeGreaterThan(5);
  });

  it("near a place hold every point within the range", () => {
    const positions = Float32Array.from({ length: 300 }, (_, i) => (i % 3 === 2 ? 0 : ((i * 7) % 100) - 50));
    const { positions: sorted, blocks } = built(
      [{ count: 100, positions, spaceFromEgo: still, egoFromLidar: still, source: 0 }],
      { voxelM: 0, maxPoints: 1000 },
    );
    const ranges = rangesNear(blocks, 10, -10, 25);
    for (let i = 0; i < 100; i++)
      if (Math.hypot(sorted[3 * i] - 10, sorted[3 * i + 1] + 10) <= 25)
        expect(ranges.some(([start, end]) => i >= start && i < end)).toBe(true);
    expect(ranges.reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThan(100);
  });
});
