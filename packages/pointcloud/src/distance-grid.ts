/** How far each place around an object is from the nearest of its points, up to a limit: a lookup instead of a search. */
export interface DistanceGrid {
  /** [nz × ny × nx] distance in units of `maxM / 255`; 255: that far or farther. */
  readonly steps: Uint8Array;
  readonly nx: number;
  readonly ny: number;
  readonly nz: number;
  /** The grid spans ± these around the origin of its space. */
  readonly halfX: number;
  readonly halfY: number;
  readonly halfZ: number;
  readonly cellM: number;
  readonly cellZM: number;
  readonly maxM: number;
}

/**
 * A height difference counts this much of a horizontal one: beams of a lidar lie 0.1–0.4 m apart in height, and hit
 * another height of the same side in each sweep.
 */
const heightShare = 0.35;
/** Rows of cells this high. */
const cellZM = 0.15;
/** A truck is looked at more coarsely than a person: 40 000 cells are filled in 1 ms. */
const mostCells = 60_000;

/** A distance squared in units of (maxM / 255)²: the square of a step. */
const far = 255 * 255;
/** Steps of all squares. */
const roots = Uint8Array.from({ length: far + 1 }, (_, square) => Math.round(Math.sqrt(square)));

/**
 * Distances to the nearest of some points, up to `maxM`: seeds spread along x, y and z one after the other, which is
 * exact (Felzenszwalb and Huttenlocher 2012) but for the points going to the middles of their cells. Only what is within
 * `maxM` of a seed is gone through: 1 ms for a car.
 *
 * @param points [count × 3] metres around the object's middle, along its axes; those outside of the grid count nothing.
 * @param half of the grid's sides, metres.
 */
export function buildDistanceGrid(
  points: ArrayLike<number>,
  [halfX, halfY, halfZ]: readonly [number, number, number],
  maxM: number,
): DistanceGrid {
  const nz = Math.max(1, Math.ceil((2 * halfZ) / cellZM));
  const cellM = Math.max(0.05, Math.sqrt((4 * halfX * halfY * nz) / mostCells));
  const nx = Math.max(1, Math.ceil((2 * halfX) / cellM));
  const ny = Math.max(1, Math.ceil((2 * halfY) / cellM));
  const seeds = rowsOf(nx, ny * nz);
  for (let i = 0; i + 2 < points.length; i += 3) {
    const x = Math.floor((points[i] + halfX) / cellM);
    const y = Math.floor((points[i + 1] + halfY) / cellM);
    const z = Math.floor((points[i + 2] + halfZ) / cellZM);
    if (x >= 0 && x < nx && y >= 0 && y < ny && z >= 0 && z < nz) seed(seeds, z * ny + y, x);
  }
  const perCell = (255 * cellM) / maxM;
  const perLayer = (255 * heightShare * cellZM) / maxM;
  alongRows(seeds, perCell);
  const flat = rowsOf(nx, ny * nz);
  for (let row = 0; row < ny * nz; row++) {
    const y = row % ny;
    spread(seeds, row, flat, row - y, y, ny, 1, perCell);
  }
  const all = rowsOf(nx, ny * nz);
  for (let row = 0; row < ny * nz; row++) spread(flat, row, all, row % ny, Math.floor(row / ny), nz, ny, perLayer);
  const steps = new Uint8Array(all.squares.length);
  for (let i = 0; i < steps.length; i++) steps[i] = roots[all.squares[i]];
  return { steps, nx, ny, nz, halfX, halfY, halfZ, cellM, cellZM, maxM };
}

/** Squares of distances, row by row along x, and in each row from which cell to which (exclusive) some are not far. */
interface Rows {
  readonly nx: number;
  readonly squares: Uint16Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

const rowsOf = (nx: number, count: number): Rows => ({
  nx,
  squares: new Uint16Array(nx * count).fill(far),
  from: new Int32Array(count).fill(nx),
  to: new Int32Array(count),
});

function seed({ nx, squares, from, to }: Rows, row: number, x: number): void {
  squares[nx * row + x] = 0;
  if (x < from[row]) from[row] = x;
  if (x >= to[row]) to[row] = x + 1;
}

/** Within each row: how far the seed before and the one behind are. */
function alongRows({ nx, squares, from, to }: Rows, perCell: number): void {
  const reach = Math.floor(255 / perCell);
  const square = Uint16Array.from({ length: reach + 2 }, (_, cells) =>
    Math.min(far, Math.round((cells * perCell) ** 2)),
  );
  for (let row = 0; row < from.length; row++) {
    if (from[row] >= to[row]) continue;
    const start = nx * row;
    const low = Math.max(0, from[row] - reach);
    const high = Math.min(nx, to[row] + reach);
    for (let x = low, cells = reach + 1; x < high; x++) {
      cells = squares[start + x] === 0 ? 0 : Math.min(reach + 1, cells + 1);
      if (square[cells] < squares[start + x]) squares[start + x] = square[cells];
    }
    for (let x = high - 1, cells = reach + 1; x >= low; x--) {
      cells = squares[start + x] === 0 ? 0 : Math.min(reach + 1, cells + 1);
      if (square[cells] < squares[start + x]) squares[start + x] = square[cells];
    }
    from[row] = low;
    to[row] = high;
  }
}

/** A row to itself and its neighbours on one line of rows, `at` the place on it: the least of what they have and it says. */
function spread(
  source: Rows,
  row: number,
  target: Rows,
  line: number,
  at: number,
  count: number,
  stride: number,
  perStep: number,
): void {
  const { nx, squares } = source;
  const [from, to] = [source.from[row], source.to[row]];
  if (from >= to) return;
  const reach = Math.floor(255 / perStep);
  const last = Math.min(count - 1, at + reach);
  for (let k = Math.max(0, at - reach); k <= last; k++) {
    const further = Math.round(((k - at) * perStep) ** 2);
    const there = line + k * stride;
    for (let x = from; x < to; x++) {
      const square = squares[nx * row + x] + further;
      if (square < target.squares[nx * there + x]) target.squares[nx * there + x] = square;
    }
    if (from < target.from[there]) target.from[there] = from;
    if (to > target.to[there]) target.to[there] = to;
  }
}
