import { unreached, type Cells } from "./grow.ts";
import type { Profile, SeenThrough } from "./surroundings.ts";

/** What a rectangle around a place is judged by. The place is the origin. */
export interface RectangleEvidence {
  readonly cells: Cells;
  /** [count] of `grow`. */
  readonly levels: Uint8Array;
  readonly seen: SeenThrough;
  readonly profile: Profile;
  readonly sensor: readonly [x: number, y: number, z: number];
  /** Cells with points below this show the body, which has straight sides; windows and bonnets lie within. */
  readonly bodyTopM: number;
}

/** How surely a cell that is reached at a level of growth is the object's; the rest of 1 is how surely it is not. */
const ownByLevel = [1, 0.9, 0.6, 0.3, 0.15];
/** So many rays through a cell make it free for sure. */
const freeRays = 2;
/** Side of the cells of the tables. */
const tableM = 0.15;
/** Width of the bins in which the bounds of points are found, and the share left out at each end. */
const binM = 0.05;
const trimShare = 0.01;

export type Bounds = readonly [lowU: number, highU: number, lowV: number, highV: number];

/** The evidence turned into axes u, v at a yaw: sums over upright rectangles cost four reads. */
export interface TurnedEvidence {
  /** Share of the object's cells in a rectangle, [0, 1]. */
  own(u0: number, u1: number, v0: number, v1: number): number;
  /** Cells of other things in a rectangle, as a share of all that were reached. */
  other(u0: number, u1: number, v0: number, v1: number): number;
  /** Share of the cells that show the body; 1 everywhere where none does. */
  body(u0: number, u1: number, v0: number, v1: number): number;
  /** Square metres that were seen through. */
  free(u0: number, u1: number, v0: number, v1: number): number;
  /** Of the points, for each level of growth that adds some. */
  readonly bounds: readonly Bounds[];
  readonly cos: number;
  readonly sin: number;
  /** The sensor's place. */
  readonly sensorU: number;
  readonly sensorV: number;
}

/**
 * Makes tables at any yaw; their memory is used again by the next call. At least one cell was reached.
 *
 * @param withinM half the sides of what will be asked for, around the place along u and v; more than was gathered: all.
 */
export function turner(
  { cells: { count, xy, low }, levels, seen, sensor, bodyTopM }: RectangleEvidence,
  withinM: readonly [halfU: number, halfV: number] = [Infinity, Infinity],
): (yawRad: number) => TurnedEvidence {
  const gatheredM = (seen.side * seen.cellM) / 2;
  const [halfU, halfV] = withinM.map((half) => Math.min(gatheredM, half));
  const columns = Math.ceil((2 * halfU) / tableM);
  const rows = Math.ceil((2 * halfV) / tableM);
  // A row and a column before the cells for the sums, and one after them, so that every read has its neighbours.
  const stride = columns + 2;
  const tables = [0, 1, 2, 3].map(() => new Float32Array(stride * (rows + 2)));
  const [own, other, body, free] = tables;
  const weight = Float32Array.from(levels, (level) => (level === unreached ? 0 : (ownByLevel[level] ?? 0)));
  const reached = Array.from(levels.keys())
    .filter((i) => weight[i] > 0)
    .sort((a, b) => levels[a] - levels[b]);
  const ownTotal = reached.reduce((sum, i) => sum + weight[i], 0);
  const bodyTotal = reached.reduce((sum, i) => sum + (low[i] < bodyTopM ? weight[i] : 0), 0);
  const freeArea = Float32Array.from(seen.rays, (rays) => Math.min(1, rays / freeRays) * tableM * tableM);
  const us = new Float32Array(count);
  const vs = new Float32Array(count);
  const reachM = gatheredM * Math.SQRT2;
  const bins = Math.ceil((2 * reachM) / binM);

  const sums = (table: Float32Array, u0: number, u1: number, v0: number, v1: number): number => {
    if (u1 <= u0 || v1 <= v0) return 0;
    const a = limit((u0 + halfU) / tableM, columns);
    const b = limit((u1 + halfU) / tableM, columns);
    const c = limit((v0 + halfV) / tableM, rows);
    const d = limit((v1 + halfV) / tableM, rows);
    return between(table, (c | 0) * stride, c - (c | 0), a, b, d);
  };
  /** Sum from column `a` to `b`, from row `c` (its index and fraction) to `d`: bilinear in what is between cells. */
  const between = (table: Float32Array, low0: number, lowPart: number, a: number, b: number, d: number): number => {
    const i = a | 0;
    const j = b | 0;
    const x = a - i;
    const y = b - j;
    const high0 = (d | 0) * stride;
    const at0 = across(table, low0 + i, low0 + j, x, y);
    const at1 = across(table, low0 + stride + i, low0 + stride + j, x, y);
    const to0 = across(table, high0 + i, high0 + j, x, y);
    const to1 = across(table, high0 + stride + i, high0 + stride + j, x, y);
    return to0 + (to1 - to0) * (d - (d | 0)) - at0 - (at1 - at0) * lowPart;
  };

  const histogramU = new Uint16Array(bins);
  const histogramV = new Uint16Array(bins);
  const boundsOf = (): readonly Bounds[] => {
    histogramU.fill(0);
    histogramV.fill(0);
    const bounds: Bounds[] = [];
    for (let k = 0; k < reached.length;) {
      const level = levels[reached[k]];
      for (; k < reached.length && levels[reached[k]] === level; k++) {
        histogramU[limit(((us[reached[k]] + reachM) / binM) | 0, bins - 1)]++;
        histogramV[limit(((vs[reached[k]] + reachM) / binM) | 0, bins - 1)]++;
      }
      const trim = Math.floor(trimShare * k);
      bounds.push([...ends(histogramU, trim, reachM), ...ends(histogramV, trim, reachM)]);
    }
    return bounds;
  };

  const turnFree = (c: number, s: number): void => {
    const stepX = (c * tableM) / seen.cellM;
    const stepY = (s * tableM) / seen.cellM;
    const startU = 0.5 * tableM - halfU;
    for (let row = 0; row < rows; row++) {
      const v = (row + 0.5) * tableM - halfV;
      let x = (c * startU - s * v + gatheredM) / seen.cellM;
      let y = (s * startU + c * v + gatheredM) / seen.cellM;
      const start = (row + 1) * stride + 1;
      for (let column = 0; column < columns; column++, x += stepX, y += stepY)
        if (x >= 0 && y >= 0 && x < seen.side && y < seen.side)
          free[start + column] = freeArea[(y | 0) * seen.side + (x | 0)];
    }
  };

  return (yawRad) => {
    const c = Math.cos(yawRad);
    const s = Math.sin(yawRad);
    for (const table of tables) table.fill(0);
    for (let i = 0; i < count; i++) {
      const u = (us[i] = c * xy[2 * i] + s * xy[2 * i + 1]);
      const v = (vs[i] = c * xy[2 * i + 1] - s * xy[2 * i]);
      const column = Math.floor((u + halfU) / tableM);
      const row = Math.floor((v + halfV) / tableM);
      if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
      const k = (row + 1) * stride + column + 1;
      own[k] += weight[i];
      other[k] += 1 - weight[i];
      if (low[i] < bodyTopM) body[k] += weight[i];
    }
    turnFree(c, s);
    for (const table of tables) addUp(table, stride, rows + 1);
    return {
      own: (u0, u1, v0, v1) => sums(own, u0, u1, v0, v1) / ownTotal,
      other: (u0, u1, v0, v1) => sums(other, u0, u1, v0, v1) / reached.length,
      body: (u0, u1, v0, v1) => (bodyTotal > 0 ? sums(body, u0, u1, v0, v1) / bodyTotal : 1),
      free: (u0, u1, v0, v1) => sums(free, u0, u1, v0, v1),
      bounds: boundsOf(),
      cos: c,
      sin: s,
      sensorU: c * sensor[0] + s * sensor[1],
      sensorV: c * sensor[1] - s * sensor[0],
    };
  };
}

/** Makes of each cell the sum of all up to it. */
function addUp(table: Float32Array, stride: number, rows: number): void {
  for (let row = 1; row <= rows; row++) {
    let sum = 0;
    for (let k = row * stride + 1; k < (row + 1) * stride; k++) {
      sum += table[k];
      table[k] = table[k - stride] + sum;
    }
  }
}

/** What a row of sums grows by between two places in it: cells and the parts of a cell beyond them. */
const across = (table: Float32Array, i: number, j: number, x: number, y: number): number =>
  table[j] + (table[j + 1] - table[j]) * y - table[i] - (table[i + 1] - table[i]) * x;

/** Where a histogram begins and ends without the outermost at each end. */
function ends(histogram: Uint16Array, trim: number, reachM: number): readonly [number, number] {
  let first = 0;
  for (let sum = histogram[0]; sum <= trim; sum += histogram[++first]);
  let last = histogram.length - 1;
  for (let sum = histogram[last]; sum <= trim; sum += histogram[--last]);
  return [first * binM - reachM, (last + 1) * binM - reachM];
}

const limit = (value: number, most: number): number => (value < 0 ? 0 : value > most ? most : value);

/**
 * Share of the directions from the sensor to the corners of a rectangle in which the sensor looked at nothing before it
 * and yet saw nothing of the object.
 */
export function openShare({
  cells: { count, xy },
  levels,
  profile,
  sensor,
}: RectangleEvidence): (/** [8] x, y of the corners. */ corners: Float64Array) => number {
  const bins = profile.looked.length;
  const awayRad = Math.atan2(-sensor[1], -sensor[0]);
  const binOf = (x: number, y: number): number => {
    let off = Math.atan2(y - sensor[1], x - sensor[0]) - awayRad;
    if (off > Math.PI) off -= 2 * Math.PI;
    else if (off < -Math.PI) off += 2 * Math.PI;
    return ((off / profile.halfRad + 1) / 2) * bins;
  };
  const covered = new Uint8Array(bins);
  let nearest = Infinity;
  for (let i = 0; i < count; i++) {
    if (levels[i] === unreached) continue;
    const bin = limit(binOf(xy[2 * i], xy[2 * i + 1]) | 0, bins - 1);
    covered[bin] = 1;
    nearest = Math.min(nearest, Math.hypot(xy[2 * i] - sensor[0], xy[2 * i + 1] - sensor[1]));
  }
  const open = new Float64Array(bins + 1);
  for (let bin = 0; bin < bins; bin++) {
    const hidden = profile.firstM[bin] < nearest - hiddenM;
    open[bin + 1] = open[bin] + (covered[bin] === 0 && profile.looked[bin] === 1 && !hidden ? 1 : 0);
  }
  const before = (bin: number): number => {
    const x = limit(bin, bins);
    const i = Math.min(bins - 1, x | 0);
    return open[i] + (open[i + 1] - open[i]) * (x - i);
  };
  return (corners) => {
    let least = Infinity;
    let most = -Infinity;
    for (let k = 0; k < 8; k += 2) {
      const bin = binOf(corners[k], corners[k + 1]);
      if (bin < least) least = bin;
      if (bin > most) most = bin;
    }
    // From within, or across the seam of a full turn: nothing can be said.
    return most - least > bins / 2 && profile.halfRad > 3 ? 0 : (before(most) - before(least)) / (most - least);
  };
}

/** What is nearer than the object by more than this hides it. */
const hiddenM = 0.5;
