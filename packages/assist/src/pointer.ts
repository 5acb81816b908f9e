import type { Point } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { groundCutM } from "@sweepmark/pointcloud";
import { sweepPointsUnderRay, type PointerRay } from "./ground.ts";

/**
 * The point of an object that a pointer means: of the points over the ground within 8 pixels of the ray the one nearest
 * to it, those in front first. Undefined: there is only ground, or sky.
 */
export function objectPointUnderRay(frame: Frame, pointer: PointerRay): Point<"world"> | undefined {
  const hits = sweepPointsUnderRay(frame, pointer, (overM) => overM >= groundCutM);
  const [nearest] = hits.toSorted((a, b) => a.distanceM - b.distanceM);
  return nearest?.point;
}
