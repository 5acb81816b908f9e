import type { PointerToolEvent, Session, ToolEvent } from "@sweepmark/editor";
import type { Vec2 } from "@sweepmark/geometry";
import { logCuboidUnder } from "./log-labels.ts";
import { suggestionUnder } from "./suggestions.ts";

/** A view that turns pixels into rays. */
export interface PointerView {
  readonly element: HTMLElement;
  /** Everything of a tool event that depends on the view; undefined where no ray can be given (no frame, no calibration). */
  place(position: Vec2): Pick<PointerToolEvent, "view" | "ray" | "at" | "pixelM" | "viewYawRad"> | undefined;
  /** The tool has taken the gesture (true), or it is over: the view's own navigation must rest meanwhile. */
  setCaptured(captured: "captured" | "free"): void;
  /** A double-click that no tool wanted. */
  onDoubleClick?(event: PointerToolEvent): void;
}

type PointerKind = PointerToolEvent["kind"];

/**
 * Sends a view's pointer to the session's tool, in the capture phase: the tool is asked before the view's own
 * navigation hears of it. Moves are handed on once per animation frame. Returns the way to stop.
 */
export function bridgePointer(session: Session, view: PointerView): () => void {
  const { element } = view;
  const off = new AbortController();
  const options = { capture: true, signal: off.signal } as const;
  let pendingMove: PointerEvent | undefined;
  let scheduled = 0;
  let gesture: { readonly pointerId: number; captured: boolean } | undefined;

  const toolEvent = (event: MouseEvent, kind: PointerKind): PointerToolEvent | undefined => {
    const bounds = element.getBoundingClientRect();
    const position: Vec2 = [event.clientX - bounds.left, event.clientY - bounds.top];
    const place = view.place(position);
    if (!place) return undefined;
    return {
      kind,
      ...place,
      position,
      button: buttonOf(event, kind),
      modifiers: { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey },
    };
  };

  const send = (event: ToolEvent): boolean => {
    const { captured, cursor } = session.dispatch(event);
    element.style.cursor = cursor ?? "";
    return captured;
  };

  const flushMove = (): void => {
    cancelAnimationFrame(scheduled);
    scheduled = 0;
    const event = pendingMove;
    pendingMove = undefined;
    if (!event) return;
    const move = toolEvent(event, "pointer-move");
    if (!move) return;
    const captured = send(move);
    if (gesture && captured && !gesture.captured) {
      gesture.captured = true;
      view.setCaptured("captured");
    }
    // A parallel view shows one cuboid; what else its ray meets is not in the picture.
    if (move.view.kind === "ortho") return;
    const { frame, hiddenLogTopics, hoveredId, suggestions } = session.store.getState();
    const isFree = !gesture && hoveredId === undefined && frame;
    const suggestedId = isFree ? suggestionUnder(move.ray, suggestions.here) : undefined;
    session.suggestions.focus(suggestedId, "pointer");
    session.hoverLogLabel(
      isFree && suggestedId === undefined && frame.labels.length > 0
        ? logCuboidUnder(move.ray, frame, hiddenLogTopics)
        : undefined,
    );
    // While the view itself is turned, the ground under the pointer says nothing.
    if (!gesture || gesture.captured) session.setPointer(session.context()?.groundUnder(move));
  };

  element.addEventListener(
    "pointerdown",
    (event) => {
      if (gesture) return;
      flushMove();
      const down = toolEvent(event, "pointer-down");
      if (!down) return;
      gesture = { pointerId: event.pointerId, captured: send(down) };
      view.setCaptured(gesture.captured ? "captured" : "free");
      element.setPointerCapture(event.pointerId);
    },
    options,
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      if (gesture && event.pointerId !== gesture.pointerId) return;
      pendingMove = event;
      scheduled ||= requestAnimationFrame(flushMove);
    },
    options,
  );
  element.addEventListener(
    "pointerup",
    (event) => {
      if (gesture?.pointerId !== event.pointerId) return;
      flushMove();
      const up = toolEvent(event, "pointer-up");
      send(up ?? { kind: "cancel" });
      gesture = undefined;
      view.setCaptured("free");
    },
    options,
  );
  const abandon = (): void => {
    if (!gesture) return;
    gesture = undefined;
    send({ kind: "cancel" });
    view.setCaptured("free");
  };
  element.addEventListener("pointercancel", abandon, options);
  window.addEventListener("blur", abandon, { signal: off.signal });
  element.addEventListener(
    "pointerleave",
    () => {
      if (gesture) return;
      pendingMove = undefined;
      session.leaveView();
      session.setPointer(undefined);
      session.hover(undefined);
      session.hoverLogLabel(undefined);
      session.suggestions.focus(undefined, "pointer");
    },
    options,
  );
  element.addEventListener(
    "dblclick",
    (event) => {
      const double = toolEvent(event, "double-click");
      if (!double) return;
      // What the tool takes is not the page's: a column of views must not go back to its scale.
      if (send(double)) event.stopPropagation();
      else view.onDoubleClick?.(double);
    },
    options,
  );
  element.addEventListener("contextmenu", (event) => event.preventDefault(), options);
  return () => {
    abandon();
    cancelAnimationFrame(scheduled);
    off.abort();
  };
}

/** A move carries no button of its own: the one that is held, else the left. */
function buttonOf(event: MouseEvent, kind: PointerKind): 0 | 1 | 2 {
  if (kind !== "pointer-move") return event.button === 1 || event.button === 2 ? event.button : 0;
  return event.buttons & 2 ? 2 : event.buttons & 4 ? 1 : 0;
}
