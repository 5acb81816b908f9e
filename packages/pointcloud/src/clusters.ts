import { overviewCellM, type Overview } from "./overview.ts";

/** What stands together: cells of 0.2 m that steps of a gap at most lead through. */
export interface Cluster {
  /** Indices of cells of the overview. */
  readonly cells: Uint32Array;
  /** The greatest of the gaps that keeps it apart from everything else (index); clusters of smaller gaps lie within. */
  readonly level: number;
  readonly pointCount: number;
  /** Bounds of the cells' middles, metres. */
  readonly bounds: readonly [minX: number, minY: number, maxX: number, maxY: number];
}

export interface ClusterOptions {
  /** Ascending, metres from cell to cell. */
  readonly gapsM: readonly number[];
  /** Added to each gap for every metre of range: beams part. */
  readonly gapPerM: number;
  /** Cells whose lowest point is higher hang over the ground: no part of what stands on it. */
  readonly lowM: number;
  /** Larger clusters are left out, those within them are not. */
  readonly maxExtentM: number;
}

/**
 * Single-link clusters of an overview at each of several gaps, those of small gaps nested in those of greater ones; one that
 * is the same at several gaps comes once.
 */
export function clustersOf(
  { points, starts, side, halfM }: Overview,
  { gapsM, gapPerM, lowM, maxExtentM }: ClusterOptions,
): readonly Cluster[] {
  const occupied = lowCells(points, starts, lowM);
  const indexOf = new Int32Array(side * side).fill(-1);
  occupied.forEach((cell, index) => (indexOf[cell] = index));
  const parents = Int32Array.from(occupied.keys());
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]];
    return root;
  };
  const middleOf = (cell: number): readonly [number, number] => [
    ((cell % side) + 0.5) * overviewCellM - halfM,
    (Math.floor(cell / side) + 0.5) * overviewCellM - halfM,
  ];
  const known = new Map<string, Cluster>();
  for (const [level, gapM] of gapsM.entries()) {
    for (let index = 0; index < occupied.length; index++) {
      const cell = occupied[index];
      const column = cell % side;
      const row = (cell / side) | 0;
      const x = (column + 0.5) * overviewCellM - halfM;
      const y = (row + 0.5) * overviewCellM - halfM;
      const reach = (gapM + gapPerM * Math.sqrt(x * x + y * y)) / overviewCellM;
      const before = level === 0 ? 0 : (gapsM[level - 1] + gapPerM * Math.sqrt(x * x + y * y)) / overviewCellM;
      const steps = Math.floor(reach);
      let root = rootOf(index);
      for (let dy = 0; dy <= steps && row + dy < side; dy++)
        for (let dx = dy === 0 ? 1 : -steps; dx <= steps; dx++) {
          const far2 = dx * dx + dy * dy;
          if (far2 > reach * reach || far2 <= before * before || column + dx < 0 || column + dx >= side) continue;
          const other = indexOf[cell + dy * side + dx];
          if (other < 0) continue;
          const otherRoot = rootOf(other);
          if (otherRoot === root) continue;
          const least = Math.min(root, otherRoot);
          parents[Math.max(root, otherRoot)] = least;
          root = least;
        }
    }
    const members = new Map<number, number[]>();
    occupied.forEach((cell, index) => {
      const root = rootOf(index);
      const list = members.get(root);
      if (list) list.push(cell);
      else members.set(root, [cell]);
    });
    for (const [root, cells] of members) {
      const cluster = clusterOf(cells, level, starts, middleOf);
      const [minX, minY, maxX, maxY] = cluster.bounds;
      if (Math.hypot(maxX - minX, maxY - minY) <= maxExtentM) known.set(`${root} ${cells.length}`, cluster);
    }
  }
  return [...known.values()];
}

/** The cells whose lowest point is no higher than `lowM`, ascending. */
function lowCells(points: Float32Array, starts: Uint32Array, lowM: number): Uint32Array {
  const found: number[] = [];
  for (let cell = 0; cell + 1 < starts.length; cell++)
    for (let i = starts[cell]; i < starts[cell + 1]; i++)
      if (points[3 * i + 2] <= lowM) {
        found.push(cell);
        break;
      }
  return Uint32Array.from(found);
}

function clusterOf(
  cells: readonly number[],
  level: number,
  starts: Uint32Array,
  middleOf: (cell: number) => readonly [number, number],
): Cluster {
  let pointCount = 0;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const cell of cells) {
    pointCount += starts[cell + 1] - starts[cell];
    const [x, y] = middleOf(cell);
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  return { cells: Uint32Array.from(cells), level, pointCount, bounds: [minX, minY, maxX, maxY] };
}
