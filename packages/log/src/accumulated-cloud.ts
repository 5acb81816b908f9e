import type { Cuboid, EgoShift, Point, TimestampNs } from "@sweepmark/geometry";
import type { CloudBlocks } from "@sweepmark/pointcloud";
import type { Problem } from "./types.ts";

/** How far from the centre frame: so many frames, or seconds of header stamps. `frames: Infinity`: to the log's end. */
export type Reach = { readonly frames: number } | { readonly seconds: number };

/** One object through time: where it is not to be accumulated. */
export interface ExcludedPath {
  /** By rising time. null: the object is absent there. Between two samples the cuboid is interpolated. */
  readonly samples: readonly { readonly at: TimestampNs; readonly cuboid: Cuboid<"world"> | null }[];
}

export interface AccumulateRequest {
  /** The frame in the middle. */
  readonly index: number;
  readonly before: Reach;
  readonly after: Reach;
  /** Every n-th frame, counted from the middle; 1 by default. */
  readonly stepFrames?: number;
  /** Which lidars; all that are placed by default. */
  readonly lidarTopics?: readonly string[];
  /** Side of the voxels of which one point each is kept, metres; 0: all points, while they fit the budget. */
  readonly voxelM: number;
  /** Budget: voxels grow until so many points are enough. 2 000 000 by default (44 MB), 16 000 000 at most. */
  readonly maxPoints?: number;
  /** Points farther from their lidar are left out; none by default. */
  readonly rangeM?: number;
  /** Moving objects: points inside of their cuboids at the sweep's own stamp are left out. */
  readonly exclude?: readonly ExcludedPath[];
  /** Added to each side of an excluded cuboid, metres; 0.2 by default. */
  readonly marginM?: number;
  /** Corrects the ego poses: the cloud and `exclude` are in the corrected world. By rising time. */
  readonly correction?: readonly EgoShift[];
}

/** A sweep that is in the cloud. */
export interface AccumulatedSweep {
  /** Of the frame. */
  readonly index: number;
  readonly topic: string;
  readonly at: TimestampNs;
  /** Points given to the cloud, before thinning. */
  readonly points: number;
}

/** What could not be accumulated: a frame, or one lidar of it (`topic`). */
export interface SkippedSweep {
  readonly index: number;
  readonly topic?: string;
  readonly problem: Problem;
}

/** Many sweeps as one cloud in `world`. Arrays are owned by whoever holds it; nobody writes to them. */
export interface AccumulatedCloud {
  /** Positions are relative to it, so that float32 is exact to 0.1 mm in UTM too. Whole metres. */
  readonly origin: Point<"world">;
  readonly count: number;
  /** [count × 3] metres along the axes of `world`, from `origin`. */
  readonly positions: Float32Array;
  /** [count] as in the log; undefined where no sweep has any. */
  readonly intensity?: Float32Array;
  readonly intensityMax?: number;
  /** [count] centimetres over the x–y plane of the ego that saw the point: a height that a hill does not change. */
  readonly heightsCm: Int16Array;
  /** [count] index into `sweeps`. */
  readonly sweepIndex: Uint16Array;
  readonly blocks: CloudBlocks;
  /** In order of frames. */
  readonly sweeps: readonly AccumulatedSweep[];
  /** First and last frame of the window that was asked for, both inclusive; skipped ones count. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** As used: larger than asked for where the budget made them grow; 0: none. */
  readonly voxelM: number;
  /** Points left out inside of excluded cuboids. */
  readonly excluded: number;
  readonly skipped: readonly SkippedSweep[];
}

/** Bytes of the arrays that a cloud holds. */
export const cloudBytes = (cloud: AccumulatedCloud | undefined): number =>
  arraysOfCloud(cloud).reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Every array of a cloud; each has a buffer of its own. */
export const arraysOfCloud = (
  cloud: AccumulatedCloud | undefined,
): readonly { readonly buffer: ArrayBufferLike; readonly byteLength: number }[] =>
  cloud
    ? [
        cloud.positions,
        ...(cloud.intensity ? [cloud.intensity] : []),
        cloud.heightsCm,
        cloud.sweepIndex,
        cloud.blocks.starts,
        cloud.blocks.bounds,
      ]
    : [];
