import type { CameraView, Cuboid } from "@sweepmark/geometry";
import type { DocumentReader } from "@sweepmark/document";
import type { SceneInfo } from "@sweepmark/schema";

/** Labels with the frames they are asked at. */
export interface Scene {
  readonly info: SceneInfo;
  readonly document: DocumentReader;
  /**
   * Lidar points inside a cuboid at a frame; undefined where the log is not at hand, which is then a declared loss.
   * May read the log.
   */
  readonly countPoints?: (frameIndex: number, cuboids: readonly Cuboid<"world">[]) => Promise<readonly number[]>;
  /** The pictures of a frame, those that something can be projected into; undefined where the log is not at hand. May read it. */
  readonly viewsAt?: (frameIndex: number) => Promise<readonly CameraView[]>;
}

/** Something that the written file does not carry. */
export interface Loss {
  readonly code: string;
  /** One sentence for people (English; catalog `loss.<code>` with `params`). */
  readonly message: string;
  readonly params?: Readonly<Record<string, string | number>>;
  /** How many records, rows or frames it concerns. */
  readonly count: number;
}

export interface WriteOptions {
  /** Inclusive frame range; all by default. */
  readonly frames?: readonly [first: number, last: number];
  /** Lanes are clipped to this distance from ego, metres. Default 100. */
  readonly laneRangeM?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface WrittenFile {
  /** Such as "tracks.csv"; relative, no path. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface WriteResult {
  readonly files: readonly WrittenFile[];
  readonly losses: readonly Loss[];
}

export interface Format {
  readonly id: "native" | "csv" | "arrow";
  readonly title: string;
  readonly extensions: readonly string[];
  readonly carries: readonly ("cuboid" | "lane" | "attribute" | "keyframe")[];
  write(scene: Scene, options?: WriteOptions): Promise<WriteResult>;
}
