import type { JournalStore, SaveState, Transaction } from "../types.ts";

/**
 * Thrown by a store that will not take appends any more (another tab took the scene over, the folder became read-only).
 * The journal then stops retrying; what is pending stays pending and is said to be.
 */
export class JournalRefusedError extends Error {
  override readonly name = "JournalRefusedError";
}

/** Writes transactions to a store as they happen, and says truthfully how far it is. */
export interface Journal {
  /** Queues and starts writing at once. Never throws: what fails is retried and shown in the state. */
  append(transaction: Transaction): void;
  /**
   * Resolves when everything appended is durable. A retry that waits for its time is made at once; rejects with the
   * reason when a write fails. Also the way to go on after {@link JournalRefusedError}.
   */
  settled(): Promise<void>;
  readonly state: SaveState;
  /** Transactions that are not durable yet, those being written included; oldest first. */
  readonly pending: readonly Transaction[];
  /** Stops retrying. What is pending is given up; ask `pending` first. */
  close(): void;
}

export interface JournalOptions {
  readonly onState?: (state: SaveState) => void;
  /** Waiting times after the first, second … failure in a row, milliseconds; the last one repeats. */
  readonly retryDelaysMs?: readonly number[];
  /** Calls `work` after `ms`; returns the way to cancel. */
  readonly schedule?: (work: () => void, ms: number) => () => void;
  readonly now?: () => Date;
}

const defaultRetryDelaysMs: readonly number[] = [200, 500, 1000, 2000, 5000, 10_000];

/** One write in flight; what is appended meanwhile goes with the next (group commit). */
export function createJournal(store: JournalStore, digest: string, options: JournalOptions = {}): Journal {
  const { onState, retryDelaysMs = defaultRetryDelaysMs, schedule = timer, now = () => new Date() } = options;
  const queue: Transaction[] = [];
  let state: SaveState = { kind: "saved" };
  let writing = false;
  let closed = false;
  let failures = 0;
  let cancelRetry: (() => void) | undefined;
  let waiters: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  function setState(next: SaveState): void {
    state = next;
    onState?.(next);
  }

  function settleWaiters(settle: (waiter: (typeof waiters)[number]) => void): void {
    const settling = waiters;
    waiters = [];
    settling.forEach(settle);
  }

  function write(): void {
    if (writing || closed || queue.length === 0) return;
    cancelRetry?.();
    cancelRetry = undefined;
    writing = true;
    const batch = [...queue];
    // A retry stays "failed" until it works: flickering to "saving" would be a promise.
    if (failures === 0) setState({ kind: "saving", pending: queue.length });
    void attempt(batch).then((error) => {
      writing = false;
      if (closed) return;
      if (error) return failed(error);
      queue.splice(0, batch.length);
      failures = 0;
      if (queue.length > 0) return write();
      setState({ kind: "saved", at: now() });
      settleWaiters(({ resolve }) => resolve());
    });
  }

  async function attempt(batch: readonly Transaction[]): Promise<Error | undefined> {
    try {
      await store.append(digest, batch);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  function failed(error: Error): void {
    failures += 1;
    setState({ kind: "failed", pending: queue.length, reason: error.message });
    settleWaiters(({ reject }) => reject(error));
    if (error instanceof JournalRefusedError) return;
    cancelRetry = schedule(write, retryDelaysMs[Math.min(failures, retryDelaysMs.length) - 1] ?? 1000);
  }

  return {
    append(transaction) {
      queue.push(transaction);
      if (state.kind === "failed") {
        // Waiting for the retry (or refused for good): only the number changes.
        setState({ ...state, pending: queue.length });
        return;
      }
      if (writing) setState({ kind: "saving", pending: queue.length });
      write();
    },
    settled() {
      if (queue.length === 0) return Promise.resolve();
      if (closed) return Promise.reject(new Error("the journal is closed"));
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        write();
      });
    },
    get state() {
      return state;
    },
    get pending() {
      return queue;
    },
    close() {
      closed = true;
      cancelRetry?.();
      settleWaiters(({ reject }) => reject(new Error("the journal is closed")));
    },
  };
}

const timer = (work: () => void, ms: number): (() => void) => {
  const id = setTimeout(work, ms);
  return () => clearTimeout(id);
};
