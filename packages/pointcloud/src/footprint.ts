import { wrapAngle, type Vec2 } from "@sweepmark/geometry";

/** An oriented rectangle on the ground. `lengthM` lies along `yawRad`. */
export interface Footprint {
  readonly center: Vec2;
  readonly lengthM: number;
  readonly widthM: number;
  /** Radians, counter-clockwise from x. */
  readonly yawRad: number;
}

export interface FootprintOptions {
  /** Which way the length points, as far as known: the result lies within `toleranceRad` of it (and keeps its sense). */
  readonly headingRad?: number;
  /** Default π/4: the heading then only decides which side is the length. */
  readonly toleranceRad?: number;
}

/** More points than this are thinned evenly: the angle does not get better, 90 angles do get slower. */
const maxPoints = 600;
const stepRad = Math.PI / 180;
/** Distances below this count as this (Zhang 2017 uses 0.01 m; lidar noise is larger). */
const closestM = 0.03;

/**
 * The rectangle whose edges the points hug: closeness criterion of Zhang, Xu, Dong, Dolan: "Efficient L-Shape Fitting
 * for Vehicle Detection Using Laser Scanners", IV 2017, alg. 4, searched every degree and refined by a parabola. Edges
 * pass through the outermost points. Undefined for fewer than 3 points.
 *
 * @param pointsXY [count × 2] metres. Near the origin, please: sums of squares are not taken, but float32 callers exist.
 */
export function fitFootprint(pointsXY: ArrayLike<number>, options: FootprintOptions = {}): Footprint | undefined {
  const count = Math.floor(pointsXY.length / 2);
  if (count < 3) return undefined;
  const { headingRad, toleranceRad = Math.PI / 4 } = options;
  const stride = Math.max(1, Math.floor(count / maxPoints));
  const from = headingRad === undefined ? 0 : headingRad - toleranceRad;
  const steps = headingRad === undefined ? 90 : Math.max(2, Math.round((2 * toleranceRad) / stepRad));
  const step = headingRad === undefined ? stepRad : (2 * toleranceRad) / steps;
  const scores: number[] = [];
  for (let k = 0; k <= steps; k++) scores.push(closeness(pointsXY, stride, from + k * step));
  const best = scores.indexOf(Math.max(...scores));
  const yawRad = from + (best + vertexOffset(scores, best)) * step;
  const box = boundsAt(pointsXY, 1, yawRad);
  // Without a heading the longer side is the length.
  const turned = headingRad === undefined && box.maxB - box.minB > box.maxA - box.minA;
  return rectangle(box, yawRad, turned ? "side" : "along");
}

interface Bounds {
  readonly minA: number;
  readonly maxA: number;
  readonly minB: number;
  readonly maxB: number;
}

function boundsAt(xy: ArrayLike<number>, stride: number, yawRad: number): Bounds {
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  let minA = Infinity;
  let maxA = -Infinity;
  let minB = Infinity;
  let maxB = -Infinity;
  for (let i = 0; i + 1 < xy.length; i += 2 * stride) {
    const a = c * xy[i] + s * xy[i + 1];
    const b = c * xy[i + 1] - s * xy[i];
    if (a < minA) minA = a;
    if (a > maxA) maxA = a;
    if (b < minB) minB = b;
    if (b > maxB) maxB = b;
  }
  return { minA, maxA, minB, maxB };
}

/** Sum over the points of 1 / distance to the nearest of the rectangle's edges. */
function closeness(xy: ArrayLike<number>, stride: number, yawRad: number): number {
  const { minA, maxA, minB, maxB } = boundsAt(xy, stride, yawRad);
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  let sum = 0;
  for (let i = 0; i + 1 < xy.length; i += 2 * stride) {
    const a = c * xy[i] + s * xy[i + 1];
    const b = c * xy[i + 1] - s * xy[i];
    sum += 1 / Math.max(closestM, Math.min(a - minA, maxA - a, b - minB, maxB - b));
  }
  return sum;
}

/** Where the parabola through the best score and its neighbours has its top, in steps, [−0.5, 0.5]. */
function vertexOffset(scores: readonly number[], best: number): number {
  if (best === 0 || best === scores.length - 1) return 0;
  const [left, middle, right] = [scores[best - 1], scores[best], scores[best + 1]];
  const bend = left - 2 * middle + right;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (left - right) / (2 * bend))) : 0;
}

function rectangle({ minA, maxA, minB, maxB }: Bounds, yawRad: number, length: "along" | "side"): Footprint {
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const a = (minA + maxA) / 2;
  const b = (minB + maxB) / 2;
  const center: Vec2 = [c * a - s * b, s * a + c * b];
  return length === "along"
    ? { center, lengthM: maxA - minA, widthM: maxB - minB, yawRad: wrapAngle(yawRad) }
    : { center, lengthM: maxB - minB, widthM: maxA - minA, yawRad: wrapAngle(yawRad + Math.PI / 2) };
}
