import { proxy, transfer } from "comlink";
import type { AccumulatedCloud, AccumulateRequest } from "../accumulated-cloud.ts";
import { buffersOf, CachedReader, defaultCacheBytes } from "../cached-reader.ts";
import type { EgoMatches, MatchEgoRequest } from "../ego-matches.ts";
import type { FrameSource, LoadOptions, WatchLog } from "../frame-source.ts";
import type { ScanStore } from "../mcap/scan-store.ts";
import { applyChange, type InfoChange } from "../log-state.ts";
import type { Frame, FrameChoice, FrameEntry, LogInfo, LogReader, Problem, Progress, ReadOptions } from "../types.ts";
import { realTimers, type Host, type LogWorker, type Timers } from "./connection.ts";
import { keepKnown } from "./keep-known.ts";
import { WorkerLine, type LineOptions } from "./line.ts";
import type { RemoteFile, RemoteSource, Reply, ReportFound, ReportProgress } from "./protocol.ts";

export interface ConnectOptions extends ReadOptions, FrameChoice {
  /** Budget for decoded frames on the page, bytes; 512 MiB by default. */
  readonly cacheBytes?: number;
  /** Where scans of files without an index are kept, on the page. */
  readonly scanStore?: ScanStore;
  /** The clock of the watch over the worker; for tests. */
  readonly timers?: Timers;
}

/**
 * Opens a log in a worker and gives the page a reader of it. `close` (and a failed opening) terminates the worker. One
 * that dies or hangs is replaced by another from `createWorker`, which opens the same log and goes on (rule 22). Frames are
 * moved, not copied, and kept on the page: a step to a cached frame is a look-up. Rejects with LogError (also
 * `worker-failed`, where the first worker died before the log was open) and AbortError.
 */
export async function connectLog(
  createWorker: () => LogWorker,
  source: RemoteSource,
  options: ConnectOptions = {},
): Promise<LogReader> {
  const { signal, onProgress, cacheBytes = defaultCacheBytes, scanStore, timers = realTimers, ...choice } = options;
  const found: ReportFound = (change, spoiled) => log.found(change, spoiled);
  const opener =
    (report?: ReportProgress): Opener =>
    (id, host) =>
      host.open(id, absolute(source), choice, reporter(report), scanStore && proxy(scanStore), proxy(found));
  const log = new RemoteLog((events) => new WorkerLine({ createWorker, timers, open: opener(), ...events }));
  try {
    await log.open(signal, opener(onProgress));
    return new CachedReader(log, cacheBytes, (run) => void timers.after(showingMs, run));
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** A relative address is one to the page; in the worker it would be one to the worker's script. */
const absolute = (source: RemoteSource): RemoteSource =>
  source.kind === "files" ? { ...source, files: source.files.map(absoluteFile) } : absoluteFile(source);

const absoluteFile = (file: RemoteFile): RemoteFile =>
  file.kind === "http" && typeof location !== "undefined"
    ? { ...file, url: new URL(file.url, location.href).href }
    : file;

/** From a frame's arrival to its picture on the screen, usually: decoding the next ones meanwhile would delay it. */
const showingMs = 50;

/** What waits to go back to the worker at most. */
const mostReturnedBytes = 16 * 1024 * 1024;

class RemoteLog implements FrameSource {
  readonly #line: WorkerLine;
  readonly #listeners = new Set<WatchLog>();
  readonly #returned: ArrayBuffer[] = [];
  #info: LogInfo | undefined;
  /** Whether the worker knows less of the log than this. */
  #behind = false;

  constructor(line: (events: Pick<LineOptions, "reopened" | "isolated">) => WorkerLine) {
    this.#line = line({
      reopened: (info, reason) => {
        this.#behind = true;
        this.#learn({ ...info, problems: [...info.problems, restarted(reason)] });
      },
      isolated: (problem) => this.#learn({ ...this.info, problems: [...this.info.problems, problem] }),
    });
  }

  async open(signal: AbortSignal | undefined, ask: Opener): Promise<void> {
    this.#info = await this.#line.open(signal, ask);
  }

  get info(): LogInfo {
    if (this.#info) return this.#info;
    throw new Error("the log is not open yet");
  }

  watch(listener: WatchLog): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something that nobody asked for. */
  #learn(info: LogInfo): void {
    this.#info = keepKnown(this.info, info);
    for (const listener of this.#listeners) listener([]);
  }

  /** The worker's, unasked: a chunk that it had read is damaged. */
  found(change: InfoChange, spoiled: readonly number[]): void {
    this.#apply(change);
    for (const listener of this.#listeners) listener(spoiled);
  }

  #apply(change: InfoChange): void {
    const info = applyChange(this.info, change);
    this.#info = this.#behind ? keepKnown(this.info, info) : info;
  }

  async load(index: number, { signal, onSweeps, cameras }: LoadOptions = {}): Promise<Frame> {
    const ask = async (id: number, host: Host): Promise<Reply<WholeFrame>> => {
      const returned = this.#returned.splice(0);
      const first = await host.load(id, index, transfer(returned, returned), cameras);
      if (first.kind !== "value") return first;
      if (first.value.kind === "whole") return { kind: "value", value: first.value };
      const { unread: _, ...early } = first.value.frame;
      // Who has left meanwhile has aborted the rest.
      if (signal?.aborted) return { kind: "aborted" };
      onSweeps?.(first.value.frame);
      const second = await host.rest(id);
      if (second.kind !== "value") return second;
      const { rest, change } = second.value;
      return { kind: "value", value: { frame: { ...early, ...rest }, change } };
    };
    const { frame, change } = await this.#line.call(signal, ask, index);
    this.#apply(change);
    return frame;
  }

  async scan({ signal, onProgress }: ReadOptions = {}): Promise<readonly FrameEntry[]> {
    const { change } = await this.#line.call(signal, (id, host) => host.scan(id, reporter(onProgress)));
    this.#apply(change);
    return this.info.frames;
  }

  async accumulate(request: AccumulateRequest, { signal, onProgress }: ReadOptions = {}): Promise<AccumulatedCloud> {
    const { cloud, change } = await this.#line.call(signal, (id, host) =>
      host.accumulate(id, request, reporter(onProgress)),
    );
    this.#apply(change);
    return cloud;
  }

  async matchEgo(request: MatchEgoRequest, { signal, onProgress }: ReadOptions = {}): Promise<EgoMatches> {
    const { matches, change } = await this.#line.call(signal, (id, host) =>
      host.matchEgo(id, request, reporter(onProgress)),
    );
    this.#apply(change);
    return matches;
  }

  /** They go back with the next request. */
  recycle(frame: Frame): void {
    for (const buffer of buffersOf(frame)) {
      // Of many frames let go at once (a smaller budget, say) the worker has no use for all.
      const bytes = this.#returned.reduce((sum, { byteLength }) => sum + byteLength, buffer.byteLength);
      if (bytes <= mostReturnedBytes) this.#returned.push(buffer);
    }
  }

  close(): Promise<void> {
    this.#line.close();
    return Promise.resolve();
  }
}

type Opener = LineOptions["open"];

interface WholeFrame {
  readonly frame: Frame;
  readonly change: InfoChange;
}

const reporter = (onProgress: ReportProgress | undefined): ReportProgress | undefined =>
  onProgress && proxy((progress: Progress) => onProgress(progress));

const restarted = (reason: string): Problem => ({
  severity: "warning",
  code: "worker-restarted",
  message: `The worker that reads the log has stopped (${reason}) and was started again.`,
  hint: "Nothing is lost. If it happens often, the log may need more memory than the browser gives.",
  params: { reason },
});
