import { lowConfidence } from "@sweepmark/assist";
import type { TimestampNs } from "@sweepmark/geometry";
import type { Inks } from "./paint.ts";
import { marginPx, xOf, type Scale } from "./scale.ts";
import type { TimelineRow } from "./spans.ts";

export interface RowPaint extends TimelineRow {
  readonly color: string;
  readonly selected: boolean;
  readonly hidden: boolean;
  /** A keyframe of this row that is being dragged, and where it is now. */
  readonly dragged?: { readonly id: string; readonly frame: number } | undefined;
}

export interface RowFrame {
  readonly row: RowPaint;
  readonly top: number;
  readonly height: number;
  readonly scale: Scale;
  readonly inks: Inks;
  readonly frameOf: (at: TimestampNs) => number;
  readonly frameCount: number;
}

/** One track by the grammar of ui.md §7: bars between keyframes, thin bars where held, dots where absent, marks on top. */
export function paintRow(c: CanvasRenderingContext2D, frame: RowFrame): void {
  const { row, top, height, scale, inks, frameOf, frameCount } = frame;
  const middle = Math.round(top + height / 2) - 0.5;
  const end = Math.max(0, frameCount - 1);
  c.globalAlpha = row.hidden ? 0.4 : 1;
  const dim = row.hidden ? 0.4 : 1;

  for (const span of row.spans) {
    const from = xOf(scale, span.from === undefined ? 0 : clamp(frameOf(span.from), 0, end));
    const to = xOf(scale, span.to === undefined ? end : clamp(frameOf(span.to), 0, end));
    if (to <= from || to < -marginPx || from > scale.width + marginPx) continue;
    const machine = span.source !== "human";
    if (span.kind === "absent") {
      c.fillStyle = inks.absent;
      c.globalAlpha = dim;
      for (let x = Math.max(from, from + Math.floor(-from / 6) * 6); x < Math.min(to, scale.width); x += 6)
        c.fillRect(x, middle - 0.75, 2, 1.5);
      continue;
    }
    c.fillStyle = machine ? inks.algorithm : row.color;
    const strength = machine ? (row.selected ? 0.6 : 0.42) : row.selected ? 0.75 : 0.5;
    c.globalAlpha = strength * dim;
    const thickness = span.kind === "between" ? 4 : 2;
    if (span.kind === "beyond") {
      for (let x = Math.max(from, from + Math.floor(-from / 7) * 7); x < Math.min(to, scale.width); x += 7)
        c.fillRect(x, middle - 1, Math.min(4.5, to - x), 2);
    } else c.fillRect(from, middle - thickness / 2, to - from, thickness);
  }

  for (const keyframe of row.keyframes) {
    const dragged = row.dragged?.id === keyframe.id;
    const x = xOf(scale, frameOf(keyframe.at));
    if (x < -marginPx || x > scale.width + marginPx) continue;
    c.globalAlpha = dim * (dragged ? 0.35 : 1);
    if (keyframe.cuboid === null) paintEnd(c, x, middle, inks);
    else if (keyframe.source === "human") paintDiamond(c, x, middle, inks.human, inks.panel);
    else if ((keyframe.confidence ?? 1) < lowConfidence)
      paintRing(c, x, middle, inks.panel, inks.warning, inks.warning);
    else paintRing(c, x, middle, inks.panel, inks.algorithm, inks.panel);
    if (dragged && row.dragged) {
      c.globalAlpha = 1;
      paintDiamond(c, xOf(scale, row.dragged.frame), middle, inks.accent, inks.panel);
    }
  }
  c.globalAlpha = 1;
}

/** 11 px across, outlined by 1.5 px of the panel so that it stands off the bar. */
function paintDiamond(c: CanvasRenderingContext2D, x: number, y: number, fill: string, outline: string): void {
  c.beginPath();
  c.moveTo(x, y - 5.5);
  c.lineTo(x + 5.5, y);
  c.lineTo(x, y + 5.5);
  c.lineTo(x - 5.5, y);
  c.closePath();
  c.lineWidth = 3;
  c.strokeStyle = outline;
  c.stroke();
  c.fillStyle = fill;
  c.fill();
}

/** Filled where the machine doubts it. */
function paintRing(
  c: CanvasRenderingContext2D,
  x: number,
  y: number,
  outline: string,
  stroke: string,
  fill: string,
): void {
  c.beginPath();
  c.arc(x, y, 3.5, 0, 2 * Math.PI);
  c.lineWidth = 5;
  c.strokeStyle = outline;
  c.stroke();
  c.fillStyle = fill;
  c.fill();
  c.lineWidth = 2;
  c.strokeStyle = stroke;
  c.stroke();
}

/** Absent from here: an upright stop at the end of the bar. */
function paintEnd(c: CanvasRenderingContext2D, x: number, y: number, inks: Inks): void {
  c.fillStyle = inks.panel;
  c.fillRect(x - 2.5, y - 6, 5, 12);
  c.fillStyle = inks.absent;
  c.fillRect(x - 1, y - 5, 2, 10);
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
