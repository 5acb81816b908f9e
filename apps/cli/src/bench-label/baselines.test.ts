import { fromYaw, timestampNs, type Cuboid, type Pose } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baselinesOf } from "./baselines.ts";
import type { TrueMoment, TrueObject } from "./objects.ts";

fc.configureGlobal({ seed: 1, endOnFailure: true });

type Place = readonly [x: number, y: number, yawRad: number];

/** A car at places 0.1 s apart, seen by an ego that goes through others. */
function objectAt(places: readonly Place[], ego: readonly Place[] = places.map(() => [0, 0, 0])): TrueObject {
  const moments = places.map(([x, y, yawRad], index): TrueMoment => {
    const cuboid: Cuboid<"world"> = { center: [x, y, 0.8], size: [4.5, 1.9, 1.6], rotation: fromYaw(yawRad) };
    const worldFromEgo: Pose<"world", "ego"> = {
      translation: [ego[index][0], ego[index][1], 0],
      rotation: fromYaw(ego[index][2]),
    };
    const at = timestampNs(BigInt(index) * 100_000_000n);
    return { index, at, worldFromEgo, cuboid, points: 9, clicked: undefined };
  });
  return { id: "a", classId: "car", moments, best: 0 };
}

const none = { greedy: 0, sameRule: 0, sensorGreedy: 0, sensorSameRule: 0, constantVelocity: 0, copying: 0 };
const steps = Array.from({ length: 20 }, (_, i) => i);

describe("what interpolation takes", () => {
  it("is nothing of what stands still before an ego that stands still", () => {
    expect(baselinesOf(objectAt(steps.map(() => [12, 3, 1])))).toEqual(none);
  });

  it("is one more keyframe of what goes straight; a copy follows it step by step", () => {
    const straight = baselinesOf(objectAt(steps.map((i) => [i, 0, 0])));
    expect(straight).toMatchObject({ greedy: 1, sensorGreedy: 1, constantVelocity: 1 });
    expect(straight.sameRule).toBeGreaterThanOrEqual(straight.greedy);
    // 0.79 m is where the IoU of a car with itself falls below 0.7: each step of 1 m is set.
    expect(straight.copying).toBe(19);
  });

  it("takes more in ego than in the world when ego turns", () => {
    const parked = objectAt(
      steps.map(() => [12, 3, 1]),
      steps.map((i) => [0, 0, 0.02 * i * i]),
    );
    const { greedy, sameRule, sensorGreedy, sensorSameRule } = baselinesOf(parked);
    expect([greedy, sameRule]).toEqual([0, 0]);
    expect(Math.min(sensorGreedy, sensorSameRule)).toBeGreaterThan(2);
  });

  it("is never more than all frames but the first, and does not see in which sense a heading is said", () => {
    const walk = fc.array(
      fc.tuple(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -0.2, max: 0.2, noNaN: true }),
      ),
      { minLength: 1, maxLength: 15 },
    );
    fc.assert(
      fc.property(walk, (deltas) => {
        let at: Place = [10, 5, 0.3];
        const places = deltas.map(([x, y, yaw]) => (at = [at[0] + x, at[1] + y, at[2] + yaw]));
        for (const set of Object.values(baselinesOf(objectAt(places)))) {
          expect(set).toBeGreaterThanOrEqual(0);
          expect(set).toBeLessThan(places.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
