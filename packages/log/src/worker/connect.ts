import { proxy, releaseProxy, wrap, type Endpoint } from "comlink";
import type { AccumulatedCloud, AccumulateRequest } from "../accumulated-cloud.ts";
import { CachedReader, defaultCacheBytes } from "../cached-reader.ts";
import type { FrameSource } from "../frame-source.ts";
import { applyChange, type InfoChange } from "../log-state.ts";
import { logError, throwIfAborted } from "../problem.ts";
import type { Frame, FrameEntry, LogError, LogInfo, LogReader, Progress, ReadOptions } from "../types.ts";
import {
  unwrap,
  type LogHostApi,
  type RemoteFile,
  type RemoteSource,
  type Reply,
  type ReportProgress,
} from "./protocol.ts";

export interface ConnectOptions extends ReadOptions {
  readonly lidarTopic?: string;
  /** Budget for decoded frames on the page, bytes; 512 MiB by default. */
  readonly cacheBytes?: number;
}

/** What connectLog needs of a Worker; a MessagePort will do in tests. */
export type LogWorker = Endpoint & { terminate?(): void };

/**
 * Opens a log in a worker and gives the page a reader of it. Takes the worker over: `close` (and a failed opening)
 * terminates it. Frames are moved, not copied, and kept on the page: a step to a cached frame is a look-up.
 * Rejects with LogError (also `worker-failed`, where the worker died) and AbortError.
 */
export async function connectLog(
  worker: LogWorker,
  source: RemoteSource,
  options: ConnectOptions = {},
): Promise<LogReader> {
  const line = new WorkerLine(worker);
  try {
    const { signal, onProgress, lidarTopic } = options;
    const open = lidarTopic === undefined ? {} : { lidarTopic };
    const info = await line.call(signal, (id, host) => host.open(id, absolute(source), open, reporter(onProgress)));
    return new CachedReader(new RemoteLog(line, info), options.cacheBytes ?? defaultCacheBytes);
  } catch (error) {
    line.end();
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

/** Calls to the worker, with AbortSignals carried over by number and a dead worker turned into a rejection. */
class WorkerLine {
  readonly #worker: LogWorker;
  readonly #host: ReturnType<typeof wrap<LogHostApi>>;
  readonly #failed: Promise<never>;
  #lastId = 0;

  constructor(worker: LogWorker) {
    this.#worker = worker;
    this.#host = wrap<LogHostApi>(worker);
    this.#failed = new Promise((_, reject) => {
      const fail = (event: unknown): void => {
        reject(workerFailed(event));
      };
      worker.addEventListener("error", fail as EventListener);
      worker.addEventListener("messageerror", fail as EventListener);
    });
    this.#failed.catch(() => undefined);
  }

  async call<T>(
    signal: AbortSignal | undefined,
    ask: (requestId: number, host: ReturnType<typeof wrap<LogHostApi>>) => Promise<Reply<T>>,
  ): Promise<T> {
    throwIfAborted(signal);
    const requestId = ++this.#lastId;
    const abort = (): void => {
      void this.#host.abort(requestId);
    };
    signal?.addEventListener("abort", abort, { once: true });
    try {
      return unwrap(await Promise.race([ask(requestId, this.#host), this.#failed]));
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async close(): Promise<void> {
    await Promise.race([this.#host.close(), this.#failed]).catch(() => undefined);
    this.end();
  }

  end(): void {
    this.#host[releaseProxy]();
    this.#worker.terminate?.();
  }
}

class RemoteLog implements FrameSource {
  readonly #line: WorkerLine;
  #info: LogInfo;

  constructor(line: WorkerLine, info: LogInfo) {
    this.#line = line;
    this.#info = info;
  }

  get info(): LogInfo {
    return this.#info;
  }

  #apply(change: InfoChange): void {
    this.#info = applyChange(this.#info, change);
  }

  async load(index: number, signal?: AbortSignal): Promise<Frame> {
    const { frame, change } = await this.#line.call(signal, (id, host) => host.load(id, index));
    this.#apply(change);
    return frame;
  }

  async scan({ signal, onProgress }: ReadOptions = {}): Promise<readonly FrameEntry[]> {
    const { change } = await this.#line.call(signal, (id, host) => host.scan(id, reporter(onProgress)));
    this.#apply(change);
    return this.#info.frames;
  }

  async accumulate(request: AccumulateRequest, { signal, onProgress }: ReadOptions = {}): Promise<AccumulatedCloud> {
    const { cloud, change } = await this.#line.call(signal, (id, host) =>
      host.accumulate(id, request, reporter(onProgress)),
    );
    this.#apply(change);
    return cloud;
  }

  close(): Promise<void> {
    return this.#line.close();
  }
}

const reporter = (onProgress: ReportProgress | undefined): ReportProgress | undefined =>
  onProgress && proxy((progress: Progress) => onProgress(progress));

function workerFailed(event: unknown): LogError {
  const reason =
    typeof event === "object" && event !== null && "message" in event && typeof event.message === "string"
      ? event.message
      : "no reason given";
  return logError("worker-failed", `The worker that reads the log has stopped: ${reason}.`, {
    hint: "Open the log again. If it happens again, the log may need more memory than the browser gives.",
    params: { reason },
  });
}
