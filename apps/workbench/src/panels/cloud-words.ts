import type { AccumulatedCloud } from "@sweepmark/log";
import { formatCount, formatFixed } from "../messages/numbers.ts";
import type { Text } from "../messages/text.ts";

/** Side of a voxel: "5 cm", "2.5 m", or that there are none. */
export const voxelWords = (t: Text["t"], voxelM: number): string =>
  voxelM === 0
    ? t("cloud.noVoxels")
    : voxelM < 1
      ? `${formatFixed(voxelM * 100, Number.isInteger(Math.round(voxelM * 1e6) / 1e4) ? 0 : 1)} cm`
      : `${formatFixed(voxelM, 2)} m`;

/** "30 sweeps, 1 204 331 points, 5 cm voxels". */
export function cloudWords(t: Text["t"], cloud: AccumulatedCloud): string {
  const { sweeps, count, voxelM } = cloud;
  return [
    t("cloud.sweeps", { count: sweeps.length, sweeps: formatCount(sweeps.length) }),
    t("status.points", { count, points: formatCount(count) }),
    voxelM === 0 ? t("cloud.noVoxels") : t("cloud.ofVoxels", { side: voxelWords(t, voxelM) }),
  ].join(", ");
}
