import type { Schedule } from "./schedule.ts";

/** A clock that stands still until it is told to go. */
export interface FakeSchedule extends Schedule {
  /** Lets time pass, running what comes due in order, with promises settled before and after each. */
  advance(ms: number): Promise<void>;
  /** Runs the idle work that is waiting. */
  runIdle(): void;
}

/** Enough turns for a chain of a few promises to settle. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

export function createFakeSchedule(): FakeSchedule {
  let now = 0;
  let timers: readonly { readonly dueAt: number; readonly run: () => void }[] = [];
  let idle: readonly (() => void)[] = [];
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { dueAt: now + Math.max(0, delayMs), run };
      timers = [...timers, timer];
      return () => void (timers = timers.filter((each) => each !== timer));
    },
    idle(run) {
      const work = (): void => run();
      idle = [...idle, work];
      return () => void (idle = idle.filter((each) => each !== work));
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = timers.toSorted((a, b) => a.dueAt - b.dueAt)[0];
        if (!next || next.dueAt > end) break;
        now = Math.max(now, next.dueAt);
        timers = timers.filter((each) => each !== next);
        next.run();
        await settle();
      }
      now = end;
    },
    runIdle() {
      const due = idle;
      idle = [];
      for (const run of due) run();
    },
  };
}
