import { poseToMatrix, transformDirection, type Pose, type Space } from "@sweepmark/geometry";
import {
  dropPits,
  dropRaised,
  fillGaps,
  filledCell,
  measuredCell,
  percentileGrid,
  unknownCell,
  type HeightGrid,
} from "./grid.ts";
import { fitPlane } from "./plane.ts";
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
/** A road steeper than this against the plane under ego is cut off; a car's side is far steeper. */
const slope = 0.15;
const pitM = 0.5;
const fillRings = 5;
/** Beyond this the ground is the plane. */
const maxRangeM = 150;
/** Cells nearer than this decide the plane. */
const planeRangeM = 40;

/**
 * The ground under one moment's sweeps: a 0.8 m grid of 5th percentiles over the plane under ego, without pits and
 * without what rises above a slope-limited erosion; gaps up to 4 m filled, the rest a plane. 5–12 ms at 120 000 points.
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
  const half = Math.min(maxRangeM, points.rangeM) + cellM;
  const columns = Math.ceil((2 * half) / cellM);
  const cells = new Int32Array(points.heights.length);
  for (let i = 0; i < cells.length; i++) {
    const column = (points.xy[2 * i] + half) / cellM;
    const row = (points.xy[2 * i + 1] + half) / cellM;
    cells[i] = column >= 0 && column < columns && row >= 0 && row < columns ? (row | 0) * columns + (column | 0) : -1;
  }
  const grid = percentileGrid(cells, points.heights, columns, columns, cellM, share);
  dropPits(grid, pitM, slope);
  dropRaised(grid, groundCutM, slope);
  const plane = planeOf(grid, half);
  fillGaps(grid, fillRings);

  const overPlane = (column: number, row: number): number => {
    const cell = row * columns + column;
    if (column >= 0 && column < columns && row >= 0 && row < columns && grid.states[cell] !== unknownCell)
      return grid.heights[cell];
    return plane[0] * ((column + 0.5) * cellM - half) + plane[1] * ((row + 0.5) * cellM - half) + plane[2];
  };
  return {
    heightAt(x, y) {
      const dx = x - originX;
      const dy = y - originY;
      const column = (dx + half) / cellM - 0.5;
      const row = (dy + half) / cellM - 0.5;
      const c = Math.floor(column);
      const r = Math.floor(row);
      const u = column - c;
      const v = row - r;
      const near = overPlane(c, r) * (1 - u) + overPlane(c + 1, r) * u;
      const far = overPlane(c, r + 1) * (1 - u) + overPlane(c + 1, r + 1) * u;
      return originZ + tiltX * dx + tiltY * dy + near * (1 - v) + far * v;
    },
    evidenceAt(x, y) {
      const column = Math.floor((x - originX + half) / cellM);
      const row = Math.floor((y - originY + half) / cellM);
      if (!(column >= 0 && column < columns && row >= 0 && row < columns)) return "plane";
      const state = grid.states[row * columns + column];
      return state === measuredCell ? "measured" : state === filledCell ? "filled" : "plane";
    },
  };
}

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
  const count = clouds.reduce((sum, cloud) => sum + Math.floor(cloud.positions.length / 3), 0);
  const xy = new Float32Array(2 * count);
  const heights = new Float32Array(count);
  let rangeM = 0;
  let at = 0;
  for (const { positions, spaceFromLidar } of clouds) {
    const m = poseToMatrix(spaceFromLidar);
    const moveX = m[12] - originX;
    const moveY = m[13] - originY;
    const moveZ = m[14] - originZ;
    for (let i = 0; i + 2 < positions.length; i += 3, at++) {
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

function planeOf(grid: HeightGrid, half: number): readonly [number, number, number] {
  const samples: number[] = [];
  for (let cell = 0; cell < grid.states.length; cell++) {
    if (grid.states[cell] !== measuredCell) continue;
    const x = ((cell % grid.columns) + 0.5) * cellM - half;
    const y = (Math.floor(cell / grid.columns) + 0.5) * cellM - half;
    if (x * x + y * y < planeRangeM * planeRangeM) samples.push(x, y, grid.heights[cell]);
  }
  return fitPlane(samples);
}
