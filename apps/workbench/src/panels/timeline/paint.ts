import type { TimestampNs } from "@sweepmark/geometry";
import type { FrameEntry } from "@sweepmark/log";
import { formatFixed } from "../../messages/numbers.ts";
import type { GapMark } from "./gap-marks.ts";
import { findGaps, frameAt, frameOfTime, tickStep, xOf, type Scale } from "./scale.ts";
import { paintRow, type RowPaint } from "./paint-row.ts";

/** Heights of the timeline's bands, CSS pixels (ui.md §4). */
export const bands = { ruler: 28, buffer: 4, density: 18, row: 24 } as const;
export const headHeight = bands.ruler + bands.buffer + bands.density;

/** Token values as the canvas needs them; read again when the theme changes. */
export interface Inks {
  readonly panel: string;
  readonly app: string;
  readonly lineSoft: string;
  readonly line: string;
  readonly text1: string;
  readonly text2: string;
  readonly text3: string;
  readonly accent: string;
  readonly accentFill: string;
  readonly onAccent: string;
  readonly halo: string;
  readonly human: string;
  readonly algorithm: string;
  readonly interpolated: string;
  readonly absent: string;
  readonly warning: string;
  readonly warningTint: string;
  readonly selectedSoft: string;
  readonly hover: string;
  readonly font: string;
}

export function readInks(element: Element): Inks {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    panel: of("--bg-panel"),
    app: of("--bg-app"),
    lineSoft: of("--line-soft"),
    line: of("--line"),
    text1: of("--tx-1"),
    text2: of("--tx-2"),
    text3: of("--tx-3"),
    accent: of("--ac"),
    accentFill: of("--ac-fill"),
    onAccent: of("--tx-on-ac"),
    halo: of("--halo"),
    human: of("--st-human"),
    algorithm: of("--st-algo"),
    interpolated: of("--st-interp"),
    absent: of("--st-absent"),
    warning: of("--sv-warn"),
    warningTint: of("--sv-warn-bg"),
    selectedSoft: of("--bg-selected-soft"),
    hover: of("--bg-hover"),
    font: of("--font"),
  };
}

export interface TimelinePaint {
  readonly scale: Scale;
  /** CSS pixels of the whole canvas. */
  readonly height: number;
  readonly inks: Inks;
  readonly frames: readonly FrameEntry[];
  readonly buffered: readonly number[];
  readonly frameIndex: number;
  readonly gapWord: string;
  readonly marks: readonly GapMark[];
  readonly rows: readonly RowPaint[];
  readonly scrollTop: number;
  readonly hoverRow: number | undefined;
}

/** Draws all of the timeline right of the row heads. Only what is in sight is drawn. */
export function paintTimeline(c: CanvasRenderingContext2D, paint: TimelinePaint): void {
  const { scale, height, inks } = paint;
  c.fillStyle = inks.panel;
  c.fillRect(0, 0, scale.width, height);
  c.save();
  c.beginPath();
  c.rect(0, headHeight, scale.width, height - headHeight);
  c.clip();
  paintRows(c, paint);
  c.restore();
  paintDensity(c, paint);
  paintRuler(c, paint);
  paintBuffer(c, paint);
  paintPlayhead(c, paint);
}

function paintRows(c: CanvasRenderingContext2D, paint: TimelinePaint): void {
  const first = Math.max(0, Math.floor(paint.scrollTop / bands.row));
  const last = Math.min(paint.rows.length - 1, Math.floor((paint.scrollTop + paint.height - headHeight) / bands.row));
  for (let i = first; i <= last; i++) {
    const top = headHeight + i * bands.row - paint.scrollTop;
    const row = paint.rows[i];
    c.fillStyle = row.selected ? paint.inks.selectedSoft : i === paint.hoverRow ? paint.inks.hover : paint.inks.panel;
    c.fillRect(0, top, paint.scale.width, bands.row);
    c.fillStyle = paint.inks.lineSoft;
    c.fillRect(0, top + bands.row - 1, paint.scale.width, 1);
    const frameOf = (at: TimestampNs): number => frameOfTime(paint.frames, at);
    paintRow(c, {
      row,
      top,
      height: bands.row,
      scale: paint.scale,
      inks: paint.inks,
      frameOf,
      frameCount: paint.frames.length,
    });
  }
}

function paintRuler(c: CanvasRenderingContext2D, { scale, frames, frameIndex, inks }: TimelinePaint): void {
  c.fillStyle = inks.panel;
  c.fillRect(0, 0, scale.width, bands.ruler);
  c.fillStyle = inks.lineSoft;
  c.fillRect(0, bands.ruler - 1, scale.width, 1);
  if (frames.length === 0) return;
  const step = tickStep(scale.pxPerFrame);
  const minor = tickStep(scale.pxPerFrame, 6);
  const first = Math.max(0, Math.ceil(frameAt(scale, 0) / minor) * minor);
  const last = Math.min(frames.length - 1, frameAt(scale, scale.width));
  c.font = `400 11px ${inks.font}`;
  c.textBaseline = "alphabetic";
  for (let frame = first; frame <= last; frame += minor) {
    const x = Math.round(xOf(scale, frame));
    const major = frame % step === 0;
    c.fillStyle = inks.line;
    c.fillRect(x, major ? 4 : bands.ruler - 5, 1, major ? bands.ruler - 5 : 4);
    // The flag of the playhead stands over its own number.
    if (!major || Math.abs(frame - frameIndex) * scale.pxPerFrame < 30) continue;
    const seconds = Number(frames[frame].at - frames[0].at) / 1e9;
    const digits = frames.length > 1 && isWhole(frames, step) ? 0 : 1;
    const words = `${formatFixed(seconds, digits)} s`;
    // A label that does not fit whole is left out: half a number is a wrong number.
    if (x + 4 + c.measureText(words).width > scale.width) continue;
    c.fillStyle = inks.text2;
    c.fillText(String(frame), x + 4, 13);
    c.fillStyle = inks.text3;
    c.fillText(words, x + 4, 24.5);
  }
}

/** Whether labels `step` frames apart fall on whole seconds (10 Hz with a step of 10), within 2 %. */
function isWhole(frames: readonly FrameEntry[], step: number): boolean {
  const span = Number(frames[frames.length - 1].at - frames[0].at) / 1e9;
  const seconds = (span / (frames.length - 1)) * step;
  return seconds > 0.5 && Math.abs(seconds - Math.round(seconds)) < 0.02 * seconds;
}

function paintBuffer(c: CanvasRenderingContext2D, { scale, buffered, inks, frames }: TimelinePaint): void {
  const top = bands.ruler;
  c.fillStyle = inks.app;
  c.fillRect(0, top, scale.width, bands.buffer);
  c.fillStyle = inks.interpolated;
  const sorted = buffered.toSorted((a, b) => a - b);
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (end + 1 < sorted.length && sorted[end + 1] === sorted[end] + 1) end++;
    const from = Math.max(0, xOf(scale, Math.max(0, sorted[i] - 0.5)));
    const to = Math.min(scale.width, xOf(scale, Math.min(frames.length - 1, sorted[end] + 0.5)));
    if (to > from) c.fillRect(from, top + 1, Math.max(2, to - from), bands.buffer - 2);
    i = end + 1;
  }
}

/** Points of each frame as a stepped area; gaps of the log as a warning tint with the word. */
function paintDensity(c: CanvasRenderingContext2D, { scale, frames, inks, gapWord, marks }: TimelinePaint): void {
  const top = bands.ruler + bands.buffer;
  c.fillStyle = inks.panel;
  c.fillRect(0, top, scale.width, bands.density);
  const most = frames.reduce((max, { pointCount }) => Math.max(max, pointCount ?? 0), 0);
  if (most > 0) {
    c.globalAlpha = 0.45;
    c.fillStyle = inks.interpolated;
    // One column a pixel at most: the largest count of the frames that it covers.
    const perColumn = Math.max(1, Math.ceil(1 / scale.pxPerFrame));
    const first = Math.max(0, Math.floor(frameAt(scale, 0)));
    const last = Math.min(frames.length - 1, Math.ceil(frameAt(scale, scale.width)));
    for (let i = first - (first % perColumn); i <= last; i += perColumn) {
      let count = 0;
      for (let j = i; j < Math.min(frames.length, i + perColumn); j++)
        count = Math.max(count, frames[j].pointCount ?? 0);
      const h = Math.round((count / most) * (bands.density - 6));
      const from = Math.floor(xOf(scale, i - 0.5));
      const to = Math.floor(xOf(scale, i + perColumn - 0.5));
      c.fillRect(from, top + bands.density - 2 - h, Math.max(1, to - from), h);
    }
    c.globalAlpha = 1;
  }
  c.font = `400 11px ${inks.font}`;
  for (const { index } of findGaps(frames)) {
    const from = xOf(scale, index);
    const to = xOf(scale, index + 1);
    if (to < 0 || from > scale.width) continue;
    // The mark says why.
    if (marks.some(({ left, width }) => left < to && left + width > from)) continue;
    c.fillStyle = inks.warningTint;
    c.fillRect(from, top, Math.max(3, to - from), bands.density);
    const width = c.measureText(gapWord).width;
    const x = Math.min(scale.width - width - 4, Math.max(2, (from + to - width) / 2));
    c.fillStyle = inks.warningTint;
    c.fillRect(x - 3, top + 1, width + 6, bands.density - 3);
    c.fillStyle = inks.warning;
    c.fillText(gapWord, x, top + 12.5);
  }
  c.fillStyle = inks.lineSoft;
  c.fillRect(0, top + bands.density - 1, scale.width, 1);
}

/** A line of 1.5 px with halo, its number in a filled flag. */
function paintPlayhead(c: CanvasRenderingContext2D, { scale, frameIndex, frames, inks, height }: TimelinePaint): void {
  if (frames.length === 0) return;
  const x = Math.round(xOf(scale, frameIndex)) + 0.25;
  if (x < -20 || x > scale.width + 20) return;
  c.fillStyle = inks.halo;
  c.globalAlpha = 0.75;
  c.fillRect(x - 2, 18, 4, height);
  c.globalAlpha = 1;
  c.fillStyle = inks.accent;
  c.fillRect(x - 0.75, 18, 1.5, height);
  const label = String(frameIndex);
  c.font = `600 12px ${inks.font}`;
  const width = Math.max(26, c.measureText(label).width + 14);
  const left = Math.min(scale.width - width - 1, Math.max(1, x - width / 2));
  c.fillStyle = inks.accentFill;
  c.beginPath();
  c.roundRect(left, 2, width, 18, 3);
  c.fill();
  c.fillStyle = inks.onAccent;
  c.textBaseline = "alphabetic";
  c.fillText(label, left + (width - c.measureText(label).width) / 2, 15.5);
}
