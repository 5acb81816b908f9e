import type { FrameEntry, Gap, LogFileInfo } from "@sweepmark/log";
import { frameOfTime, xOf, type Scale } from "./scale.ts";

/** A stretch of the axis in which something cannot be read. */
export interface GapMark {
  /** CSS pixels. */
  readonly left: number;
  readonly width: number;
  /** Those that fall on the same pixels are one mark. */
  readonly gaps: readonly Gap[];
  /** The last frame before it. */
  readonly frameIndex: number;
}

/** So narrow a mark can still be seen and hit. */
const leastPx = 6;

/** Marks of the gaps in sight, from left to right. A gap of a file ends with the next file of the log, or the log. */
export function gapMarks(
  gaps: readonly Gap[],
  {
    frames,
    files,
    scale,
  }: { readonly frames: readonly FrameEntry[]; readonly files: readonly LogFileInfo[]; readonly scale: Scale },
): readonly GapMark[] {
  if (frames.length === 0 || gaps.length === 0) return [];
  // Gaps are in log time; the axis is in stamps.
  const byLogTime = frames.map((frame) => ({ ...frame, at: frame.logTime }));
  const last = frames.length - 1;
  const placed = gaps.map((gap) => {
    const { file, from } = gap;
    const to =
      gap.to ?? (file === undefined ? undefined : files.find(({ start }) => from !== undefined && start > from)?.start);
    const first = from === undefined ? -0.5 : frameOfTime(byLogTime, from);
    const end = to === undefined ? last + 0.5 : frameOfTime(byLogTime, to);
    const place = (frame: number): number => xOf(scale, Math.max(-0.5, Math.min(last + 0.5, frame)));
    const [left, right] = [place(first), Math.max(place(first), place(end))];
    const spare = Math.max(0, leastPx - (right - left)) / 2;
    return {
      gap,
      left: left - spare,
      right: right + spare,
      frameIndex: Math.max(0, Math.min(last, Math.floor(first))),
    };
  });
  const marks: { left: number; right: number; gaps: Gap[]; frameIndex: number }[] = [];
  for (const { gap, left, right, frameIndex } of placed.toSorted((a, b) => a.left - b.left)) {
    const before = marks.at(-1);
    if (before && left <= before.right + 1) {
      before.right = Math.max(before.right, right);
      before.gaps.push(gap);
    } else marks.push({ left, right, gaps: [gap], frameIndex });
  }
  return marks
    .filter(({ left, right }) => right >= 0 && left <= scale.width)
    .map(({ left, right, ...mark }) => {
      const from = Math.max(0, Math.min(left, scale.width - leastPx));
      return { ...mark, left: from, width: Math.max(leastPx, Math.min(right, scale.width) - from) };
    });
}
