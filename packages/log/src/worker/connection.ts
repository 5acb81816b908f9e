import { releaseProxy, wrap, type Endpoint } from "comlink";
import type { LogHostApi } from "./protocol.ts";

/** What connectLog needs of a Worker; a MessagePort will do in tests. */
export type LogWorker = Endpoint & { terminate?(): void };

export type Host = ReturnType<typeof wrap<LogHostApi>>;

/** Time, as the keeper of a worker knows it. Injected, so that tests have a clock of their own. */
export interface Timers {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Runs once after `delayMs`. Returns how to call it off. */
  after(delayMs: number, run: () => void): () => void;
}

export const realTimers: Timers = {
  now: () => performance.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return () => clearTimeout(handle);
  },
};

/** A request is through within this, usually: only then is the worker asked whether it lives. */
const firstPingMs = 1000;
/**
 * Two pings in a row without an answer are the end: a page that slept finds the first one overdue when it wakes, with
 * the answer still waiting behind it. No decoder holds a worker that long; an endless loop does.
 */
const pingMs = 4000;
const missesAtMost = 1;
export const silenceMs = pingMs * (missesAtMost + 1);

export type Outcome<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "error"; readonly error: unknown };

/** One worker as long as it lives. Its end, however it comes, is told once; after it nothing else is. */
export class Connection {
  readonly #worker: LogWorker;
  readonly #host: Host;
  readonly #timers: Timers;
  readonly #ended: (connection: Connection, reason: string) => void;
  #alive = true;
  /** Requests without an answer so far. */
  #open = 0;
  #unanswered = false;
  #misses = 0;
  #stopWatching: (() => void) | undefined;

  constructor(worker: LogWorker, timers: Timers, ended: (connection: Connection, reason: string) => void) {
    this.#worker = worker;
    this.#host = wrap<LogHostApi>(worker);
    this.#timers = timers;
    this.#ended = ended;
    worker.addEventListener("error", this.#failed as EventListener);
    worker.addEventListener("messageerror", this.#failed as EventListener);
  }

  /** Asks the worker; `answered` is never called once the worker has ended. */
  send<T>(ask: (host: Host) => Promise<T>, answered: (outcome: Outcome<T>) => void): void {
    this.#open++;
    this.#stopWatching ??= this.#timers.after(firstPingMs, this.#ping);
    const settle = (outcome: Outcome<T>): void => {
      if (!this.#alive) return;
      if (--this.#open === 0) this.#rest();
      answered(outcome);
    };
    ask(this.#host).then(
      (value) => settle({ kind: "value", value }),
      (error: unknown) => settle({ kind: "error", error }),
    );
  }

  /** Asks something that must be heard within `deadlineMs`, or the worker is ended for `reason`. */
  demand(ask: (host: Host) => Promise<unknown>, deadlineMs: number, reason: string): void {
    const stop = this.#timers.after(deadlineMs, () => this.end(reason));
    this.send(ask, stop);
  }

  /** Ends the worker for a reason that is told. */
  end(reason: string): void {
    if (!this.#alive) return;
    this.close();
    this.#ended(this, reason);
  }

  /** Ends the worker quietly. */
  close(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#rest();
    this.#worker.removeEventListener("error", this.#failed as EventListener);
    this.#worker.removeEventListener("messageerror", this.#failed as EventListener);
    this.#host[releaseProxy]();
    this.#worker.terminate?.();
  }

  readonly #failed = (event: unknown): void => this.end(reasonOf(event));

  readonly #ping = (): void => {
    if (this.#unanswered && ++this.#misses > missesAtMost)
      return this.end(`it gave no answer for ${silenceMs / 1000} s`);
    if (!this.#unanswered) {
      this.#unanswered = true;
      void this.#host.ping().then(() => {
        this.#unanswered = false;
        this.#misses = 0;
      });
    }
    this.#stopWatching = this.#timers.after(pingMs, this.#ping);
  };

  #rest(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#misses = 0;
  }
}

function reasonOf(event: unknown): string {
  const said =
    typeof event === "object" && event !== null && "message" in event && typeof event.message === "string"
      ? event.message
      : "";
  return said === "" ? "no reason given" : said;
}
