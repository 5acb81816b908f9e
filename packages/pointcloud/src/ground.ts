import { poseToMatrix, transformDirection, type Pose, type Space } from "@sweepmark/geometry";
import { dropPits, dropRaised, fillGaps, filledCell, measuredCell, percentileGrid, unknownCell } from "./grid.ts";
import { fitPlane, type Plane } from "./plane.ts";
import type { PlacedPoints } from "./types.ts";

/** The surface that things stand on, in space `S` (z up). */
export interface Ground<S extends Space> {
  /** Height of the ground, metres in `S`. Always a finite number for finite x and y; continuous. */
  heightAt(x: number, y: number): number;
  /** From points in this 0.8 m cell, from cells within 4 m, or from the plane through the ground near ego. */
  evidenceAt(x: number, y: number): "measured" | "filled" | "plane";
  readonly __space?: S;
}

/** Points up to this high above the surface are ground (assist.md: measured on KITTI, AV2 and DDAD). */
export const groundCutM = 0.25;

const cellM = 0.8;
/** 5th percentile: below the clutter, above single low echoes. */
const share = 0.05;
/**
 * A cell more than `raisedM` above the surface that rises by `slope` at most is not ground. A kerb passes; a bumper 0.3 m
 * over the road does not (with 0.25 m and 0.15 it did: 0.3 m under AV2's parked cars). Ramps steeper than 12 % against the
 * road under ego are lost after some metres.
 */
const raisedM = 0.15;
const slope = 0.12;
const pitM = 0.5;
const fillRings = 5;
/** Beyond this the ground is the plane. */
const maxRangeM = 120;
/** No more points of a sweep than this are looked at: every n-th of a denser one says the same. */
const mostPoints = 300_000;
/** Points nearer than this decide the plane, every eighth of them. */
const planeRangeM = 40;
const planeStride = 8;

/**
 * The ground under one moment's sweeps: a 0.8 m grid of 5th percentiles over the plane under ego, without pits and
 * without what rises above a slope-limited erosion; gaps up to 4 m filled, the rest a plane. 8 ms at 120 000 points (the first call, not yet compiled, 70).
 *
 * @param spaceFromEgo says what is level (ego's x–y plane, so that a hill that ego stands on is flat) and where
 *   numbers may be small: heights are kept relative to ego, so `S` may be UTM.
 */
export function buildGround<S extends Space>(
  clouds: readonly PlacedPoints<S>[],
  spaceFromEgo: Pose<S, "ego">,
): Ground<S> {
  const [originX, originY, originZ] = spaceFromEgo.translation;
  const up = transformDirection(spaceFromEgo, [0, 0, 1]);
  // An ego that lies on its side tells nothing about level.
  const upright = up[2] > 0.5;
  const tiltX = upright ? -up[0] / up[2] : 0;
  const tiltY = upright ? -up[1] / up[2] : 0;

  const points = levelled(clouds, spaceFromEgo.translation, tiltX, tiltY);
  const [a, b, c] = planeUnder(points);
  const half = Math.min(maxRangeM, points.rangeM) + (fillRings + 1) * cellM;
  const side = Math.ceil((2 * half) / cellM);
  const cells = new Int32Array(points.heights.length);
  for (let i = 0; i < cells.length; i++) {
    const x = points.xy[2 * i];
    const y = points.xy[2 * i + 1];
    points.heights[i] -= a * x + b * y + c;
    cells[i] = points.heights[i] > -depthM(x, y) ? cellOf(x, y, half, side) : -1;
  }
  const grid = percentileGrid(cells, points.heights, side, side, cellM, share);
  dropPits(grid, pitM, slope);
  dropRaised(grid, raisedM, slope);
  fillGaps(grid, fillRings);

  /** Over the plane, at a cell's centre. */
  const cellHeight = (column: number, row: number): number => {
    const cell = row * side + column;
    const known = column >= 0 && column < side && row >= 0 && row < side && grid.states[cell] !== unknownCell;
    return known ? grid.heights[cell] : 0;
  };
  return {
    heightAt(x, y) {
      const dx = x - originX;
      const dy = y - originY;
      const column = (dx + half) / cellM - 0.5;
      const row = (dy + half) / cellM - 0.5;
      const left = Math.floor(column);
      const low = Math.floor(row);
      const u = column - left;
      const v = row - low;
      const near = cellHeight(left, low) * (1 - u) + cellHeight(left + 1, low) * u;
      const far = cellHeight(left, low + 1) * (1 - u) + cellHeight(left + 1, low + 1) * u;
      return originZ + (tiltX + a) * dx + (tiltY + b) * dy + c + near * (1 - v) + far * v;
    },
    evidenceAt(x, y) {
      const cell = cellOf(x - originX, y - originY, half, side);
      const state = cell >= 0 ? grid.states[cell] : unknownCell;
      return state === measuredCell ? "measured" : state === filledCell ? "filled" : "plane";
    },
  };
}

/** Index in a square grid around the origin, −1 outside. */
function cellOf(x: number, y: number, half: number, side: number): number {
  const column = (x + half) / cellM;
  const row = (y + half) / cellM;
  return column >= 0 && column < side && row >= 0 && row < side ? (row | 0) * side + (column | 0) : -1;
}

/** How far below the plane real ground may lie. Echoes mirrored by cars and wet roads (KITTI: 20 a sweep, 2–10 m down) lie deeper. */
const depthM = (x: number, y: number): number => 0.7 + 0.08 * Math.sqrt(x * x + y * y);

interface LevelledPoints {
  /** [count × 2] metres from ego along the axes of the space. */
  readonly xy: Float32Array;
  /** [count] metres over the plane under ego. */
  readonly heights: Float32Array;
  /** Largest |x| or |y|. */
  readonly rangeM: number;
}

function levelled(
  clouds: readonly PlacedPoints<Space>[],
  [originX, originY, originZ]: readonly [number, number, number],
  tiltX: number,
  tiltY: number,
): LevelledPoints {
  const strideOf = ({ positions }: PlacedPoints<Space>): number =>
    Math.max(1, Math.ceil(positions.length / 3 / mostPoints));
  const count = clouds.reduce(
    (sum, cloud) => sum + Math.ceil(Math.floor(cloud.positions.length / 3) / strideOf(cloud)),
    0,
  );
  const xy = new Float32Array(2 * count);
  const heights = new Float32Array(count);
  let rangeM = 0;
  let at = 0;
  for (const cloud of clouds) {
    const { positions, spaceFromLidar } = cloud;
    const m = poseToMatrix(spaceFromLidar);
    const moveX = m[12] - originX;
    const moveY = m[13] - originY;
    const moveZ = m[14] - originZ;
    const step = 3 * strideOf(cloud);
    for (let i = 0; i + 2 < positions.length; i += step, at++) {
      const px = positions[i];
      const py = positions[i + 1];
      const pz = positions[i + 2];
      const x = m[0] * px + m[4] * py + m[8] * pz + moveX;
      const y = m[1] * px + m[5] * py + m[9] * pz + moveY;
      const z = m[2] * px + m[6] * py + m[10] * pz + moveZ;
      xy[2 * at] = x;
      xy[2 * at + 1] = y;
      heights[at] = z - tiltX * x - tiltY * y;
      if (x > rangeM) rangeM = x;
      else if (-x > rangeM) rangeM = -x;
      if (y > rangeM) rangeM = y;
      else if (-y > rangeM) rangeM = -y;
    }
  }
  return { xy, heights, rangeM };
}

/** The plane through most of the low points near ego, from every eighth point in cells of the same size. */
function planeUnder({ xy, heights }: LevelledPoints): Plane {
  const side = Math.ceil((2 * planeRangeM) / cellM);
  const count = Math.ceil(heights.length / planeStride);
  const cells = new Int32Array(count);
  const sampled = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    cells[k] = cellOf(xy[2 * k * planeStride], xy[2 * k * planeStride + 1], planeRangeM, side);
    sampled[k] = heights[k * planeStride];
  }
  const grid = percentileGrid(cells, sampled, side, side, cellM, share);
  const samples: number[] = [];
  for (let cell = 0; cell < grid.states.length; cell++) {
    if (grid.states[cell] !== measuredCell) continue;
    const x = ((cell % side) + 0.5) * cellM - planeRangeM;
    const y = (Math.floor(cell / side) + 0.5) * cellM - planeRangeM;
    samples.push(x, y, grid.heights[cell]);
  }
  return fitPlane(samples);
}
