import type { CorrectedLog } from "@sweepmark/assist";
import type { Label } from "@sweepmark/document";
import type { Frame } from "@sweepmark/log";
import type { StoreApi } from "zustand/vanilla";
import { frameNearest } from "./frame-of-time.ts";
import { createFrameLoader, type FrameListener } from "./frames.ts";
import type { Jobs } from "./jobs.ts";
import { createPlayback } from "./playback.ts";
import type { Schedule } from "./schedule.ts";
import { sameNumbers } from "./session-state.ts";
import type { Session, SessionState } from "./session-types.ts";

export interface PlayerHost {
  readonly log: CorrectedLog;
  readonly schedule: Schedule;
  readonly store: StoreApi<SessionState>;
  readonly jobs: Jobs;
  /** Says something to the person. */
  notify(label: Label): void;
  /** Before another frame is wanted: what belongs to this one ends. */
  leaving(): void;
  /** The wanted frame is there, or one on the way to it. Puts it into the store, with its labels. */
  shown: FrameListener["shown"];
}

export type Player = Pick<
  Session,
  "goTo" | "play" | "pause" | "setRate" | "setLooping" | "scanFrames" | "logReopened"
> & {
  /** The log's ego poses are other ones now; its frames are the same. */
  posesChanged(): void;
  camerasChanged(): void;
  upcoming(): Frame | undefined;
  close(): void;
};

/** The part of a session that is about time: the loader and the playback clock, wired to the store. */
export function createPlayer({ log, schedule, store, jobs, notify, leaving, shown }: PlayerHost): Player {
  const { getState: get, setState: set } = store;
  const listener: FrameListener = {
    wanted: (frameIndex) => set({ frameIndex, loading: true, frameProblem: undefined }),
    shown(frame, part) {
      shown(frame, part);
      if (part === "whole") playback.frameSettled();
    },
    failed(frameProblem) {
      set({ loading: false, frameProblem });
      playback.frameSettled();
    },
    stamps: (frames) => set({ frames }),
    buffered(buffered) {
      if (!sameNumbers(buffered, get().buffered)) set({ buffered });
    },
  };
  const loader = createFrameLoader(log, schedule, listener, () => {
    const { rate, looping } = get();
    return { rate: playback.playing ? rate : undefined, looping };
  });
  const playback = createPlayback(schedule, {
    frames: () => get().frames,
    wantedIndex: () => loader.wantedIndex,
    loading: () => loader.loading,
    rate: () => get().rate,
    looping: () => get().looping,
    goTo(index) {
      leaving();
      loader.goTo(index);
    },
    ended() {
      set({ playing: false });
      loader.playbackChanged();
    },
  });
  const unsubscribe = log.subscribe(() => {
    const { problems } = log.info;
    const known = get().problemCount;
    if (problems.length === known) return;
    set({ problemCount: problems.length });
    const restart = problems.slice(known).findLast(({ code }) => code === "worker-restarted");
    if (restart) notify({ message: "notice.worker-restarted", params: { reason: restart.params?.reason ?? "" } });
  });
  return {
    goTo(frameIndex) {
      if (frameIndex === get().frameIndex && get().frame?.index === frameIndex) return;
      leaving();
      loader.goTo(frameIndex);
      playback.anchor();
    },
    upcoming: () => (loader.nextIndex === undefined ? undefined : log.peek(loader.nextIndex)),
    camerasChanged: loader.camerasChanged,
    play() {
      playback.play();
      set({ playing: playback.playing });
      loader.playbackChanged();
    },
    pause() {
      playback.pause();
      set({ playing: false });
      loader.playbackChanged();
    },
    setRate(rate) {
      set({ rate: Math.max(0.05, Math.min(16, rate)) });
      playback.anchor();
      loader.playbackChanged();
    },
    setLooping(looping) {
      set({ looping: looping === "loop" });
      loader.playbackChanged();
    },
    logReopened() {
      const { frames, problems } = log.info;
      const at = get().frame?.at;
      leaving();
      playback.pause();
      set({ playing: false, frames, buffered: [], problemCount: problems.length, frameProblem: undefined });
      loader.restart((at === undefined ? undefined : frameNearest(frames, at)) ?? 0);
    },
    posesChanged: () => loader.posesChanged(),
    async scanFrames() {
      const scanned = await jobs.run({ message: "job.scan" }, (signal, report) =>
        log.scan({ signal, onProgress: ({ done, total }) => report(done, total) }),
      );
      loader.learnStamps(scanned ?? log.info.frames);
      return scanned;
    },
    close() {
      unsubscribe();
      playback.pause();
      loader.close();
    },
  };
}
