import {
  compose,
  fromYaw,
  fromYawPitchRoll,
  invert,
  timestampNs,
  transformPoint,
  type Pose,
  type Vec3,
} from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, start, transform, transforms } from "../test-support/drive.ts";
import { cloudMessage } from "../test-support/foxglove.ts";
import { open } from "../test-support/open.ts";
import type { TestMessage } from "../test-support/write-log.ts";
import { deskew, type PoseAt } from "./deskew.ts";
import type { FrameChoice } from "./types.ts";

fc.configureGlobal({ seed: 20263 });

const at = timestampNs(start);
type Any = Pose<never, never>;

/** Speed, turning and shaking of a vehicle at UTM northings, with a lidar on it. */
const motion = fc.record({
  speedMps: fc.double({ min: -40, max: 40, noNaN: true }),
  yawRadps: fc.double({ min: -2, max: 2, noNaN: true }),
  pitchRad: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
});
const mount: Any = {
  translation: [1.2, -0.3, 2],
  rotation: fromYawPitchRoll({ yawRad: 0.4, pitchRad: 0.1, rollRad: 0.05 }),
};
const poseOf =
  ({ speedMps, yawRadps, pitchRad }: { speedMps: number; yawRadps: number; pitchRad: number }): PoseAt =>
  (time) => {
    const t = Number(time - at) / 1e9;
    const body: Any = {
      translation: [690_000 + speedMps * t + 5 * t * t, 5_336_000 + t * t, 500],
      rotation: fromYawPitchRoll({
        yawRad: 1 + yawRadps * t,
        pitchRad: pitchRad * Math.sin(2 * Math.PI * t),
        rollRad: 0,
      }),
    };
    return compose(body, mount);
  };

/** What a lidar that is stamped `at` sees of points of the world, each at its own time. */
function seen(world: readonly Vec3[], offsets: Int32Array, poseAt: PoseAt): Float32Array {
  return Float32Array.from(
    world.flatMap((point, i) => {
      const pose = poseAt(timestampNs(at + BigInt(offsets[i])));
      return pose ? [...transformPoint(invert(pose) as Any, point)] : [];
    }),
  );
}

describe("rule F3: a sweep without the motion in it", () => {
  // [−100 ms, 0], [−50, 50] or [0, 100]: the stamp is that of the end, the middle or the start.
  const stamps = fc.constantFrom(-1e8, -5e7, 0);
  const count = 300;
  const spread = (least: number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => least + (i * 1e8) / (count - 1));

  it("law: a wall, 200 m away or near, is where it is at the stamp, to 1 mm", () => {
    fc.assert(
      fc.property(motion, stamps, fc.integer({ min: 3, max: 200 }), (moving, least, far) => {
        const poseAt = poseOf(moving);
        const offsets = spread(least);
        const wall = Array.from(offsets, (_, i): Vec3 => [690_000 + far, 5_336_000 + (i % 40) - 20, 499 + (i % 7)]);
        const positions = seen(wall, offsets, poseAt);
        expect(deskew(positions, offsets, at, poseAt)).toBe("moved");
        const worldFromLidar = poseAt(at) as Any;
        for (let i = 0; i < count; i++) {
          const [x, y, z] = transformPoint(worldFromLidar, [
            ...positions.subarray(3 * i, 3 * i + 3),
          ] as unknown as Vec3);
          expect(Math.hypot(x - wall[i][0], y - wall[i][1], z - wall[i][2])).toBeLessThan(1e-3);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("law: points at the offset 0 stay where they are, whatever moves", () => {
    fc.assert(
      fc.property(
        motion,
        fc.array(fc.float({ noNaN: true, min: -200, max: 200 }), { minLength: 6, maxLength: 6 }),
        (moving, six) => {
          // −0 is where 0 is.
          const positions = Float32Array.from([...six.map((v) => v + 0), 1, 2, 3]);
          const before = positions.slice();
          deskew(positions, Int32Array.of(0, 0, 40_000_000), at, poseOf(moving));
          expect(positions.subarray(0, 6)).toEqual(before.subarray(0, 6));
          expect(positions.subarray(6)).not.toEqual(before.subarray(6));
        },
      ),
    );
  });

  it("law: without motion nothing changes", () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 3, maxLength: 3 }), stamps, (three, least) => {
        const positions = Float32Array.from(three);
        const before = positions.slice();
        expect(deskew(positions, Int32Array.of(least + 1234), at, () => mount)).toBe("still");
        expect(positions).toEqual(before);
      }),
    );
  });

  it("changes nothing where a pose within it is not known, and takes an empty sweep", () => {
    const positions = Float32Array.of(1, 2, 3);
    const untilNow: PoseAt = (time) => (time > at ? undefined : mount);
    expect(deskew(positions, Int32Array.of(50_000_000), at, untilNow)).toBe("unknown");
    expect(positions).toEqual(Float32Array.of(1, 2, 3));
    expect(deskew(new Float32Array(), new Int32Array(), at, poseOf({ speedMps: 9, yawRadps: 1, pitchRad: 0 }))).toBe(
      "still",
    );
  });
});

const ms = (n: number): bigint => start + BigInt(n) * 1_000_000n;
const carAt = (t: number): Pose<"world", "ego"> => ({ translation: [20 * t, 0, 0], rotation: fromYaw(0.6 * t) });
const onCar: Pose<"ego", "lidar"> = { translation: [1, 0, 2], rotation: fromYaw(0.2) };
const wallM = 30;

interface Scene {
  readonly poses?: "all" | "none" | "until 0.35 s";
  /** Name and unit of the points' times. */
  readonly field?: { readonly name: string; readonly type: number; readonly perNs: number };
}

/** A spinning lidar at 10 Hz before a wall at x = 30 m, stamped at the end of its sweep; poses at 50 Hz. */
function scene({ poses = "all", field = { name: "t", type: 6, perNs: 1 } }: Scene = {}): TestMessage[] {
  const all = [transforms("/tf_static", start, [{ at: start, parent: "base_link", child: "lidar", ...onCar }])];
  for (let i = -10; i <= 60 && poses !== "none"; i++) {
    const stamp = ms(i * 20);
    if (poses === "all" || i * 20 <= 350)
      all.push(transform("/tf", stamp, { at: stamp, parent: "map", child: "base_link", ...carAt(i / 50) }));
  }
  for (let i = 0; i < 10; i++) {
    const points = Array.from({ length: 101 }, (_, k) => {
      const offsetNs = (k - 100) * 1_000_000;
      const world: Vec3 = [wallM, k / 10 - 5, 1];
      const pose = compose(carAt(i / 10 + offsetNs / 1e9), onCar);
      return [...transformPoint(invert(pose), world), offsetNs * field.perNs];
    });
    const fields = [
      ...["x", "y", "z"].map((name, f) => ({ name, offset: 4 * f, type: 7 })),
      { name: field.name, offset: 12, type: field.type },
    ];
    const data = cloudMessage({ at: ms(i * 100), frameId: "lidar", stride: 16, fields, points });
    all.push(message("/lidar/points", "PointCloud", ms(i * 100), data));
  }
  return all.toSorted((a, b) => (a.logTime < b.logTime ? -1 : a.logTime > b.logTime ? 1 : 0));
}

async function flatness(messages: readonly TestMessage[], choice: FrameChoice, index = 5) {
  const log = await open(messages, { chunkSize: 2500 }, choice);
  const frame = await log.frame(index);
  const [sweep] = frame.sweeps;
  const worldFromLidar = compose(frame.worldFromEgo, sweep.egoFromLidar as Pose<"ego", "lidar">);
  const off = Array.from({ length: sweep.count }, (_, i) => {
    const [x] = transformPoint(worldFromLidar, [...sweep.positions.subarray(3 * i, 3 * i + 3)] as unknown as Vec3);
    return Math.abs(x - wallM);
  });
  const problems = [...log.info.problems, ...frame.problems];
  return { offM: Math.max(...off), sweep, log, problems };
}

describe("rule F3: a log whose lidars are deskewed", () => {
  for (const field of [
    { name: "t", type: 6, perNs: 1 },
    { name: "time", type: 7, perNs: 1e-9 },
    { name: "offset_us", type: 6, perNs: 1e-3 },
  ]) {
    it(`a wall seen by a moving lidar becomes flat; times in ${field.name}`, async () => {
      const asRecorded = await flatness(scene({ field }), {});
      expect(asRecorded.offM).toBeGreaterThan(2);
      expect(asRecorded.sweep.deskewed).toBeUndefined();
      const { offM, sweep, log, problems } = await flatness(scene({ field }), { deskew: "all" });
      expect(offM).toBeLessThan(1e-3);
      expect(sweep.deskewed).toBe(true);
      expect(sweep.timeOffsetNs).toEqual(asRecorded.sweep.timeOffsetNs);
      expect(log.info.choice.deskew).toEqual(["/lidar/points"]);
      expect(log.info.lidars[0]).toMatchObject({ hasTimes: true });
      expect(problems).toEqual([]);
    });
  }
  it("says why it cannot: no times, no motion, poses that end", async () => {
    const said = async (messages: readonly TestMessage[], index?: number) => {
      const { sweep, problems } = await flatness(messages, { deskew: ["/lidar/points"] }, index);
      expect(sweep.deskewed).toBeUndefined();
      return problems.filter(({ code }) => code === "not-deskewed").map(({ message: text }) => text);
    };
    const field = { name: "beam", type: 6, perNs: 0 };
    expect(await said(scene({ field }))).toEqual([
      "The sweeps of '/lidar/points' stay as they were recorded: their points have no times of their own.",
    ]);
    expect(await said(scene({ poses: "none" }))).toEqual([
      "The sweeps of '/lidar/points' stay as they were recorded: nothing says how the vehicle moves.",
    ]);
    expect(await said(scene({ poses: "until 0.35 s" }), 9)).toEqual([
      "The sweep of '/lidar/points' stays as it was recorded: the pose of 'lidar' is not known all through it (from -100 to 0 ms after its stamp).",
    ]);
  });
  it("lidars that are not named stay as they were recorded", async () => {
    const { sweep, log } = await flatness(scene(), { deskew: ["/other"] });
    expect([sweep.deskewed, log.info.choice.deskew]).toEqual([undefined, []]);
  });
});
