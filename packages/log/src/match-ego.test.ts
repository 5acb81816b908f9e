import {
  compose,
  correctedFromLogged,
  fromYaw,
  invert,
  transformPoint,
  vec,
  type Pose,
  type Vec3,
} from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { cloud, second, start, transform, transforms } from "../test-support/drive.ts";
import { writeLog, type TestMessage } from "../test-support/write-log.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import { LogError, type LogReader } from "./types.ts";

const utm: Vec3 = [690_000.5, 5_336_000.25, 512];
const egoFromLidar: Pose<"ego", "lidar"> = { translation: [1, 0.2, 1.7], rotation: fromYaw(0.3) };
const atOf = (i: number): bigint => start + (second * BigInt(i)) / 10n;
const frames = 16;

/** Where the vehicle was: 8 m/s, turning 0.1 rad/s. */
const truth = (i: number): Pose<"world", "ego"> => ({
  translation: [utm[0] + 0.8 * i, utm[1] + 0.01 * i * i, utm[2]],
  rotation: fromYaw(0.01 * i),
});
/** Where its poses have it: drifting to the left, and turning. */
const driftM = (i: number): number => 0.03 * i;
const logged = (i: number): Pose<"world", "ego"> => {
  const { translation, rotation } = truth(i);
  return {
    translation: vec.add(translation, [0, driftM(i), 0]),
    rotation: compose({ translation: [0, 0, 0], rotation: fromYaw(0.001 * i) }, { translation: [0, 0, 0], rotation })
      .rotation,
  };
};

/** Road, house fronts with gaps, and a van that moves with the vehicle; other points of them in each frame. */
function world(i: number, kind: "street" | "open"): Vec3[] {
  let state = 104_729 * (i + 1);
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const points: Vec3[] = [];
  for (let x = -40; x < 60; x += 1) for (let y = -12; y <= 12; y += 1) points.push([x + random(), y + random(), 0]);
  const walls = kind === "open" ? 0 : 8;
  for (let k = 0; k < walls; k++)
    for (const side of [-1, 1])
      for (let n = 0; n < 220; n++) {
        const height = 0.5 + 2 * random();
        points.push([12 * k - 35 + 9 * random(), side * (8 + (k % 2)), height]);
        if (n % 2 === 0) points.push([12 * k - 26, side * (8 + 3 * random()), height]);
      }
  for (let n = 0; n < 1500; n++) points.push([0.8 * i + 7 + 5 * random(), 3 + (n % 2) * 1.8, 0.5 + 1.3 * random()]);
  return points.map((point) => vec.add(point, utm));
}

async function open({
  kind = "street",
  gap,
  still,
}: { kind?: "street" | "open"; gap?: boolean; still?: true } = {}): Promise<LogReader> {
  const all: TestMessage[] = [
    transforms("/tf_static", start, [{ at: start, parent: "base_link", child: "lidar", ...egoFromLidar }]),
  ];
  for (let i = -1; i <= frames && !still; i++)
    if (!gap || i < 10)
      all.push(transform("/tf", atOf(i), { at: atOf(i), parent: "map", child: "base_link", ...logged(i) }));
  for (let i = 0; i < frames; i++) {
    const lidarFromWorld = invert(compose(truth(i), egoFromLidar));
    const points = world(i, kind).map((point) => [...transformPoint(lidarFromWorld, point), 0]);
    all.push(cloud("/lidar", atOf(i), { points }));
  }
  all.sort((a, b) => (a.logTime < b.logTime ? -1 : a.logTime > b.logTime ? 1 : 0));
  return openLog(bytesSource(await writeLog(all, { chunkSize: 200_000, compression: "zstd" }), "drive.mcap"));
}

/** The van, as its label has it in the world of the log. */
const van = {
  samples: Array.from({ length: frames }, (_, i) => ({
    at: atOf(i) as never,
    cuboid: {
      center: vec.add(utm, [0.8 * i + 9.5, 3.9 + driftM(i), 1.2]),
      size: [5.6, 2.6, 2.4] as const,
      rotation: fromYaw(0),
    },
  })),
};

describe("rule 29: ego is followed through what stands around it", () => {
  it("tells a drift of the poses within centimetres", async () => {
    const log = await open();
    const progress: number[] = [];
    const { matches, skipped } = await log.matchEgo(
      { exclude: [van] },
      { onProgress: ({ done }) => progress.push(done) },
    );
    expect(skipped).toEqual([]);
    expect(progress).toEqual(Array.from({ length: frames }, (_, i) => i + 1));
    expect(matches[0].shift).toEqual({ at: atOf(0), ego: logged(0).translation, shift: [0, 0, 0], yawRad: 0 });
    const shifts = matches.map(({ shift }) => shift);
    for (const { index, at, determined } of matches) {
      expect(determined).toBe(true);
      const corrected = compose(correctedFromLogged(shifts, at), logged(index));
      expect(vec.distance(corrected.translation, truth(index).translation)).toBeLessThan(0.05);
      expect(matches[index].shift.yawRad).toBeCloseTo(-0.001 * index, 2);
    }
    const last = matches[frames - 1];
    expect(last.afterM).toBeLessThan(last.beforeM! / 2);
    await log.close();
  });

  it("accumulates by the corrected poses: walls are thin again", async () => {
    const log = await open();
    const { matches } = await log.matchEgo({ exclude: [van] });
    const request = { index: 8, before: { frames: 8 }, after: { frames: 7 }, voxelM: 0 };
    /** Thickness of the front at y = 8, metres: as far as its points are spread. */
    const thicknessM = async (correction: (typeof matches)[number]["shift"][]): Promise<number> => {
      const { positions, origin, count } = await log.accumulate({ ...request, correction });
      const ys: number[] = [];
      for (let k = 0; k < count; k++) {
        const x = positions[3 * k] + origin[0] - utm[0];
        const y = positions[3 * k + 1] + origin[1] - utm[1];
        const z = positions[3 * k + 2] + origin[2] - utm[2];
        if (x > 13.5 && x < 21.5 && z > 0.4 && y > 6.9 && y < 9.1) ys.push(y);
      }
      return Math.max(...ys) - Math.min(...ys);
    };
    expect(await thicknessM([])).toBeGreaterThan(0.3);
    expect(await thicknessM(matches.map(({ shift }) => shift))).toBeLessThan(0.1);
    await log.close();
  });

  it("says where the surroundings say nothing, and leaves poses as they are", async () => {
    const log = await open({ kind: "open" });
    const { matches } = await log.matchEgo({ exclude: [van] });
    expect(matches.slice(1).some(({ determined }) => determined)).toBe(false);
    expect(matches.every(({ shift }) => vec.length(shift.shift) === 0 && shift.yawRad === 0)).toBe(true);
    await log.close();
  });

  it("skips frames without a pose, with the reason", async () => {
    const log = await open({ gap: true });
    const { matches, skipped } = await log.matchEgo({});
    expect(skipped.length).toBeGreaterThan(0);
    expect(new Set(skipped.map(({ problem }) => problem.code))).toEqual(new Set(["transform-gap"]));
    expect(matches.length + skipped.length).toBe(frames);
    await log.close();
  });

  it("finds all of the way where the log has no ego motion", async () => {
    const log = await open({ still: true });
    const { matches } = await log.matchEgo({});
    const first = truth(0).translation;
    for (const { index, shift, determined } of matches) {
      expect(determined).toBe(true);
      expect(vec.distance(shift.shift, vec.subtract(truth(index).translation, first))).toBeLessThan(0.1);
      expect(shift.yawRad).toBeCloseTo(0.01 * index, 2);
    }
    const correction = matches.map(({ shift }) => shift);
    const request = { index: 8, before: { frames: 8 }, after: { frames: 7 }, voxelM: 0 };
    expect((await log.accumulate({ ...request, correction })).sweeps).toHaveLength(frames);
    await expect(log.accumulate(request)).rejects.toThrow(LogError);
    await log.close();
  });

  it("hears an abort", async () => {
    const log = await open();
    const controller = new AbortController();
    const running = log.matchEgo({}, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(running).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    await log.close();
  });
});
