import { invert, poseToMatrix, transformPoint, transformRay, type Point } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { groundCutM, nearestToRay } from "@sweepmark/pointcloud";
import { groundOf, snapPixels, type PointerRay } from "./ground.ts";
import { placedSweeps } from "./points.ts";

/**
 * The point of an object that a pointer means: of the points over the ground within 8 pixels of the ray the one nearest
 * to it, those in front first. Undefined: there is only ground, or sky.
 */
export function objectPointUnderRay(frame: Frame, pointer: PointerRay): Point<"world"> | undefined {
  const ground = groundOf(frame);
  let best: Point<"world"> | undefined;
  let bestDistanceM = Infinity;
  for (const { sweep, worldFromLidar } of placedSweeps(frame)) {
    const { positions } = sweep;
    const m = poseToMatrix(worldFromLidar);
    const hit = nearestToRay(
      positions,
      transformRay(invert(worldFromLidar), pointer.ray),
      pointer.pixelM,
      snapPixels,
      (index) => {
        const x = positions[3 * index];
        const y = positions[3 * index + 1];
        const z = positions[3 * index + 2];
        const floor = ground.heightAt(m[0] * x + m[4] * y + m[8] * z + m[12], m[1] * x + m[5] * y + m[9] * z + m[13]);
        return m[2] * x + m[6] * y + m[10] * z + m[14] - floor >= groundCutM;
      },
    );
    if (!hit || hit.distanceM >= bestDistanceM) continue;
    bestDistanceM = hit.distanceM;
    best = transformPoint(worldFromLidar, [
      positions[3 * hit.index],
      positions[3 * hit.index + 1],
      positions[3 * hit.index + 2],
    ]);
  }
  return best;
}
