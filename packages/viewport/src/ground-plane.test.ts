import { fromYawPitchRoll, invert, transformPoint, type Pose } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { planeInLidar, planeUnder } from "./ground-plane.ts";

/** A small seeded generator: tests never depend on the clock. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const egoFromLidar: Pose<"ego", "lidar"> = {
  translation: [1, 0.1, 1.9],
  rotation: fromYawPitchRoll({ yawRad: 1.2, pitchRad: 0.03, rollRad: -0.02 }),
};

/** Road z = 0.02 x − 0.01 y − 0.3 in ego, with walls, cars and some echoes from below it, in lidar. */
function street(count: number): Float32Array {
  const next = random(9);
  const points: number[] = [];
  for (let i = 0; i < count; i++) {
    const x = (next() - 0.5) * 48;
    const y = (next() - 0.5) * 48;
    const road = 0.02 * x - 0.01 * y - 0.3;
    const kind = next();
    const z =
      Math.abs(y) > 15 ? road + next() * 5 : kind < 0.1 ? road + 0.3 + next() * 1.4 : kind < 0.11 ? road - 2 : road;
    points.push(...transformPoint(invert(egoFromLidar), [x, y, z + (next() - 0.5) * 0.03]));
  }
  return new Float32Array(points);
}

describe("the plane under ego", () => {
  it("is the road's, in spite of walls, cars and echoes from below", () => {
    const positions = street(30_000);
    const [a, b, c] = planeUnder(positions, positions.length / 3, egoFromLidar);
    expect(a).toBeCloseTo(0.02, 2);
    expect(b).toBeCloseTo(-0.01, 2);
    expect(Math.abs(c + 0.3)).toBeLessThan(0.05);
  });

  it("is level at ego without points", () => {
    expect(planeUnder(new Float32Array(0), 0, egoFromLidar)).toEqual([0, 0, 0]);
  });

  it("in lidar gives the height of a lidar point over it", () => {
    const plane = [0.02, -0.01, -0.3] as const;
    const [nx, ny, nz, d] = planeInLidar(plane, egoFromLidar);
    const inEgo = [7, -3, 0.02 * 7 + 0.01 * 3 - 0.3 + 1.5] as const;
    const [x, y, z] = transformPoint(invert(egoFromLidar), inEgo);
    expect(nx * x + ny * y + nz * z + d).toBeCloseTo(1.5, 9);
  });
});
