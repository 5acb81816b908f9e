import { angleBetween, interpolateCuboid, vec } from "@sweepmark/geometry";
import { lowConfidence, type ProposedPose } from "./propagate.ts";

/** Interpolated between those that are left, no pose is farther than this from where it was. */
export const thinM = 0.05;
export const thinRad = (1 * Math.PI) / 180;

/**
 * The poses that linear interpolation needs (Douglas and Peucker 1973): the first and the last, those at `keep`, those
 * where doubt begins or ends, and as many of the others as the tolerance asks for. The confidence of each is the least of
 * the stretch that it begins.
 *
 * @param keep indices of frames that have a keyframe whatever is proposed.
 */
export function thinnedPoses(poses: readonly ProposedPose[], keep: ReadonlySet<number>): readonly ProposedPose[] {
  const kept = poses.map(({ index, confidence }, i) => {
    const before = poses[i - 1];
    const turns = before !== undefined && before.confidence < lowConfidence !== confidence < lowConfidence;
    return i === 0 || i === poses.length - 1 || keep.has(index) || turns;
  });
  const fixed = kept.flatMap((each, i) => (each ? [i] : []));
  fixed.slice(1).forEach((end, k) => split(poses, fixed[k], end, kept));
  const chosen = kept.flatMap((each, i) => (each ? [i] : []));
  return chosen.map((i, k) => {
    const stretch = poses.slice(i, chosen[k + 1] ?? i + 1);
    return { ...poses[i], confidence: Math.min(...stretch.map(({ confidence }) => confidence)) };
  });
}

function split(poses: readonly ProposedPose[], start: number, end: number, kept: boolean[]): void {
  const [a, b] = [poses[start], poses[end]];
  let worst = 1;
  let at = -1;
  for (let i = start + 1; i < end; i++) {
    const between = interpolateCuboid(a.cuboid, b.cuboid, Number(poses[i].at - a.at) / Number(b.at - a.at));
    const off = Math.max(
      vec.distance(between.center, poses[i].cuboid.center) / thinM,
      angleBetween(between.rotation, poses[i].cuboid.rotation) / thinRad,
    );
    if (off > worst) [worst, at] = [off, i];
  }
  if (at < 0) return;
  kept[at] = true;
  split(poses, start, at, kept);
  split(poses, at, end, kept);
}
