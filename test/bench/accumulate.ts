import { compose, poseToMatrix } from "@sweepmark/geometry";
import { openLog, type Frame, type LogReader } from "@sweepmark/log";
import { timed, type Case } from "./measure.ts";
import type { BenchFile } from "./source.ts";

const sweeps = 30;
const voxelM = 0.05;

/**
 * Thirty sweeps around the middle as one cloud, each. Floor: the same sweeps decoded and forgotten (with their images,
 * which a cloud does not read). Plain: frames, then a Map with a string for each voxel.
 */
export async function accumulateCase(file: BenchFile, rounds: number): Promise<Case> {
  const open = async (): Promise<LogReader> => await openLog(file.source, { cacheBytes: 1 });
  const probe = await open();
  const { length } = probe.info.frames;
  const first = Math.max(0, Math.floor(length / 2) - sweeps / 2);
  const count = Math.min(sweeps, length);
  const indices = Array.from({ length: count }, (_, i) => first + i).filter((index) => index < length);
  const request = { index: first, before: { frames: 0 }, after: { frames: count - 1 }, voxelM };
  const cloud = probe.info.worldName === undefined ? undefined : await probe.accumulate(request);
  return {
    subject: file.name,
    name: "accumulate 30 sweeps, each",
    note: cloud ? `${cloud.count} points in voxels of ${cloud.voxelM} m` : "no ego motion: not measured",
    rounds: Math.max(3, rounds >> 2),
    ours: async () => {
      const log = await open();
      return (await timed(async () => cloud && (await log.accumulate(request)))) / count;
    },
    floor: async () => {
      const log = await open();
      return (
        (await timed(async () => {
          for (const index of indices) await log.frame(index);
        })) / count
      );
    },
    plain: async () => {
      const log = await open();
      return (
        (await timed(async () => {
          const voxels = new Map<string, readonly number[]>();
          for (const index of indices) plainVoxels(await log.frame(index), voxels);
        })) / count
      );
    },
  };
}

function plainVoxels({ worldFromEgo, sweeps: all }: Frame, voxels: Map<string, readonly number[]>): void {
  for (const { egoFromLidar, positions } of all) {
    if (!egoFromLidar) continue;
    const m = poseToMatrix(compose(worldFromEgo, egoFromLidar));
    for (let i = 0; i + 2 < positions.length; i += 3) {
      const point = [0, 1, 2].map(
        (row) => m[row] * positions[i] + m[row + 4] * positions[i + 1] + m[row + 8] * positions[i + 2] + m[row + 12],
      );
      const key = point.map((value) => Math.floor(value / voxelM)).join(" ");
      if (!voxels.has(key)) voxels.set(key, point);
    }
  }
}
