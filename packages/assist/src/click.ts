import { fromYaw, wrapAngle, yawOf, type Cuboid, type Point, type Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { searchRectangle } from "@sweepmark/pointcloud";
import type { ObjectClass } from "@sweepmark/schema";
import { setOnGround } from "./cuboid.ts";
import { evidenceAround, heightIn } from "./evidence.ts";

export interface ClickOptions {
  /** In world, where it is known: from motion, a lane, another keyframe. The points turn it by 5° at most. */
  readonly headingYawRad?: number;
  /** Which sense of the length's axis is the likelier one, in world: of a lane; by default ego's. */
  readonly senseYawRad?: number;
  /** The track's, where it is known: kept exactly. */
  readonly size?: Size;
  /** What is usual in this scene, such as the median of its other tracks of the class; by default the class's. */
  readonly usualSize?: Size;
}

/** Deviations of the logarithms of length and width within a class. */
export const sizeSpread = [0.12, 0.08] as const;
const toleranceRad = (5 * Math.PI) / 180;
/** How much a height that was measured counts against the usual one, and how much lower than usual it may be. */
const measuredWeight = 0.7;
const lowest = 0.85;

/**
 * The cuboid of a class around a point of an object: the points over the ground are grown from there, and the yaw, place
 * and size are searched that best explain them together with what the lidar saw through (README rules 17 and 18). It stands
 * on the ground, and its heading is along a given sense, by default ego's, rather than against it. Where nothing stands within
 * 1 m of the point: the usual size there.
 */
export function cuboidFromClick(
  frame: Frame,
  pointInWorld: Point<"world">,
  objectClass: ObjectClass,
  { headingYawRad, senseYawRad, size, usualSize = objectClass.usualSize }: ClickOptions = {},
): Cuboid<"world"> {
  const [lengthM, widthM, heightM] = size ?? usualSize;
  const sense = headingYawRad ?? senseYawRad ?? yawOf(frame.worldFromEgo.rotation);
  const evidence = evidenceAround(frame, pointInWorld, [lengthM, widthM, heightM]);
  const found =
    evidence &&
    searchRectangle(evidence, {
      lengthM,
      widthM,
      spread: size ? [0, 0] : sizeSpread,
      ...(headingYawRad !== undefined && { heading: { yawRad: headingYawRad, toleranceRad } }),
    });
  if (!found) return standingAt(frame, pointInWorld, [lengthM, widthM, heightM], sense);
  const [x, y] = found.center;
  const against = Math.cos(found.yawRad - sense) < 0;
  return standingAt(
    frame,
    [pointInWorld[0] + x, pointInWorld[1] + y, pointInWorld[2]],
    [found.lengthM, found.widthM, size ? heightM : blendedHeight(heightIn(evidence.points, found, heightM), heightM)],
    wrapAngle(against ? found.yawRad + Math.PI : found.yawRad),
  );
}

/** What was measured, with the usual one for what the points do not show. */
function blendedHeight(measuredM: number | undefined, usualM: number): number {
  if (measuredM === undefined) return usualM;
  return Math.max(lowest * usualM, measuredWeight * measuredM + (1 - measuredWeight) * usualM);
}

function standingAt(frame: Frame, [x, y]: Point<"world">, size: Size, yawRad: number): Cuboid<"world"> {
  return setOnGround(frame, { center: [x, y, 0], size, rotation: fromYaw(yawRad) });
}
