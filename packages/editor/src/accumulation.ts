import type { DocumentReader } from "@sweepmark/document";
import type { AccumulatedCloud, AccumulateRequest, LogReader } from "@sweepmark/log";
import type { StoreApi } from "zustand/vanilla";
import type { Jobs } from "./jobs.ts";
import { movingPaths, movingSources } from "./moving-paths.ts";
import type { Schedule } from "./schedule.ts";
import type { Session, SessionState } from "./session-types.ts";

export interface AccumulationSettings {
  /** Frames around the shown one; Infinity: the whole log. */
  readonly sweeps: number;
  /** 0: no thinning but for the budget. */
  readonly voxelM: number;
  readonly movingObjects: "left-out" | "kept";
  readonly colorMode: CloudColorMode;
}

/** How the accumulated points are coloured: `age` by the sweep that they come from. */
export type CloudColorMode = "height" | "intensity" | "age";

export interface AccumulationState extends AccumulationSettings {
  /** `working`: a cloud is being put together; the one before is shown until it is there. */
  readonly phase: "off" | "working" | "shown";
  readonly cloud: AccumulatedCloud | undefined;
  /** Labels of moving objects have changed since the cloud was made. */
  readonly stale: boolean;
}

export const cloudColorModes: readonly CloudColorMode[] = ["height", "intensity", "age"];
export const accumulationPresets: readonly number[] = [10, 30, 100, Infinity];
/** Two million points take 44 MB here and 52 MB on the GPU. */
export const accumulationBudget = 2_000_000;

export const initialAccumulation: AccumulationState = {
  sweeps: 30,
  voxelM: 0.05,
  movingObjects: "left-out",
  colorMode: "height",
  phase: "off",
  cloud: undefined,
  stale: false,
};

/** Steps in quick succession end somewhere: only there is it worth beginning. */
const settleMs = 300;

export interface AccumulationHost {
  readonly log: LogReader;
  readonly schedule: Schedule;
  readonly store: StoreApi<SessionState>;
  readonly jobs: Jobs;
  readonly document: DocumentReader;
  notify: Session["notify"];
}

export type Accumulation = Pick<Session, "accumulate" | "setAccumulation"> & {
  /** The log's ego poses are other ones now: a cloud that is there, or under way, is made anew. */
  posesChanged(): void;
  close(): void;
};

/** The part of a session that keeps the accumulated cloud around the shown frame. */
export function createAccumulation({ log, schedule, store, jobs, document, notify }: AccumulationHost): Accumulation {
  const state = (): AccumulationState => store.getState().accumulation;
  const put = (patch: Partial<AccumulationState>): void => store.setState({ accumulation: { ...state(), ...patch } });
  /** The window of frames of the cloud that is shown or being made, inclusive. */
  let window: readonly [first: number, last: number] | undefined;
  let sources: readonly unknown[] = [];
  let running: AbortController | undefined;
  let callOff: (() => void) | undefined;

  async function start(): Promise<void> {
    callOff?.();
    const { frame, frames } = store.getState();
    if (!frame) return;
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const request = requestOf(frame.index, frames.length);
    window = windowOf(request, frames.length);
    sources = movingSources(document);
    const wanted = window[1] - window[0] + 1;
    put({ phase: "working", stale: false });
    try {
      const cloud = await jobs.run({ message: "job.accumulate", params: { frames: wanted } }, (signal, report) =>
        log.accumulate(request, {
          signal: AbortSignal.any([signal, mine.signal]),
          onProgress: ({ done, total }) => report(done, total),
        }),
      );
      if (running !== mine) return;
      running = undefined;
      if (!cloud) return stop();
      put({ phase: "shown", cloud });
      if (cloud.count === 0 && cloud.skipped.length > 0)
        notify({ message: "notice.accumulate-empty", params: { reason: cloud.skipped[0].problem.message } });
      follow();
    } catch (error) {
      if (running !== mine) return;
      stop();
      if (!(error instanceof Error)) throw error;
      notify({ message: "notice.accumulate-failed", params: { reason: error.message } });
    }
  }

  function stop(): void {
    callOff?.();
    running?.abort();
    running = undefined;
    window = undefined;
    put({ phase: "off", cloud: undefined, stale: false });
  }

  function requestOf(index: number, frameCount: number): AccumulateRequest {
    const { sweeps, voxelM, movingObjects } = state();
    // At an end of the log the window lies beside it: as many sweeps as were asked for, where there are as many.
    const count = Math.min(sweeps, frameCount);
    const before = index - Math.max(0, Math.min(index - Math.floor(count / 2), frameCount - count));
    const after = count - 1 - before;
    const request = {
      index,
      before: { frames: before },
      after: { frames: after },
      voxelM,
      maxPoints: accumulationBudget,
    };
    if (movingObjects === "kept") return request;
    const [first, last] = windowOf(request, frameCount);
    const { frames } = store.getState();
    return { ...request, exclude: movingPaths(document, frames[first].at, frames[last].at) };
  }

  /** The shown frame has left the window: the cloud moves there, once stepping or playing has ended. */
  function follow(): void {
    callOff?.();
    const { frame, playing } = store.getState();
    const isInside = !frame || !window || (frame.index >= window[0] && frame.index <= window[1]);
    if (state().phase === "off" || isInside || playing) return;
    callOff = schedule.after(settleMs, () => void start());
  }

  const unsubscribe = store.subscribe((next, before) => {
    if (next.accumulation.phase === "off") return;
    if (next.frame !== before.frame || next.playing !== before.playing) follow();
    if (next.revision === before.revision || next.dragging) return;
    const { movingObjects, stale } = next.accumulation;
    const now = movingSources(document);
    const changed = now.length !== sources.length || now.some((source, i) => source !== sources[i]);
    const isStale = movingObjects === "left-out" && changed;
    if (isStale !== stale) put({ stale: isStale });
  });

  return {
    accumulate(what) {
      if (what === "stop") stop();
      else void start();
    },
    setAccumulation(patch) {
      const before = state();
      put(patch);
      const { sweeps, voxelM, movingObjects, phase } = state();
      const isOther = sweeps !== before.sweeps || voxelM !== before.voxelM || movingObjects !== before.movingObjects;
      if (isOther && phase !== "off") void start();
    },
    posesChanged() {
      if (state().phase !== "off") void start();
    },
    close() {
      unsubscribe();
      callOff?.();
      running?.abort();
    },
  };
}

/** First and last frame, inclusive. */
function windowOf({ index, before, after }: AccumulateRequest, frameCount: number): readonly [number, number] {
  const reach = (side: AccumulateRequest["before"]): number => ("frames" in side ? side.frames : 0);
  return [Math.max(0, index - reach(before)), Math.min(frameCount - 1, index + reach(after))];
}
