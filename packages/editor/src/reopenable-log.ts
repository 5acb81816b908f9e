import type { LogReader } from "@sweepmark/log";

/** A log that can be opened anew under whoever reads it: frames are other ones then, the reader is the same object. */
export interface ReopenableLog extends LogReader {
  /** Reads from `next` from now on; closes what was read from before. Whoever reads frames has to ask for them again. */
  reopen(next: LogReader): Promise<void>;
}

export function reopenableLog(first: LogReader): ReopenableLog {
  let reader = first;
  let cameras: readonly string[] | undefined;
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  let stop = reader.subscribe(tell);
  return {
    get info() {
      return reader.info;
    },
    get memory() {
      return reader.memory;
    },
    frame: (index, options) => reader.frame(index, options),
    // Of a reader before: it is closed, and knows nothing of it.
    release: (frame) => reader.release(frame),
    showCameras(ids) {
      cameras = ids;
      reader.showCameras(ids);
    },
    prefetch: (indices) => reader.prefetch(indices),
    peek: (index) => reader.peek(index),
    buffered: () => reader.buffered(),
    scan: (options) => reader.scan(options),
    accumulate: (request, options) => reader.accumulate(request, options),
    matchEgo: (request, options) => reader.matchEgo(request, options),
    setBudget: (bytes) => reader.setBudget(bytes),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async reopen(next) {
      const before = reader;
      stop();
      next.setBudget(before.memory.budgetBytes);
      if (cameras) next.showCameras(cameras);
      reader = next;
      stop = reader.subscribe(tell);
      tell();
      await before.close();
    },
    async close() {
      stop();
      await reader.close();
    },
  };
}
