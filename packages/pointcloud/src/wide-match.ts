import type { PlaneShift } from "./sweep-matcher.ts";

/** How far from the expected place is looked. */
export interface WideReach {
  readonly placeM: number;
  readonly yawRad: number;
}

const cellM = 0.5;
/** Layers of height are bits of a byte: those eight layers apart are taken for one. */
const layerM = 0.6;
/** No point lies farther from ego (`standingPoints`). */
const farthestM = 50;
/** A point at 30 m moves by one cell. */
const yawStepRad = cellM / 30;
/** Points that decide: more say no more here. */
const mostPoints = 400;
/** Steps of a block to each side. */
const blockSteps = 4;
/** At the reach a place must hold so many more of the points to be as good as the expected one. */
const farShare = 0.1;

/**
 * Roughly where ego is, within half a cell, with nothing but a wide guess: of all places and yaws within reach the one from which most
 * points lie where something stood (correlative scan matching, Olson 2009; whole blocks of places are ruled out by what
 * stands anywhere in them).
 *
 * @param known [count × 3] each, metres: what stood there in sweeps before.
 * @param points [count × 3] metres from ego, its height that of `known`.
 * @param expected place and yaw in the space of `known`, for points that are not turned.
 */
export function wideMatch(
  known: readonly Float64Array[],
  points: Float32Array,
  heightM: number,
  expected: PlaneShift,
  reach: WideReach,
): PlaneShift {
  const side = 2 * Math.ceil((farthestM + reach.placeM) / cellM) + 2 * blockSteps + 2;
  const corner = { x: expected.x - (side / 2) * cellM, y: expected.y - (side / 2) * cellM };
  const stands = new Uint8Array(side * side);
  for (const each of known)
    for (let i = 0; i < each.length; i += 3) {
      const column = Math.floor((each[i] - corner.x) / cellM);
      const row = Math.floor((each[i + 1] - corner.y) / cellM);
      if (column >= 0 && column < side && row >= 0 && row < side) stands[row * side + column] |= layerBit(each[i + 2]);
    }
  const inBlocks = anywhereInBlocks(stands, side);
  const steps = Math.ceil(reach.placeM / cellM);
  const turns = Math.ceil(reach.yawRad / yawStepRad);
  const candidates: { readonly seen: SeenCells; readonly i: number; readonly j: number; readonly most: number }[] = [];
  for (let turn = -turns; turn <= turns; turn++) {
    const seen = seenCells(points, heightM, turn * yawStepRad + expected.yawRad, side);
    for (let i = -steps; i <= steps; i += blockSteps)
      for (let j = -steps; j <= steps; j += blockSteps)
        candidates.push({ seen, i, j, most: hits(inBlocks, seen, j * side + i) });
  }
  candidates.sort((a, b) => b.most - a.most);
  let best = expected;
  let bestScore = -Infinity;
  for (const { seen, i, j, most } of candidates) {
    if (most <= bestScore) break;
    for (let di = 0; di < blockSteps; di++)
      for (let dj = 0; dj < blockSteps; dj++) {
        const [x, y] = [(i + di) * cellM, (j + dj) * cellM];
        const far = (x * x + y * y) / reach.placeM ** 2 + ((seen.yawRad - expected.yawRad) / reach.yawRad) ** 2;
        const score = hits(stands, seen, (j + dj) * side + i + di) - farShare * seen.cells.length * far;
        if (score <= bestScore) continue;
        bestScore = score;
        best = { x: expected.x + x, y: expected.y + y, yawRad: seen.yawRad };
      }
  }
  return best;
}

const layerBit = (z: number): number => 1 << (Math.floor(z / layerM) & 7);

/** Where the points are, seen from the middle of the grid at a yaw. */
interface SeenCells {
  readonly yawRad: number;
  readonly cells: Int32Array;
  readonly bits: Uint8Array;
}

function seenCells(points: Float32Array, heightM: number, yawRad: number, side: number): SeenCells {
  const count = Math.min(mostPoints, points.length / 3);
  const cells = new Int32Array(count);
  const bits = new Uint8Array(count);
  const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
  for (let k = 0; k < count; k++) {
    const from = 3 * Math.floor((k * points.length) / 3 / count);
    const column = Math.floor((cos * points[from] - sin * points[from + 1]) / cellM) + side / 2;
    const row = Math.floor((sin * points[from] + cos * points[from + 1]) / cellM) + side / 2;
    cells[k] = row * side + column;
    bits[k] = layerBit(points[from + 2] + heightM);
  }
  return { yawRad, cells, bits };
}

/** How many points lie in cells where something stands in their layer, all moved by so many cells. */
function hits(grid: Uint8Array, { cells, bits }: SeenCells, move: number): number {
  let sum = 0;
  for (let k = 0; k < cells.length; k++) if ((grid[cells[k] + move] & bits[k]) !== 0) sum++;
  return sum;
}

/** What stands in any cell of the block that begins at each. */
function anywhereInBlocks(stands: Uint8Array, side: number): Uint8Array {
  const rows = stands.slice();
  for (let k = 0; k < stands.length; k++) for (let d = 1; d < blockSteps; d++) rows[k] |= stands[k + d] ?? 0;
  const blocks = rows.slice();
  for (let k = 0; k < stands.length; k++) for (let d = 1; d < blockSteps; d++) blocks[k] |= rows[k + d * side] ?? 0;
  return blocks;
}
