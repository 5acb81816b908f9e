import type { Moment } from "@sweepmark/document";
import { countsAt } from "@sweepmark/assist";
import type { Frame } from "@sweepmark/log";
import type { RecordId } from "@sweepmark/schema";
import type { Schedule } from "./schedule.ts";

export interface PointCounter {
  /** The frame or its labels changed: count again when there is time. Earlier requests are dropped. */
  request(frame: Frame, moment: Moment): void;
  close(): void;
}

/** Counts the lidar points of every cuboid of a moment, in idle time: 3–8 ms for 100 cuboids on 120 000 points. */
export function createPointCounter(
  schedule: Schedule,
  counted: (counts: ReadonlyMap<RecordId, number>) => void,
): PointCounter {
  let callOff: (() => void) | undefined;
  return {
    request(frame, moment) {
      callOff?.();
      callOff = schedule.idle(() => {
        const counts = countsAt(
          frame,
          moment.tracks.map(({ cuboid }) => cuboid),
        );
        counted(new Map(moment.tracks.map(({ track }, index) => [track.id, counts[index]])));
      });
    },
    close: () => callOff?.(),
  };
}
