import { timestampNs } from "@sweepmark/geometry";
import { accumulate, type SweepSource } from "./accumulate.ts";
import type { AccumulatedCloud, AccumulateRequest } from "./accumulated-cloud.ts";
import { BufferPool } from "./buffer-pool.ts";
import { buffersOf } from "./cached-reader.ts";
import { findCameras } from "./camera-set.ts";
import { clocksApart, notInOrder, signedTime, timesBeyond } from "./clocks.ts";
import { decoders } from "./decoders/index.ts";
import type { Decoder } from "./decoders/decoder.ts";
import type { EgoMatches, MatchEgoRequest } from "./ego-matches.ts";
import { FrameReader } from "./frame-reader.ts";
import type { FrameSource, LoadOptions, WatchLog } from "./frame-source.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { inOrder } from "./lidar-order.ts";
import { LogState, type InfoChange } from "./log-state.ts";
import { matchEgo } from "./match-ego.ts";
import type { LogFile } from "./mcap/log-file.ts";
import type { ScanStore } from "./mcap/scan-store.ts";
import { openFiles } from "./open-files.ts";
import { readFixes } from "./position-fixes.ts";
import { Quiet, type QuietOptions } from "./quiet.ts";
import { isAbort, logError, problemOf, ProblemList, quote, throwIfAborted } from "./problem.ts";
import { chosenReference, noLidar } from "./reference.ts";
import { Stream, type StreamParts } from "./stream.ts";
import { classify, type Topics } from "./topics.ts";
import { TransformFeed } from "./transform-feed.ts";
import { TransformTree } from "./transform-tree.ts";
import { thinned } from "./thin.ts";
import type { ByteSource, Frame, FrameChoice, FrameEntry, Gap, LogInfo, ReadOptions, TopicInfo } from "./types.ts";

export interface CoreOptions extends ReadOptions, FrameChoice {
  readonly limits?: Partial<Limits>;
  /** When work is done that nobody waits for; in pauses of 30 ms by default. */
  readonly soon?: QuietOptions["soon"];
  /** Name of the log; that of its file, or of the first and last one, by default. */
  readonly name?: string;
  /** Where scans of files without an index are kept. */
  readonly scanStore?: ScanStore;
}

interface CoreParts {
  readonly problems: ProblemList;
  readonly quiet: Quiet;
  /** Told of what nobody asked for. */
  readonly listeners: Set<WatchLog>;
  readonly pool: BufferPool;
}

/** If the first sweeps cannot be read, so many more are tried before a log opens without knowing its spaces. */
const firstTries = 20;
/** A frame takes nothing from messages that were recorded farther from it: a sweep or image near it, on a late clock. */
const spoiledAroundNs = 1_300_000_000n;

/** Arrays of frames at which nobody looks any more, kept for the next ones. */
const pooledBytes = 16 * 1024 * 1024;

/** An open log without a cache of frames; runs anywhere. */
export class LogCore implements FrameSource {
  readonly #file: LogFile;
  readonly #state: LogState;
  readonly #reader: FrameReader | undefined;
  readonly #problems: ProblemList;
  /** Of opening, for the first who asks: nearly everybody wants it next, and its arrays are nobody's yet. */
  #firstFrame: Frame | undefined;
  #scanned = false;
  readonly #quiet: Quiet;
  readonly #listeners: Set<WatchLog>;
  readonly #pool: BufferPool;

  private constructor(
    file: LogFile,
    state: LogState,
    reader: FrameReader | undefined,
    { problems, quiet, listeners, pool }: CoreParts,
  ) {
    this.#pool = pool;
    this.#quiet = quiet;
    this.#listeners = listeners;
    this.#file = file;
    this.#state = state;
    this.#reader = reader;
    this.#problems = problems;
  }

  /** Reads the summary, the message indexes of the topics that matter, and the first frame. Rejects with LogError, AbortError. */
  static async open(source: ByteSource | readonly ByteSource[], options: CoreOptions = {}): Promise<LogCore> {
    const quiet = new Quiet(options);
    // What the first frame says holds for all: its chunks are compared with their checksums at once.
    return await quiet.busy(() => LogCore.#open(source, options, quiet), { thorough: true });
  }

  static async #open(source: ByteSource | readonly ByteSource[], options: CoreOptions, quiet: Quiet): Promise<LogCore> {
    const { signal, onProgress } = options;
    const limits = { ...defaultLimits, ...options.limits };
    const problems = new ProblemList();
    const listeners = new Set<WatchLog>();
    let spoiledBy = (_gap: Gap): readonly number[] => [];
    const { file, name, files } = await openFiles(source, {
      limits,
      problems,
      signal,
      onProgress,
      scanStore: options.scanStore,
      quiet,
      onDamage: (gap) => {
        const spoiled = spoiledBy(gap);
        for (const listener of listeners) listener(spoiled);
      },
    });
    const topics = classify(file.contents, limits, problems);
    const { clock = "stamps" } = options;
    const streams = await openStreams(topics, { file, limits, clock }, signal);
    const ofRole = (role: TopicInfo["role"], rank?: Decoder["rank"]): Stream[] =>
      streams.filter((s) => s.role === role && s.rank === rank && s.stream.index.count > 0).map((s) => s.stream);
    const lidars = await inOrder(ofRole("lidar"), ofRole("lidar", "fallback"), signal);
    const images = ofRole("image");
    const reference = chosenReference(lidars, images, options.lidarTopic);
    const lidar = lidars.length > 0 ? reference : undefined;
    if (!lidar) problems.add(noLidar(topics, reference));
    const companions = options.companionTopics?.map((topic) => chosenReference(lidars, [], topic)) ?? lidars;
    const otherLidars = lidars.filter((stream) => stream !== lidar && companions.includes(stream));
    const { maxRateHz } = options;
    const picked =
      reference && maxRateHz !== undefined
        ? thinned(reference.index.times, reference.periodNs(), maxRateHz)
        : undefined;
    const readTopics = lidar ? [lidar, ...otherLidars].map(({ topic }) => topic) : [];
    const deskew =
      options.deskew === "all" ? readTopics : readTopics.filter((topic) => options.deskew?.includes(topic));
    const tree = new TransformTree(problems);
    const { contents } = file;
    const outOfOrder = files.length === 1 && notInOrder(streams.map(({ stream }) => stream));
    for (const problem of [timesBeyond(contents.endTime), outOfOrder]) if (problem) problems.add(problem);
    const compression = [...new Set(contents.chunks.map((chunk) => chunk.compression || "none"))];
    const state = new LogState(
      {
        name: options.name ?? name,
        digest: contents.digest,
        sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n),
        files,
        library: contents.library,
        compression,
        start: timestampNs(signedTime(contents.startTime)),
        end: timestampNs(signedTime(contents.endTime)),
        topics: topics.all,
        fixes: await readFixes(ofRole("fix"), problems, signal),
        lidarTopic: lidar?.topic,
        referenceTopic: reference?.topic,
        lidarTopics: lidars.map(({ topic }) => topic),
        sweepCount: reference?.index.count ?? 0,
      },
      {
        clock,
        lidarTopic: reference?.topic,
        companionTopics: otherLidars.map(({ topic }) => topic),
        maxRateHz,
        deskew,
      },
      tree,
      problems,
      file.gaps,
    );
    state.lidars = lidars.map(({ topic, index }) => ({
      topic,
      sweepCount: index.count,
      frameId: undefined,
      hasTimes: undefined,
    }));
    spoiledBy = (gap) => state.framesAround(gap, spoiledAroundNs);
    const feed = new TransformFeed(tree, ofRole("transform"), problems);
    await feed.readStatic(signal);
    state.cameras = await findCameras(images, ofRole("calibration"), problems, {
      preferredChunks: new Set(reference ? [reference.index.chunks[0]] : []),
      signal,
    });
    const poses = byUse(streams.filter(({ role, rank }) => role === "transform" && rank === "fallback"));
    const pool = new BufferPool(pooledBytes);
    const reader =
      reference &&
      new FrameReader({
        reference,
        otherLidars,
        labels: ofRole("labels"),
        ...(picked && { picked }),
        worldName: options.worldName,
        deskew,
        tree,
        feed,
        state,
        problems,
        poses,
        pool,
      });
    const core = new LogCore(file, state, reader, { problems, quiet, listeners, pool });
    if (reference) await core.#openFirst(reference, picked, signal);
    const timed = streams.filter(({ role }) => role === "lidar" || role === "image" || role === "transform");
    const apart = clocksApart(
      timed.map(({ stream }) => stream),
      clock,
    );
    if (apart) problems.add(apart);
    return core;
  }

  /** Reads the first frame that can be read: it settles the spaces and the clock offset. */
  async #openFirst(reference: Stream, picked: Uint32Array | undefined, signal: AbortSignal | undefined): Promise<void> {
    const all = reference.index.times;
    const times = picked ? BigInt64Array.from(picked, (i) => all[i]) : all;
    const count = times.length;
    this.#state.setFrames(times, 0n);
    for (let index = 0; index < Math.min(count, firstTries); index++) {
      try {
        const frame = await this.#reader?.load(index, { ...(signal && { signal }) });
        this.#firstFrame = frame;
        const at = frame?.at;
        const exact = this.#state.entry(index);
        if (at !== undefined) {
          this.#state.setFrames(times, at - times[index]);
        }
        if (exact.exact && exact.worldFromEgo)
          this.#state.markExact(index, { ...exact, worldFromEgo: exact.worldFromEgo });
        return;
      } catch (error) {
        if (isAbort(error)) throw error;
        this.#problems.add(problemOf(error));
      }
    }
  }

  get info(): LogInfo {
    return this.#state.info;
  }

  /** For the worker: what changed in `info` since the last call. */
  takeChange(): InfoChange {
    return this.#state.takeChange();
  }

  async load(index: number, options: LoadOptions = {}): Promise<Frame> {
    throwIfAborted(options.signal);
    if (!this.#reader || !Number.isInteger(index) || index < 0 || index >= this.#state.frameCount) {
      throw logError("no-frame", `There is no frame ${index}; the log has ${this.#state.frameCount}.`);
    }
    const first = this.#firstFrame;
    if (first?.index === index) {
      this.#firstFrame = undefined;
      return first;
    }
    try {
      const reader = this.#reader;
      return await this.#quiet.busy(() => reader.load(index, options));
    } catch (error) {
      if (!isAbort(error)) this.#problems.add(problemOf(error));
      throw error;
    }
  }

  recycle(frame: Frame): void {
    // Moved, so that whoever still looks sees nothing instead of another frame.
    for (const buffer of buffersOf(frame)) this.#pool.give(structuredClone(buffer, { transfer: [buffer] }));
  }

  /** Arrays that a frame has brought to the page and back. */
  takeBack(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) this.#pool.give(buffer);
  }

  async scan({ signal, onProgress }: ReadOptions = {}): Promise<readonly FrameEntry[]> {
    const total = this.#state.frameCount;
    for (let index = 0; index < total && !this.#scanned; index++) {
      throwIfAborted(signal);
      // A source in memory never waits: without a breath now and then no abort and no other request would be heard.
      if (index % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      try {
        await this.#quiet.busy(async () => await this.#reader?.scan(index, signal), { thorough: true });
      } catch (error) {
        if (isAbort(error)) throw error;
        this.#problems.add(problemOf(error));
      }
      onProgress?.({ done: index + 1, total, unit: "frames" });
    }
    // Of what was read before, and of topics that a scan does not look at.
    await this.#quiet.settle(signal);
    if (!this.#scanned) this.#checkOrder();
    this.#scanned = true;
    return this.info.frames;
  }

  async accumulate(request: AccumulateRequest, options: ReadOptions = {}): Promise<AccumulatedCloud> {
    return await accumulate(this.info, this.#sweeps(request.index), request, options);
  }

  async matchEgo(request: MatchEgoRequest, options: ReadOptions = {}): Promise<EgoMatches> {
    return await matchEgo(this.info, this.#sweeps(0), request, options);
  }

  #sweeps(index: number): SweepSource {
    const reader = this.#reader;
    if (!reader) throw logError("no-frame", `There is no frame ${index}; the log has none.`);
    if (this.info.lidarTopic === undefined)
      throw logError("no-lidar", `The log ${quote(this.info.name)} has no lidar: there are no sweeps to lay together.`);
    return {
      sweeps: (...of) => this.#quiet.busy(() => reader.sweeps(...of)),
      recycle: (frame) => this.recycle({ ...frame, images: [], labels: [] }),
    };
  }

  #checkOrder(): void {
    const { frames, referenceTopic } = this.info;
    const backs = frames.filter(
      (entry, i) => i > 0 && entry.exact && frames[i - 1].exact && entry.at <= frames[i - 1].at,
    );
    if (backs.length === 0) return;
    const [{ index: back, at }] = backs;
    const more = backs.length === 1 ? "" : `; so it is at ${backs.length} places`;
    this.#problems.add({
      severity: "warning",
      code: "stamps-not-rising",
      message: `The stamp of frame ${back} is not after that of frame ${back - 1} (${quote(referenceTopic ?? "")})${more}.`,
      hint: "Frames stay in the order of recording; a label between the two belongs to both.",
      params: { frame: back, places: backs.length },
      at,
    });
  }

  /** Tells when something has been found that nobody asked for: a chunk that was read is damaged. */
  watch(listener: WatchLog): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#quiet.stop();
    this.#pool.forget();
    this.#firstFrame = undefined;
    this.#file.forget();
    return Promise.resolve();
  }
}

async function openStreams({ readable }: Topics, parts: StreamParts, signal?: AbortSignal) {
  const indexes = await parts.file.indexes(
    readable.map(({ channels }) => channels.map(({ id }) => id)),
    signal,
  );
  return readable.map(({ topic, role, rank, channels }, i) => ({
    role,
    rank,
    decoder: channels[0].decoder,
    stream: new Stream(topic, channels, indexes[i], parts),
  }));
}

/** Topics of poses, likeliest the vehicle's first: those that say whose they are, then those that say it most often. */
function byUse(found: readonly { readonly decoder: Decoder; readonly stream: Stream }[]): readonly Stream[] {
  return found
    .filter(({ stream }) => stream.index.count > 1)
    .toSorted(
      (a, b) =>
        decoders.indexOf(a.decoder) - decoders.indexOf(b.decoder) || b.stream.index.count - a.stream.index.count,
    )
    .map(({ stream }) => stream);
}
