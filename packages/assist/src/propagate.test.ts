import {
  angleBetween,
  compose,
  cuboidYaw,
  fromYaw,
  invert,
  overlap,
  timestampNs,
  transformCuboid,
  transformPoint,
  wrapAngle,
  type Cuboid,
  type Pose,
  type Vec3,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lowConfidence, propagate, type Anchor } from "./index.ts";

fc.configureGlobal({ seed: 1, endOnFailure: true });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A car's way: from a place in ego's street, with a speed and a turn. */
interface Way {
  readonly x: number;
  readonly y: number;
  readonly yawRad: number;
  readonly speedMps: number;
  readonly turnRadps: number;
}
const size = [4.4, 1.8, 1.5] as const;
const step = 0.1;
const times = Array.from({ length: 16 }, (_, i) => timestampNs(BigInt(i) * 100_000_000n));

function placeAt({ x, y, yawRad, speedMps, turnRadps }: Way, index: number): Cuboid<"world"> {
  let [px, py] = [x, y];
  for (let t = 0; t < index * step - 1e-9; t += step / 10) {
    const yaw = yawRad + turnRadps * (t + step / 20);
    px += (Math.cos(yaw) * speedMps * step) / 10;
    py += (Math.sin(yaw) * speedMps * step) / 10;
  }
  return { center: [px, py, size[2] / 2], size, rotation: fromYaw(yawRad + turnRadps * index * step) };
}

const worldFromLidar: Pose<"world", "lidar"> = { translation: [0, 0, 1.8], rotation: fromYaw(0.3) };

/**
 * What a lidar at the origin sees of the car (noise that does not depend on anything), and the road around it.
 *
 * @param shown all of its points, none, or every n-th.
 */
function frameOf(way: Way, index: number, worldFromStreet: Pose<"world", "world">, shown = 1): Frame {
  const car = placeAt(way, index);
  const pose: Pose<"world", "box"> = { translation: car.center, rotation: car.rotation };
  const eye = transformPoint(invert(pose), worldFromLidar.translation);
  const [l, w, h] = size.map((side) => side / 2);
  const points: Vec3[] = [];
  if (shown > 0)
    for (let z = -h + 0.35; z <= h; z += 0.2) {
      for (let y = -w; y <= w; y += 0.1) if (Math.abs(eye[0]) > l) points.push([Math.sign(eye[0]) * l, y, z]);
      for (let x = -l; x <= l; x += 0.1) if (Math.abs(eye[1]) > w) points.push([x, Math.sign(eye[1]) * w, z]);
    }
  const inStreet = points.filter((_, i) => i % shown === 0).map((point) => transformPoint(pose, point));
  for (let x = -8; x <= 8; x += 0.5) for (let y = -8; y <= 8; y += 0.5) inStreet.push([way.x + x, way.y + y, 0]);
  const noise = lcg(index + 1);
  const lidarFromWorld = invert(worldFromLidar);
  const inLidar = inStreet.map((point) =>
    transformPoint(lidarFromWorld, [point[0] + noise(0.02), point[1] + noise(0.02), point[2] + noise(0.01)]),
  );
  return {
    index,
    at: times[index],
    worldFromEgo: compose(worldFromStreet, worldFromLidar) as unknown as Pose<"world", "ego">,
    sweeps: [
      {
        topic: "/lidar",
        at: times[index],
        frameId: "lidar",
        count: inLidar.length,
        positions: Float32Array.from(inLidar.flat()),
        dropped: 0,
        egoFromLidar: { translation: [0, 0, 0], rotation: [0, 0, 0, 1] },
      },
    ],
    images: [],
    labels: [],
    problems: [],
  };
}
const still: Pose<"world", "world"> = { translation: [0, 0, 0], rotation: [0, 0, 0, 1] };
const request = (anchors: readonly Anchor[]) => ({ anchors, times, from: 0, to: times.length - 1 });
const run = (way: Way, anchors: readonly number[], world = still) =>
  propagate(
    request(anchors.map((index) => ({ index, cuboid: transformCuboid(world, placeAt(way, index)) }))),
    async (index) => frameOf(way, index, world),
  );
const ways = fc.record({
  x: between(10, 16),
  y: between(5, 10),
  yawRad: between(-3.1, 3.1),
  speedMps: between(3, 10),
  turnRadps: between(-0.25, 0.25),
});

describe("propagation (rules 9–15)", () => {
  it("follows a car from one keyframe, keeps its size to the last bit, and goes the short way of yaw", () =>
    fc.assert(
      fc.asyncProperty(ways, fc.integer({ min: 0, max: 15 }), async (way, anchor) => {
        const { poses, parked } = await run(way, [anchor]);
        expect(parked).toBe(false);
        expect(poses.length).toBeGreaterThan(12);
        for (const { index, cuboid, confidence } of poses) {
          expect(cuboid.size).toBe(placeAt(way, 0).size);
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
          expect(overlap(cuboid, placeAt(way, index)).iou3d).toBeGreaterThan(0.6);
          const next = poses.find((pose) => pose.index === index + 1);
          if (next) expect(angleBetween(cuboid.rotation, next.cuboid.rotation)).toBeLessThan(0.15);
        }
      }),
      { numRuns: 8 },
    ));

  it("hits every keyframe exactly, also one that contradicts the points", async () => {
    const way: Way = { x: 12, y: 3, yawRad: 3, speedMps: 6, turnRadps: 0.2 };
    const wrong = { ...placeAt(way, 9), center: [11, 4, 0.9] as const };
    const anchors = [
      { index: 2, cuboid: placeAt(way, 2) },
      { index: 9, cuboid: wrong },
    ];
    const { poses } = await propagate(request(anchors), async (index) => frameOf(way, index, still));
    for (const { index, cuboid } of anchors) expect(poses.find((pose) => pose.index === index)?.cuboid).toBe(cuboid);
  });

  it("is the same in every world: moved, turned about the vertical", () =>
    fc.assert(
      fc.asyncProperty(ways, between(-3, 3), async (way, yaw) => {
        const world: Pose<"world", "world"> = { translation: [3000, -2000, 40], rotation: fromYaw(yaw) };
        const [here, there] = [await run(way, [4]), await run(way, [4], world)];
        expect(there.poses.map(({ index }) => index)).toEqual(here.poses.map(({ index }) => index));
        here.poses.forEach(({ cuboid }, i) => {
          const expected = transformCuboid(world, cuboid);
          expect(Math.hypot(...expected.center.map((each, k) => each - there.poses[i].cuboid.center[k]))).toBeLessThan(
            0.02,
          );
          expect(Math.abs(wrapAngle(cuboidYaw(expected) - cuboidYaw(there.poses[i].cuboid)))).toBeLessThan(0.01);
        });
      }),
      { numRuns: 4 },
    ));

  it("holds one pose of what stands still, to the last bit", async () => {
    const way: Way = { x: 12, y: 4, yawRad: 0.4, speedMps: 0, turnRadps: 0 };
    const { poses, parked } = await run(way, [7]);
    expect(parked).toBe(true);
    expect(poses).toHaveLength(16);
    for (const { cuboid } of poses) expect(cuboid.center).toEqual(placeAt(way, 0).center);
  });

  it("stops where the points run out, with doubt about what it could not see between two keyframes", async () => {
    const way: Way = { x: 12, y: 3, yawRad: 1.5, speedMps: 5, turnRadps: 0 };
    const unseen = (from: number) => async (index: number) => frameOf(way, index, still, index >= from ? 0 : 1);
    const late = Array.from({ length: 40 }, (_, i) => timestampNs(BigInt(i) * 100_000_000n));
    const lost = await propagate(
      { anchors: [{ index: 0, cuboid: placeAt(way, 0) }], times: late, from: 0, to: 39 },
      async (index) => unseen(6)(Math.min(index, 15)),
    );
    expect(lost.stops.forward).toBe("points-ran-out");
    expect(lost.poses.at(-1)?.index).toBe(5);
    const anchors = [0, 15].map((index) => ({ index, cuboid: placeAt(way, index) }));
    const bridged = await propagate(request(anchors), async (index) =>
      frameOf(way, index, still, index > 5 && index < 12 ? 0 : 1),
    );
    expect(bridged.poses).toHaveLength(16);
    for (const { index, confidence, cuboid } of bridged.poses.slice(6, 12)) {
      expect(confidence).toBeLessThan(lowConfidence);
      expect(overlap(cuboid, placeAt(way, index)).iou3d).toBeGreaterThan(0.6);
    }
  });

  it("goes on for 1 s, in doubt, where so few points were there before that none now says nothing", async () => {
    const way: Way = { x: 14, y: 3, yawRad: 0, speedMps: 0, turnRadps: 0 };
    const { poses, stops } = await propagate(request([{ index: 0, cuboid: placeAt(way, 0) }]), async (index) =>
      frameOf(way, index, still, index === 0 ? 60 : 0),
    );
    expect(stops.forward).toBe("points-ran-out");
    expect(poses.map(({ index }) => index)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    for (const { cuboid, confidence } of poses.slice(1)) {
      expect(overlap(cuboid, placeAt(way, 0)).iou3d).toBeGreaterThan(0.9);
      expect(confidence).toBeLessThan(lowConfidence);
    }
  });

  it("is not led away from what stands, and is faint, by what passes close by", async () => {
    const way: Way = { x: 12, y: 5, yawRad: 0, speedMps: 0, turnRadps: 0 };
    const passing: Way = { x: 12, y: 3, yawRad: 0, speedMps: 1.5, turnRadps: 0 };
    const { poses } = await propagate(request([{ index: 0, cuboid: placeAt(way, 0) }]), async (index) => {
      const frame = frameOf(way, index, still, index === 0 ? 12 : 40);
      const [sweep] = frame.sweeps;
      const positions = [...sweep.positions, ...frameOf(passing, index, still, 2).sweeps[0].positions];
      return { ...frame, sweeps: [{ ...sweep, positions: Float32Array.from(positions), count: positions.length / 3 }] };
    });
    for (const { cuboid } of poses) expect(overlap(cuboid, placeAt(way, 0)).iou3d).toBeGreaterThan(0.8);
  });

  it("follows what stands where the ego pose drifts, and does not turn it", async () => {
    // Seen sliding aside, as nothing that drives does.
    const way: Way = { x: 12, y: 5, yawRad: 0.4, speedMps: 0, turnRadps: 0 };
    const slid = (index: number): Pose<"world", "world"> => ({
      translation: [0.03 * index, 0.03 * index, 0],
      rotation: [0, 0, 0, 1],
    });
    const { poses, parked } = await propagate(request([{ index: 0, cuboid: placeAt(way, 0) }]), async (index) =>
      frameOf(way, index, slid(index)),
    );
    expect(parked).toBe(false);
    expect(poses).toHaveLength(16);
    for (const { index, cuboid } of poses) {
      expect(overlap(cuboid, transformCuboid(slid(index), placeAt(way, 0))).iou3d).toBeGreaterThan(0.85);
      expect(Math.abs(wrapAngle(cuboidYaw(cuboid) - way.yawRad))).toBeLessThan(0.02);
    }
  });

  it("between two keyframes believes the direction that saw more: a faint beginning does no harm", () =>
    fc.assert(
      fc.asyncProperty(ways, async (way) => {
        const anchors = [0, 15].map((index) => ({ index, cuboid: placeAt(way, index) }));
        const { poses } = await propagate(request(anchors), async (index) =>
          frameOf(way, index, still, index < 2 ? 50 : 1),
        );
        for (const { index, cuboid } of poses) expect(overlap(cuboid, placeAt(way, index)).iou3d).toBeGreaterThan(0.75);
      }),
      { numRuns: 6 },
    ));

  it("stops at another track, and where a frame cannot be read", async () => {
    const way: Way = { x: 12, y: -4, yawRad: 0, speedMps: 6, turnRadps: 0 };
    const anchors = [{ index: 0, cuboid: placeAt(way, 0) }];
    const other = placeAt(way, 10);
    const met = await propagate({ ...request(anchors), others: () => [other] }, async (index) =>
      frameOf(way, index, still),
    );
    expect(met.stops.forward).toBe("tracks-meet");
    expect(met.poses.at(-1)!.index).toBeLessThan(10);
    const cut = await propagate(request(anchors), async (index) =>
      index === 7 ? undefined : frameOf(way, index, still),
    );
    expect(cut.stops).toEqual({ forward: "frame-unreadable", backward: "log-ends" });
    expect(cut.poses.at(-1)!.index).toBe(6);
  });

  it("rejects when cancelled, at every frame", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 14 }), async (after) => {
        const way: Way = { x: 12, y: 3, yawRad: 0, speedMps: 5, turnRadps: 0 };
        const controller = new AbortController();
        const going = propagate(
          request([{ index: 0, cuboid: placeAt(way, 0) }]),
          async (index) => frameOf(way, index, still),
          {
            signal: controller.signal,
            onProgress: (done) => (done > after ? controller.abort(new Error("enough")) : undefined),
          },
        );
        await expect(going).rejects.toThrow("enough");
      }),
      { numRuns: 4 },
    ));
});

/** Numerical Recipes' generator: in (−limit, limit), the same each time. */
function lcg(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (2 * (state / 2 ** 32) - 1) * limit;
  };
}
