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
export function grow({ count, xy }: Cells, seed: number, gapsM: readonly number[], reachM: number): Uint8Array {
  const levels = new Uint8Array(count).fill(unreached);
  const x0 = xy[2 * seed];
  const y0 = xy[2 * seed + 1];
  const binM = Math.max(...gapsM);
  const bins = new Map<number, number[]>();
  const binOf = (x: number, y: number): number => Math.floor(x / binM) * 4096 + Math.floor(y / binM);
  for (let i = 0; i < count; i++) {
    if ((xy[2 * i] - x0) ** 2 + (xy[2 * i + 1] - y0) ** 2 > reachM * reachM) continue;
    const bin = binOf(xy[2 * i], xy[2 * i + 1]);
    const list = bins.get(bin);
    if (list) list.push(i);
    else bins.set(bin, [i]);
  }
  levels[seed] = 0;
  let reached = [seed];
  for (let level = 0; level < gapsM.length; level++) {
    const gap2 = gapsM[level] ** 2;
    const queue = [...reached];
    for (let at = 0; at < queue.length; at++) {
      const i = queue[at];
      const x = xy[2 * i];
      const y = xy[2 * i + 1];
      for (let dx = -1; dx <= 1; dx++)
        for (let dy = -1; dy <= 1; dy++) {
          const list = bins.get(binOf(x + dx * binM, y + dy * binM));
          if (!list) continue;
          for (const j of list) {
            if (levels[j] !== unreached) continue;
            if ((xy[2 * j] - x) ** 2 + (xy[2 * j + 1] - y) ** 2 > gap2) continue;
            levels[j] = level;
            queue.push(j);
          }
        }
    }
    reached = queue;
  }
  return levels;
}
