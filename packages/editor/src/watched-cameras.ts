import type { LogReader } from "@sweepmark/log";
import type { StoreApi } from "zustand/vanilla";
import type { Schedule } from "./schedule.ts";
import type { SessionState } from "./session-types.ts";

export interface WatchedCameras {
  /** Somebody looks at this camera, until what is returned is called. */
  watch(cameraId: string): () => void;
  close(): void;
}

export interface WatchedCamerasOptions {
  readonly log: Pick<LogReader, "info" | "showCameras">;
  readonly schedule: Schedule;
  readonly store: StoreApi<SessionState>;
  /** A camera has come up whose image of the shown frame was not read. */
  readonly imagesWanted: () => void;
}

/** A view that closes may only be moving to another place: its camera is read for so long. */
const restMs = 1000;

/**
 * Counts who looks at which camera, so that the log reads no images for nobody (README rules). All of them are read until
 * the views had time to come up; one that is added counts at once, one that is left after a while.
 */
export function createWatchedCameras({ log, schedule, store, imagesWanted }: WatchedCamerasOptions): WatchedCameras {
  const watchers = new Map<string, number>();
  let read: ReadonlySet<string> | "all" = "all";
  let callOffRest = schedule.after(restMs, settle);
  let callOffWant: (() => void) | undefined;

  function settle(): void {
    read = new Set(watchers.keys());
    log.showCameras([...read]);
  }

  function readAlso(cameraId: string, others: ReadonlySet<string>): void {
    read = new Set([...others, cameraId]);
    log.showCameras([...read]);
    // Several views come up together.
    callOffWant ??= schedule.after(0, () => {
      callOffWant = undefined;
      imagesWanted();
    });
  }

  function watch(cameraId: string): () => void {
    watchers.set(cameraId, (watchers.get(cameraId) ?? 0) + 1);
    if (read !== "all" && !read.has(cameraId)) readAlso(cameraId, read);
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      const left = (watchers.get(cameraId) ?? 0) - 1;
      if (left > 0) return void watchers.set(cameraId, left);
      watchers.delete(cameraId);
      callOffRest();
      callOffRest = schedule.after(restMs, settle);
    };
  }

  /** Points coloured by the images look at all of them. */
  let coloring: readonly (() => void)[] = [];
  function watchColors({ view }: SessionState): void {
    const isColored = view.colorMode === "camera";
    if (isColored === coloring.length > 0) return;
    for (const stop of coloring) stop();
    coloring = isColored ? log.info.cameras.map(({ id }) => watch(id)) : [];
  }
  watchColors(store.getState());
  const unsubscribe = store.subscribe(watchColors);

  return {
    watch,
    close() {
      unsubscribe();
      callOffRest();
      callOffWant?.();
    },
  };
}
