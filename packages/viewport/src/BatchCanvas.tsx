import type { Session } from "@sweepmark/editor";
import type { Vec2 } from "@sweepmark/geometry";
import { useEffect, useRef, type CSSProperties, type JSX } from "react";
import { BatchView, type BatchFacts, type BatchViewOptions } from "./batch-view.ts";
import { englishText, type ViewportText } from "./messages.ts";
import type { Theme } from "./palette.ts";
import { bridgePointer } from "./pointer.ts";

export interface BatchCanvasProps {
  readonly session: Session;
  readonly theme: Theme;
  readonly text?: ViewportText;
  /** What the canvas is called by a screen reader. */
  readonly label: string;
  readonly onFacts: (facts: BatchFacts) => void;
  /** A double-click on a tile. */
  readonly onOpen: (frameIndex: number) => void;
}

const fill: CSSProperties = { position: "absolute", inset: 0, overflowX: "hidden", overflowY: "auto" };
const stays: CSSProperties = { position: "sticky", top: 0, display: "block", width: "100%" };
/** Farther than this from where it went down, a press is a drag; as the tools have it. */
const clickPx = 4;

/** The wall of all frames of the selected track, filling its parent. */
export function BatchCanvas(props: BatchCanvasProps): JSX.Element {
  const { session, theme, text = englishText, label } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const column = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<BatchView>(undefined);
  const first = useRef<BatchViewOptions>({ theme, text });
  const heard = useRef(props);

  useEffect(() => {
    const element = canvas.current;
    if (!element || !scroller.current || !column.current) return undefined;
    const elements = { scroller: scroller.current, column: column.current, canvas: element };
    const made = new BatchView(session, elements, first.current, (facts) => heard.current.onFacts(facts));
    view.current = made;
    const schedule = (): void => made.schedule();
    const unsubscribe = session.store.subscribe((state, before) => {
      if (
        state.batch !== before.batch ||
        state.frames !== before.frames ||
        state.frameIndex !== before.frameIndex ||
        state.revision !== before.revision ||
        state.selectedId !== before.selectedId ||
        state.dragging !== before.dragging ||
        state.readOnly !== before.readOnly ||
        state.view !== before.view
      )
        schedule();
    });
    // Before the bridge, which takes the press for the tool: what is a click is known at the end.
    const forget = listenForClicks(session, made, element, (index) => heard.current.onOpen(index));
    const unbridge = bridgePointer(session, {
      element,
      place: (position) => made.place(position),
      setCaptured: (captured) => made.hold(captured === "captured"),
    });
    const off = new AbortController();
    elements.scroller.addEventListener("scroll", schedule, { passive: true, signal: off.signal });
    const resize = new ResizeObserver(schedule);
    resize.observe(elements.scroller);
    schedule();
    return () => {
      off.abort();
      resize.disconnect();
      forget();
      unbridge();
      unsubscribe();
      made.close();
      session.leaveView();
      view.current = undefined;
    };
  }, [session]);

  useEffect(() => {
    heard.current = props;
    first.current = { theme, text };
    if (!view.current) return;
    view.current.options = first.current;
    view.current.schedule();
  });

  return (
    <div ref={scroller} style={fill} data-batch="scroller">
      <div ref={column}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={label}
          style={{ ...stays, fontFamily: "var(--font, system-ui, sans-serif)" }}
        />
      </div>
    </div>
  );
}

/** What the wall itself hears of the pointer: which tile it is over, which one is clicked or opened. */
function listenForClicks(
  session: Session,
  view: BatchView,
  element: HTMLElement,
  open: (frameIndex: number) => void,
): () => void {
  const off = new AbortController();
  const options = { capture: true, signal: off.signal } as const;
  let down: Vec2 | undefined;
  const positionOf = (event: MouseEvent): Vec2 => {
    const bounds = element.getBoundingClientRect();
    return [event.clientX - bounds.left, event.clientY - bounds.top];
  };
  const point = (event: MouseEvent | undefined): void => {
    const { batch } = session.store.getState();
    const found = event && view.tileAt(positionOf(event));
    const pointed = found?.side && { frameIndex: found.tile.frameIndex, side: found.side };
    const was = batch?.pointed;
    if (batch && (was?.frameIndex !== pointed?.frameIndex || was?.side !== pointed?.side))
      session.setBatch({ ...batch, pointed });
  };
  element.addEventListener(
    "pointerdown",
    (event) => void (down = event.button === 0 ? positionOf(event) : undefined),
    options,
  );
  element.addEventListener("pointermove", (event) => !session.inGesture && point(event), options);
  element.addEventListener(
    "pointerup",
    (event) => {
      const [x, y] = positionOf(event);
      if (down && Math.hypot(x - down[0], y - down[1]) < clickPx)
        view.choose(down, { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey });
      down = undefined;
    },
    options,
  );
  element.addEventListener(
    "pointerleave",
    () => {
      if (session.inGesture) return;
      point(undefined);
      session.leaveView();
    },
    options,
  );
  element.addEventListener(
    "dblclick",
    (event) => {
      // It goes there: what else a double-click on a side means is done there.
      event.stopImmediatePropagation();
      const found = view.tileAt(positionOf(event));
      if (found) open(found.tile.frameIndex);
    },
    options,
  );
  return () => off.abort();
}
