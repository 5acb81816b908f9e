import { poseToMatrix, type Pose } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";

/** `z = a·x + b·y + c` in ego, metres. */
export type EgoPlane = readonly [a: number, b: number, c: number];

const planes = new WeakMap<Frame["sweeps"], EgoPlane>();

/**
 * The plane under ego that heights are coloured and clipped by. Lighter than assist's ground surface (which takes
 * 5–12 ms a frame and is made when a tool needs it): about 10 000 points, low ones of each 4 m cell within 24 m, then a
 * plane with outliers weighted down. Remembered with the sweeps.
 */
export function groundPlaneOf(frame: Frame): EgoPlane {
  const known = planes.get(frame.sweeps);
  if (known) return known;
  const sweep = frame.sweeps.find(({ egoFromLidar }) => egoFromLidar);
  const plane: EgoPlane = sweep?.egoFromLidar
    ? planeUnder(sweep.positions, sweep.count, sweep.egoFromLidar)
    : [0, 0, 0];
  planes.set(frame.sweeps, plane);
  return plane;
}

const rangeM = 24;
const cellM = 4;
const columns = (2 * rangeM) / cellM;
/** A cell this far off the plane counts half. */
const softM = 0.15;

/** @param positions [count × 3] metres, in lidar. */
export function planeUnder(positions: Float32Array, count: number, egoFromLidar: Pose<"ego", "lidar">): EgoPlane {
  const m = poseToMatrix(egoFromLidar);
  const cells: number[][] = Array.from({ length: columns * columns }, () => []);
  const stride = 3 * Math.max(1, Math.floor(count / 10_000));
  for (let i = 0; i + 2 < 3 * count; i += stride) {
    const px = positions[i];
    const py = positions[i + 1];
    const pz = positions[i + 2];
    const x = m[0] * px + m[4] * py + m[8] * pz + m[12];
    const y = m[1] * px + m[5] * py + m[9] * pz + m[13];
    if (!(Math.abs(x) < rangeM && Math.abs(y) < rangeM)) continue;
    const cell = Math.floor((x + rangeM) / cellM) * columns + Math.floor((y + rangeM) / cellM);
    cells[cell].push(m[2] * px + m[6] * py + m[10] * pz + m[14]);
  }
  const samples: (readonly [number, number, number])[] = [];
  cells.forEach((heights, cell) => {
    if (heights.length < 3) return;
    // Not the lowest: single echoes come from below the road.
    const low = heights.toSorted((a, b) => a - b)[Math.floor(heights.length / 10)];
    samples.push([(Math.floor(cell / columns) + 0.5) * cellM - rangeM, ((cell % columns) + 0.5) * cellM - rangeM, low]);
  });
  return robustPlane(samples);
}

/** Least squares, reweighted by 1 / (1 + (residual / 0.15 m)²) for six rounds; level for fewer than 6 samples. */
function robustPlane(samples: readonly (readonly [number, number, number])[]): EgoPlane {
  if (samples.length === 0) return [0, 0, 0];
  const heights = samples.map((sample) => sample[2]).toSorted((a, b) => a - b);
  // Cells without ground are too high, hardly ever too low: start below the median.
  let plane: EgoPlane = [0, 0, heights[Math.floor(heights.length * 0.35)]];
  if (samples.length < 6) return plane;
  for (let round = 0; round < 6; round++) {
    const weights = samples.map(([x, y, z]) => 1 / (1 + ((z - plane[0] * x - plane[1] * y - plane[2]) / softM) ** 2));
    const sum = (of: (x: number, y: number, z: number) => number): number =>
      samples.reduce((total, [x, y, z], i) => total + weights[i] * of(x, y, z), 0);
    const w = sum(() => 1);
    const [mx, my, mz] = [sum((x) => x) / w, sum((_, y) => y) / w, sum((_x, _y, z) => z) / w];
    // The ridge keeps a plane from tipping over when all ground lies on one side (a front-sector lidar).
    const ridge = 8 * w;
    const xx = sum((x) => (x - mx) ** 2) + ridge;
    const yy = sum((_, y) => (y - my) ** 2) + ridge;
    const xy = sum((x, y) => (x - mx) * (y - my));
    const xz = sum((x, _, z) => (x - mx) * (z - mz));
    const yz = sum((_, y, z) => (y - my) * (z - mz));
    const determinant = xx * yy - xy * xy;
    const a = (xz * yy - yz * xy) / determinant;
    const b = (yz * xx - xz * xy) / determinant;
    plane = [a, b, mz - a * mx - b * my];
  }
  return plane;
}

/** The plane as `[nx, ny, nz, d]` in lidar, so that n·p + d is the height of a lidar point over it, along ego's z. */
export function planeInLidar(
  [a, b, c]: EgoPlane,
  egoFromLidar: Pose<"ego", "lidar">,
): [number, number, number, number] {
  const m = poseToMatrix(egoFromLidar);
  return [0, 1, 2, 3].map((column) => {
    const along = m[4 * column + 2] - a * m[4 * column] - b * m[4 * column + 1];
    return column === 3 ? along - c : along;
  }) as [number, number, number, number];
}
