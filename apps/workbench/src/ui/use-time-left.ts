import { useEffect, useState } from "react";

/** Work below this says nothing: a flash of a bar is worse than none (ui.md §8). */
const quietMs = 300;

export interface WorkClock {
  readonly shown: "shown" | "quiet";
  /** Seconds that are left at the speed so far; undefined: too early to say. */
  readonly secondsLeft: number | undefined;
}

/** Time of a piece of work that began when the component appeared: looked at twice a second, never while rendering. */
export function useWorkClock(fraction: number | undefined): WorkClock {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    const start = performance.now();
    const look = (): void => setElapsedMs(performance.now() - start);
    const first = setTimeout(look, quietMs);
    const timer = setInterval(look, 500);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, []);
  const known = fraction !== undefined && fraction > 0.02 && elapsedMs > 1000;
  return {
    shown: elapsedMs >= quietMs ? "shown" : "quiet",
    secondsLeft: known ? ((elapsedMs / 1000) * (1 - fraction)) / fraction : undefined,
  };
}
