import type { Point, Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import {
  cellsOf,
  grow,
  nearestCell,
  surroundingsOf,
  type FoundRectangle,
  type RectangleEvidence,
} from "@sweepmark/pointcloud";
import { groundOf } from "./ground.ts";
import { placedSweeps } from "./points.ts";
import { heightOf } from "./shape.ts";

/** A place this far beside all points that stand over the ground means none of them. */
const seedM = 1;
/** Gaps that growth steps over, and what is added to each for every metre of range: beams part. */
const gapsM = [0.3, 0.5, 0.8, 1.2, 2.2];
const gapPerM = 0.006;
/** Rays count as seeing through between these heights: above what one sees under, below windows and bonnets. */
const bandLowM = 0.35;
const bandHighM = 0.8;

/** What one frame says of an object: its rectangle's evidence, and the points over the ground around it. */
export type ObjectEvidence = RectangleEvidence & {
  /** [count × 3] metres: x and y from the place along the axes of the world, z over the ground. */
  readonly points: Float32Array;
};

/** Gathers what a frame says of the object at a place. Undefined: nothing stands within 1 m of it. */
export function evidenceAround(
  frame: Frame,
  place: Point<"world">,
  [lengthM, widthM, heightM]: Size,
): ObjectEvidence | undefined {
  const diagonalM = Math.hypot(lengthM, widthM);
  const halfM = 0.75 * diagonalM + 3;
  const clouds = placedSweeps(frame).map(({ sweep, worldFromLidar }) => ({
    positions: sweep.positions,
    spaceFromLidar: worldFromLidar,
  }));
  const around = surroundingsOf(clouds, groundOf(frame), place, {
    halfM,
    topM: 1.5 * heightM + 0.3,
    bandM: [bandLowM, Math.max(bandLowM + 0.15, Math.min(bandHighM, 0.5 * heightM))],
  });
  const cells = cellsOf(around.points, halfM);
  const seed = nearestCell(cells, seedM);
  if (seed === undefined) return undefined;
  const rangeM = Math.hypot(around.sensor[0], around.sensor[1]);
  const gaps = gapsM.map((gapM) => gapM + gapPerM * rangeM);
  return { ...around, cells, levels: grow(cells, seed, gaps, 1.2 * diagonalM), bodyTopM: 0.65 * heightM };
}

/** Fewer points than this say nothing about a height. */
const minPoints = 8;
/** A top point is rarely the top: so much more than when a person has drawn the rectangle. */
const topM = 0.03;

/** Height of the points in a rectangle. Undefined: too few of them. */
export function heightIn(points: Float32Array, found: FoundRectangle, usualM: number): number | undefined {
  const c = Math.cos(found.yawRad);
  const s = Math.sin(found.yawRad);
  const heights: number[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i] - found.center[0];
    const y = points[i + 1] - found.center[1];
    if (Math.abs(c * x + s * y) <= found.lengthM / 2 && Math.abs(c * y - s * x) <= found.widthM / 2)
      heights.push(points[i + 2]);
  }
  if (heights.length < minPoints) return undefined;
  const ascending = heights.toSorted((a, b) => a - b);
  return heightOf(ascending, usualM) + topM;
}
