import type { FrameStamp } from "@sweepmark/schema";
import type { Scene, WriteOptions } from "./types.ts";

export const selectedFrames = (scene: Scene, { frames }: WriteOptions): readonly FrameStamp[] =>
  frames ? scene.info.frames.filter(({ index }) => index >= frames[0] && index <= frames[1]) : scene.info.frames;

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
