import type { FrameEntry } from "@sweepmark/log";

/** Where a person, or playback, is going. */
export interface Travel {
  /** Frames of the last step; negative: backward. A jump counts as one forward. */
  readonly stride: number;
  /** Playback's rate; undefined: it stands still. */
  readonly rate: number | undefined;
  /** Playback goes on from the first frame after the last. */
  readonly looping: boolean;
}

const aheadCount = 10;
const behindCount = 2;
/** Playback at rate 1 looks so far ahead, milliseconds of the log; at rate 4 four times as far. */
const playAheadMs = 2000;
const playAheadAtMost = 80;

/**
 * Frames to read next, nearest first: in the direction of travel, by its stride, and a few behind. Playing, as far as
 * its rate will get in the next seconds. The log reads as many of them as its budget holds.
 */
export function prefetchPlan(index: number, frames: readonly FrameEntry[], travel: Travel): readonly number[] {
  if (travel.rate !== undefined) return playPlan(index, frames, travel.rate, travel.looping);
  const { stride } = travel;
  const direction = Math.sign(stride);
  const plan = new Set<number>();
  const add = (at: number): void => {
    if (at >= 0 && at < frames.length && at !== index) plan.add(at);
  };
  for (let step = 1; step <= aheadCount; step++) {
    add(index + step * stride);
    // A person who goes in leaps looks around where they land.
    if (stride !== direction && step <= behindCount) add(index + step * direction);
  }
  for (let step = 1; step <= behindCount; step++) add(index - step * direction);
  return [...plan];
}

function playPlan(index: number, frames: readonly FrameEntry[], rate: number, looping: boolean): readonly number[] {
  const plan: number[] = [];
  let reachMs = 0;
  const most = Math.min(frames.length - 1, playAheadAtMost);
  for (let at = index; plan.length < most;) {
    const next = at + 1 < frames.length ? at + 1 : looping ? 0 : undefined;
    if (next === undefined) break;
    // The way back to the first frame takes no time of the log.
    reachMs += Math.max(0, Number(frames[next].at - frames[at].at) / 1e6);
    if (plan.length >= aheadCount && reachMs > playAheadMs * rate) break;
    plan.push(next);
    at = next;
  }
  return plan;
}

/** A step farther than this is a jump: where it came from says nothing about where it goes on. */
const longestStride = 20;

/** The stride after a step from one frame to another: a leap counts once it is made twice. */
export function strideOf(step: number, lastStep: number): number {
  if (step === 0 || Math.abs(step) > longestStride) return 1;
  return step === lastStep || Math.abs(step) === 1 ? step : Math.sign(step);
}
