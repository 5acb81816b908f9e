/** Kernels of the ground on a square grid of cells, row by row. No spaces here: heights are over some plane. */

/** State of a cell. */
export const unknownCell = 0;
export const filledCell = 1;
export const measuredCell = 2;

export interface HeightGrid {
  readonly columns: number;
  readonly rows: number;
  readonly cellM: number;
  /** [rows × columns] metres over the plane; meaningless in unknown cells. */
  readonly heights: Float32Array;
  /** [rows × columns] {@link unknownCell}, {@link filledCell} or {@link measuredCell}. */
  readonly states: Uint8Array;
}

/** The value with rank ⌊share · (count − 1)⌋ of `values[start, end)`, end exclusive. Reorders them (Hoare 1961). */
export function selectShare(values: Float32Array, start: number, end: number, share: number): number {
  const rank = start + Math.floor(share * (end - 1 - start));
  let low = start;
  let high = end - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swap = values[i];
        values[i++] = values[j];
        values[j--] = swap;
      }
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank];
}

/**
 * Height of each cell: a low share of its points' heights.
 *
 * @param cells [count] cell of each point, −1: none.
 * @param heights [count] of each point.
 */
export function percentileGrid(
  cells: Int32Array,
  heights: Float32Array,
  columns: number,
  rows: number,
  cellM: number,
  share: number,
): HeightGrid {
  const size = columns * rows;
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < cells.length; i++) if (cells[i] >= 0) starts[cells[i] + 1]++;
  for (let cell = 0; cell < size; cell++) starts[cell + 1] += starts[cell];
  const next = starts.slice(0, size);
  const sorted = new Float32Array(starts[size]);
  for (let i = 0; i < cells.length; i++) if (cells[i] >= 0) sorted[next[cells[i]]++] = heights[i];
  const grid = { columns, rows, cellM, heights: new Float32Array(size), states: new Uint8Array(size) };
  for (let cell = 0; cell < size; cell++) {
    if (starts[cell] === starts[cell + 1]) continue;
    grid.heights[cell] = selectShare(sorted, starts[cell], starts[cell + 1], share);
    grid.states[cell] = measuredCell;
  }
  return grid;
}

/**
 * Forgets cells that lie more than `dropM` (and the slope) below every other one within two cells, where there are at
 * least three: points mirrored by wet ground and glass, which would pull the erosion down for metres around.
 */
export function dropPits({ columns, rows, cellM, heights, states }: HeightGrid, dropM: number, slope: number): void {
  const pits: number[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      if (states[cell] !== measuredCell) continue;
      let neighbours = 0;
      let supported = false;
      for (const [dr, dc, cellsAway] of aroundTwo) {
        const r = row + dr;
        const c = column + dc;
        if (r < 0 || c < 0 || r >= rows || c >= columns) continue;
        const other = r * columns + c;
        if (states[other] !== measuredCell) continue;
        neighbours++;
        supported = heights[other] <= heights[cell] + dropM + slope * cellM * cellsAway;
        if (supported) break;
      }
      if (!supported && neighbours >= 3) pits.push(cell);
    }
  for (const cell of pits) states[cell] = unknownCell;
}

/** The 24 cells within two, nearest first, with their distance in cells. */
const aroundTwo: readonly (readonly [number, number, number])[] = [-2, -1, 0, 1, 2]
  .flatMap((dr) => [-2, -1, 0, 1, 2].map((dc) => [dr, dc, Math.hypot(dr, dc)] as const))
  .filter(([, , cellsAway]) => cellsAway > 0)
  .toSorted((a, b) => a[2] - b[2]);

/**
 * Forgets cells more than `cutM` above the slope-limited lower envelope of all cells (no two cells differ by more than
 * `slope` per metre), found by the two passes of a chamfer distance transform (Borgefors 1986).
 */
export function dropRaised({ columns, rows, cellM, heights, states }: HeightGrid, cutM: number, slope: number): void {
  const envelope = new Float32Array(heights.length);
  for (let cell = 0; cell < heights.length; cell++)
    envelope[cell] = states[cell] === measuredCell ? heights[cell] : Infinity;
  const straight = slope * cellM;
  const diagonal = straight * Math.SQRT2;
  for (const pass of [1, -1]) {
    for (let k = 0; k < rows; k++) {
      const row = pass === 1 ? k : rows - 1 - k;
      const before = row - pass;
      const hasBefore = before >= 0 && before < rows;
      for (let l = 0; l < columns; l++) {
        const column = pass === 1 ? l : columns - 1 - l;
        const cell = row * columns + column;
        let least = envelope[cell];
        const side = column - pass;
        if (side >= 0 && side < columns) least = Math.min(least, envelope[cell - pass] + straight);
        if (hasBefore) {
          const above = before * columns + column;
          least = Math.min(least, envelope[above] + straight);
          if (column > 0) least = Math.min(least, envelope[above - 1] + diagonal);
          if (column + 1 < columns) least = Math.min(least, envelope[above + 1] + diagonal);
        }
        envelope[cell] = least;
      }
    }
  }
  for (let cell = 0; cell < heights.length; cell++)
    if (states[cell] === measuredCell && heights[cell] > envelope[cell] + cutM) states[cell] = unknownCell;
}

/**
 * Unknown cells within `rings` cells of known ones take the mean of their known neighbours, ring by ring. Cells at the
 * grid's edge stay as they are, so that no neighbour needs a bounds check.
 */
export function fillGaps({ columns, rows, heights, states }: HeightGrid, rings: number): void {
  const around = [-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1];
  const queued = new Uint8Array(states.length);
  const queueAround = (cell: number, queue: number[]): void => {
    const column = cell % columns;
    if (column === 0 || column === columns - 1 || cell < columns || cell >= (rows - 1) * columns) return;
    for (let i = 0; i < 8; i++) {
      const other = cell + around[i];
      if (queued[other] !== 0 || states[other] !== unknownCell) continue;
      queued[other] = 1;
      queue.push(other);
    }
  };
  let ring: number[] = [];
  for (let cell = 0; cell < states.length; cell++) if (states[cell] === measuredCell) queueAround(cell, ring);
  for (let k = 0; k < rings; k++) {
    const cells = ring.filter((cell) => {
      const column = cell % columns;
      return column > 0 && column < columns - 1 && cell >= columns && cell < (rows - 1) * columns;
    });
    const means = new Float32Array(cells.length);
    for (let i = 0; i < cells.length; i++) {
      let sum = 0;
      let count = 0;
      for (let j = 0; j < 8; j++) {
        const other = cells[i] + around[j];
        if (states[other] === unknownCell) continue;
        sum += heights[other];
        count++;
      }
      means[i] = sum / count;
    }
    // Only now, so that a ring does not depend on the order of its cells.
    ring = [];
    for (let i = 0; i < cells.length; i++) {
      heights[cells[i]] = means[i];
      states[cells[i]] = filledCell;
    }
    for (const cell of cells) queueAround(cell, ring);
  }
}
