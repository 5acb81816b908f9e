import type { TimestampNs } from "@sweepmark/geometry";
import type { FrameEntry } from "@sweepmark/log";

/** The timeline's x axis is linear in frame index; times between frames fall between their marks. */
export interface Scale {
  /** Frame coordinate at x = 0; may be negative by the margin. */
  readonly left: number;
  /** CSS pixels per frame. */
  readonly pxPerFrame: number;
  /** CSS pixels. */
  readonly width: number;
}

/** Room at both ends, so that the first and last diamonds are not cut. */
export const marginPx = 12;
const maxPxPerFrame = 48;

export const xOf = (scale: Scale, frame: number): number => (frame - scale.left) * scale.pxPerFrame;
export const frameAt = (scale: Scale, x: number): number => scale.left + x / scale.pxPerFrame;

/** Everything in sight. */
export function fitScale(frameCount: number, width: number): Scale {
  const span = Math.max(1, frameCount - 1);
  const pxPerFrame = Math.min(maxPxPerFrame, Math.max(1e-6, (width - 2 * marginPx) / span));
  return { left: -marginPx / pxPerFrame, pxPerFrame, width };
}

/** Keeps the scale between "everything" and 48 px a frame, and the view on the frames. */
export function clampScale(scale: Scale, frameCount: number): Scale {
  const fit = fitScale(frameCount, scale.width);
  const pxPerFrame = Math.max(fit.pxPerFrame, Math.min(maxPxPerFrame, scale.pxPerFrame));
  const margin = marginPx / pxPerFrame;
  const furthest = Math.max(-margin, frameCount - 1 + margin - scale.width / pxPerFrame);
  return { width: scale.width, pxPerFrame, left: Math.max(-margin, Math.min(furthest, scale.left)) };
}

/** Zoom by `factor` with the frame under `x` kept there. */
export function zoomAt(scale: Scale, frameCount: number, x: number, factor: number): Scale {
  const pxPerFrame = clampScale({ ...scale, pxPerFrame: scale.pxPerFrame * factor }, frameCount).pxPerFrame;
  return clampScale({ ...scale, pxPerFrame, left: frameAt(scale, x) - x / pxPerFrame }, frameCount);
}

/** Zoom as the slider shows it: 0 everything, 1 as large as it goes. Logarithmic. */
export function zoomFraction(scale: Scale, frameCount: number): number {
  const least = fitScale(frameCount, scale.width).pxPerFrame;
  if (least >= maxPxPerFrame) return 0;
  return Math.log(scale.pxPerFrame / least) / Math.log(maxPxPerFrame / least);
}

export function withZoomFraction(scale: Scale, frameCount: number, fraction: number, aroundX: number): Scale {
  const least = fitScale(frameCount, scale.width).pxPerFrame;
  const wanted = least * (maxPxPerFrame / least) ** Math.max(0, Math.min(1, fraction));
  return zoomAt(scale, frameCount, aroundX, wanted / scale.pxPerFrame);
}

/** Scrolls as little as needed to bring `frame` into sight. */
export function reveal(scale: Scale, frameCount: number, frame: number): Scale {
  const x = xOf(scale, frame);
  if (x >= marginPx && x <= scale.width - marginPx) return scale;
  const left = x < marginPx ? frame - marginPx / scale.pxPerFrame : frame - (scale.width - marginPx) / scale.pxPerFrame;
  return clampScale({ ...scale, left }, frameCount);
}

/** Frames between two labels of the ruler: 1, 2, 5, 10, 20, 50 … at least `minPx` apart. */
export function tickStep(pxPerFrame: number, minPx = 44): number {
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 5]) if (step * power * pxPerFrame >= minPx) return step * power;
  }
}

/** Frame coordinate of a time: exact at stamps, linear between them, extrapolated by the mean period outside. */
export function frameOfTime(frames: readonly FrameEntry[], at: TimestampNs): number {
  const last = frames.length - 1;
  if (last < 0) return 0;
  if (last === 0) return at === frames[0].at ? 0 : at < frames[0].at ? -1 : 1;
  const period = Number(frames[last].at - frames[0].at) / last || 1;
  if (at <= frames[0].at) return Number(at - frames[0].at) / period;
  if (at >= frames[last].at) return last + Number(at - frames[last].at) / period;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (frames[middle].at <= at) low = middle;
    else high = middle;
  }
  const span = Number(frames[high].at - frames[low].at);
  return span > 0 ? low + Number(at - frames[low].at) / span : low;
}

/** Places where more than 1.5 median periods pass between two frames: `index` is the frame before the gap. */
export function findGaps(
  frames: readonly FrameEntry[],
): readonly { readonly index: number; readonly seconds: number }[] {
  if (frames.length < 3) return [];
  const steps = frames.slice(1).map((frame, i) => Number(frame.at - frames[i].at));
  const median = steps.toSorted((a, b) => a - b)[steps.length >> 1];
  return steps.flatMap((step, index) => (step > 1.5 * median ? [{ index, seconds: step / 1e9 }] : []));
}
