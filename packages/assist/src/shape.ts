import { cuboidYaw, fromYaw, type Cuboid, type Point, type Vec2 } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { groundCutM } from "@sweepmark/pointcloud";
import { groundOf } from "./ground.ts";
import { pointsIn } from "./points.ts";

/** A drawn rectangle may be this much too small on each side. */
const marginM = 0.25;

/** The points over the ground in a rectangle on it, in the rectangle's own axes around its centre. */
export interface Standing {
  /** [count × 2] metres. */
  readonly xy: readonly number[];
  /** [count] metres over the ground under each point, ascending (not in the order of `xy`). */
  readonly heights: readonly number[];
  /** The lidar that saw most of them. */
  readonly sensor: Point<"box">;
}

/** Looks in an upright column over the cuboid's footprint and a margin, up to `columnM`. Undefined: nothing there. */
export function standingIn(frame: Frame, seed: Cuboid<"world">, columnM: number): Standing | undefined {
  const ground = groundOf(frame);
  const [cx, cy] = seed.center;
  const yawRad = cuboidYaw(seed);
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  // A metre above and below the column: the ground may rise or fall across the footprint.
  const region: Cuboid<"world"> = {
    center: [cx, cy, ground.heightAt(cx, cy) + columnM / 2],
    size: [seed.size[0] + 2 * marginM, seed.size[1] + 2 * marginM, columnM + 2],
    rotation: fromYaw(yawRad),
  };
  const { points, sensorInBox } = pointsIn(frame, region);
  const xy: number[] = [];
  const heights: number[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const x = cx + c * points[i] - s * points[i + 1];
    const y = cy + s * points[i] + c * points[i + 1];
    const over = region.center[2] + points[i + 2] - ground.heightAt(x, y);
    if (over < groundCutM || over > columnM) continue;
    xy.push(points[i], points[i + 1]);
    heights.push(over);
  }
  if (!sensorInBox || heights.length === 0) return undefined;
  return { xy, heights: heights.toSorted((a, b) => a - b), sensor: sensorInBox };
}

/** An empty gap this high, above where the object should be nearly as high as usual, parts it from what hangs over it. */
const gapM = 0.35;
/** Truth stands this much over the highest points (assist.md: 0.1 m in KITTI, less in others). */
const slackM = 0.07;

/**
 * How high an object is: to its top points, but not lower than 0.8 of the usual height, and the usual height where the
 * points go on beyond 1.4 of it without a gap (a tree, a wall: the top cannot be told).
 *
 * @param heights over the ground, ascending, at least one.
 */
export function heightOf(heights: readonly number[], usualM: number): number {
  let end = heights.findIndex((height, i) => i > 0 && height > 0.6 * usualM && height - heights[i - 1] > gapM);
  if (end < 0) end = heights.length;
  const seen = heights[Math.floor(0.98 * (end - 1))] + slackM;
  return seen > 1.4 * usualM ? usualM : Math.max(0.8 * usualM, seen);
}

/** Bounds of the points along an axis turned by `yawRad`, without the outermost 0.5 % at each end. */
export function boundsAlong(xy: readonly number[], yawRad: number): Vec2 {
  const along: number[] = [];
  for (let i = 0; i + 1 < xy.length; i += 2) along.push(Math.cos(yawRad) * xy[i] + Math.sin(yawRad) * xy[i + 1]);
  const sorted = along.toSorted((a, b) => a - b);
  const trim = Math.floor(0.005 * sorted.length);
  return [sorted[trim], sorted[sorted.length - 1 - trim]];
}

/** The visible end of the points lies within this of the drawn end: it is the end of the object. */
const sameEndM = 0.5;

/** One axis of a completed box. */
export interface Side {
  readonly center: number;
  readonly sizeM: number;
}

/**
 * One axis: what the points do not cover. The end that faces the sensor is kept where it agrees with the drawn one, and
 * the other end moves away from the sensor; else (the sensor is beside, or only the far part is seen) the box stays as
 * near to the drawn place as the points allow.
 *
 * @param bounds of the points, around the drawn centre.
 * @param sizeM wanted; points that cover more win.
 * @param sensor its coordinate on this axis.
 */
export function completed([low, high]: Vec2, sizeM: number, drawnM: number, sensor: number): Side {
  if (high - low >= sizeM) return { center: (low + high) / 2, sizeM: high - low };
  const fromLow = low + sizeM / 2;
  const fromHigh = high - sizeM / 2;
  if (sensor < low && Math.abs(low + drawnM / 2) < sameEndM) return { center: fromLow, sizeM };
  if (sensor > high && Math.abs(high - drawnM / 2) < sameEndM) return { center: fromHigh, sizeM };
  return { center: Math.max(fromHigh, Math.min(fromLow, 0)), sizeM };
}
