import type { EgoShift, TimestampNs } from "@sweepmark/geometry";
import type { ExcludedPath } from "./accumulated-cloud.ts";
import type { Problem } from "./types.ts";

export interface MatchEgoRequest {
  /** Moving objects: points inside of their cuboids at the sweep's own stamp take no part. */
  readonly exclude?: readonly ExcludedPath[];
  /** Added to each side of an excluded cuboid, metres; 0.2 by default. */
  readonly marginM?: number;
  /** The corrected world in which `exclude` is; by default that of the log. By rising time. */
  readonly correction?: readonly EgoShift[];
}

/** How one frame lies on what stood around the frames before it. */
export interface EgoMatch {
  /** Of the frame. */
  readonly index: number;
  readonly at: TimestampNs;
  /** Of the log's pose, whatever correction there is. The first is 0; where it is not determined, that of the frame before. */
  readonly shift: EgoShift;
  /** Whether the surroundings say where ego is, along, across and in yaw. */
  readonly determined: boolean;
  /** Median distance of the points from what stood there before, by the log's poses, metres; undefined: nothing did. */
  readonly beforeM: number | undefined;
  /** The same with all frames shifted. */
  readonly afterM: number | undefined;
}

export interface EgoMatches {
  /** By rising time. */
  readonly matches: readonly EgoMatch[];
  /** Frames that could not be read, or whose pose is not known: nothing is said of them. */
  readonly skipped: readonly { readonly index: number; readonly problem: Problem }[];
}
