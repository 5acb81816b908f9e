import type { Session } from "@sweepmark/editor";
import { useEffect, useRef, type CSSProperties, type JSX } from "react";
import { ImageView, type ImageViewOptions } from "./image-view.ts";
import { englishText, type ViewportText } from "./messages.ts";
import type { Theme } from "./palette.ts";
import { bridgePointer } from "./pointer.ts";

export interface CameraViewProps {
  readonly session: Session;
  readonly cameraId: string;
  readonly theme: Theme;
  /** `contain`: the whole image with bars; `cover`: fills the view, edges cut. */
  readonly fit?: "contain" | "cover";
  /** Texts drawn in the view; English where absent. */
  readonly text?: ViewportText;
  /**
   * `zoom`: a large view: the wheel zooms to the cursor, drag pans when zoomed, double-click goes back; labels have tags
   * and the tool gets the pointer. `still`: a tile: the pointer is left to the page around it.
   */
  readonly navigation?: "zoom" | "still";
  /** `selection`: a close-up of the selected record, where this camera sees it; else the whole image. */
  readonly follow?: "nothing" | "selection";
}

const fill: CSSProperties = { position: "absolute", inset: 0, width: "100%", height: "100%", display: "block" };

/** One camera's image with the labels projected at the image's own time, filling its parent. */
export function CameraView(props: CameraViewProps): JSX.Element {
  const { session, cameraId, theme, fit = "contain", text = englishText } = props;
  const { navigation = "still", follow = "nothing" } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<ImageView>(undefined);
  const first = useRef<ImageViewOptions>({ theme, fit, text, navigation, follow });

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const imageView = new ImageView(session, cameraId, element, first.current);
    view.current = imageView;
    const schedule = (): void => imageView.schedule();
    const unsubscribe = session.store.subscribe((state, before) => {
      // Decoding waits for no animation frame (where there is no GPU the next one is far away), but for the points.
      if (state.picturedFrame !== before.picturedFrame) queueMicrotask(() => imageView.follow());
      if (state.buffered !== before.buffered) imageView.lookAhead();
      // The image and its labels depend on few of the session's values; a moving pointer is not one of them.
      if (
        state.picturedFrame !== before.picturedFrame ||
        state.revision !== before.revision ||
        state.moment !== before.moment ||
        state.preview !== before.preview ||
        state.suggestions !== before.suggestions ||
        state.selectedId !== before.selectedId ||
        state.selectedVertex !== before.selectedVertex ||
        state.hoveredId !== before.hoveredId ||
        state.hiddenIds !== before.hiddenIds ||
        state.view.focus !== before.view.focus ||
        state.view.pointsInImages !== before.view.pointsInImages
      )
        schedule();
    });
    // In a panel that is behind another it has no size.
    let unwatch: (() => void) | undefined;
    const resize = new ResizeObserver(() => {
      if (element.clientWidth > 0) unwatch ??= session.watchCamera(cameraId);
      else {
        unwatch?.();
        unwatch = undefined;
      }
      schedule();
    });
    resize.observe(element);
    schedule();
    return () => {
      unwatch?.();
      resize.disconnect();
      unsubscribe();
      imageView.close();
      view.current = undefined;
    };
  }, [session, cameraId]);

  useEffect(() => {
    first.current = { theme, fit, text, navigation, follow };
    if (!view.current) return;
    view.current.options = first.current;
    view.current.schedule();
  }, [theme, fit, text, navigation, follow]);

  useEffect(() => {
    const element = canvas.current;
    if (!element || navigation === "still") return undefined;
    return navigate(session, element, view);
  }, [session, navigation]);

  return <canvas ref={canvas} style={{ ...fill, fontFamily: "var(--font, system-ui, sans-serif)" }} />;
}

/** Wheel, drag and tools in a large image. Returns the way to stop. */
function navigate(
  session: Session,
  element: HTMLCanvasElement,
  view: { readonly current: ImageView | undefined },
): () => void {
  let captured = false;
  const unbridge = bridgePointer(session, {
    element,
    place: (position) => view.current?.place(position),
    setCaptured(state) {
      captured = state === "captured";
    },
    onDoubleClick: () => view.current?.resetZoom(),
  });
  const off = new AbortController();
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const bounds = element.getBoundingClientRect();
      const steps = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
      view.current?.zoomBy(Math.exp(-steps / 400), [event.clientX - bounds.left, event.clientY - bounds.top]);
    },
    { passive: false, signal: off.signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      if (event.buttons && !captured) view.current?.panBy([event.movementX, event.movementY]);
    },
    { signal: off.signal },
  );
  return () => {
    off.abort();
    unbridge();
  };
}
