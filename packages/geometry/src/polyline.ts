import type { Point, Space } from "./space.ts";
import { distance, dot, lerp, subtract } from "./vector.ts";

/** Length of the open polyline, metres. */
export function polylineLength(points: readonly Point<Space>[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) sum += distance(points[i - 1], points[i]);
  return sum;
}

export interface PolylineHit<S extends Space> {
  /** Index of the segment's first vertex. */
  readonly segment: number;
  /** Position along the segment, [0, 1]. */
  readonly t: number;
  readonly point: Point<S>;
  readonly distanceM: number;
}

/** The nearest point of the polyline to `point`; undefined for fewer than two vertices. */
export function closestOnPolyline<S extends Space>(
  points: readonly Point<S>[],
  point: Point<NoInfer<S>>,
): PolylineHit<S> | undefined {
  let best: PolylineHit<S> | undefined;
  for (let segment = 0; segment + 1 < points.length; segment++) {
    const along = subtract(points[segment + 1], points[segment]);
    const size = dot(along, along);
    const t = size > 0 ? Math.max(0, Math.min(1, dot(subtract(point, points[segment]), along) / size)) : 0;
    const nearest = lerp(points[segment], points[segment + 1], t) as Point<S>;
    const distanceM = distance(nearest, point);
    if (!best || distanceM < best.distanceM) best = { segment, t, point: nearest, distanceM };
  }
  return best;
}

/**
 * The parts of a polyline where `inside(p)` ≥ 0, cut where it changes sign (linear along a segment). `inside` is a
 * signed distance, such as `range − |p|`; for curved limits the cut is refined by bisection to 1 mm.
 */
export function clipPolyline<S extends Space>(
  points: readonly Point<S>[],
  inside: (point: Point<S>) => number,
): Point<S>[][] {
  const parts: Point<S>[][] = [];
  let part: Point<S>[] = [];
  const flush = () => {
    if (part.length > 1) parts.push(part);
    part = [];
  };
  for (let i = 0; i < points.length; i++) {
    const here = inside(points[i]) >= 0;
    if (i > 0) {
      const before = inside(points[i - 1]) >= 0;
      if (before !== here) {
        part.push(crossing(points[i - 1], points[i], inside));
        if (!here) flush();
      } else if (!here) {
        for (const middle of chordInside(points[i - 1], points[i], inside)) parts.push(middle);
      }
    }
    if (here) part.push(points[i]);
  }
  flush();
  return parts;
}

/** A segment with both ends outside may still pass through a convex region: look for its deepest point. */
function chordInside<S extends Space>(a: Point<S>, b: Point<S>, inside: (point: Point<S>) => number): Point<S>[][] {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const left = low + (high - low) / 3;
    const right = high - (high - low) / 3;
    if (inside(lerp(a, b, left)) < inside(lerp(a, b, right))) low = left;
    else high = right;
  }
  const deepest = lerp(a, b, (low + high) / 2) as Point<S>;
  if (inside(deepest) <= 0) return [];
  return [[crossing(a, deepest, inside), crossing(deepest, b, inside)]];
}

function crossing<S extends Space>(a: Point<S>, b: Point<S>, inside: (point: Point<S>) => number): Point<S> {
  const start = inside(a) >= 0;
  let low = 0;
  let high = 1;
  const steps = Math.ceil(Math.log2(Math.max(1, distance(a, b)) / 1e-3)) + 1;
  for (let i = 0; i < steps; i++) {
    const middle = (low + high) / 2;
    if (inside(lerp(a, b, middle)) >= 0 === start) low = middle;
    else high = middle;
  }
  return lerp(a, b, start ? low : high) as Point<S>;
}
