import { timestampNs, type Pose } from "@sweepmark/geometry";
import type {
  AccumulatedCloud,
  AccumulateRequest,
  EgoMatches,
  Frame,
  FrameEntry,
  FrameOptions,
  LogInfo,
  LogReader,
  MatchEgoRequest,
  Problem,
} from "@sweepmark/log";

/** A log that is made up: a flat street with one car-sized box of points on it, an ego that drives along x. */
export interface FakeLog extends LogReader {
  /** Frames asked for and not given up, oldest first; only with `delivery: "manual"`. */
  readonly waiting: readonly number[];
  readonly aborted: readonly number[];
  readonly prefetched: readonly number[];
  /** Whose images are read; undefined: all. */
  readonly cameras: readonly string[] | undefined;
  /** Clouds asked for, oldest first; each is there when the test delivers it. */
  readonly accumulations: readonly FakeAccumulation[];
  /** Matchings of ego asked for, oldest first; each is there when the test delivers it. */
  readonly egoMatchings: readonly FakeEgoMatching[];
  deliver(index: number): void;
  /** The sweeps of a frame that is waited for, without its images. */
  deliverSweeps(index: number): void;
  fail(index: number, error: Error): void;
  /** The log finds something wrong without being asked. */
  find(problem: Problem): void;
  readonly closed: boolean;
}

export interface FakeAccumulation {
  readonly request: AccumulateRequest;
  readonly signal: AbortSignal | undefined;
  /** Hands over the street without the car, in the frames of the request. */
  deliver(): void;
  fail(error: Error): void;
}

export interface FakeEgoMatching {
  readonly request: MatchEgoRequest;
  readonly signal: AbortSignal | undefined;
  deliver(matches: EgoMatches): void;
  fail(error: Error): void;
}

export interface FakeLogOptions {
  readonly frameCount?: number;
  /** `cached`: a frame is there in one microtask. `manual`: when the test delivers it. */
  readonly delivery?: "cached" | "manual";
  /** Metres that ego goes in a frame. */
  readonly stepM?: number;
  readonly periodNs?: bigint;
}

/** The box of points: where its middle stands on the ground, and its size. */
export const fakeCar = { center: [12, 3], size: [4.2, 1.8, 1.5] } as const;
const lidarHeightM = 1.8;
const startNs = 1_700_000_000_000_000_000n;

interface Waiting {
  readonly index: number;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: unknown) => void;
  readonly onSweeps: FrameOptions["onSweeps"];
}

export function createFakeLog(options: FakeLogOptions = {}): FakeLog {
  const { frameCount = 30, delivery = "cached", stepM = 0.5, periodNs = 100_000_000n } = options;
  const frames = new Map<number, Frame>();
  const aborted: number[] = [];
  const accumulations: FakeAccumulation[] = [];
  const egoMatchings: FakeEgoMatching[] = [];
  let prefetched: readonly number[] = [];
  let waiting: readonly Waiting[] = [];
  let cameras: readonly string[] | undefined;
  let closed = false;
  let budgetBytes = 1e9;
  const listeners = new Set<() => void>();
  const entries: FrameEntry[] = Array.from({ length: frameCount }, (_, index) => ({
    index,
    logTime: timestampNs(startNs + periodNs * BigInt(index)),
    at: timestampNs(startNs + periodNs * BigInt(index)),
    exact: false,
  }));
  const frameOf = (index: number): Frame => {
    const known = frames.get(index) ?? makeFrame(entries[index], index * stepM);
    if (!frames.has(index)) queueMicrotask(() => listeners.forEach((listener) => listener()));
    frames.set(index, known);
    return known;
  };
  const take = (index: number): Waiting => {
    const found = waiting.find((each) => each.index === index);
    if (!found)
      throw new Error(`nobody waits for frame ${index}; waited for: ${waiting.map((w) => w.index).join(", ")}`);
    waiting = waiting.filter((each) => each !== found);
    return found;
  };
  let info = makeInfo(entries);
  return {
    get info() {
      return info;
    },
    frame(index, { signal, onSweeps } = {}) {
      if (delivery === "cached") return Promise.resolve(frameOf(index));
      return new Promise((resolve, reject) => {
        const entry = { index, resolve, reject, onSweeps };
        waiting = [...waiting, entry];
        signal?.addEventListener("abort", () => {
          aborted.push(index);
          waiting = waiting.filter((each) => each !== entry);
          reject(new DOMException("aborted", "AbortError"));
        });
      });
    },
    release: () => undefined,
    showCameras: (ids) => void (cameras = ids),
    get cameras() {
      return cameras;
    },
    prefetch: (indices) => void (prefetched = indices),
    peek: (index) => frames.get(index),
    buffered: () => [...frames.keys()].toSorted((a, b) => a - b),
    accumulate: (request, { signal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        accumulations.push({
          request,
          signal,
          deliver: () => resolve(makeCloud(request, entries)),
          fail: reject,
        });
      }),
    matchEgo: (request, { signal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        egoMatchings.push({ request, signal, deliver: resolve, fail: reject });
      }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get memory() {
      return { heldBytes: frames.size * frameBytes, budgetBytes };
    },
    setBudget: (bytes) => void (budgetBytes = bytes),
    scan: () => Promise.resolve(entries.map((entry) => ({ ...entry, exact: true }))),
    async close() {
      closed = true;
    },
    get waiting() {
      return waiting.map(({ index }) => index);
    },
    aborted,
    accumulations,
    egoMatchings,
    get prefetched() {
      return prefetched;
    },
    deliver: (index) => take(index).resolve(frameOf(index)),
    deliverSweeps: (index) => waiting.find((each) => each.index === index)?.onSweeps?.({ ...frameOf(index) }),
    fail: (index, error) => take(index).reject(error),
    find(problem) {
      info = { ...info, problems: [...info.problems, problem] };
      for (const listener of listeners) listener();
    },
    get closed() {
      return closed;
    },
  };
}

function makeFrame(entry: FrameEntry, egoX: number): Frame {
  const worldFromEgo: Pose<"world", "ego"> = { translation: [egoX, 0, 0], rotation: [0, 0, 0, 1] };
  const positions = Float32Array.from(worldPoints.flatMap(([x, y, z]) => [x - egoX, y, z - lidarHeightM]));
  return {
    index: entry.index,
    at: entry.at,
    worldFromEgo,
    sweeps: [
      {
        topic: "/lidar",
        at: entry.at,
        frameId: "lidar",
        count: positions.length / 3,
        positions,
        dropped: 0,
        egoFromLidar: { translation: [0, 0, lidarHeightM], rotation: [0, 0, 0, 1] },
      },
    ],
    images: [],
    labels: [],
    problems: [],
  };
}

/** The street's ground, far ahead too, where no single sweep of it reaches. */
function makeCloud({ index, before, after }: AccumulateRequest, entries: readonly FrameEntry[]): AccumulatedCloud {
  const reach = (side: AccumulateRequest["before"]): number => ("frames" in side ? side.frames : side.seconds * 10);
  const firstFrame = Math.max(0, index - reach(before));
  const lastFrame = Math.min(entries.length - 1, index + reach(after));
  const points: number[] = [];
  for (let x = -20; x <= 150; x += 0.5) for (let y = -15; y <= 15; y += 0.5) points.push(x, y, fakeSlope(x));
  const count = points.length / 3;
  return {
    origin: [0, 0, 0],
    count,
    positions: Float32Array.from(points),
    heightsCm: new Int16Array(count),
    sweepIndex: new Uint16Array(count),
    blocks: { starts: Uint32Array.of(0, count), bounds: Float32Array.of(-20, -15, 0, 150, 15, fakeSlope(150)) },
    sweeps: entries
      .slice(firstFrame, lastFrame + 1)
      .map(({ index: i, at }) => ({ index: i, topic: "/lidar", at, points: count })),
    firstFrame,
    lastFrame,
    voxelM: 0.05,
    excluded: 0,
    skipped: [],
  };
}

/** The street rises by 5 % after 60 m: only the accumulated cloud knows. */
export const fakeSlope = (x: number): number => 0.05 * Math.max(0, x - 60);

const worldPoints = street();
const frameBytes = 12 * worldPoints.length;

function street(): (readonly [number, number, number])[] {
  const points: (readonly [number, number, number])[] = [];
  for (let x = -20; x <= 50; x += 0.5) for (let y = -15; y <= 15; y += 0.5) points.push([x, y, 0]);
  const [cx, cy] = fakeCar.center;
  const [length, width, height] = fakeCar.size;
  // The two sides that a lidar behind and to the right of it sees, 0.15 m apart.
  for (let z = 0.15; z <= height + 1e-9; z += 0.15) {
    for (let y = -width / 2; y <= width / 2 + 1e-9; y += 0.15) points.push([cx - length / 2, cy + y, z]);
    for (let x = -length / 2; x <= length / 2 + 1e-9; x += 0.15) points.push([cx + x, cy - width / 2, z]);
  }
  return points;
}

const makeInfo = (frames: readonly FrameEntry[]): LogInfo => ({
  name: "fake.mcap",
  digest: "sha256:fake",
  sizeBytes: 0n,
  library: "fake",
  compression: [],
  start: frames[0]?.logTime ?? timestampNs(0n),
  end: frames[frames.length - 1]?.logTime ?? timestampNs(0n),
  topics: [],
  fixes: [],
  lidarTopic: "/lidar",
  referenceTopic: "/lidar",
  lidarTopics: ["/lidar"],
  lidars: [],
  choice: {
    clock: "stamps",
    lidarTopic: "/lidar",
    companionTopics: [],
    worldName: "map",
    maxRateHz: undefined,
    deskew: [],
  },
  sweepCount: frames.length,
  frames,
  cameras: [],
  transforms: [],
  worldName: "map",
  worldNames: ["map"],
  egoName: "base_link",
  files: [],
  gaps: [],
  problems: [],
});
