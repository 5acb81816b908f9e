import type { CameraModel, Pose, Quaternion, TimestampNs } from "@sweepmark/geometry";
import type { BufferPool } from "../buffer-pool.ts";
import type { Fields } from "../encodings/encoding.ts";
import type { Limits } from "../limits.ts";
import type { VideoHeader } from "../video/codecs.ts";
import type { LabelsSample } from "./label-sample.ts";
import type { ImageContent, PositionFix, Problem, TopicInfo } from "../types.ts";

/** A lidar message whose layout was checked; its points are still packed. */
export interface CloudSample {
  readonly kind: "cloud";
  /** Header stamp; undefined: absent or zero. */
  readonly at: TimestampNs | undefined;
  /** The header stamp, where `at` is by another clock: absolute times of points are read by it. */
  readonly stamp?: TimestampNs;
  readonly frameId: string;
  /** Where the points' own space is in `frameId`; undefined: the same. */
  readonly frameFromPoints: Pose<"lidar", "lidar"> | undefined;
  readonly count: number;
  readonly strideBytes: number;
  /** Points lie in rows of `width`, which start `rowBytes` apart; most clouds are one row. */
  readonly width: number;
  readonly rowBytes: number;
  readonly byteOrder: "little" | "big";
  readonly fields: readonly PointField[];
  /** Borrowed: [count / width × rowBytes]; the last row may end with its last point. */
  readonly data: Uint8Array;
  /** Where the message has more points than the limit: how many, and that only every n-th of a row counts here. */
  readonly thinned?: { readonly count: number; readonly every: number };
}

export type PointType = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "f32" | "f64";

export interface PointField {
  readonly name: string;
  readonly offset: number;
  readonly type: PointType;
}

export interface ImageSample {
  readonly kind: "image";
  readonly at: TimestampNs | undefined;
  readonly frameId: string;
  /** Size and content; only called for images that are shown. Content is copied out. Throws a LogError. */
  open(pool: BufferPool): { readonly width: number; readonly height: number; readonly content: ImageContent };
}

/** One encoded frame of video. */
export interface VideoSample {
  readonly kind: "video";
  readonly at: TimestampNs | undefined;
  readonly frameId: string;
  /** Only called for what is shown. Bytes are copied out. Throws a LogError. */
  open(): { readonly keyFrame: boolean; readonly header: VideoHeader | undefined; readonly bytes: Uint8Array };
}

export interface CalibrationSample {
  readonly kind: "calibration";
  readonly frameId: string;
  readonly distortionName: string;
  /** For the picture as the camera took it. */
  readonly raw: CameraModel | Problem;
  /** For a rectified picture. */
  readonly rectified: CameraModel | Problem;
  /** R: turns the camera's own space into the rectified one. */
  readonly rectifiedFromCamera: Quaternion;
}

export interface TransformStep {
  readonly at: TimestampNs | undefined;
  readonly parent: string;
  readonly child: string;
  readonly translation: readonly [number, number, number];
  /** As in the log: perhaps not of unit length. */
  readonly rotation: Quaternion;
}

/** `child` may be empty: a pose that does not say whose it is. */
export interface TransformsSample {
  readonly kind: "transforms";
  readonly steps: readonly TransformStep[];
}

export interface FixSample {
  readonly kind: "fix";
  readonly at: TimestampNs | undefined;
  /** undefined: the receiver had no fix. */
  readonly place: Omit<PositionFix, "at"> | undefined;
}

export type Sample =
  | CloudSample
  | ImageSample
  | VideoSample
  | CalibrationSample
  | TransformsSample
  | LabelsSample
  | FixSample;

/** Turns the fields of one kind of message into a sample. One file each, in the list of index.ts. */
export interface Decoder {
  /** As plainName of index.ts spells them. */
  readonly schemaNames: readonly string[];
  readonly role: TopicInfo["role"];
  /** Without these, in either case, the schema is not understood. */
  readonly requiredFields: readonly string[];
  /** "fallback": served only where nothing better has its role (a planar scan beside a lidar, a pose beside transforms). */
  readonly rank?: "fallback";
  /** Throws a LogError for a message that cannot be used. */
  decode(fields: Fields, limits: Limits): Sample;
}
