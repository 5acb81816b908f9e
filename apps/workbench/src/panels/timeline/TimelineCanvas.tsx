import { moveKeyframe, toggleKeyframe } from "@sweepmark/document";
import type { Keyframe } from "@sweepmark/schema";
import { useEffect, useLayoutEffect, useRef, useState, type PointerEvent, type RefObject } from "react";
import { useAppState, useSessionState, useWorkspace } from "../../app/context.ts";
import { useText } from "../../messages/text.ts";
import type { Theme } from "../../theme/theme.ts";
import type { GapMark } from "./gap-marks.ts";
import { bands, headHeight, paintTimeline, readInks, type Inks } from "./paint.ts";
import type { RowPaint } from "./paint-row.ts";
import { clampScale, frameAt, frameOfTime, xOf, zoomAt, type Scale } from "./scale.ts";
import styles from "./Timeline.module.css";

export interface TimelineCanvasProps {
  readonly rows: readonly RowPaint[];
  /** Where something cannot be read: no gap between frames is named there. */
  readonly marks: readonly GapMark[];
  readonly scale: Scale;
  readonly onScale: (scale: Scale) => void;
  readonly scrollTop: number;
  /** Scrolls the row heads along. */
  readonly onScroll: (by: number) => void;
  readonly hoverRow: number | undefined;
  readonly onHoverRow: (row: number | undefined) => void;
  readonly size: { readonly width: number; readonly height: number };
}

type Gesture =
  | { readonly kind: "scrub" }
  | { readonly kind: "keyframe"; readonly keyframe: Keyframe; readonly startX: number; moved: boolean };

/** Ruler, density and rows on one canvas. Click seeks, drag scrubs, a diamond dragged moves its keyframe in time. */
export function TimelineCanvas(props: TimelineCanvasProps) {
  const { rows, marks, scale, onScale, scrollTop, onScroll, hoverRow, onHoverRow, size } = props;
  const { t } = useText();
  const { session } = useWorkspace();
  const canvas = useRef<HTMLCanvasElement>(null);
  const gesture = useRef<Gesture>(undefined);
  const [dragged, setDragged] = useState<{ readonly id: string; readonly frame: number }>();
  const theme = useAppState((state) => state.theme);
  const frames = useSessionState((state) => state.frames);
  const buffered = useSessionState((state) => state.buffered);
  const frameIndex = useSessionState((state) => state.frameIndex);
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;

  const inks = useRef<{ readonly theme: Theme; readonly inks: Inks }>(undefined);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || size.width === 0) return undefined;
    // Once a picture, however often the session changed for it: a step changes frame, labels and buffer one by one.
    const pending = requestAnimationFrame(() => {
      const ratio = devicePixelRatio || 1;
      const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
      if (element.width !== width) element.width = width;
      if (element.height !== height) element.height = height;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      // Asking the page for 20 tokens makes it work out its style: 2 ms, for what changes with the theme only.
      if (inks.current?.theme !== theme) inks.current = { theme, inks: readInks(element) };
      paintTimeline(context, {
        scale,
        height: size.height,
        inks: inks.current.inks,
        frames,
        buffered,
        frameIndex,
        gapWord: t("timeline.gap"),
        marks,
        rows: dragged ? rows.map((row) => ({ ...row, dragged })) : rows,
        scrollTop,
        hoverRow,
      });
    });
    return () => cancelAnimationFrame(pending);
  }, [rows, marks, scale, size, frames, buffered, frameIndex, scrollTop, hoverRow, dragged, theme, t]);

  useWheel(canvas, { scale, frameCount: frames.length, rows: rows.length, height: size.height, onScale, onScroll });

  const place = (event: PointerEvent): { readonly x: number; readonly y: number; readonly row: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    const y = event.clientY - box.top;
    return { x: event.clientX - box.left, y, row: Math.floor((y - headHeight + scrollTop) / bands.row) };
  };
  const frameUnder = (x: number): number => Math.max(0, Math.min(frames.length - 1, Math.round(frameAt(scale, x))));
  const keyframeUnder = (x: number, y: number, rowIndex: number): Keyframe | undefined => {
    const row = y < headHeight ? undefined : rows[rowIndex];
    return row?.keyframes.find(({ at }) => Math.abs(xOf(scale, frameOfTime(frames, at)) - x) <= 7);
  };

  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0 || frames.length === 0) return;
    const { x, y, row } = place(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    const keyframe = keyframeUnder(x, y, row);
    if (y >= headHeight && rows[row]) session.select(rows[row].track.id);
    if (keyframe && !readOnly) {
      gesture.current = { kind: "keyframe", keyframe, startX: x, moved: false };
      return;
    }
    gesture.current = { kind: "scrub" };
    session.pause();
    session.goTo(keyframe ? frameUnder(xOf(scale, frameOfTime(frames, keyframe.at))) : frameUnder(x));
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const { x, y, row } = place(event);
    const now = gesture.current;
    if (!now) {
      onHoverRow(y >= headHeight && row < rows.length ? row : undefined);
      event.currentTarget.style.cursor = keyframeUnder(x, y, row) ? "ew-resize" : "default";
      return;
    }
    if (now.kind === "scrub") return session.goTo(frameUnder(x));
    if (!now.moved && Math.abs(x - now.startX) < 4) return;
    now.moved = true;
    setDragged({ id: now.keyframe.id, frame: frameUnder(x) });
  };
  const onPointerUp = (event: PointerEvent<HTMLCanvasElement>) => {
    const now = gesture.current;
    gesture.current = undefined;
    setDragged(undefined);
    if (now?.kind !== "keyframe") return;
    const { x } = place(event);
    const { trackId, at } = now.keyframe;
    if (!now.moved) {
      session.pause();
      session.goTo(frameUnder(xOf(scale, frameOfTime(frames, at))));
      return;
    }
    const to = frames[frameUnder(x)].at;
    if (to !== at) session.run(moveKeyframe, { trackId, at, to });
  };
  const onDoubleClick = (event: PointerEvent<HTMLCanvasElement> | React.MouseEvent<HTMLCanvasElement>) => {
    const { x, y, row } = place(event as PointerEvent);
    const track = y < headHeight ? undefined : rows[row]?.track;
    if (!track || readOnly || keyframeUnder(x, y, row)) return;
    session.run(toggleKeyframe, { trackId: track.id, at: frames[frameUnder(x)].at });
  };

  return (
    <canvas
      ref={canvas}
      className={styles.canvas}
      style={{ width: size.width, height: size.height }}
      role="img"
      aria-label={t("timeline.canvas", { frame: frameIndex, last: Math.max(0, frames.length - 1) })}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        gesture.current = undefined;
        setDragged(undefined);
      }}
      onPointerLeave={() => onHoverRow(undefined)}
      onDoubleClick={onDoubleClick}
    />
  );
}

interface WheelOptions {
  readonly scale: Scale;
  readonly frameCount: number;
  readonly rows: number;
  readonly height: number;
  readonly onScale: (scale: Scale) => void;
  readonly onScroll: (by: number) => void;
}

/** Wheel zooms at the pointer; over rows that overflow it scrolls them, unless Ctrl is held. Sideways pans. */
function useWheel(canvas: RefObject<HTMLCanvasElement | null>, options: WheelOptions): void {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const onWheel = (event: WheelEvent): void => {
      const { scale, frameCount, rows, height, onScale, onScroll } = latest.current;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      const overflows = rows * bands.row > height - headHeight;
      if (Math.abs(sideways) > 0 && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)))
        onScale(clampScale({ ...scale, left: scale.left + sideways / scale.pxPerFrame }, frameCount));
      else if (!event.ctrlKey && overflows && event.clientY - box.top > headHeight) onScroll(event.deltaY);
      else onScale(zoomAt(scale, frameCount, event.clientX - box.left, Math.exp(-event.deltaY / 400)));
    };
    // React's wheel listeners are passive; this one must keep the page from zooming.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [canvas]);
}
