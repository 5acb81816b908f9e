import { abortError, logError, throwIfAborted } from "../problem.ts";
import { LogError, type LogInfo, type Problem } from "../types.ts";
import { Connection, type Host, type LogWorker, type Outcome, type Timers } from "./connection.ts";
import { unwrap, type Reply } from "./protocol.ts";

/** An abort is heard between two steps of decoding; a worker that does not hear it in this time is in an endless one. */
const abortMs = 2000;
const restartsAtMost = 3;
const restartsWithinMs = 60_000;

export interface LineOptions {
  readonly createWorker: () => LogWorker;
  readonly timers: Timers;
  /** Opens the log in a worker; the first time and, with nobody to report to, in each that takes its place. */
  readonly open: (requestId: number, host: Host) => Promise<Reply<LogInfo>>;
  /** Another worker has opened the same log in place of one that ended. */
  readonly reopened: (info: LogInfo, reason: string) => void;
  /** A frame ended its worker twice and will not be asked for again. */
  readonly isolated: (problem: Problem) => void;
}

/** What was asked of the worker and is not answered yet. */
interface Call {
  readonly id: number;
  readonly frame: number | undefined;
  /** The worker ended while this was under way. */
  suspect: boolean;
  /** The caller has its answer or has left; the worker may still be at it. */
  left: boolean;
  send(connection: Connection): void;
  fail(error: unknown): void;
}

/**
 * Calls to a worker that may die, hang or be killed: another one takes its place, opens the same log, and is asked again
 * for what was under way. Of those calls each frame is a suspect and runs without another frame beside it; the one that ends
 * the worker again is left out from then on, with a problem of its own.
 */
export class WorkerLine {
  readonly #options: LineOptions;
  #connection: Connection | undefined;
  #opening: Connection | undefined;
  #digest: string | undefined;
  /** Asked for, not sent. */
  #queue: Call[] = [];
  readonly #running = new Set<Call>();
  readonly #suspects = new Set<number>();
  readonly #isolated = new Map<number, Problem>();
  #restartedAt: number[] = [];
  #stopped: LogError | undefined;
  #lastId = 0;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Starts the first worker. If it ends before the log is open, that is the end: nothing says that another would do better. */
  async open(
    signal: AbortSignal | undefined,
    ask: (requestId: number, host: Host) => Promise<Reply<LogInfo>>,
  ): Promise<LogInfo> {
    throwIfAborted(signal);
    this.#connection = this.#connect();
    const info = await this.call(signal, ask);
    this.#digest = info.digest;
    return info;
  }

  /** `frame`: the frame that is asked for, if it is one. Rejects with LogError, AbortError, or what the worker threw. */
  async call<T>(
    signal: AbortSignal | undefined,
    ask: (requestId: number, host: Host) => Promise<Reply<T>>,
    frame?: number,
  ): Promise<T> {
    throwIfAborted(signal);
    const isolated = frame === undefined ? undefined : this.#isolated.get(frame);
    if (this.#stopped) throw this.#stopped;
    if (isolated) throw new LogError(isolated);
    return await new Promise<T>((resolve, reject) => {
      const id = ++this.#lastId;
      const leave = (): boolean => {
        if (call.left) return false;
        call.left = true;
        signal?.removeEventListener("abort", abort);
        return true;
      };
      const call: Call = {
        id,
        frame,
        suspect: frame !== undefined && this.#suspects.has(frame),
        left: false,
        send: (connection) =>
          connection.send(
            (host) => ask(id, host),
            (outcome) => {
              this.#done(call);
              if (leave()) settle(outcome, resolve, reject);
              this.#pump();
            },
          ),
        fail: (error) => void (leave() && reject(error)),
      };
      const abort = (): void => {
        if (!leave()) return;
        this.#giveUp(call);
        reject(abortError());
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#queue.push(call);
      this.#pump();
    });
  }

  /** Ends the worker. What waits is told that it was aborted. */
  close(): void {
    this.#stopped = logError("not-open", "The log was closed.");
    this.#failAll(abortError());
    for (const connection of [this.#connection, this.#opening]) {
      // A message port has no terminate: it is asked to let go.
      connection?.send(
        (host) => host.close(),
        () => undefined,
      );
      connection?.close();
    }
    this.#connection = this.#opening = undefined;
  }

  #connect(): Connection {
    return new Connection(this.#options.createWorker(), this.#options.timers, (connection, reason) => {
      if (connection === this.#connection || connection === this.#opening) this.#lost(reason);
    });
  }

  /** Sends what may run now: a suspected frame only when no other is under way or waiting. */
  #pump(): void {
    const connection = this.#connection;
    if (!connection) return;
    const frames = (): readonly Call[] => [...this.#running].filter(({ frame }) => frame !== undefined);
    const alone = frames().some(({ suspect }) => suspect);
    const ready = this.#queue.filter((call) => call.frame === undefined || (!call.suspect && !alone));
    this.#queue = this.#queue.filter((call) => !ready.includes(call));
    for (const call of ready) this.#send(connection, call);
    if (frames().length > 0) return;
    const suspect = this.#queue.shift();
    if (suspect) this.#send(connection, suspect);
  }

  #send(connection: Connection, call: Call): void {
    this.#running.add(call);
    call.send(connection);
  }

  #done(call: Call): void {
    this.#running.delete(call);
    if (call.frame !== undefined && !call.left) this.#suspects.delete(call.frame);
  }

  #giveUp(call: Call): void {
    this.#queue = this.#queue.filter((other) => other !== call);
    if (!this.#running.has(call)) return;
    this.#connection?.demand((host) => host.abort(call.id), abortMs, `it did not stop within ${abortMs / 1000} s`);
  }

  /** The worker has ended, by itself or because it gave no answer. */
  #lost(reason: string): void {
    this.#connection = this.#opening = undefined;
    if (this.#digest === undefined) return this.#end(workerFailed(reason));
    const hit = [...this.#running];
    this.#running.clear();
    for (const call of hit) this.#suspect(call, reason, hit.length === 1 ? "alone" : "among others");
    const { timers } = this.#options;
    this.#restartedAt = this.#restartedAt.filter((at) => timers.now() - at < restartsWithinMs);
    if (this.#restartedAt.length >= restartsAtMost) return this.#end(workerFailed(reason, this.#restartedAt.length));
    this.#restartedAt.push(timers.now());
    this.#restart(reason);
  }

  #suspect(call: Call, reason: string, company: "alone" | "among others"): void {
    const { frame } = call;
    // A reading of the whole log that was under way at both ends is as likely the cause as the frame beside it.
    if (call.suspect && (company === "alone" || frame === undefined)) {
      const problem = frame === undefined ? workerFailed(reason).problem : frameFailed(frame, reason);
      if (frame !== undefined && !this.#isolated.has(frame)) {
        this.#isolated.set(frame, problem);
        this.#options.isolated(problem);
      }
      return call.fail(new LogError(problem));
    }
    call.suspect = true;
    if (frame !== undefined) this.#suspects.add(frame);
    if (!call.left) this.#queue.unshift(call);
  }

  #restart(reason: string): void {
    try {
      const connection = this.#connect();
      this.#opening = connection;
      const id = ++this.#lastId;
      connection.send(
        (host) => this.#options.open(id, host),
        (outcome) => this.#opened(connection, outcome, reason),
      );
    } catch (error) {
      this.#end(error);
    }
  }

  #opened(connection: Connection, outcome: Outcome<Reply<LogInfo>>, reason: string): void {
    settle(
      outcome,
      (info) => {
        if (info.digest !== this.#digest) return this.#end(otherLog(info));
        this.#opening = undefined;
        this.#connection = connection;
        this.#options.reopened(info, reason);
        this.#pump();
      },
      (error) => this.#end(error),
    );
  }

  /** Nothing more can be asked: everything that waits, and whatever comes later, is told why. */
  #end(error: unknown): void {
    this.#stopped = error instanceof LogError ? error : workerFailed(String(error));
    this.#opening?.close();
    this.#opening = undefined;
    this.#failAll(this.#stopped);
  }

  #failAll(error: unknown): void {
    const waiting = [...this.#running, ...this.#queue];
    this.#running.clear();
    this.#queue = [];
    for (const call of waiting) call.fail(error);
  }
}

function settle<T>(outcome: Outcome<Reply<T>>, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  if (outcome.kind === "error") return reject(outcome.error);
  try {
    resolve(unwrap(outcome.value));
  } catch (error) {
    reject(error);
  }
}

function workerFailed(reason: string, restarts = 0): LogError {
  const often = restarts > 0 ? `, ${restarts + 1} times within a minute; the last time` : "";
  return logError("worker-failed", `The worker that reads the log has stopped${often}: ${reason}.`, {
    hint: "Open the log again. If it happens again, the log may need more memory than the browser gives.",
    params: { reason, restarts },
  });
}

const frameFailed = (frame: number, reason: string): Problem => ({
  severity: "error",
  code: "worker-failed",
  message: `Frame ${frame} stopped the worker that reads the log twice: ${reason}.`,
  hint: "This frame is left out; the others can be read.",
  params: { frame, reason },
});

const otherLog = ({ name }: LogInfo): LogError =>
  logError("log-changed", `${name} is not the log any more that was opened here.`, {
    hint: "Open it again: its labels belong to what it was before.",
    params: { name },
  });
