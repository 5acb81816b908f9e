import { createLogWorker } from "@sweepmark/log";

let spare: Worker | undefined;

/** Starts a worker that the next log to be opened finds ready. */
export function prepareLogWorker(): void {
  if (spare) return;
  const worker = createLogWorker();
  spare = worker;
  worker.addEventListener("error", () => {
    if (spare === worker) spare = undefined;
  });
}

/** A worker for a log: the one that is ready, or a new one. */
export function takeLogWorker(): Worker {
  const worker = spare ?? createLogWorker();
  spare = undefined;
  return worker;
}
