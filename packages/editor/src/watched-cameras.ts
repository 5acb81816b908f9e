import type { Schedule } from "./schedule.ts";

export interface WatchedCameras {
  /** Somebody looks at this camera, until what is returned is called. */
  watch(cameraId: string): () => void;
  close(): void;
}

/** A view that closes may only be moving to another place: its camera is read for so long. */
const restMs = 1000;

/**
 * Counts who looks at which camera, so that the log reads no images for nobody. All of them are read until the views had
 * time to come up; one that is added counts at once, one that is left after a while.
 */
export function createWatchedCameras(
  schedule: Schedule,
  changed: (ids: readonly string[], what: "more" | "fewer") => void,
): WatchedCameras {
  const watchers = new Map<string, number>();
  let read: ReadonlySet<string> | "all" = "all";
  let callOff = schedule.after(restMs, settle);

  function settle(): void {
    read = new Set(watchers.keys());
    changed([...read], "fewer");
  }

  return {
    watch(cameraId) {
      watchers.set(cameraId, (watchers.get(cameraId) ?? 0) + 1);
      if (read !== "all" && !read.has(cameraId)) {
        read = new Set([...read, cameraId]);
        changed([...read], "more");
      }
      let isWatching = true;
      return () => {
        if (!isWatching) return;
        isWatching = false;
        const left = (watchers.get(cameraId) ?? 0) - 1;
        if (left > 0) return void watchers.set(cameraId, left);
        watchers.delete(cameraId);
        callOff();
        callOff = schedule.after(restMs, settle);
      };
    },
    close: () => callOff(),
  };
}
