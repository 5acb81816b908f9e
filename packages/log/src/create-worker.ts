/** A worker that decodes logs, for {@link connectLog}. Only in a page; the pattern is one that bundlers recognise. */
export function createLogWorker(): Worker {
  return new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module", name: "sweepmark-log" });
}
