import { fromYaw, identityPose, invert, transformPoint, type Pose, type Vec3 } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { climbM } from "./ground-climb.ts";
import { buildGround, type Ground } from "./ground.ts";

fc.configureGlobal({ seed: 1, numRuns: 8, endOnFailure: true });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const level = identityPose as Pose<"ego", "lidar"> & Pose<"ego", "ego">;

/** A road with a hump, as ego sees it from a place. */
function groundFrom(worldFromEgo: Pose<"world", "ego">, farM = 25): Ground<"ego"> {
  const egoFromWorld = invert(worldFromEgo);
  const points: Vec3[] = [];
  const [x0, y0] = worldFromEgo.translation;
  for (let x = -farM; x <= farM; x += 0.4)
    for (let y = -farM; y <= farM; y += 0.4)
      points.push(transformPoint(egoFromWorld, [x0 + x, y0 + y, 0.3 * Math.sin((x0 + x) / 9)]));
  return buildGround([{ positions: Float32Array.from(points.flat()), spaceFromLidar: level }], level);
}

describe("how much higher ego stands (rule 20)", () => {
  it("is told by the ground that both moments saw, however it went and turned", () =>
    fc.assert(
      fc.property(between(-8, 8), between(-3, 3), between(-0.5, 0.5), between(-0.6, 0.6), (x, y, yawRad, z) => {
        const now: Pose<"world", "ego"> = { translation: [x, y, 1.8 + z], rotation: fromYaw(yawRad) };
        const before: Pose<"world", "ego"> = { translation: [0, 0, 1.8], rotation: [0, 0, 0, 1] };
        expect(climbM(groundFrom(before), groundFrom(now), { x, y, yawRad })).toBeCloseTo(z, 1);
      }),
    ));

  it("is not known where they saw nothing of the same", () => {
    const at = (x: number): Pose<"world", "ego"> => ({ translation: [x, 0, 1.8], rotation: [0, 0, 0, 1] });
    expect(climbM(groundFrom(at(0)), groundFrom(at(45)), { x: 45, y: 0, yawRad: 0 })).toBeUndefined();
    expect(climbM(groundFrom(at(0), 2), groundFrom(at(1), 2), { x: 1, y: 0, yawRad: 0 })).toBeUndefined();
  });
});
