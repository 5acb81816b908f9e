import { compose, timestampNs, type Pose, type TimestampNs } from "@sweepmark/geometry";
import type { CameraSource } from "./camera-set.ts";
import type { GapList } from "./gaps.ts";
import type { ProblemList } from "./problem.ts";
import type { Spaces } from "./spaces.ts";
import type { AnyPose, TransformTree } from "./transform-tree.ts";
import type {
  Camera,
  FrameChosen,
  FrameEntry,
  Gap,
  Lidar,
  LogInfo,
  OffsetSpread,
  Problem,
  TopicInfo,
  TransformEdge,
} from "./types.ts";

/** What of a LogInfo changes while frames are read. */
export interface InfoChange {
  /** Entries that became exact, in no order. */
  readonly frames: readonly FrameEntry[];
  readonly cameras: readonly Camera[];
  readonly lidars: readonly Lidar[];
  readonly choice: FrameChosen;
  readonly worldName: string | undefined;
  readonly worldNames: readonly string[];
  readonly egoName: string | undefined;
  readonly transforms: readonly TransformEdge[];
  readonly gaps: readonly Gap[];
  readonly problems: readonly Problem[];
}

export const applyChange = (info: LogInfo, change: InfoChange): LogInfo => {
  const frames = change.frames.length > 0 ? [...info.frames] : info.frames;
  for (const entry of change.frames) (frames as FrameEntry[])[entry.index] = entry;
  return { ...info, ...change, frames };
};

type Fixed = Omit<LogInfo, keyof InfoChange>;
type Choice = Omit<FrameChosen, "worldName">;

/** A lidar, and what its sweeps said so far. */
export interface LidarSource {
  readonly topic: string;
  readonly sweepCount: number;
  frameId: string | undefined;
  hasTimes: boolean | undefined;
}

/** The growing part of a log's info: exact stamps, offsets, spaces. Snapshots are made when they are asked for. */
export class LogState {
  #fixed: Fixed;
  readonly #choice: Choice;
  readonly #tree: TransformTree;
  readonly #problems: ProblemList;
  readonly #gaps: GapList;
  readonly #entries: FrameEntry[] = [];
  readonly #offsets = new Map<string, Map<number, number>>();
  /** Of the offsets, until there is a new one: sorting ten thousand of each sensor for every frame would be felt. */
  readonly #spreads = new Map<string, OffsetSpread | undefined>();
  cameras: readonly CameraSource[] = [];
  lidars: readonly LidarSource[] = [];
  spaces: Spaces | undefined;
  /** A time at which transforms are known. */
  settledAt: TimestampNs | undefined;
  #changed = new Set<number>();
  #info: LogInfo | undefined;
  /** Problems and gaps in `#info`. */
  #problemCount = 0;

  constructor(fixed: Fixed, choice: Choice, tree: TransformTree, problems: ProblemList, gaps: GapList) {
    this.#fixed = fixed;
    this.#choice = choice;
    this.#tree = tree;
    this.#problems = problems;
    this.#gaps = gaps;
  }

  /** Entries by log time; stamps are estimated with one offset (header stamp − log time) until they are read. */
  setFrames(logTimes: BigInt64Array, offsetNs: bigint): void {
    logTimes.forEach((logTime, index) => {
      const at = timestampNs(logTime + offsetNs);
      this.#entries[index] = { index, logTime: timestampNs(logTime), at, exact: false };
    });
    this.#info = undefined;
  }

  /** Frames that were recorded in the gap, or this near to it. */
  framesAround({ from, to }: Gap, nearNs: bigint): readonly number[] {
    const near = this.#entries.filter(
      ({ logTime }) => (from === undefined || logTime >= from - nearNs) && (to === undefined || logTime <= to + nearNs),
    );
    return near.map(({ index }) => index);
  }

  get frameCount(): number {
    return this.#entries.length;
  }

  entry(index: number): FrameEntry {
    return this.#entries[index];
  }

  markExact(
    index: number,
    known: { readonly at: TimestampNs; readonly pointCount?: number; readonly worldFromEgo: Pose<"world", "ego"> },
  ): void {
    const entry = this.#entries[index];
    if (entry.exact) return;
    this.#entries[index] = { ...entry, ...known, exact: true };
    this.#changed.add(index);
    this.#info = undefined;
  }

  /** `source`: a camera's id, or a lidar's topic. */
  noteOffset(source: string, index: number, offsetMs: number): void {
    let offsets = this.#offsets.get(source);
    if (!offsets) this.#offsets.set(source, (offsets = new Map<number, number>()));
    if (offsets.get(index) === offsetMs) return;
    offsets.set(index, offsetMs);
    this.#spreads.delete(source);
    this.#info = undefined;
  }

  /** What a sweep says of its lidar. */
  noteSweep(topic: string, frameId: string, hasTimes: boolean): void {
    const lidar = this.lidars.find((source) => source.topic === topic);
    if (!lidar || (lidar.frameId === frameId && lidar.hasTimes === hasTimes)) return;
    lidar.frameId = frameId;
    lidar.hasTimes = hasTimes;
    this.#info = undefined;
  }

  /** What a topic turned out to be used for. */
  setRole(topic: string, role: TopicInfo["role"]): void {
    const topics = this.#fixed.topics.map((info) => (info.topic === topic ? { ...info, role } : info));
    this.#fixed = { ...this.#fixed, topics };
    this.#info = undefined;
  }

  /** Something that is not counted above has changed. */
  touch(): void {
    this.#info = undefined;
  }

  get info(): LogInfo {
    const count = this.#problems.count + this.#gaps.count;
    if (this.#info && this.#problemCount === count) return this.#info;
    this.#problemCount = count;
    return (this.#info = {
      ...this.#fixed,
      frames: [...this.#entries],
      ...this.#growing(),
    });
  }

  /** What changed since the last call. */
  takeChange(): InfoChange {
    const frames = [...this.#changed].map((index) => this.#entries[index]);
    this.#changed = new Set();
    return { frames, ...this.#growing() };
  }

  #growing(): Omit<InfoChange, "frames"> {
    return {
      cameras: this.cameras.map((camera) => this.#camera(camera)),
      lidars: this.lidars.map((lidar) => this.#lidar(lidar)),
      choice: { ...this.#choice, worldName: this.spaces?.worldName },
      worldName: this.spaces?.worldName,
      worldNames: this.spaces?.worldNames ?? [],
      egoName: this.spaces?.egoName,
      transforms: this.#tree.edges(),
      gaps: this.#gaps.all(),
      problems: this.#problems.all(),
    };
  }

  #lidar({ topic, sweepCount, frameId, hasTimes }: LidarSource): Lidar {
    return {
      topic,
      sweepCount,
      frameId,
      hasTimes,
      egoFromLidar: this.#egoFrom(frameId) as Pose<"ego", "lidar"> | undefined,
      offsetsMs: this.#spread(topic),
    };
  }

  #spread(source: string): OffsetSpread | undefined {
    if (!this.#spreads.has(source)) {
      this.#spreads.set(source, spreadOf([...(this.#offsets.get(source)?.values() ?? [])]));
    }
    return this.#spreads.get(source);
  }

  /** The mounting of a space where transforms are known. */
  #egoFrom(frameId: string | undefined): AnyPose | undefined {
    if (!this.spaces || frameId === undefined || this.settledAt === undefined) return undefined;
    return this.#tree.lookup(this.spaces.egoName, frameId, this.settledAt)?.pose;
  }

  #camera(camera: CameraSource): Camera {
    const { id, frameId, frameFromCamera } = camera;
    const offsetsMs = this.#spread(id);
    const found = this.#egoFrom(frameId) as Pose<"ego", "camera"> | undefined;
    return {
      id,
      imageTopic: camera.images?.topic,
      calibrationTopic: camera.calibration?.topic,
      frameId,
      model: camera.model,
      distortionName: camera.distortionName,
      egoFromCamera: found && turned(found, frameFromCamera),
      offsetMs: offsetsMs?.median,
      offsetsMs,
      imageCount: camera.images?.index.count ?? 0,
    };
  }
}

const turned = (pose: Pose<"ego", "camera">, turn: Pose<"camera", "camera"> | undefined): Pose<"ego", "camera"> =>
  turn ? compose(pose, turn) : pose;

function spreadOf(values: number[]): OffsetSpread | undefined {
  if (values.length === 0) return undefined;
  values.sort((a, b) => a - b);
  return { min: values[0], median: values[values.length >> 1], max: values[values.length - 1], count: values.length };
}
