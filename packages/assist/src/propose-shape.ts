import { overviewCellM, type Cluster, type Overview } from "@sweepmark/pointcloud";

/** A cluster as seen from above: the rectangle around it, and what it looks like. */
export interface Shape {
  /** x and y from ego, along its heading and to its left. */
  readonly center: readonly [x: number, y: number];
  readonly lengthM: number;
  readonly widthM: number;
  /** Of the length, against ego's heading, [0, π). */
  readonly yawRad: number;
  readonly pointCount: number;
  /** [count] over the ground, ascending. */
  readonly heights: Float32Array;
  readonly rangeM: number;
  /** Which of the gaps keeps it apart from other things (index). */
  readonly apart: number;
  /** Share of the strip 0.2 to 0.8 m around the rectangle in which other things stand. */
  readonly ring: number;
  /** Share of the sides that face the sensor along which something stands. */
  readonly covered: number;
  /** Mean distance of its cells from the nearest side, of half the width. */
  readonly depth: number;
  /** Share of the rectangle that was seen through. */
  readonly free: number;
}

const yawSteps = 36;
/** Nearer to a side than this is at it. */
const sideM = 0.1;
const ringInM = 0.2;
const ringOutM = 0.8;
const freeRays = 2;

/** The rectangle whose sides are closest to the cells (Zhang et al. 2017, closeness), and what is in and around it. */
export function shapeOf(overview: Overview, { cells, level, pointCount }: Cluster): Shape {
  const { points, starts, sensors, sources } = overview;
  const xy = new Float32Array(2 * cells.length);
  const heights = new Float32Array(pointCount);
  let n = 0;
  for (let k = 0; k < cells.length; k++) {
    const from = starts[cells[k]];
    const to = starts[cells[k] + 1];
    for (let i = from; i < to; i++) {
      xy[2 * k] += points[3 * i] / (to - from);
      xy[2 * k + 1] += points[3 * i + 1] / (to - from);
      heights[n++] = points[3 * i + 2];
    }
  }
  heights.sort();
  let best = rectangleAt(xy, 0);
  for (let step = 1; step < yawSteps; step++) {
    const next = rectangleAt(xy, (step * Math.PI) / 2 / yawSteps);
    if (next.closeness > best.closeness) best = next;
  }
  const { u0, u1, v0, v1 } = best;
  const turned = v1 - v0 > u1 - u0;
  const yawRad = turned ? best.yawRad + Math.PI / 2 : best.yawRad;
  const c0 = Math.cos(best.yawRad);
  const s0 = Math.sin(best.yawRad);
  const u = (u0 + u1) / 2;
  const v = (v0 + v1) / 2;
  const center = [c0 * u - s0 * v, s0 * u + c0 * v] as const;
  const lengthM = Math.max(u1 - u0, v1 - v0);
  const widthM = Math.min(u1 - u0, v1 - v0);
  const at = sensors[sources[starts[cells[0]]]];
  const rectangle = { center, lengthM, widthM, yawRad };
  return {
    ...rectangle,
    pointCount,
    heights,
    rangeM: Math.hypot(center[0] - at[0], center[1] - at[1]),
    apart: level,
    ...sidesOf(xy, rectangle, at),
    ...aroundOf(overview, rectangle, new Set(cells)),
  };
}

interface Rectangle {
  readonly center: readonly [x: number, y: number];
  readonly lengthM: number;
  readonly widthM: number;
  readonly yawRad: number;
}

function rectangleAt(xy: Float32Array, yawRad: number) {
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  let [u0, u1, v0, v1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    const u = c * xy[i] + s * xy[i + 1];
    const v = c * xy[i + 1] - s * xy[i];
    if (u < u0) u0 = u;
    if (u > u1) u1 = u;
    if (v < v0) v0 = v;
    if (v > v1) v1 = v;
  }
  let closeness = 0;
  for (let i = 0; i < xy.length; i += 2) {
    const u = c * xy[i] + s * xy[i + 1];
    const v = c * xy[i + 1] - s * xy[i];
    closeness += 1 / Math.max(sideM, Math.min(u - u0, u1 - u, v - v0, v1 - v));
  }
  return { yawRad, u0, u1, v0, v1, closeness };
}

function sidesOf(
  xy: Float32Array,
  { center, lengthM, widthM, yawRad }: Rectangle,
  [sx, sy]: readonly [number, number, number],
): Pick<Shape, "covered" | "depth"> {
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const along = (x: number, y: number): readonly [number, number] => [
    c * (x - center[0]) + s * (y - center[1]),
    c * (y - center[1]) - s * (x - center[0]),
  ];
  const [su, sv] = along(sx, sy);
  const halfL = lengthM / 2;
  const halfW = widthM / 2;
  const seesEnd = Math.abs(su) > halfL;
  const seesSide = Math.abs(sv) > halfW;
  const end = new Set<number>();
  const side = new Set<number>();
  let depth = 0;
  for (let i = 0; i < xy.length; i += 2) {
    const [u, v] = along(xy[i], xy[i + 1]);
    depth += Math.min(halfL - Math.abs(u), halfW - Math.abs(v));
    if (seesEnd && Math.sign(su) * u > halfL - 0.4) end.add(Math.round(v / 0.25));
    if (seesSide && Math.sign(sv) * v > halfW - 0.4) side.add(Math.round(u / 0.25));
  }
  const facesM = (seesEnd ? widthM : 0) + (seesSide ? lengthM : 0);
  return {
    covered: Math.min(1, (0.25 * (end.size + side.size)) / Math.max(0.25, facesM)),
    depth: (2 * depth) / xy.length / Math.max(0.2, halfW),
  };
}

function aroundOf(
  { starts, rays, side, halfM }: Overview,
  { center, lengthM, widthM, yawRad }: Rectangle,
  own: ReadonlySet<number>,
): Pick<Shape, "ring" | "free"> {
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const reach = Math.hypot(lengthM, widthM) / 2 + ringOutM;
  const columnOf = (x: number): number => Math.max(0, Math.min(side - 1, Math.floor((x + halfM) / overviewCellM)));
  let [stripCells, standing, cells, free] = [0, 0, 0, 0];
  for (let row = columnOf(center[1] - reach); row <= columnOf(center[1] + reach); row++)
    for (let column = columnOf(center[0] - reach); column <= columnOf(center[0] + reach); column++) {
      const x = (column + 0.5) * overviewCellM - halfM - center[0];
      const y = (row + 0.5) * overviewCellM - halfM - center[1];
      const out = Math.max(Math.abs(c * x + s * y) - lengthM / 2, Math.abs(c * y - s * x) - widthM / 2);
      const cell = row * side + column;
      if (out > ringOutM) continue;
      if (out > ringInM) {
        stripCells++;
        if (starts[cell + 1] > starts[cell] && !own.has(cell)) standing++;
      } else if (out < 0) {
        cells++;
        if (rays[cell] >= freeRays) free++;
      }
    }
  return { ring: standing / Math.max(1, stripCells), free: free / Math.max(1, cells) };
}
