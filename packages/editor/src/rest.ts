import type { Schedule } from "./schedule.ts";
import type { PointerToolEvent, ToolEvent } from "./types.ts";

/** Says when the pointer has come to rest, in idle time: what takes longer than a move may is done then. */
export interface Rest {
  /** What the tool was told. A move begins the wait anew (`restMs` undefined: there is none); anything else ends it. */
  heard(event: ToolEvent, restMs: number | undefined): void;
  /** Where the pointer rests may mean something else now: waits again, from its last move. */
  again(restMs: number | undefined): void;
  /** The pointer is nowhere any more. */
  forget(): void;
  /** Where the pointer is, as last heard. */
  readonly last: PointerToolEvent | undefined;
}

export function createRest(schedule: Schedule, rested: (event: PointerToolEvent) => void): Rest {
  let last: PointerToolEvent | undefined;
  let callOff: (() => void) | undefined;
  function wait(restMs: number | undefined): void {
    callOff?.();
    const event = last;
    if (!event || restMs === undefined) return;
    callOff = schedule.after(restMs, () => {
      callOff = schedule.idle(() => rested({ ...event, kind: "pointer-rest" }));
    });
  }
  return {
    heard(event, restMs) {
      if (event.kind === "pointer-rest") return;
      if ("ray" in event) last = event;
      wait(event.kind === "pointer-move" ? restMs : undefined);
    },
    again: wait,
    get last() {
      return last;
    },
    forget() {
      last = undefined;
      callOff?.();
    },
  };
}
