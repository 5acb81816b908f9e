import type { Frame, FrameEntry, LogReader, Problem } from "@sweepmark/log";
import type { Schedule } from "./schedule.ts";

/** What the frame loader tells. */
export interface FrameListener {
  wanted(index: number): void;
  shown(frame: Frame): void;
  failed(problem: Problem): void;
  stamps(frames: readonly FrameEntry[]): void;
  buffered(indices: readonly number[]): void;
}

export interface FrameLoader {
  readonly wantedIndex: number;
  readonly loading: boolean;
  goTo(index: number): void;
  /** Takes over the exact ones of these entries. */
  learnStamps(entries: readonly FrameEntry[]): void;
  close(): void;
}

const aheadCount = 10;
const behindCount = 2;
/** The log says nothing when a prefetched frame arrives, so its buffer is asked a few times after each step. */
const bufferPollMs = 250;
const bufferPolls = 8;

/** Loads the wanted frame, gives up the ones that are no longer wanted, and hints what comes next. */
export function createFrameLoader(log: LogReader, schedule: Schedule, listener: FrameListener): FrameLoader {
  let wantedIndex = 0;
  let shownIndex: number | undefined;
  let running: AbortController | undefined;
  let stopPolling: (() => void) | undefined;
  let entries = log.info.frames;

  const pollBuffer = (left: number): void => {
    stopPolling?.();
    listener.buffered(log.buffered());
    if (left > 0) stopPolling = schedule.after(bufferPollMs, () => pollBuffer(left - 1));
  };

  const arrived = (frame: Frame): void => {
    shownIndex = frame.index;
    const known = entries[frame.index];
    if (known && !(known.exact && known.worldFromEgo && known.pointCount !== undefined)) {
      const pointCount = frame.sweeps[0]?.count;
      entries = entries.with(frame.index, {
        ...known,
        at: frame.at,
        exact: true,
        worldFromEgo: frame.worldFromEgo,
        ...(pointCount === undefined ? {} : { pointCount }),
      });
      listener.stamps(entries);
    }
    listener.shown(frame);
  };

  const prefetch = (index: number, direction: number): void => {
    const wanted: number[] = [];
    for (let step = 1; step <= aheadCount; step++) wanted.push(index + step * direction);
    for (let step = 1; step <= behindCount; step++) wanted.push(index - step * direction);
    log.prefetch(wanted.filter((each) => each >= 0 && each < entries.length));
  };

  return {
    get wantedIndex() {
      return wantedIndex;
    },
    get loading() {
      return running !== undefined;
    },
    goTo(index) {
      const last = entries.length - 1;
      if (last < 0) return;
      const target = Math.max(0, Math.min(last, Math.round(index)));
      if (target === wantedIndex && (running || shownIndex === target)) return;
      const direction = target < wantedIndex ? -1 : 1;
      running?.abort();
      const controller = new AbortController();
      running = controller;
      wantedIndex = target;
      listener.wanted(target);
      log.frame(target, { signal: controller.signal }).then(
        (frame) => {
          if (running !== controller) return;
          running = undefined;
          arrived(frame);
          prefetch(target, direction);
          pollBuffer(bufferPolls);
        },
        (error: unknown) => {
          if (running !== controller) return;
          running = undefined;
          listener.failed(problemOf(error, target));
        },
      );
    },
    learnStamps(latest) {
      entries = latest.map((entry, index) => (entry.exact ? entry : (entries[index] ?? entry)));
      listener.stamps(entries);
    },
    close() {
      running?.abort();
      running = undefined;
      stopPolling?.();
    },
  };
}

/** The problem that an error carries (LogError), else one made of its message. */
function problemOf(error: unknown, index: number): Problem {
  const carried = (error as { readonly problem?: Problem } | null)?.problem;
  if (carried) return carried;
  const reason = error instanceof Error ? error.message : String(error);
  return {
    severity: "error",
    code: "frame-unreadable",
    message: `Frame ${index} cannot be read: ${reason}`,
    params: { frame: index, reason },
  };
}
