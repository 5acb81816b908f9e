import type { AccumulatedCloud, AccumulateRequest } from "./accumulated-cloud.ts";
import type { EgoMatches, MatchEgoRequest } from "./ego-matches.ts";
import type { CameraModel, Cuboid, Point, Pose, TimestampNs, Vec3 } from "@sweepmark/geometry";

/** Memory of exactly so many bytes to fill. */
export type Take = (bytes: number) => Uint8Array;

/** Where bytes come from: a file, a Blob, an HTTP URL with ranges. Reads borrow nothing: each returns bytes of its own. */
export interface ByteSource {
  /** For messages to people; never for identity. */
  readonly name: string;
  size(): Promise<bigint>;
  /** What changes when the file does (time of modification, ETag), where that is known. */
  version?(): Promise<string | undefined>;
  /**
   * Exactly `length` bytes from `offset`, or a rejection that names both. A source that can fill memory which is there
   * already (fresh memory is dear) asks `take` for it once; one that cannot makes its own.
   */
  read(offset: bigint, length: bigint, signal?: AbortSignal, take?: Take): Promise<Uint8Array>;
}

/** Something wrong with a log, a topic, a message: a value, not an exception. The rest goes on. */
export interface Problem {
  readonly severity: "error" | "warning" | "note";
  /**
   * Stable word for tests and catalogs: `no-lidar`, `missing-transform`, `truncated`, `unknown-encoding` … A page titles
   * the message with its own catalog's `problem.<code>`.
   */
  readonly code: string;
  /** One sentence: what was found and what was expected, with names and numbers. English; for logs and the CLI. */
  readonly message: string;
  /** One sentence: what a person can do about it. */
  readonly hint?: string;
  /** The facts of the message, for a translation of it. */
  readonly params?: Readonly<Record<string, string | number>>;
  readonly topic?: string;
  /** Byte offset in the file. */
  readonly offset?: bigint;
  /** Name of the file that `offset` is in, where a log has several. */
  readonly file?: string;
  readonly at?: TimestampNs;
}

/** A stretch of a log that cannot be read. What comes before and after it can. */
export interface Gap {
  /** Log time from which messages may be missing; undefined: from the beginning. */
  readonly from: TimestampNs | undefined;
  /** Log time up to which; undefined: to the end (of the file, where a log has several). */
  readonly to: TimestampNs | undefined;
  /** First byte that is lost. */
  readonly offset: bigint;
  /** First byte that can be read again, or the file's size. */
  readonly endOffset: bigint;
  /** Name of the file, where a log has several. */
  readonly file?: string;
  readonly reason: Problem;
}

/** One lidar revolution. Arrays are owned by whoever holds the frame; nobody writes to them. */
export interface Sweep {
  readonly topic: string;
  /** Header stamp. */
  readonly at: TimestampNs;
  /** The log's name of the lidar's space. */
  readonly frameId: string;
  readonly count: number;
  /** [count × 3] metres, in `lidar`. Points that are not finite were dropped (see `dropped`). */
  readonly positions: Float32Array;
  /** [count] as in the log (0–1 or 0–255: see `intensityMax`). */
  readonly intensity?: Float32Array;
  /** Largest finite intensity of this sweep. */
  readonly intensityMax?: number;
  /** [count] beam number. */
  readonly ring?: Uint16Array;
  /** [count] nanoseconds after `at`. */
  readonly timeOffsetNs?: Int32Array;
  /** Points left out because a coordinate was not finite. */
  readonly dropped: number;
  /** The points are where they were at `at` (see `FrameChoice.deskew`); absent: each where it was at its own time. */
  readonly deskewed?: true;
}

export interface PlacedSweep extends Sweep {
  /**
   * Pose of the lidar at the sweep's own stamp, in ego as it stands at the frame's: the motion between the stamps of two
   * lidars is compensated. undefined: no transform leads from this lidar to ego; it is named in the problems and must not
   * be drawn.
   */
  readonly egoFromLidar: Pose<"ego", "lidar"> | undefined;
}

export type ImageContent =
  | { readonly kind: "encoded"; readonly mimeType: string; readonly bytes: Uint8Array }
  /** rgba: [width × height × 4]. */
  | { readonly kind: "pixels"; readonly rgba: Uint8ClampedArray<ArrayBuffer> }
  | {
      /** A frame of video: the last of `chunks`, which start with a key frame. `codec`: RFC 6381. */
      readonly kind: "video";
      readonly codec: string;
      /** The picture itself is a key frame. */
      readonly keyFrame: boolean;
      readonly chunks: readonly VideoChunk[];
    };

/** One encoded frame of video (H.264, H.265: with start codes). Frames are shown in the order of their positions. */
export interface VideoChunk {
  /** Number of the message in its topic: chunks of following positions can be decoded one after the other. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** The picture of one camera that is nearest in time to the frame. */
export interface CameraImage {
  readonly cameraId: string;
  readonly topic: string;
  /** Header stamp of the image. */
  readonly at: TimestampNs;
  readonly width: number;
  readonly height: number;
  readonly content: ImageContent;
  /** Pose at the image's own stamp; undefined when it cannot be known (named in the problems): nothing is projected. */
  readonly worldFromCamera: Pose<"world", "camera"> | undefined;
}

/** A box that the log itself carries: somebody's annotation, or what the vehicle detected. Never edited. */
export interface LogCuboid {
  /** Unlike that of every other cuboid of the layer. Cleaned as `className` is. */
  readonly id: string;
  /** The same object in other frames has the same key; undefined: the log does not say which object it is. */
  readonly trackKey?: string;
  /** As the log says it, at most 64 characters without control or format characters; "" where it says none. */
  readonly className: string;
  readonly score?: number;
  /** Stamp of what was said: before the frame where it lasts from an earlier message. */
  readonly at: TimestampNs;
  readonly cuboid: Cuboid<"world">;
  /** "sign-unknown": front and rear may be exchanged. "unknown": the log gives no orientation. */
  readonly heading: "known" | "sign-unknown" | "unknown";
  /** Metres per second, in world. */
  readonly velocity?: Vec3;
}

/** A polyline that the log itself carries. */
export interface LogLine {
  readonly id: string;
  readonly at: TimestampNs;
  readonly points: readonly Point<"world">[];
}

/** What one topic of labels says as of the frame's time. */
export interface LogLabelLayer {
  readonly topic: string;
  /** Stamp of the message. */
  readonly at: TimestampNs;
  readonly cuboids: readonly LogCuboid[];
  readonly lines: readonly LogLine[];
  readonly problems: readonly Problem[];
}

/** A moment: the reference sweep and all that goes with it. In a log without lidars, the reference camera's image. */
export interface Frame {
  readonly index: number;
  /** Header stamp of the reference sweep or image. */
  readonly at: TimestampNs;
  /** Ego pose at `at`; the identity where the log has no ego motion (LogInfo.worldName is undefined). */
  readonly worldFromEgo: Pose<"world", "ego">;
  /** The reference lidar's sweep first. */
  readonly sweeps: readonly PlacedSweep[];
  readonly images: readonly CameraImage[];
  /** A layer for each topic of labels that says something at this time. */
  readonly labels: readonly LogLabelLayer[];
  /** Ids of the cameras whose images were not looked for, so far or at all (`LogReader.showCameras`); absent: none. */
  readonly unread?: readonly string[];
  readonly problems: readonly Problem[];
}

/** A camera of the log. */
export interface Camera {
  /** Stable short name from the topic: "cam_front" for /cam_front/compressed. */
  readonly id: string;
  readonly imageTopic: string | undefined;
  readonly calibrationTopic: string | undefined;
  readonly frameId: string | undefined;
  /** undefined: no calibration, or one that cannot be used (named in the problems). */
  readonly model: CameraModel | undefined;
  /** Name and coefficients as in the log. */
  readonly distortionName: string | undefined;
  readonly egoFromCamera: Pose<"ego", "camera"> | undefined;
  /** Median of image stamp − sweep stamp over the frames read so far, milliseconds. */
  readonly offsetMs: number | undefined;
  /** Spread of image stamp − sweep stamp over the frames read so far (after `scan`: all), milliseconds. */
  readonly offsetsMs: OffsetSpread | undefined;
  readonly imageCount: number;
}

export interface OffsetSpread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Frames that have an image of this camera, of those read so far. */
  readonly count: number;
}

export interface TopicInfo {
  readonly topic: string;
  readonly schemaName: string;
  readonly messageEncoding: string;
  readonly messageCount: number;
  /** What Sweepmark does with it. */
  readonly role: "lidar" | "image" | "calibration" | "transform" | "labels" | "fix" | "other";
}

export interface TransformEdge {
  readonly parent: string;
  readonly child: string;
  readonly static: boolean;
}

export interface FrameEntry {
  readonly index: number;
  /** Addresses the message; never a label's time. */
  readonly logTime: TimestampNs;
  /** Header stamp; until `exact`, estimated from the log time. */
  readonly at: TimestampNs;
  readonly exact: boolean;
  /** Points in the message, those that are dropped included. Known once exact; never of a frame without a sweep. */
  readonly pointCount?: number;
  readonly worldFromEgo?: Pose<"world", "ego">;
}

/** One file of a log. */
export interface LogFileInfo {
  readonly name: string;
  readonly sizeBytes: bigint;
  /** Log times of its first and last message. */
  readonly start: TimestampNs;
  readonly end: TimestampNs;
}

/**
 * What says when something was measured: each message's header stamp, or the time at which the log recorded it (for
 * stamps of clocks that were wrong, or that do not agree).
 */
export type LogClock = "stamps" | "log-times";

/**
 * How a log is made into frames: chosen when it is opened; everything has a default. Labels are placed by time and in
 * `world`: only another `clock` or `worldName` changes what they mean.
 */
export interface FrameChoice {
  /** Of frames, sensors, transforms and the log's labels alike; by default the header stamps. */
  readonly clock?: LogClock;
  /**
   * The reference lidar: each of its sweeps is a frame. By default the one with the most messages. In a log without
   * lidars, the camera whose images are the frames.
   */
  readonly lidarTopic?: string;
  /** The other lidars that are read beside it; by default all. */
  readonly companionTopics?: readonly string[];
  /** Which of `LogInfo.worldNames` is the fixed space; by default the root above ego. */
  readonly worldName?: string;
  /** Keeps the sweeps nearest to a regular grid of this rate; by default every sweep is a frame. > 0. */
  readonly maxRateHz?: number;
  /** Lidars whose points are moved to where they were at the sweep's stamp, by their times and the vehicle's motion. */
  readonly deskew?: "all" | readonly string[];
}

/** A {@link FrameChoice} as it was carried out. */
export interface FrameChosen {
  readonly clock: LogClock;
  readonly lidarTopic: string | undefined;
  readonly companionTopics: readonly string[];
  readonly worldName: string | undefined;
  readonly maxRateHz: number | undefined;
  readonly deskew: readonly string[];
}

/** A lidar of the log. */
export interface Lidar {
  readonly topic: string;
  readonly sweepCount: number;
  /** Of its last sweep that was read; undefined before. */
  readonly frameId: string | undefined;
  /** Whether its points have times of their own; undefined before a sweep was unpacked. */
  readonly hasTimes: boolean | undefined;
  /** Its mounting; undefined before a sweep was read, or where nothing leads to ego. */
  readonly egoFromLidar: Pose<"ego", "lidar"> | undefined;
  /** Spread of this sweep's stamp − the frame's over the frames read so far, ms; undefined for the reference. */
  readonly offsetsMs: OffsetSpread | undefined;
}

/** Where a receiver says that it is, by satellite. Not used for poses. */
export interface PositionFix {
  /** Header stamp; the log time where there is none. */
  readonly at: TimestampNs;
  /** Degrees, WGS 84. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres; absent: not finite. */
  readonly altitude?: number;
}

/** A topic of position fixes. */
export interface FixTopic {
  readonly topic: string;
  readonly count: number;
  /** Of its first and last message; absent: that one has no fix, or cannot be read (named in the problems). */
  readonly first?: PositionFix;
  readonly last?: PositionFix;
}

export interface LogInfo {
  readonly name: string;
  /**
   * "sha256:…" over the size and the summary section: identity of the scene. Of several files: over their digests, in
   * whatever order they were given.
   */
  readonly digest: string;
  /** Of all files. */
  readonly sizeBytes: bigint;
  /** By time; one for most logs. */
  readonly files: readonly LogFileInfo[];
  readonly library: string;
  readonly compression: readonly string[];
  /** Log times of the first and last message. */
  readonly start: TimestampNs;
  readonly end: TimestampNs;
  readonly topics: readonly TopicInfo[];
  readonly fixes: readonly FixTopic[];
  /** Topic of the reference lidar; undefined: the log has none that can be read. */
  readonly lidarTopic: string | undefined;
  /** Topic of which each message is a frame: the reference lidar's, else a camera's; undefined: there are no frames. */
  readonly referenceTopic: string | undefined;
  readonly lidarTopics: readonly string[];
  /** The lidars in the order of `lidarTopics`. */
  readonly lidars: readonly Lidar[];
  readonly choice: FrameChosen;
  /** How many messages the reference has: more than `frames` where `choice.maxRateHz` leaves some out. */
  readonly sweepCount: number;
  readonly frames: readonly FrameEntry[];
  readonly cameras: readonly Camera[];
  readonly transforms: readonly TransformEdge[];
  /** The log's names of `world` and `ego`. worldName undefined: no ego motion; world = ego = the reference lidar's base. */
  readonly worldName: string | undefined;
  /** The spaces that can be `world` (see {@link FrameChoice}), nearest to ego first; empty: no ego motion. */
  readonly worldNames: readonly string[];
  readonly egoName: string | undefined;
  /** Stretches that cannot be read, by place in the file; grows as chunks are found damaged. */
  readonly gaps: readonly Gap[];
  readonly problems: readonly Problem[];
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** `chunks`: whose message indexes are read. */
  readonly unit: "bytes" | "chunks" | "frames";
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface FrameOptions extends ReadOptions {
  /**
   * Told the frame as far as it is there before its images (`unread` names the cameras), where it does not come
   * as a whole. Its sweeps are those that the frame itself will have. Told anew only where the worker was replaced.
   */
  readonly onSweeps?: (frame: Frame) => void;
}

/** Bytes of the arrays of the frames that are held. */
export interface FrameMemory {
  readonly heldBytes: number;
  readonly budgetBytes: number;
}

/** An open log. The same interface in the worker, in Node, and as the page's proxy of the worker. */
export interface LogReader {
  readonly info: LogInfo;
  /** Decodes (or takes from the cache) one frame. Rejects with AbortError when the signal fires. */
  frame(index: number, options?: FrameOptions): Promise<Frame>;
  /**
   * Says that who has asked for this frame looks at it no more: when it has left the cache, and everybody who asked for it
   * has said so, its arrays are used again (they are then detached: their length is 0). Optional: a frame that is never
   * released belongs to its holders for good.
   */
  release(frame: Frame): void;
  /**
   * Frames have the images of these cameras from now on, and name the others as `unread`; of all by default. A frame that is
   * held without one of them is read anew when it is asked for.
   */
  showCameras(ids: readonly string[]): void;
  /** Hints what will be wanted next; returns at once. Nearest first. */
  prefetch(indices: readonly number[]): void;
  /** A frame that is held as it is wanted, without asking for it: borrowed until the caller waits for anything. */
  peek(index: number): Frame | undefined;
  /** Indices of the frames held decoded, for the timeline's buffer bar. */
  buffered(): readonly number[];
  /**
   * Tells, in a microtask of its own, that `buffered`, `memory` or `info` has changed. Returns how to end it.
   */
  subscribe(listener: () => void): () => void;
  readonly memory: FrameMemory;
  /** Bytes that decoded frames may take from now on; what is over it goes at once, but never the frame asked for last. */
  setBudget(budgetBytes: number): void;
  /**
   * Reads every reference sweep's stamp and ego pose, and the stamps of the images that go with it (decompresses each
   * chunk that holds one, decodes no points). Afterwards all of `info.frames` are exact but those whose sweep cannot be
   * read (named in the problems), and the cameras' offsets are those of the whole log. Idempotent.
   */
  scan(options?: ReadOptions): Promise<readonly FrameEntry[]>;
  /**
   * Puts the sweeps around a frame into one cloud in `world`, thinned to a budget of points. Reads no images and leaves
   * the cache of frames as it is; the cloud is the caller's. Progress by frames. Rejects with AbortError when the signal
   * fires (heard before each sweep), with LogError where the log has no such frame or no ego motion (`no-ego-motion`).
   */
  accumulate(request: AccumulateRequest, options?: ReadOptions): Promise<AccumulatedCloud>;
  /**
   * Follows ego through what stands around it, sweep by sweep from the first frame on, and tells how far its poses are off
   * (rule 29); all of the way, where the log has no ego motion. Reads no images and leaves the cache of frames as it is.
   * Progress by frames. Rejects with AbortError, with LogError where the log has no frames.
   */
  matchEgo(request: MatchEgoRequest, options?: ReadOptions): Promise<EgoMatches>;
  close(): Promise<void>;
}

/** Why a log could not be opened at all. `problem.message` is for people. */
export class LogError extends Error {
  override readonly name = "LogError";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.hint ? `${problem.message} ${problem.hint}` : problem.message);
    this.problem = problem;
  }
}
