import type { DistanceGrid } from "./distance-grid.ts";

/** Where an object is in the plane, relative to where it was expected: along its heading, to its left, turned left. */
export type PlaneOffset = readonly [alongM: number, acrossM: number, yawRad: number];

/** What is known of a {@link PlaneOffset}: its mean and its covariance [3 × 3], row by row. */
export interface PlaneEstimate {
  readonly mean: PlaneOffset;
  readonly covariance: readonly number[];
}

export interface RegisterRequest {
  /** Distances to the object's known points, in its own axes. */
  readonly grid: DistanceGrid;
  /** [count × 3] metres: what may belong to it now, in its axes where it is expected. */
  readonly points: Float64Array;
  /** What is expected: mean 0, this covariance [3 × 3]. Decides between places that fit alike. */
  readonly covariance: readonly number[];
  /** Nothing farther than this from the expected place is looked at. */
  readonly reach: PlaneOffset;
  /** Another place that is judged beside the one found. */
  readonly compare: PlaneOffset;
}

export interface Registration {
  /** What the points say, without the expectation. Along a smooth side they say little: the spread is wide there. */
  readonly measured: PlaneEstimate;
  /** [0, 1] how well the points that lie in the object's place lie on its known points. */
  readonly match: number;
  /** How many points lie on its known points, each counted by how well it does. */
  readonly hits: number;
  /** The same at the other place. */
  readonly compared: number;
}

/** A point this far from the known ones counts exp(−½): wide while searching, narrow at the end. */
const coarseM = 0.2;
const fineM = 0.1;
/** What one point that fits says, in nats: neighbours on a surface are not independent of each other. */
const pointWeight = 0.25;
/** More points than this say no more. */
const mostPoints = 240;
/** Steps of the last search to each side. */
const fineSteps = 4;
/** What remains likely fills the last search: nothing is known along that axis. */
const flatShare = 0.2;
/** No registration is surer than this: metres and radians, squared. */
const floor = [0.02 ** 2, 0.02 ** 2, 0.006 ** 2];

/**
 * Finds an object of which some points are known among the points of a sweep: a search along, across and in yaw, first
 * over all that can be expected, then finely around the best. 1–4 ms.
 */
export function registerInPlane({ grid, points, covariance, reach, compare }: RegisterRequest): Registration {
  const chosen = thinned(points);
  const information = invert3(covariance);
  const { counts, by } = steps(reach, grid.cellM);
  const best = promising(grid, chosen, information, counts, by);
  const measured = around(grid, chosen, information, best, by);
  const { hits, match } = inPlace(grid, chosen, measured.mean);
  const each = points.length / Math.max(1, chosen.length);
  return { measured, match, hits: hits * each, compared: each * inPlace(grid, chosen, compare).hits };
}

interface Scored {
  readonly step: readonly [along: number, across: number, turn: number];
  readonly score: number;
}

/** Of every second step to each side so many are looked around. */
const lookedAround = 12;

/** The best step: of every second one, along each axis, the best, and their neighbours. */
function promising(
  grid: DistanceGrid,
  chosen: Float64Array,
  information: readonly number[],
  [ci, cj, ck]: readonly number[],
  by: PlaneOffset,
): PlaneOffset {
  const values = table(grid, coarseM);
  const turned = Array.from({ length: 2 * ck + 1 }, (_, k) => turnedPoints(grid, chosen, (k - ck) * by[2]));
  const at = ([i, j, k]: Scored["step"]): PlaneOffset => [i * by[0], j * by[1], k * by[2]];
  const of = (i: number, j: number, k: number): Scored => {
    const offset = at([i, j, k]);
    const close = closeness(grid, values, turned[k + ck], offset[0], offset[1]);
    return { step: [i, j, k], score: pointWeight * close - half(information, offset) };
  };
  const coarse: Scored[] = [];
  const stride = (count: number): number => (count > 2 ? 2 : 1);
  const start = (count: number): number => -count + (count % stride(count));
  for (let k = start(ck); k <= ck; k += stride(ck))
    for (let i = start(ci); i <= ci; i += stride(ci))
      for (let j = start(cj); j <= cj; j += stride(cj)) coarse.push(of(i, j, k));
  const chosenSteps = coarse.toSorted((a, b) => b.score - a.score).slice(0, lookedAround);
  const seen = new Set<number>();
  let best = chosenSteps[0];
  for (const { step } of chosenSteps)
    for (let k = Math.max(-ck, step[2] - 1); k <= Math.min(ck, step[2] + 1); k++)
      for (let i = Math.max(-ci, step[0] - 1); i <= Math.min(ci, step[0] + 1); i++)
        for (let j = Math.max(-cj, step[1] - 1); j <= Math.min(cj, step[1] + 1); j++) {
          const key = ((k + ck) * (2 * ci + 1) + i + ci) * (2 * cj + 1) + j + cj;
          if (seen.has(key)) continue;
          seen.add(key);
          const here = of(i, j, k);
          if (here.score > best.score) best = here;
        }
  return at(best.step);
}

/** The fine search: its best with the expectation, and around that the moments of what the points alone find likely. */
function around(
  grid: DistanceGrid,
  chosen: Float64Array,
  information: readonly number[],
  middle: PlaneOffset,
  by: PlaneOffset,
): PlaneEstimate {
  const values = table(grid, fineM);
  let center = middle;
  let window = by.map((step) => Math.max(1.5 * step, 1e-3));
  for (let round = 0; ; round++) {
    const offsets: PlaneOffset[] = [];
    const scores: number[] = [];
    let most = -Infinity;
    let best = center;
    let bestScore = -Infinity;
    for (let k = -fineSteps; k <= fineSteps; k++) {
      const yawRad = center[2] + (k * window[2]) / fineSteps;
      const turned = turnedPoints(grid, chosen, yawRad);
      for (let i = -fineSteps; i <= fineSteps; i++)
        for (let j = -fineSteps; j <= fineSteps; j++) {
          const alongM = center[0] + (i * window[0]) / fineSteps;
          const acrossM = center[1] + (j * window[1]) / fineSteps;
          const offset: PlaneOffset = [alongM, acrossM, yawRad];
          const score = pointWeight * closeness(grid, values, turned, alongM, acrossM);
          const expected = score - half(information, offset);
          offsets.push(offset);
          scores.push(score);
          if (score > most) most = score;
          if (expected > bestScore) [best, bestScore] = [offset, expected];
        }
    }
    const estimate = moments(offsets, scores, most);
    if (round === 0) {
      // Once more around the best, no wider than what is likely.
      center = best;
      window = window.map((w, axis) => Math.min(w, Math.max(w / 3, 3 * Math.sqrt(estimate.covariance[4 * axis]))));
      continue;
    }
    const covariance = estimate.covariance.map((value, i) => {
      if (i % 4 !== 0) return value;
      const axis = i / 4;
      return value > flatShare * window[axis] ** 2 ? 100 * value : value + floor[axis];
    });
    // Where the points say nothing the expectation's best is the middle.
    const mean = center.map((at, axis) =>
      covariance[4 * axis] > estimate.covariance[4 * axis] * 50 ? at : estimate.mean[axis],
    ) as unknown as PlaneOffset;
    return { mean, covariance };
  }
}

/** At most `mostPoints`, spread evenly over the order of the sweep. */
function thinned(points: Float64Array): Float64Array {
  const count = points.length / 3;
  if (count <= mostPoints) return points;
  const kept = new Float64Array(3 * mostPoints);
  for (let i = 0; i < mostPoints; i++) {
    const from = 3 * Math.floor((i * count) / mostPoints);
    kept[3 * i] = points[from];
    kept[3 * i + 1] = points[from + 1];
    kept[3 * i + 2] = points[from + 2];
  }
  return kept;
}

function steps(reach: PlaneOffset, cellM: number): { counts: readonly number[]; by: PlaneOffset } {
  const wanted = [Math.max(0.12, 2 * cellM), Math.max(0.12, 2 * cellM), 0.04];
  const counts = reach.map((each, axis) => Math.ceil(each / wanted[axis] - 1e-9));
  const by = reach.map((each, axis) => (counts[axis] > 0 ? each / counts[axis] : 0)) as unknown as PlaneOffset;
  return { counts, by };
}

/** exp(−½ (d / soft)²) for every step of the grid. */
function table({ maxM }: DistanceGrid, softM: number): Float32Array {
  const values = new Float32Array(256);
  for (let i = 0; i < 255; i++) values[i] = Math.exp(-0.5 * ((i * maxM) / 255 / softM) ** 2);
  return values;
}

/** Points turned back by a yaw, in cells of the grid; those over and under it are left out. */
interface TurnedPoints {
  readonly cos: number;
  readonly sin: number;
  /** [count × 2] */
  readonly cells: Float64Array;
  /** [count] where the layer of each begins. */
  readonly layers: Int32Array;
  readonly count: number;
}

function turnedPoints(grid: DistanceGrid, points: Float64Array, yawRad: number): TurnedPoints {
  const { nx, ny, nz, halfX, halfY, halfZ, cellM, cellZM } = grid;
  const cos = Math.cos(yawRad);
  const sin = Math.sin(yawRad);
  const cells = new Float64Array((2 * points.length) / 3);
  const layers = new Int32Array(points.length / 3);
  let count = 0;
  for (let i = 0; i < points.length; i += 3) {
    const z = (points[i + 2] + halfZ) / cellZM;
    if (!(z >= 0 && z < nz)) continue;
    cells[2 * count] = (cos * points[i] + sin * points[i + 1] + halfX) / cellM;
    cells[2 * count + 1] = (cos * points[i + 1] - sin * points[i] + halfY) / cellM;
    layers[count++] = (z | 0) * ny * nx;
  }
  return { cos, sin, cells, layers, count };
}

/** How many points lie on known ones, each counted by its closeness, if the object is so far along and across. */
function closeness(
  { steps: distances, nx, ny, cellM }: DistanceGrid,
  values: Float32Array,
  { cos, sin, cells, layers, count }: TurnedPoints,
  alongM: number,
  acrossM: number,
): number {
  const moveX = (cos * alongM + sin * acrossM) / cellM;
  const moveY = (cos * acrossM - sin * alongM) / cellM;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const x = cells[2 * i] - moveX;
    const y = cells[2 * i + 1] - moveY;
    if (x >= 0 && x < nx && y >= 0 && y < ny) sum += values[distances[layers[i] + (y | 0) * nx + (x | 0)]];
  }
  return sum;
}

/** Of the points that fall into the grid without half of its margin of `maxM`: how many fit, and how well they do on average. */
function inPlace(
  grid: DistanceGrid,
  points: Float64Array,
  [a, c, yaw]: PlaneOffset,
): { readonly hits: number; readonly match: number } {
  const values = table(grid, coarseM);
  const [hx, hy] = [grid.halfX - grid.maxM / 2, grid.halfY - grid.maxM / 2];
  const cos = Math.cos(yaw);
  const sin = Math.sin(yaw);
  const inside: number[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const dx = points[i] - a;
    const dy = points[i + 1] - c;
    if (Math.abs(cos * dx + sin * dy) <= hx && Math.abs(cos * dy - sin * dx) <= hy)
      inside.push(points[i], points[i + 1], points[i + 2]);
  }
  const hits = closeness(grid, values, turnedPoints(grid, Float64Array.from(inside), yaw), a, c);
  return { hits, match: inside.length === 0 ? 0 : hits / (inside.length / 3) };
}

const half = (m: readonly number[], [a, c, y]: PlaneOffset): number =>
  0.5 * (m[0] * a * a + m[4] * c * c + m[8] * y * y) + m[1] * a * c + m[2] * a * y + m[5] * c * y;

function moments(offsets: readonly PlaneOffset[], scores: readonly number[], most: number): PlaneEstimate {
  let sum = 0;
  const mean: [number, number, number] = [0, 0, 0];
  const weights = scores.map((score) => Math.exp(score - most));
  offsets.forEach((offset, i) => {
    sum += weights[i];
    for (let axis = 0; axis < 3; axis++) mean[axis] += weights[i] * offset[axis];
  });
  for (let axis = 0; axis < 3; axis++) mean[axis] /= sum;
  const covariance = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  offsets.forEach((offset, i) => {
    for (let row = 0; row < 3; row++)
      for (let column = 0; column < 3; column++)
        covariance[3 * row + column] +=
          (weights[i] / sum) * (offset[row] - mean[row]) * (offset[column] - mean[column]);
  });
  return { mean, covariance };
}

/** Inverse of a symmetric positive [3 × 3]. */
export function invert3(m: readonly number[]): number[] {
  const [a, b, c, , d, e, , , f] = m;
  const A = d * f - e * e;
  const B = c * e - b * f;
  const C = b * e - c * d;
  const determinant = a * A + b * B + c * C;
  return [A, B, C, B, a * f - c * c, b * c - a * e, C, b * c - a * e, a * d - b * b].map((v) => v / determinant);
}
