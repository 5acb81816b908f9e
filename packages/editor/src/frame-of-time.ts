import type { TimestampNs } from "@sweepmark/geometry";
import type { FrameEntry } from "@sweepmark/log";

/**
 * The frame nearest to a time; undefined without frames. A keyframe from another tool, or a stamp that is only estimated
 * yet, may lie between two frames.
 */
export function frameNearest(frames: readonly FrameEntry[], at: TimestampNs): number | undefined {
  const gap = ({ at: stamp }: FrameEntry): number => Math.abs(Number(stamp - at));
  return frames.length === 0
    ? undefined
    : frames.reduce((best, entry) => (gap(entry) < gap(best) ? entry : best)).index;
}
