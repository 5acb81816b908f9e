import { fromYaw, wrapAngle, yawOf, type Cuboid, type Point, type Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import {
  cellsOf,
  grow,
  nearestCell,
  searchRectangle,
  surroundingsOf,
  type FoundRectangle,
} from "@sweepmark/pointcloud";
import type { ObjectClass } from "@sweepmark/schema";
import { groundOf } from "./ground.ts";
import { placedSweeps } from "./points.ts";
import { heightOf } from "./shape.ts";

export interface ClickOptions {
  /** In world, where it is known: from motion, a lane, another keyframe. The points turn it by 5° at most. */
  readonly headingYawRad?: number;
  /** The track's, where it is known: kept exactly. */
  readonly size?: Size;
  /** What is usual in this scene, such as the median of its other tracks of the class; by default the class's. */
  readonly usualSize?: Size;
}

/** Fewer points than this say nothing about a height. */
const minPoints = 8;
/** A click this far beside all points that stand over the ground means none of them. */
const seedM = 1;
/** Gaps that growth steps over, and what is added to each for every metre of range: beams part. */
const gapsM = [0.3, 0.5, 0.8, 1.2, 2.2];
const gapPerM = 0.006;
/** Deviations of the logarithms of length and width within a class. */
const spread = [0.12, 0.08] as const;
const toleranceRad = (5 * Math.PI) / 180;
/** Rays count as seeing through between these heights: above what one sees under, below windows and bonnets. */
const bandLowM = 0.35;
const bandHighM = 1;
/** How much a height that was measured counts against the usual one, and how much lower than usual it may be. */
const measuredWeight = 0.7;
const lowest = 0.85;

/**
 * The cuboid of a class around a point of an object: the points over the ground are grown from there, and the yaw, place
 * and size are searched that best explain them together with what the lidar saw through (README rules 17 and 18). It stands
 * on the ground, and its heading is along ego's rather than against it where none is given. Where nothing stands within
 * 1 m of the point: the usual size there.
 */
export function cuboidFromClick(
  frame: Frame,
  pointInWorld: Point<"world">,
  objectClass: ObjectClass,
  { headingYawRad, size, usualSize = objectClass.usualSize }: ClickOptions = {},
): Cuboid<"world"> {
  const [lengthM, widthM, heightM] = size ?? usualSize;
  const sense = headingYawRad ?? yawOf(frame.worldFromEgo.rotation);
  const diagonalM = Math.hypot(lengthM, widthM);
  const around = surroundingsOf(
    placedSweeps(frame).map(({ sweep, worldFromLidar }) => ({
      positions: sweep.positions,
      spaceFromLidar: worldFromLidar,
    })),
    groundOf(frame),
    pointInWorld,
    {
      halfM: 0.75 * diagonalM + 3,
      topM: 1.5 * heightM + 0.3,
      bandM: [bandLowM, Math.max(bandLowM + 0.15, Math.min(bandHighM, 0.55 * heightM))],
    },
  );
  const cells = cellsOf(around.points, 0.75 * diagonalM + 3);
  const seed = nearestCell(cells, seedM);
  if (seed === undefined) return standingAt(frame, pointInWorld, [lengthM, widthM, heightM], sense);
  const rangeM = Math.hypot(around.sensor[0], around.sensor[1]);
  const found = searchRectangle(
    {
      ...around,
      cells,
      levels: grow(
        cells,
        seed,
        gapsM.map((gapM) => gapM + gapPerM * rangeM),
        1.2 * diagonalM,
      ),
      bodyTopM: 0.65 * heightM,
    },
    {
      lengthM,
      widthM,
      spread: size ? [0, 0] : spread,
      ...(headingYawRad !== undefined && { heading: { yawRad: headingYawRad, toleranceRad } }),
    },
  );
  if (!found) return standingAt(frame, pointInWorld, [lengthM, widthM, heightM], sense);
  const [x, y] = found.center;
  const against = Math.cos(found.yawRad - sense) < 0;
  return standingAt(
    frame,
    [pointInWorld[0] + x, pointInWorld[1] + y, pointInWorld[2]],
    [found.lengthM, found.widthM, size ? heightM : measuredHeight(around.points, found, heightM)],
    wrapAngle(against ? found.yawRad + Math.PI : found.yawRad),
  );
}

function standingAt(frame: Frame, [x, y]: Point<"world">, size: Size, yawRad: number): Cuboid<"world"> {
  return { center: [x, y, groundOf(frame).heightAt(x, y) + size[2] / 2], size, rotation: fromYaw(yawRad) };
}

/** Of the points in a rectangle, with the usual one for what they do not show. */
function measuredHeight(points: Float32Array, found: FoundRectangle, usualM: number): number {
  const c = Math.cos(found.yawRad);
  const s = Math.sin(found.yawRad);
  const heights: number[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i] - found.center[0];
    const y = points[i + 1] - found.center[1];
    if (Math.abs(c * x + s * y) <= found.lengthM / 2 && Math.abs(c * y - s * x) <= found.widthM / 2)
      heights.push(points[i + 2]);
  }
  if (heights.length < minPoints) return usualM;
  // A top point is rarely the top: 0.03 m more than when a person has drawn the rectangle.
  const measured =
    heightOf(
      heights.toSorted((a, b) => a - b),
      usualM,
    ) + 0.03;
  return Math.max(lowest * usualM, measuredWeight * measured + (1 - measuredWeight) * usualM);
}
