/** Time, as the session knows it. Injected, so that tests play by a clock of their own. */
export interface Schedule {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Runs once after `delayMs`. Returns how to call it off. */
  after(delayMs: number, run: () => void): () => void;
  /** Runs once when nothing more urgent is to be done. Returns how to call it off. */
  idle(run: () => void): () => void;
}

interface IdleGlobal {
  readonly requestIdleCallback?: (run: () => void, options: { timeout: number }) => number;
  readonly cancelIdleCallback?: (handle: number) => void;
}

/** The real clock. Idle work waits for the browser's idle time, 200 ms at most; elsewhere for a turn of the loop. */
export const realSchedule: Schedule = {
  now: () => performance.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return () => clearTimeout(handle);
  },
  idle(run) {
    const { requestIdleCallback, cancelIdleCallback } = globalThis as IdleGlobal;
    if (requestIdleCallback && cancelIdleCallback) {
      const handle = requestIdleCallback(run, { timeout: 200 });
      return () => cancelIdleCallback(handle);
    }
    const handle = setTimeout(run, 0);
    return () => clearTimeout(handle);
  },
};
