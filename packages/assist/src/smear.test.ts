import { compose, fromYaw, invert, transformPoint, vec, type Cuboid, type Pose, type Vec3 } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { measureSmear } from "./smear.ts";

const egoFromLidar: Pose<"ego", "lidar"> = { translation: [0, 0, 1.8], rotation: fromYaw(0) };
const parked: Cuboid<"world"> = { center: [14, 4, 0.8], size: [4.4, 1.9, 1.6], rotation: fromYaw(0.3) };

/** A street with house fronts and a car, as poses that drift see it, or one that rolls on. */
function frameAt(i: number, drift: Vec3, roll: Vec3): Frame {
  const truth: Pose<"world", "ego"> = { translation: [0.5 * i, 0, 0], rotation: fromYaw(0) };
  let state = 7919 * (i + 1);
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const points: Vec3[] = [];
  for (let x = -30; x < 40; x += 1) for (let y = -14; y <= 14; y += 1) points.push([x + random(), y + random(), 0]);
  for (let k = 0; k < 5; k++)
    for (const side of [-1, 1])
      for (let n = 0; n < 250; n++) {
        points.push([14 * k - 25 + 10 * random(), side * 10, 0.5 + 2 * random()]);
        if (n % 2 === 0) points.push([14 * k - 15, side * (10 + 3 * random()), 0.5 + 2 * random()]);
      }
  const [l, w, h] = parked.size;
  const box: Pose<"world", "box"> = {
    translation: vec.add(parked.center, vec.scale(roll, i)),
    rotation: parked.rotation,
  };
  for (let n = 0; n < 500; n++) {
    const z = (random() - 0.5) * h * 0.8;
    points.push(
      transformPoint(box, n % 3 === 0 ? [-l / 2, (random() - 0.5) * w, z] : [(random() - 0.5) * l, -w / 2, z]),
    );
  }
  const lidarFromWorld = invert(compose(truth, egoFromLidar));
  const positions = Float32Array.from(points.flatMap((point) => transformPoint(lidarFromWorld, point)));
  const at = 0n as Frame["at"];
  return {
    index: i,
    at,
    worldFromEgo: { ...truth, translation: vec.add(truth.translation, vec.scale(drift, i)) },
    sweeps: [{ topic: "/lidar", at, frameId: "lidar", count: points.length, positions, dropped: 0, egoFromLidar }],
    images: [],
    labels: [],
    problems: [],
  };
}

const indices = Array.from({ length: 14 }, (_, i) => i);
const smearOf = (drift: Vec3, roll: Vec3) => measureSmear(parked, 0, indices, async (i) => frameAt(i, drift, roll));
const nothing: Vec3 = [0, 0, 0];

describe("rule 32: smear of what should stand still is told apart", () => {
  it("nothing wanders: it stands still", async () => {
    const { verdict, steps } = await smearOf(nothing, nothing);
    expect(verdict).toBe("still");
    expect(steps.length).toBeGreaterThan(10);
  });

  it("it wanders as its surroundings do: the ego pose is off", async () => {
    const { verdict, steps } = await smearOf([0.02, 0.04, 0], nothing);
    expect(verdict).toBe("pose");
    for (const { objectM, surroundingsM } of steps) expect(Math.abs(objectM - surroundingsM)).toBeLessThan(0.12);
    expect(Math.max(...steps.map(({ surroundingsM }) => surroundingsM))).toBeGreaterThan(0.3);
  });

  it("it wanders, and the surroundings do not: it moves", async () => {
    const { verdict, steps } = await smearOf(nothing, [0.04, 0.02, 0]);
    expect(verdict).toBe("moves");
    expect(Math.max(...steps.map(({ surroundingsM }) => surroundingsM))).toBeLessThan(0.1);
    expect(Math.max(...steps.map(({ objectM }) => objectM))).toBeGreaterThan(0.3);
  });

  it("too little is seen: nothing is said", async () => {
    const away = { ...parked, center: [200, 0, 1] as const };
    const smear = await measureSmear(away, 0, [0, 1, 2], async (i) => frameAt(i, nothing, nothing));
    expect(smear).toEqual({ steps: [], verdict: "unknown" });
  });
});
