import type { Ray, Space } from "@sweepmark/geometry";

/** Points that lie together are stored together: what looks at a place reads a few blocks, not the whole cloud. */
export interface CloudBlocks {
  /** [blocks + 1] index of each block's first point; the last is the number of points. */
  readonly starts: Uint32Array;
  /** [blocks × 6] least x, y, z and greatest x, y, z of its points, metres. */
  readonly bounds: Float32Array;
}

/** Side of a block's column, metres. A few hundred of them hold a drive of a minute. */
const blockM = 16;

/**
 * Sorts points into vertical columns of 16 m. `order`: [count] index of the point that comes at each place; the order
 * within a block is that of the points. Blocks come by y, then by x.
 *
 * @param positions [≥ count × 3] metres.
 */
export function blocksOf(
  positions: Float32Array,
  count: number,
): { readonly order: Uint32Array; readonly blocks: CloudBlocks } {
  const columnOf = (i: number): number =>
    Math.floor(positions[3 * i] / blockM) + 2 ** 22 * Math.floor(positions[3 * i + 1] / blockM);
  const counts = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const column = columnOf(i);
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  const columns = [...counts.keys()].toSorted((a, b) => a - b);
  const starts = new Uint32Array(columns.length + 1);
  columns.forEach((column, block) => (starts[block + 1] = starts[block] + (counts.get(column) ?? 0)));
  const blockOf = new Map(columns.map((column, block) => [column, block]));
  const next = starts.slice();
  const order = new Uint32Array(count);
  const bounds = new Float32Array(6 * columns.length);
  for (let k = 0; k < bounds.length; k++) bounds[k] = k % 6 < 3 ? Infinity : -Infinity;
  for (let i = 0; i < count; i++) {
    const block = blockOf.get(columnOf(i)) ?? 0;
    order[next[block]++] = i;
    for (let axis = 0; axis < 3; axis++) {
      const value = positions[3 * i + axis];
      const at = 6 * block + axis;
      if (value < bounds[at]) bounds[at] = value;
      if (value > bounds[at + 3]) bounds[at + 3] = value;
    }
  }
  return { order, blocks: { starts, bounds } };
}

/** [start, end) of the points of blocks that come within `maxPixels` of a ray, by the spheres around them. */
export function rangesNearRay<S extends Space>(
  { starts, bounds }: CloudBlocks,
  ray: Ray<S>,
  pixelM: (distanceM: number) => number,
  maxPixels: number,
): readonly (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let block = 0; block + 1 < starts.length; block++) {
    const b = bounds.subarray(6 * block, 6 * block + 6);
    const radius = Math.hypot(b[3] - b[0], b[4] - b[1], b[5] - b[2]) / 2;
    const x = (b[0] + b[3]) / 2 - ray.origin[0];
    const y = (b[1] + b[4]) / 2 - ray.origin[1];
    const z = (b[2] + b[5]) / 2 - ray.origin[2];
    const along = x * ray.direction[0] + y * ray.direction[1] + z * ray.direction[2];
    if (along + radius <= 0) continue;
    const reach = radius + maxPixels * pixelM(Math.max(0, along + radius));
    if (x * x + y * y + z * z - along * along <= reach * reach) found.push([starts[block], starts[block + 1]]);
  }
  return found;
}

/** [start, end) of the points of blocks that come within `rangeM` of a place, in the plane. */
export function rangesNear(
  { starts, bounds }: CloudBlocks,
  x: number,
  y: number,
  rangeM: number,
): readonly (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let block = 0; block + 1 < starts.length; block++) {
    const at = 6 * block;
    const dx = Math.max(bounds[at] - x, 0, x - bounds[at + 3]);
    const dy = Math.max(bounds[at + 1] - y, 0, y - bounds[at + 4]);
    if (dx * dx + dy * dy <= rangeM * rangeM) found.push([starts[block], starts[block + 1]]);
  }
  return found;
}
