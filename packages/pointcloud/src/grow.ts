/** Points of 0.1 m cells, seen from above, around a place (the origin). */
export interface Cells {
  readonly count: number;
  /** [count × 2] metres: the mean of the cell's points. */
  readonly xy: Float32Array;
  /** [count] metres: the lowest of the cell's points. */
  readonly low: Float32Array;
}

const cellM = 0.1;

/**
 * Puts points into cells of 0.1 m, so that a near side does not outweigh a far one.
 *
 * @param points [n × 3] metres, from the place.
 * @param halfM half the side of the square that is looked at.
 */
export function cellsOf(points: Float32Array, halfM: number): Cells {
  const side = Math.ceil((2 * halfM) / cellM);
  const slots = new Int32Array(side * side).fill(-1);
  const n = points.length / 3;
  const xy = new Float32Array(2 * n);
  const low = new Float32Array(n);
  const weight = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < points.length; i += 3) {
    const column = Math.floor((points[i] + halfM) / cellM);
    const row = Math.floor((points[i + 1] + halfM) / cellM);
    if (column < 0 || row < 0 || column >= side || row >= side) continue;
    let slot = slots[row * side + column];
    if (slot < 0) {
      slot = slots[row * side + column] = count++;
      low[slot] = Infinity;
    }
    const w = ++weight[slot];
    xy[2 * slot] += (points[i] - xy[2 * slot]) / w;
    xy[2 * slot + 1] += (points[i + 1] - xy[2 * slot + 1]) / w;
    low[slot] = Math.min(low[slot], points[i + 2]);
  }
  return { count, xy: xy.subarray(0, 2 * count), low: low.subarray(0, count) };
}

/** The cell nearest to the place within a distance. */
export function nearestCell({ count, xy }: Cells, withinM: number): number | undefined {
  let best: number | undefined;
  let nearest = withinM;
  for (let i = 0; i < count; i++) {
    const off = Math.hypot(xy[2 * i], xy[2 * i + 1]);
    if (off <= nearest) [best, nearest] = [i, off];
  }
  return best;
}

/** A cell that no growth reaches. */
export const unreached = 255;

/**
 * Single-link growth from a place: [count] the least of the gaps (its index, ascending in metres) with which each cell is
 * reached, stepping from cell to cell; {@link unreached} else. Never farther than `reachM` from the place.
 *
 * @param seed the cell to start from.
 */
export function grow(cells: Cells, seed: number, gapsM: readonly number[], reachM: number): Uint8Array {
  const { count, xy } = cells;
  const levels = new Uint8Array(count).fill(unreached);
  const { side, binOf, starts, ends, members } = binned(cells, seed, Math.max(...gapsM), reachM);
  levels[seed] = 0;
  const queue = new Int32Array(count);
  queue[0] = seed;
  let reached = 1;
  for (let level = 0; level < gapsM.length; level++) {
    const gap2 = gapsM[level] ** 2;
    for (let at = 0; at < reached; at++) {
      const i = queue[at];
      const x = xy[2 * i];
      const y = xy[2 * i + 1];
      const bin = binOf(x, y);
      for (let row = bin - side; row <= bin + side; row += side)
        for (let near = row - 1; near <= row + 1; near++)
          for (let k = starts[near]; k < ends[near];) {
            const j = members[k];
            if ((xy[2 * j] - x) ** 2 + (xy[2 * j + 1] - y) ** 2 > gap2) {
              k++;
              continue;
            }
            // What is reached is not looked at again: the bin's last member takes its place.
            members[k] = members[--ends[near]];
            if (j === seed) continue;
            levels[j] = level;
            queue[reached++] = j;
          }
    }
  }
  return levels;
}

interface Binned {
  /** Bins in a row; there is an empty one around those with cells. */
  readonly side: number;
  readonly binOf: (x: number, y: number) => number;
  /** [bins + 1] and [bins] where each bin's members begin and end. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly members: Int32Array;
}

/** The cells within reach of the seed, sorted into square bins. */
function binned({ count, xy }: Cells, seed: number, binM: number, reachM: number): Binned {
  const x0 = xy[2 * seed];
  const y0 = xy[2 * seed + 1];
  const half = Math.ceil(reachM / binM) + 1;
  const side = 2 * half + 1;
  const binOf = (x: number, y: number): number =>
    (Math.floor((y - y0) / binM) + half) * side + Math.floor((x - x0) / binM) + half;
  const bins = new Int32Array(count).fill(-1);
  const starts = new Int32Array(side * side + 1);
  for (let i = 0; i < count; i++) {
    if ((xy[2 * i] - x0) ** 2 + (xy[2 * i + 1] - y0) ** 2 > reachM * reachM) continue;
    bins[i] = binOf(xy[2 * i], xy[2 * i + 1]);
    starts[bins[i] + 1]++;
  }
  for (let bin = 0; bin < side * side; bin++) starts[bin + 1] += starts[bin];
  const members = new Int32Array(starts[side * side]);
  const ends = starts.slice(0, -1);
  for (let i = 0; i < count; i++) if (bins[i] >= 0) members[ends[bins[i]]++] = i;
  return { side, binOf, starts, ends, members };
}
