import type { FrameEntry } from "@sweepmark/log";
import type { Schedule } from "./schedule.ts";

export interface PlaybackHost {
  frames(): readonly FrameEntry[];
  wantedIndex(): number;
  loading(): boolean;
  rate(): number;
  looping(): boolean;
  goTo(index: number): void;
  /** The last frame was reached and the log does not loop. */
  ended(): void;
}

export interface Playback {
  readonly playing: boolean;
  play(): void;
  pause(): void;
  /** The wanted frame arrived or failed: what is due by now may be wanted. */
  frameSettled(): void;
  /** A person went elsewhere, or the rate changed: time counts from here. */
  anchor(): void;
}

/** A hole in the log is not waited out: a frame is shown for a second of log time at most. */
const longestMs = 1000;
const shortestMs = 1;

/**
 * Plays by the log's own stamps. Frames that are due while another is being read are skipped: the log's time goes on,
 * the picture follows as fast as it can. A load is never given up for a later one, or a slow disk would show nothing.
 */
export function createPlayback(schedule: Schedule, host: PlaybackHost): Playback {
  let playing = false;
  /** The frame that is due, and since when (schedule's clock). */
  let dueIndex = 0;
  let dueAt = 0;
  let stopTimer: (() => void) | undefined;

  const durationMs = (index: number): number => {
    const frames = host.frames();
    const here = frames[index];
    const next = frames[index + 1];
    const spanMs = here && next ? Number(next.at - here.at) / 1e6 : 100;
    return Math.max(shortestMs, Math.min(longestMs, spanMs)) / host.rate();
  };

  const tick = (): void => {
    stopTimer?.();
    if (!playing) return;
    const now = schedule.now();
    const last = host.frames().length - 1;
    while (now >= dueAt + durationMs(dueIndex)) {
      const duration = durationMs(dueIndex);
      if (dueIndex >= last) {
        if (!host.looping() || last < 1) {
          if (host.loading()) return; // the last frame is still on its way: end when it is here
          if (host.wantedIndex() !== last) return host.goTo(last);
          playing = false;
          return host.ended();
        }
        dueIndex = 0;
      } else dueIndex++;
      dueAt += duration;
    }
    if (!host.loading() && host.wantedIndex() !== dueIndex) host.goTo(dueIndex);
    stopTimer = schedule.after(Math.max(0, dueAt + durationMs(dueIndex) - schedule.now()), tick);
  };

  const anchor = (): void => {
    dueIndex = host.wantedIndex();
    dueAt = schedule.now();
    if (playing) tick();
  };

  return {
    get playing() {
      return playing;
    },
    play() {
      if (playing || host.frames().length < 2) return;
      playing = true;
      if (host.wantedIndex() >= host.frames().length - 1) host.goTo(0);
      anchor();
    },
    pause() {
      playing = false;
      stopTimer?.();
    },
    frameSettled() {
      if (playing) tick();
    },
    anchor,
  };
}
