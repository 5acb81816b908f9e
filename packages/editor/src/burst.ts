import type { Change, Label } from "@sweepmark/document";
import type { Schedule } from "./schedule.ts";

/** How long after the last edit of a burst it is committed: what is finished is on disk before one can blink. */
export const burstMs = 250;

export interface Burst {
  readonly key: string;
  readonly label: Label;
  readonly changes: readonly Change[];
}

export interface Bursts {
  readonly pending: Burst | undefined;
  /** Replaces the pending burst of the same key; flush first where the key is another. */
  set(burst: Burst): void;
  /** Takes the pending burst away; the caller commits it. */
  take(): Burst | undefined;
}

/** Holds the edits of a held key or wheel until they pause, so that they are one transaction and one undo. */
export function createBursts(schedule: Schedule, paused: () => void): Bursts {
  let pending: Burst | undefined;
  let callOff: (() => void) | undefined;
  return {
    get pending() {
      return pending;
    },
    set(burst) {
      pending = burst;
      callOff?.();
      callOff = schedule.after(burstMs, paused);
    },
    take() {
      const taken = pending;
      pending = undefined;
      callOff?.();
      return taken;
    },
  };
}
