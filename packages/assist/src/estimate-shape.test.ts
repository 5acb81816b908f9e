import { cuboidYaw, fromYaw, overlap, timestampNs, wrapAngle, type Cuboid, type Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { defaultOntology } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameWith, inEgo, toWorld } from "./fake-frame.ts";
import { estimateShape, type RoughPose } from "./index.ts";

fc.configureGlobal({ seed: 1, numRuns: 5 });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const { usualSize } = defaultOntology.objects.find(({ id }) => id === "car")!;
const at = (index: number) => timestampNs(BigInt(index) * 300_000_000n);
const frameCount = 6;

interface Drive {
  readonly frames: readonly Frame[];
  readonly truth: readonly Cuboid<"world">[];
}

/** Ego drives along its x by 4 m a frame; the car stands, or goes the way it heads by `stepM`. */
function drive({
  size,
  yawRad,
  stepM,
  egoYawRad,
}: {
  size: Size;
  yawRad: number;
  stepM: number;
  egoYawRad: number;
}): Drive {
  const all = Array.from({ length: frameCount }, (_, i) => {
    const worldFromEgo = {
      translation: [400 + 4 * i * Math.cos(egoYawRad), -200 + 4 * i * Math.sin(egoYawRad), 30] as const,
      rotation: fromYaw(egoYawRad),
    };
    const box = inEgo(14 - 4 * i + stepM * i * Math.cos(yawRad), 6 + stepM * i * Math.sin(yawRad), yawRad, size);
    const frame = { ...frameWith([box], worldFromEgo), index: i, at: at(i) };
    return { frame, truth: toWorld(worldFromEgo, box, egoYawRad) };
  });
  return { frames: all.map(({ frame }) => frame), truth: all.map(({ truth }) => truth) };
}

/** Off by the same in the car's own axes, of the usual size: what propagating a loose click gives. */
const rough = ({ truth }: Drive, off: readonly [along: number, across: number, turn: number]): RoughPose[] =>
  truth.map((cuboid, index) => {
    const yawRad = cuboidYaw(cuboid);
    const [c, s] = [Math.cos(yawRad), Math.sin(yawRad)];
    const [x, y] = cuboid.center;
    const center = [x + c * off[0] - s * off[1], y + s * off[0] + c * off[1], 30 + usualSize[2] / 2] as const;
    return { index, at: at(index), cuboid: { center, size: usualSize, rotation: fromYaw(yawRad + off[2]) } };
  });

const reader =
  ({ frames }: Drive) =>
  async (index: number) =>
    frames[index];
const drives = fc.record({
  length: between(3.7, 5.1),
  width: between(1.7, 2.05),
  height: between(1.45, 1.75),
  yawRad: between(-0.4, 0.4),
  egoYawRad: between(-3, 3),
  along: between(-0.4, 0.4),
  across: between(-0.3, 0.3),
  turn: between(-0.2, 0.2),
});

describe("size and heading from all frames (rules 29 to 31)", () => {
  it("are those of the car, parked or moving, however loosely its poses are known", async () => {
    await fc.assert(
      fc.asyncProperty(drives, fc.constantFrom(0, 3), async (given, stepM) => {
        const { length, width, height, along, across, turn } = given;
        const made = drive({ ...given, size: [length, width, height], stepM });
        const found = await estimateShape({ poses: rough(made, [along, across, turn]), usualSize }, reader(made));
        expect(found?.headingFrom).toBe(stepM === 0 ? "views" : "motion");
        expect(found?.frameCount).toBe(frameCount);
        expect(Math.abs(found!.size[0] - length)).toBeLessThan(0.45);
        expect(Math.abs(found!.size[1] - width)).toBeLessThan(0.25);
        for (const [i, { cuboid }] of found!.poses.entries()) {
          expect(cuboid.size).toEqual(found!.size);
          expect(overlap(cuboid, made.truth[i]).iou3d).toBeGreaterThan(0.65);
          expect(Math.abs(wrapAngle(cuboidYaw(cuboid) - cuboidYaw(made.truth[i])))).toBeLessThan(0.08);
        }
      }),
    );
  });

  it("takes the sense from the path where it moves, and keeps the one given where it is parked or ego's motion is unknown", async () => {
    const sense = async (stepM: number, motion: "world" | "none") => {
      const made = drive({ size: usualSize, yawRad: 0.2, stepM, egoYawRad: 1 });
      const found = await estimateShape({ poses: rough(made, [0, 0, Math.PI]), usualSize, motion }, reader(made));
      return Math.cos(cuboidYaw(found!.poses[2].cuboid) - cuboidYaw(made.truth[2]));
    };
    expect(await sense(3, "world")).toBeGreaterThan(0.99);
    expect(await sense(3, "none")).toBeLessThan(-0.99);
    expect(await sense(0, "world")).toBeLessThan(-0.99);
  });

  it("leaves one pose of what stands still, also in frames that do not show it", async () => {
    const made = drive({ size: [4.2, 1.8, 1.5], yawRad: 0.1, stepM: 0, egoYawRad: 0 });
    const [{ cuboid }] = rough(made, [0.2, 0.1, 0.1]);
    const poses = made.frames.map((_, index) => ({ index, at: at(index), cuboid }));
    const read = async (index: number) => (index === 2 ? undefined : made.frames[index]);
    const found = await estimateShape({ poses, usualSize, place: "still" }, read);
    expect(found?.frameCount).toBe(frameCount - 1);
    expect(new Set(found!.poses.map((pose) => JSON.stringify(pose.cuboid))).size).toBe(1);
    expect(overlap(found!.poses[2].cuboid, made.truth[2]).iou3d).toBeGreaterThan(0.7);
  });

  it("is undefined where no frame has points of it", async () => {
    const made = drive({ size: usualSize, yawRad: 0, stepM: 0, egoYawRad: 0 });
    const poses = rough(made, [0, 30, 0]);
    expect(await estimateShape({ poses, usualSize }, reader(made))).toBeUndefined();
    expect(await estimateShape({ poses, usualSize }, async () => undefined)).toBeUndefined();
  });

  it("cancelled, rejects before the next frame is read", async () => {
    const made = drive({ size: usualSize, yawRad: 0, stepM: 0, egoYawRad: 0 });
    for (const after of [0, 2]) {
      const stop = new AbortController();
      let read = 0;
      const asked = estimateShape(
        { poses: rough(made, [0, 0, 0]), usualSize },
        async (index) => (read++, made.frames[index]),
        { signal: stop.signal, onProgress: (done) => void (done > after && stop.abort()) },
      );
      await expect(asked).rejects.toThrow();
      expect(read).toBe(after + 1);
    }
  });
});
