import { transfer } from "comlink";
import { arraysOfCloud, type AccumulateRequest } from "../accumulated-cloud.ts";
import { buffersOf } from "../cached-reader.ts";
import type { MatchEgoRequest } from "../ego-matches.ts";
import { LogCore } from "../log-core.ts";
import type { ScanStore } from "../mcap/scan-store.ts";
import { nextTurn } from "../breath.ts";
import { logError } from "../problem.ts";
import { blobSource } from "../sources/blob.ts";
import { httpSource } from "../sources/http.ts";
import type { ByteSource, Frame, FrameChoice, LogInfo, ReadOptions } from "../types.ts";
import {
  reply,
  type AccumulateReply,
  type FrameReply,
  type RestReply,
  type LogHostApi,
  type MatchEgoReply,
  type RemoteFile,
  type RemoteSource,
  type Reply,
  type ReportFound,
  type ReportProgress,
  type ScanReply,
} from "./protocol.ts";

type WholeFrame = Extract<FrameReply, { readonly kind: "whole" }>;

/**
 * One log in a worker. Keeps no decoded frames: their arrays are moved to the page, which holds them under its budget.
 * The worker's own memory is the chunk cache (16 MiB), buffers to be used again (24 MiB) and what is being decoded.
 */
export class LogHost implements LogHostApi {
  #core: LogCore | undefined;
  readonly #running = new Map<number, AbortController>();
  /** Frames whose sweeps were sent, and with them their arrays. */
  readonly #rests = new Map<number, Promise<Reply<WholeFrame>>>();

  async open(
    requestId: number,
    source: RemoteSource,
    options: FrameChoice,
    report: ReportProgress | undefined,
    scanStore?: ScanStore,
    found?: ReportFound,
  ): Promise<Reply<LogInfo>> {
    return await this.#run(requestId, report, async (read) => {
      const bytes = source.kind === "files" ? source.files.map(byteSource) : byteSource(source);
      const named = source.kind === "files" && source.name !== undefined ? { name: source.name } : {};
      this.#core = await LogCore.open(bytes, { ...options, ...named, ...read, ...(scanStore && { scanStore }) });
      const core = this.#core;
      if (found) core.watch((spoiled) => found(core.takeChange(), spoiled));
      const { info } = this.#core;
      // The snapshot says all there is so far.
      this.#core.takeChange();
      return info;
    });
  }

  async load(
    requestId: number,
    index: number,
    returned: readonly ArrayBuffer[],
    cameras?: readonly string[],
  ): Promise<Reply<FrameReply>> {
    this.#core?.takeBack(returned);
    let tell = (_early: Frame): void => undefined;
    let hasLeft = (): boolean => false;
    const sweeps = new Promise<Frame>((resolve) => (tell = resolve));
    const whole = this.#run(requestId, undefined, async ({ signal }): Promise<WholeFrame> => {
      hasLeft = () => signal.aborted;
      const core = this.#opened();
      const frame = await core.load(index, { signal, onSweeps: tell, cameras });
      return { kind: "whole", frame, change: core.takeChange() };
    });
    // What is decompressed already is there as a whole within a turn.
    const early = sweeps.then(async (frame) => {
      await nextTurn();
      return { kind: "value", value: { kind: "sweeps", frame } } as const;
    });
    const answer = await Promise.race([whole, early]);
    if (answer.kind !== "value") return answer;
    if (answer.value.kind === "sweeps" && !hasLeft()) this.#rests.set(requestId, whole);
    return transfer(answer, [...buffersOf(answer.value.frame)]);
  }

  async rest(requestId: number): Promise<Reply<RestReply>> {
    const whole = this.#rests.get(requestId);
    if (!whole) throw new Error(`nothing is left of the request ${requestId}`);
    const answer = await whole;
    this.#rests.delete(requestId);
    if (answer.kind !== "value") return answer;
    const { frame, change } = answer.value;
    const { images, problems, unread } = frame;
    const rest = { images, problems, ...(unread && { unread }) };
    return transfer({ kind: "value", value: { rest, change } }, [...buffersOf({ ...frame, sweeps: [] })]);
  }

  async scan(requestId: number, report: ReportProgress | undefined): Promise<Reply<ScanReply>> {
    return await this.#run(requestId, report, async (read): Promise<ScanReply> => {
      const core = this.#opened();
      const entries = await core.scan(read);
      return { entries, change: core.takeChange() };
    });
  }

  async accumulate(
    requestId: number,
    request: AccumulateRequest,
    report: ReportProgress | undefined,
  ): Promise<Reply<AccumulateReply>> {
    const answer = await this.#run(requestId, report, async (read): Promise<AccumulateReply> => {
      const core = this.#opened();
      const cloud = await core.accumulate(request, read);
      return { cloud, change: core.takeChange() };
    });
    if (answer.kind !== "value") return answer;
    return transfer(
      answer,
      arraysOfCloud(answer.value.cloud).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : [])),
    );
  }

  async matchEgo(
    requestId: number,
    request: MatchEgoRequest,
    report: ReportProgress | undefined,
  ): Promise<Reply<MatchEgoReply>> {
    return await this.#run(requestId, report, async (read): Promise<MatchEgoReply> => {
      const core = this.#opened();
      const matches = await core.matchEgo(request, read);
      return { matches, change: core.takeChange() };
    });
  }

  abort(requestId: number): void {
    this.#running.get(requestId)?.abort();
    this.#rests.delete(requestId);
  }

  ping(): void {
    // The answer is all.
  }

  async close(): Promise<void> {
    for (const controller of this.#running.values()) controller.abort();
    await this.#core?.close();
  }

  #opened(): LogCore {
    if (this.#core) return this.#core;
    throw logError("not-open", "The worker holds no open log.");
  }

  async #run<T>(
    requestId: number,
    report: ReportProgress | undefined,
    work: (read: ReadOptions & { readonly signal: AbortSignal }) => Promise<T>,
  ): Promise<Reply<T>> {
    const controller = new AbortController();
    this.#running.set(requestId, controller);
    const read = { signal: controller.signal, ...(report && { onProgress: throttled(report) }) };
    try {
      return await reply(work(read));
    } finally {
      this.#running.delete(requestId);
    }
  }
}

const byteSource = (file: RemoteFile): ByteSource =>
  file.kind === "blob"
    ? blobSource(file.blob, file.name)
    : httpSource(file.url, file.name === undefined ? {} : { name: file.name });

/** A message to the page for each record of a long file would cost more than the reading: about one in a hundredth. */
function throttled(report: ReportProgress): ReportProgress {
  let last = -1;
  return (progress) => {
    const part = Math.floor((progress.done / Math.max(1, progress.total)) * 100);
    if (part === last) return;
    last = part;
    report(progress);
  };
}
