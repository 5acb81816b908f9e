import { cuboidPose, invert, poseToMatrix, type Cuboid } from "@sweepmark/geometry";

/**
 * Rows of `boxFromLidar` and the half sizes, flat: [x row (4), y row (4), z row (4), half length, half width, half
 * height]. The inner loops read numbers, not objects.
 */
function boxTest(cuboid: Cuboid<"lidar">): Float64Array {
  const m = poseToMatrix(invert(cuboidPose(cuboid)));
  const [length, width, height] = cuboid.size;
  // prettier-ignore
  return Float64Array.of(
    m[0], m[4], m[8], m[12],
    m[1], m[5], m[9], m[13],
    m[2], m[6], m[10], m[14],
    length / 2, width / 2, height / 2,
  );
}

/** How many points lie inside or on the boundary. One pass over all points: about 1 ms at 120 000. */
export function countInside(positions: Float32Array, cuboidInLidar: Cuboid<"lidar">): number {
  const b = boxTest(cuboidInLidar);
  let count = 0;
  for (let i = 0; i + 2 < positions.length; i += 3)
    if (isInside(b, positions[i], positions[i + 1], positions[i + 2])) count++;
  return count;
}

/** Indices (of points, not of coordinates) inside or on the boundary, ascending. */
export function indicesInside(positions: Float32Array, cuboidInLidar: Cuboid<"lidar">): number[] {
  const b = boxTest(cuboidInLidar);
  const indices: number[] = [];
  for (let i = 0; i + 2 < positions.length; i += 3)
    if (isInside(b, positions[i], positions[i + 1], positions[i + 2])) indices.push(i / 3);
  return indices;
}

function isInside(b: Float64Array, x: number, y: number, z: number): boolean {
  return (
    Math.abs(b[0] * x + b[1] * y + b[2] * z + b[3]) <= b[12] &&
    Math.abs(b[4] * x + b[5] * y + b[6] * z + b[7]) <= b[13] &&
    Math.abs(b[8] * x + b[9] * y + b[10] * z + b[11]) <= b[14]
  );
}

/** Cells per side at most, so that one cuboid a kilometre away costs no memory. */
const maxCells = 512;

/**
 * {@link countInside} for many cuboids in one pass. The cuboids are binned (the horizontal extent of each, in a CSR
 * grid), not the points: most points then meet an empty cell, and nothing is built per sweep. A point in several
 * cuboids counts in each.
 */
export function countInsideMany(positions: Float32Array, cuboidsInLidar: readonly Cuboid<"lidar">[]): number[] {
  const counts = cuboidsInLidar.map(() => 0);
  if (cuboidsInLidar.length === 0) return counts;
  if (cuboidsInLidar.length === 1) return [countInside(positions, cuboidsInLidar[0])];
  const tests = cuboidsInLidar.map(boxTest);
  const grid = binCuboids(cuboidsInLidar);
  const { minX, minY, perM, columns, rows, starts, members } = grid;
  for (let i = 0; i + 2 < positions.length; i += 3) {
    const x = positions[i];
    const y = positions[i + 1];
    const column = (x - minX) * perM;
    const row = (y - minY) * perM;
    if (!(column >= 0 && column < columns && row >= 0 && row < rows)) continue;
    const cell = (row | 0) * columns + (column | 0);
    for (let k = starts[cell]; k < starts[cell + 1]; k++)
      if (isInside(tests[members[k]], x, y, positions[i + 2])) counts[members[k]]++;
  }
  return counts;
}

/**
 * Marks the points inside or on the boundary of any of the cuboids: [positions.length / 3] 1 inside, 0 outside. Undefined
 * where there are no cuboids.
 */
export function maskInside(
  positions: Float32Array,
  cuboidsInLidar: readonly Cuboid<"lidar">[],
): Uint8Array | undefined {
  if (cuboidsInLidar.length === 0) return undefined;
  const mask = new Uint8Array(Math.floor(positions.length / 3));
  const tests = cuboidsInLidar.map(boxTest);
  const { minX, minY, perM, columns, rows, starts, members } = binCuboids(cuboidsInLidar);
  for (let i = 0; i + 2 < positions.length; i += 3) {
    const x = positions[i];
    const y = positions[i + 1];
    const column = (x - minX) * perM;
    const row = (y - minY) * perM;
    if (!(column >= 0 && column < columns && row >= 0 && row < rows)) continue;
    const cell = (row | 0) * columns + (column | 0);
    for (let k = starts[cell]; k < starts[cell + 1] && mask[i / 3] === 0; k++)
      if (isInside(tests[members[k]], x, y, positions[i + 2])) mask[i / 3] = 1;
  }
  return mask;
}

interface CuboidGrid {
  readonly minX: number;
  readonly minY: number;
  readonly perM: number;
  readonly columns: number;
  readonly rows: number;
  /** [cells + 1] where each cell's members begin. */
  readonly starts: Int32Array;
  /** Indices of cuboids, cell by cell. */
  readonly members: Int32Array;
}

function binCuboids(cuboids: readonly Cuboid<"lidar">[]): CuboidGrid {
  const extents = cuboids.map(horizontalExtent);
  // A millimetre of margin: a point on the boundary must not fall beside the grid by rounding.
  const minX = Math.min(...extents.map((e) => e[0])) - 1e-3;
  const minY = Math.min(...extents.map((e) => e[1])) - 1e-3;
  const maxX = Math.max(...extents.map((e) => e[2])) + 1e-3;
  const maxY = Math.max(...extents.map((e) => e[3])) + 1e-3;
  const perM = 1 / Math.max(1, (maxX - minX) / maxCells, (maxY - minY) / maxCells);
  const columns = Math.floor((maxX - minX) * perM) + 1;
  const rows = Math.floor((maxY - minY) * perM) + 1;
  const spans = extents.map((e) => [
    Math.floor((e[0] - 1e-3 - minX) * perM),
    Math.floor((e[1] - 1e-3 - minY) * perM),
    Math.min(columns - 1, Math.floor((e[2] + 1e-3 - minX) * perM)),
    Math.min(rows - 1, Math.floor((e[3] + 1e-3 - minY) * perM)),
  ]);
  const starts = new Int32Array(columns * rows + 1);
  const eachCell = (visit: (cell: number, cuboid: number) => void) => {
    for (let index = 0; index < spans.length; index++) {
      const [left, low, right, high] = spans[index];
      for (let row = low; row <= high; row++)
        for (let column = left; column <= right; column++) visit(row * columns + column, index);
    }
  };
  eachCell((cell) => starts[cell + 1]++);
  for (let cell = 0; cell < columns * rows; cell++) starts[cell + 1] += starts[cell];
  const next = starts.slice();
  const members = new Int32Array(starts[columns * rows]);
  eachCell((cell, index) => (members[next[cell]++] = index));
  return { minX, minY, perM, columns, rows, starts, members };
}

/** [min x, min y, max x, max y] of a cuboid in any rotation: |R| · half size. */
function horizontalExtent(cuboid: Cuboid<"lidar">): readonly [number, number, number, number] {
  const m = poseToMatrix(cuboidPose(cuboid));
  const [l, w, h] = cuboid.size;
  const x = (Math.abs(m[0]) * l + Math.abs(m[4]) * w + Math.abs(m[8]) * h) / 2;
  const y = (Math.abs(m[1]) * l + Math.abs(m[5]) * w + Math.abs(m[9]) * h) / 2;
  return [cuboid.center[0] - x, cuboid.center[1] - y, cuboid.center[0] + x, cuboid.center[1] + y];
}
