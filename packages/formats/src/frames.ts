import { egoShiftsOf } from "@sweepmark/document";
import { compose, correctedFromLogged } from "@sweepmark/geometry";
import type { FrameStamp } from "@sweepmark/schema";
import type { Scene, WriteOptions } from "./types.ts";

/** With the poses that the labels mean: the log's own, corrected where the labels have a correction that is on. */
export function selectedFrames({ info, document }: Scene, { frames }: WriteOptions): readonly FrameStamp[] {
  const selected = frames ? info.frames.filter(({ index }) => index >= frames[0] && index <= frames[1]) : info.frames;
  const shifts = egoShiftsOf(document);
  if (shifts.length === 0) return selected;
  return selected.map((frame) => ({
    ...frame,
    worldFromEgo: compose(correctedFromLogged(shifts, frame.at), frame.worldFromEgo),
  }));
}

/** Frames between two breaths of the event loop, so that a page stays alive and can cancel. */
const framesPerBreath = 16;

/** The frames to write, one after another; rejects with the signal's reason, reports progress after each. */
export async function* framesOf(scene: Scene, options: WriteOptions): AsyncGenerator<FrameStamp> {
  const frames = selectedFrames(scene, options);
  for (const [done, frame] of frames.entries()) {
    if (done % framesPerBreath === framesPerBreath - 1) await new Promise<void>((resolve) => setTimeout(resolve, 0));
    options.signal?.throwIfAborted();
    yield frame;
    options.onProgress?.(done + 1, frames.length);
  }
}

/** Progress is that of the tracks: they read the log, the lanes do not. */
export const withoutProgress = <O extends { onProgress?: unknown }>(options: O): Omit<O, "onProgress"> => {
  const { onProgress: _, ...rest } = options;
  return rest;
};
