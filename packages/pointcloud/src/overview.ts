import { poseToMatrix, transformPoint, yawOf, type Point, type Pose, type Space } from "@sweepmark/geometry";
import { groundCutM, type Ground } from "./ground.ts";
import { followRay, leastSensorM, usualSensorM } from "./surroundings.ts";
import type { PlacedPoints } from "./types.ts";

/**
 * What stands over the ground of a whole frame, and what its lidars saw through: made in two passes, for looking at many places.
 * Everything is level: x and y in metres from ego along its heading and to its left, z over the ground under the point.
 */
export interface Overview {
  /** [count × 3] metres. In the order of `starts`. */
  readonly points: Float32Array;
  /** [count] which of the clouds each point is of. */
  readonly sources: Uint8Array;
  /** [cells + 1] where the points of each cell of 0.2 m begin; rows from the least y. */
  readonly starts: Uint32Array;
  /** Cells in a row; the square reaches `halfM` from ego. */
  readonly side: number;
  readonly halfM: number;
  /** [side × side] rays through each cell at the height of bodies, at most 255. */
  readonly rays: Uint8Array;
  /** Where the lidar of each cloud was; z over the ground under it. */
  readonly sensors: readonly (readonly [x: number, y: number, z: number])[];
}

/** Side of the cells of an overview. */
export const overviewCellM = 0.2;
/** No more rays than this are followed of each cloud: every n-th of a denser sweep says the same. */
const maxRays = 120_000;

export interface OverviewOptions {
  readonly rangeM: number;
  /** Points above this are left out. */
  readonly topM: number;
  /** Rays count while they are between these heights over the ground. */
  readonly bandM: readonly [lowM: number, highM: number];
}

/** A cloud, and which of its points are not looked at ([count] 1: taken). */
export type OverviewCloud<S extends Space> = PlacedPoints<S> & { readonly taken?: Uint8Array | undefined };

export function overviewOf<S extends Space>(
  clouds: readonly OverviewCloud<S>[],
  ground: Ground<S>,
  spaceFromEgo: Pose<S, "ego">,
  { rangeM, topM, bandM }: OverviewOptions,
): Overview {
  const [originX, originY] = spaceFromEgo.translation;
  const yawRad = yawOf(spaceFromEgo.rotation);
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const side = 2 * Math.ceil(rangeM / overviewCellM);
  const halfM = (side / 2) * overviewCellM;
  const rays = new Uint8Array(side * side);
  const total = clouds.reduce((sum, { positions }) => sum + Math.floor(positions.length / 3), 0);
  const found = new Float32Array(3 * total);
  const sources = new Uint8Array(total);
  const cells = new Uint32Array(total);
  let count = 0;
  const sensors = clouds.map(({ positions, spaceFromLidar, taken }, cloud) => {
    const m = poseToMatrix(spaceFromLidar);
    const [sx, sy, sz] = transformPoint(spaceFromLidar, [0, 0, 0] as Point<"lidar">);
    const over = sz - ground.heightAt(sx, sy);
    const at = [
      c * (sx - originX) + s * (sy - originY),
      c * (sy - originY) - s * (sx - originX),
      over < leastSensorM ? usualSensorM : over,
    ] as const;
    const stride = Math.max(1, Math.ceil(positions.length / 3 / maxRays));
    for (let i = 0, k = 0; i + 2 < positions.length; i += 3, k++) {
      const px = positions[i];
      const py = positions[i + 1];
      const pz = positions[i + 2];
      const wx = m[0] * px + m[4] * py + m[8] * pz + m[12];
      const wy = m[1] * px + m[5] * py + m[9] * pz + m[13];
      const x = c * (wx - originX) + s * (wy - originY);
      const y = c * (wy - originY) - s * (wx - originX);
      const height = m[2] * px + m[6] * py + m[10] * pz + m[14] - ground.heightAt(wx, wy);
      const column = Math.floor((x + halfM) / overviewCellM);
      const row = Math.floor((y + halfM) / overviewCellM);
      const isNear = column >= 0 && row >= 0 && column < side && row < side;
      if (isNear && height >= groundCutM && height <= topM && taken?.[k] !== 1) {
        found[3 * count] = x;
        found[3 * count + 1] = y;
        found[3 * count + 2] = height;
        sources[count] = cloud;
        cells[count++] = row * side + column;
      }
      if (k % stride === 0) followRay(rays, side, halfM, at, x - at[0], y - at[1], height - at[2], bandM);
    }
    return at;
  });
  return { ...sorted(found, sources, cells, count, side * side), side, halfM, rays, sensors };
}

/** By cell; the order within a cell is that of the points. */
function sorted(
  found: Float32Array,
  foundSources: Uint8Array,
  cells: Uint32Array,
  count: number,
  cellCount: number,
): Pick<Overview, "points" | "sources" | "starts"> {
  const starts = new Uint32Array(cellCount + 1);
  for (let i = 0; i < count; i++) starts[cells[i] + 1]++;
  for (let cell = 0; cell < cellCount; cell++) starts[cell + 1] += starts[cell];
  const next = starts.slice(0, cellCount);
  const points = new Float32Array(3 * count);
  const sources = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = next[cells[i]]++;
    points[3 * at] = found[3 * i];
    points[3 * at + 1] = found[3 * i + 1];
    points[3 * at + 2] = found[3 * i + 2];
    sources[at] = foundSources[i];
  }
  return { points, sources, starts };
}
