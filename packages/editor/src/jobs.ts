import type { Label } from "@sweepmark/document";
import type { Schedule } from "./schedule.ts";
import type { Job } from "./session-types.ts";

export type JobWork<Result> = (signal: AbortSignal, report: (done: number, total: number) => void) => Promise<Result>;

export interface Jobs {
  /** Resolves undefined when cancelled; rejects with what the work rejects with. */
  run<Result>(label: Label, work: JobWork<Result>): Promise<Result | undefined>;
  cancelAll(): void;
}

/** Keeps the list of running jobs and tells when it changed. */
export function createJobs(schedule: Schedule, changed: (jobs: readonly Job[]) => void): Jobs {
  let jobs: readonly Job[] = [];
  let serial = 0;
  const update = (next: readonly Job[]): void => {
    jobs = next;
    changed(jobs);
  };
  return {
    async run(label, work) {
      const controller = new AbortController();
      const id = `job-${++serial}`;
      const cancel = (): void => controller.abort();
      update([...jobs, { id, label, done: 0, total: 0, startedAt: schedule.now(), cancel }]);
      const cancelled = new Promise<undefined>((resolve) =>
        controller.signal.addEventListener("abort", () => resolve(undefined), { once: true }),
      );
      try {
        const report = (done: number, total: number): void =>
          update(jobs.map((job) => (job.id === id ? { ...job, done, total } : job)));
        const result = work(controller.signal, report);
        // Work that ignores its signal is left behind; its late failure is nobody's news.
        result.catch(() => {});
        return await Promise.race([result, cancelled]);
      } catch (error) {
        if (controller.signal.aborted) return undefined;
        throw error;
      } finally {
        update(jobs.filter((job) => job.id !== id));
      }
    },
    cancelAll() {
      for (const job of jobs) job.cancel();
    },
  };
}
