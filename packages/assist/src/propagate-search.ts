import type { Size } from "@sweepmark/geometry";
import { buildDistanceGrid, registerInPlane } from "@sweepmark/pointcloud";
import { alongAxes, personM, type Measured } from "./propagate-motion.ts";
import { standingPoints, type Crop, type FlatPose } from "./propagate-points.ts";

/** What is known of the object's shape reaches this far around each of its points. */
const nearM = 0.4;
export const marginM = 0.3;
/** The last frames that say how it looks, and of those before them every eighth: what is seen again later holds on to it. */
const recentFrames = 8;
const everyOlder = 8;
const mostOlder = 12;

/** Half sides of the boxes that count, metres. */
export interface Parts {
  readonly box: readonly [number, number, number];
  readonly grid: readonly [number, number, number];
  readonly bottomM: number;
}

/** The lowest quarter (25 cm at most) is left out: it may be ground. */
export const partsOf = ([l, w, h]: Size): Parts => ({
  box: [l / 2 + 0.1, w / 2 + 0.1, h / 2 + 0.1],
  grid: [l / 2 + nearM, w / 2 + nearM, h / 2 + marginM],
  bottomM: Math.max(0.05, h / 2 - Math.min(0.25, 0.25 * h)),
});

export interface Search {
  readonly shape: Float64Array;
  readonly size: Size;
  readonly parts: Parts;
  readonly spread: readonly number[];
  readonly reach: readonly number[];
  readonly still: FlatPose;
}

/** Where the object was found, and how well. */
export interface Found {
  readonly measured: Measured;
  /** Points on the object's known ones, and the share of the points in its place that they are. */
  readonly hits: number;
  readonly match: number;
  /** The same points, had the object stayed where the last keyframe has it. */
  readonly stillHits: number;
}

/** Looks for the shape around a pose; undefined where there are no points to look at. */
export function search(
  crop: Crop,
  guess: FlatPose,
  { shape, size, parts, spread, reach, still }: Search,
): Found | undefined {
  const half = [size[0] / 2 + reach[0] + marginM, size[1] / 2 + reach[1] + marginM, size[2] / 2 + 0.1] as const;
  const points = standingPoints(crop, guess, half, parts.bottomM);
  if (shape.length < 9 || points.length < 9) return undefined;
  const [c, s] = [Math.cos(guess.yawRad), Math.sin(guess.yawRad)];
  const [dx, dy] = [still.x - guess.x, still.y - guess.y];
  const found = registerInPlane({
    grid: buildDistanceGrid(shape, parts.grid, nearM),
    points,
    covariance: spread,
    reach: [reach[0], reach[1], reach[2]],
    compare: [c * dx + s * dy, c * dy - s * dx, still.yawRad - guess.yawRad],
  });
  const { mean, covariance } = found.measured;
  // Few points say less than their fit does: they are where the beams happened to hit.
  const isPerson = size[0] < personM;
  const few = (isPerson ? swingM : 0) ** 2 + fewPointsM ** 2 / Math.max(1, found.hits);
  // What a person looks like does not tell where it looks to.
  const turn = 0.2 * few + (isPerson ? 0.3 ** 2 : 0);
  const grown = covariance.map((value, i) => (i === 0 || i === 4 ? value + few : i === 8 ? value + turn : value));
  return {
    measured: {
      mean: [guess.x + c * mean[0] - s * mean[1], guess.y + s * mean[0] + c * mean[1], guess.yawRad + mean[2]],
      covariance: alongAxes(grown, -guess.yawRad),
    },
    hits: found.hits,
    match: found.match,
    stillHits: found.compared,
  };
}

/** How far one point lies from where it would tell the place, metres. */
const fewPointsM = 0.25;
/** Arms and legs of people swing: what fits best lies so far from their middle. */
const swingM = 0.2;

/** The points at keyframes before the last one, of the last frames since that, and of some before them. */
export function known(said: readonly Float64Array[], shape: readonly Float64Array[]): Float64Array {
  const older = shape.slice(0, -recentFrames).filter((_, i) => i % everyOlder === 0);
  const chosen = [
    ...said.slice(-mostOlder),
    ...older.slice(0, 1),
    ...older.slice(1).slice(-mostOlder),
    ...shape.slice(-recentFrames),
  ];
  const all = new Float64Array(chosen.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of chosen) {
    all.set(each, at);
    at += each.length;
  }
  return all;
}
