import type { Pose, Space } from "@sweepmark/geometry";

/** Points of one lidar with the way into space `S`. Borrowed: kernels never write to them. */
export interface PlacedPoints<S extends Space> {
  /** [count × 3] metres, in `lidar`. */
  readonly positions: Float32Array;
  readonly spaceFromLidar: Pose<S, "lidar">;
}
