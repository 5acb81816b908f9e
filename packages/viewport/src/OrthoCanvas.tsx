import type { OrthoSide, Session } from "@sweepmark/editor";
import { useEffect, useRef, type CSSProperties, type JSX } from "react";
import { OrthoView, type OrthoFacts, type OrthoViewOptions } from "./ortho-view.ts";
import { bridgePointer } from "./pointer.ts";
import type { Theme } from "./palette.ts";

export interface OrthoCanvasProps {
  readonly session: Session;
  readonly side: OrthoSide;
  readonly theme: Theme;
  /** 1 fits the cuboid. */
  readonly zoom: number;
  /** The wheel asks for another zoom. */
  readonly onZoom: (zoom: number) => void;
  /** What the view knows of the cuboid; undefined: there is none. */
  readonly onFacts?: (facts: OrthoFacts | undefined) => void;
}

const fill: CSSProperties = { position: "absolute", inset: 0, width: "100%", height: "100%", display: "block" };
const zoomRange = { min: 0.25, max: 8 } as const;

/** A parallel view of the selected cuboid that can be edited, filling its parent. */
export function OrthoCanvas(props: OrthoCanvasProps): JSX.Element {
  const { session, side, theme, zoom } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<OrthoView>(undefined);
  const first = useRef<OrthoViewOptions>({ theme, zoom });
  const heard = useRef(props);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const made = new OrthoView(session, side, element, first.current, (facts) => heard.current.onFacts?.(facts));
    view.current = made;
    const schedule = (): void => made.schedule();
    const unsubscribe = session.store.subscribe((state, before) => {
      if (
        state.frame !== before.frame ||
        state.moment !== before.moment ||
        state.selectedId !== before.selectedId ||
        state.hiddenIds !== before.hiddenIds ||
        state.dragging !== before.dragging ||
        state.pointCounts !== before.pointCounts ||
        state.readOnly !== before.readOnly ||
        state.view !== before.view
      )
        schedule();
    });
    const unbridge = bridgePointer(session, {
      element,
      place: (position) => made.place(position),
      setCaptured: (captured) => made.hold(captured === "captured"),
    });
    const off = new AbortController();
    element.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const { zoom: now, onZoom } = heard.current;
        const next = now * Math.exp(-(event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY) / 500);
        onZoom(Math.max(zoomRange.min, Math.min(zoomRange.max, next)));
      },
      { passive: false, signal: off.signal },
    );
    element.addEventListener("pointerleave", () => session.leaveView(), { signal: off.signal });
    const resize = new ResizeObserver(schedule);
    resize.observe(element);
    schedule();
    return () => {
      off.abort();
      resize.disconnect();
      unbridge();
      unsubscribe();
      made.close();
      session.leaveView();
      view.current = undefined;
    };
  }, [session, side]);

  useEffect(() => {
    heard.current = props;
    first.current = { theme, zoom };
    if (!view.current) return;
    view.current.options = first.current;
    view.current.schedule();
  });

  return <canvas ref={canvas} style={{ ...fill, fontFamily: "var(--font, system-ui, sans-serif)" }} />;
}
