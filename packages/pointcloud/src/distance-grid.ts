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

/**
 * Distances to the nearest of some points, up to `maxM`: seeds spread along x, y and z one after the other, which is
 * exact (Felzenszwalb and Huttenlocher 2012) but for the points going to the middles of their cells.
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
  const far = maxM * maxM;
  const squares = new Float32Array(nx * ny * nz).fill(far);
  for (let i = 0; i + 2 < points.length; i += 3) {
    const x = Math.floor((points[i] + halfX) / cellM);
    const y = Math.floor((points[i + 1] + halfY) / cellM);
    const z = Math.floor((points[i + 2] + halfZ) / cellZM);
    if (x >= 0 && x < nx && y >= 0 && y < ny && z >= 0 && z < nz) squares[(z * ny + y) * nx + x] = 0;
  }
  const layer = nx * ny;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) spread(squares, z * layer + y * nx, 1, nx, cellM, maxM);
    for (let x = 0; x < nx; x++) spread(squares, z * layer + x, nx, ny, cellM, maxM);
  }
  for (let cell = 0; cell < layer; cell++) spread(squares, cell, layer, nz, heightShare * cellZM, maxM);
  const steps = new Uint8Array(squares.length);
  const perM = 255 / maxM;
  for (let i = 0; i < steps.length; i++) steps[i] = Math.min(255, Math.round(Math.sqrt(squares[i]) * perM));
  return { steps, nx, ny, nz, halfX, halfY, halfZ, cellM, cellZM, maxM };
}

/** Along one line of cells: the least of itself and of what the others say, farther by the way to them. */
function spread(
  squares: Float32Array,
  start: number,
  stride: number,
  count: number,
  cellM: number,
  maxM: number,
): void {
  const reach = Math.ceil(maxM / cellM);
  const far = maxM * maxM;
  let any = false;
  for (let i = 0, cell = start; i < count && !any; i++, cell += stride) any = squares[cell] < far;
  if (!any) return;
  const line = new Float32Array(count);
  for (let i = 0, cell = start; i < count; i++, cell += stride) line[i] = squares[cell];
  for (let i = 0; i < count; i++) {
    if (line[i] >= far) continue;
    const high = Math.min(count - 1, i + reach);
    for (let k = Math.max(0, i - reach); k <= high; k++) {
      const off = (k - i) * cellM;
      const square = line[i] + off * off;
      const cell = start + k * stride;
      if (square < squares[cell]) squares[cell] = square;
    }
  }
}
