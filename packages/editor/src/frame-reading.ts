import type { Frame } from "@sweepmark/log";
import type { Session } from "./session-types.ts";

/** A frame for a job, undefined where it cannot be read; it is let go in the next turn, when its points have been taken. */
export async function reading({ log }: Session, index: number, signal: AbortSignal): Promise<Frame | undefined> {
  try {
    const frame = await log.frame(index, { signal });
    setTimeout(() => log.release(frame), 0);
    return frame;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** A step takes some milliseconds: pointers and pictures get their turn between two. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
