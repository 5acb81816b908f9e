import type { CorrectedLog } from "@sweepmark/assist";
import type { Frame, FrameEntry, Problem } from "@sweepmark/log";
import { prefetchPlan, strideOf, type Travel } from "./prefetch.ts";
import type { Schedule } from "./schedule.ts";

/** What the frame loader tells. */
export interface FrameListener {
  wanted(index: number): void;
  /** `sweeps`: its images and labels are still to come, and it is shown once more with them. */
  shown(frame: Frame, part: "whole" | "sweeps"): void;
  failed(problem: Problem): void;
  stamps(frames: readonly FrameEntry[]): void;
  buffered(indices: readonly number[]): void;
}

export interface FrameLoader {
  readonly wantedIndex: number;
  readonly loading: boolean;
  /** The frame that comes next if things go on as they do; undefined: none. */
  readonly nextIndex: number | undefined;
  goTo(index: number): void;
  /** Takes over the exact ones of these entries. */
  learnStamps(entries: readonly FrameEntry[]): void;
  /** The log's ego poses are other ones now: takes them over. */
  posesChanged(): void;
  /** The log was opened anew with other frames: forgets the old ones and loads this one. */
  restart(index: number): void;
  /** Other cameras are looked at: the shown frame may have to be read again for them. */
  camerasChanged(): void;
  /** Playback started, stopped or changed its rate: other frames are wanted next. */
  playbackChanged(): void;
  close(): void;
}

/** Frames that are fetched ahead arrive in quick succession: the list is told no more often than this. */
const tellMs = 100;

/** Loads the wanted frame, gives up the ones that are no longer wanted, and hints what comes next. */
export function createFrameLoader(
  log: CorrectedLog,
  schedule: Schedule,
  listener: FrameListener,
  playing: () => Pick<Travel, "rate" | "looping">,
): FrameLoader {
  let wantedIndex = 0;
  let shownIndex: number | undefined;
  let running: AbortController | undefined;
  let stopTelling: (() => void) | undefined;
  let entries = log.info.frames;
  let stride = 1;
  let lastStep = 0;

  const unsubscribe = log.subscribe(() => {
    stopTelling ??= schedule.after(tellMs, () => {
      stopTelling = undefined;
      listener.buffered(log.buffered());
    });
  });

  // Whoever looks at the shown frame (a view that is being drawn, counts that are being made) may still do so while the
  // next one comes up: a frame is let go when the one after the next is shown.
  const shown: Frame[] = [];

  const arrived = (given: Frame): void => {
    // Poses may have been corrected since it was asked for.
    const frame = log.again(given);
    shownIndex = frame.index;
    shown.push(frame);
    if (shown.length > 2) log.release(shown.shift()!);
    const known = entries[frame.index];
    if (
      known &&
      !(known.exact && known.worldFromEgo && (known.pointCount !== undefined || frame.sweeps.length === 0))
    ) {
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
    listener.shown(frame, "whole");
  };

  const plan = (): readonly number[] => prefetchPlan(wantedIndex, entries, { stride, ...playing() });
  const prefetch = (): void => log.prefetch(plan());

  const load = (target: number): void => {
    const controller = new AbortController();
    running = controller;
    const onSweeps = (frame: Frame): void => {
      if (running === controller) listener.shown(log.again(frame), "sweeps");
    };
    log.frame(target, { signal: controller.signal, onSweeps }).then(
      (frame) => {
        if (running !== controller) {
          log.release(frame);
          return;
        }
        running = undefined;
        arrived(frame);
        goOn();
      },
      (error: unknown) => {
        if (running !== controller) return;
        running = undefined;
        // Of a frame on the way to another one nobody need know yet.
        if (target === wantedIndex) listener.failed(problemOf(error, target));
        goOn();
      },
    );
    /** Somebody has stepped on meanwhile. */
    function goOn(): void {
      if (running || target === wantedIndex || wantedIndex < 0) return;
      load(wantedIndex);
      prefetch();
    }
  };

  return {
    get wantedIndex() {
      return wantedIndex;
    },
    get loading() {
      return running !== undefined;
    },
    get nextIndex() {
      return plan().at(0);
    },
    goTo(index) {
      const last = entries.length - 1;
      if (last < 0) return;
      const target = Math.max(0, Math.min(last, Math.round(index)));
      if (target === wantedIndex && (running || shownIndex === target)) return;
      const step = target - wantedIndex;
      if (step !== 0) stride = strideOf(step, lastStep);
      lastStep = step;
      wantedIndex = target;
      listener.wanted(target);
      // A held key asks for frames faster than they can be read: were each given up for the next, none would be seen.
      if (running && stride === step && target !== shownIndex) return;
      running?.abort();
      load(target);
      // At once: what was fetched for where we come from no longer matters.
      prefetch();
    },
    learnStamps(latest) {
      entries = latest.map((entry, index) => (entry.exact ? entry : (entries[index] ?? entry)));
      listener.stamps(entries);
    },
    posesChanged() {
      const { frames } = log.info;
      entries = entries.map((entry, index) => {
        const worldFromEgo = frames[index]?.worldFromEgo;
        return worldFromEgo ? { ...entry, worldFromEgo } : entry;
      });
      listener.stamps(entries);
    },
    restart(index) {
      running?.abort();
      running = undefined;
      shownIndex = undefined;
      entries = log.info.frames;
      // No frame that there is: what is wanted now is wanted anew, and where it came from says nothing.
      wantedIndex = -1;
      this.goTo(index);
      [stride, lastStep] = [1, 0];
    },
    camerasChanged() {
      // What is under way is read to its end, and then as it is wanted now.
      if (!running && wantedIndex >= 0 && entries.length > 0) load(wantedIndex);
    },
    playbackChanged: prefetch,
    close() {
      running?.abort();
      running = undefined;
      unsubscribe();
      stopTelling?.();
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
