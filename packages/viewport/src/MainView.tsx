import { useFrame, useThree } from "@react-three/fiber";
import type { Session } from "@sweepmark/editor";
import type { Problem } from "@sweepmark/log";
import { useEffect, useRef, useState, type CSSProperties, type JSX, type RefObject } from "react";
import type { WebGLRenderer } from "three";
import { AxisGizmo } from "./axis-gizmo.ts";
import { CameraRig, type LeftDrag } from "./camera-rig.ts";
import { englishText, type ViewportMessage, type ViewportText } from "./messages.ts";
import { canvasColors, type Theme } from "./palette.ts";
import { bridgePointer } from "./pointer.ts";
import { SceneCanvas } from "./SceneCanvas.tsx";
import { sceneChange } from "./scene-change.ts";
import { SceneView, type ViewOptions } from "./scene-view.ts";
import { toScene } from "./scene-space.ts";
import { TagLayer } from "./tag-layer.ts";

export interface MainViewProps {
  readonly session: Session;
  readonly theme: Theme;
  /** What the left button does to the perspective view; the right one does the other. From above it always pans. */
  readonly leftDrag?: LeftDrag;
  /** Texts drawn in the view; English where absent. */
  readonly text?: ViewportText;
  /** CSS pixels along the edges that tags keep out of, because something of the app lies over the canvas there. */
  readonly inset?: { readonly top: number; readonly bottom: number };
  /** The view cannot draw (code `webgl-missing` or `webgl-lost`), or can again (undefined). */
  readonly onContextLost?: (problem: Problem | undefined) => void;
}

const fill: CSSProperties = { position: "absolute", inset: 0, overflow: "hidden" };
/** A screen of 60 Hz shows a picture for so long. */
const screenMs = 16;
const usualInset = { top: 40, bottom: 28 } as const;

/** The 3D scene, filling its parent. */
export function MainView(props: MainViewProps): JSX.Element {
  const { session, theme, leftDrag = "orbit", text = englishText, inset = usualInset, onContextLost } = props;
  const wrapper = useRef<HTMLDivElement>(null);
  const tags = useRef<HTMLDivElement>(null);
  const gizmo = useRef<HTMLDivElement>(null);
  const [supported, setSupported] = useState(true);
  const report = useRef(onContextLost);
  useEffect(() => {
    report.current = onContextLost;
  });
  const onMissing = (): void => {
    setSupported(false);
    report.current?.(problemOf("webgl-missing", "viewport.webglMissing"));
  };

  return (
    <div ref={wrapper} style={{ ...fill, background: canvasColors[theme].canvas }}>
      {supported ? (
        <SceneCanvas style={fill} onMissing={onMissing}>
          <ScenePicture
            session={session}
            options={{ theme, text, inset }}
            leftDrag={leftDrag}
            wrapper={wrapper}
            tags={tags}
            gizmo={gizmo}
            report={report}
          />
        </SceneCanvas>
      ) : (
        <p style={{ ...fill, display: "grid", placeItems: "center", margin: 0, color: canvasColors[theme].textSecond }}>
          {text("viewport.webglMissing")}
        </p>
      )}
      <div ref={tags} aria-hidden style={{ ...fill, pointerEvents: "none" }} />
      <div ref={gizmo} style={{ position: "absolute", top: 6, right: 8, pointerEvents: "none", lineHeight: 0 }} />
    </div>
  );
}

interface ScenePictureProps {
  readonly session: Session;
  readonly options: ViewOptions;
  readonly leftDrag: LeftDrag;
  readonly wrapper: RefObject<HTMLDivElement | null>;
  readonly tags: RefObject<HTMLDivElement | null>;
  readonly gizmo: RefObject<HTMLDivElement | null>;
  readonly report: RefObject<((problem: Problem | undefined) => void) | undefined>;
}

/** Lives inside the canvas: makes the view for a session, and draws when something has changed. */
function ScenePicture({ session, options, leftDrag, wrapper, tags, gizmo, report }: ScenePictureProps): null {
  const renderer = useThree((three) => three.gl);
  const scene = useThree((three) => three.scene);
  const invalidate = useThree((three) => three.invalidate);
  const advance = useThree((three) => three.advance);
  const view = useRef<SceneView>(undefined);
  const eye = useRef<CameraRig>(undefined);
  const first = useRef(options);

  useEffect(() => {
    if (!wrapper.current || !tags.current || !gizmo.current) return undefined;
    const redraw = (): void => invalidate();
    const rig = new CameraRig(renderer.domElement, redraw);
    const overlay = { tags: new TagLayer(tags.current), gizmo: new AxisGizmo(gizmo.current) };
    const sceneView = new SceneView(session, renderer, scene, rig, overlay, first.current, redraw);
    view.current = sceneView;
    eye.current = rig;
    let drawnAt = -Infinity;
    const unsubscribe = session.store.subscribe((state, before) => {
      const change = sceneChange(state, before);
      if (change === "nothing") return;
      const now = performance.now();
      // A new frame is drawn before the panels are told of it, and while nothing else is: the picture's way to the screen
      // is the longest. Faster than a screen shows them, they wait for it.
      if (change === "something" || document.hidden || now - drawnAt < screenMs) return redraw();
      drawnAt = now;
      advance(now);
    });
    const unbridge = bridgePointer(session, {
      element: wrapper.current,
      place: (position) => sceneView.place(position),
      setCaptured(captured) {
        rig.controls.enabled = captured === "free";
      },
      onDoubleClick(event) {
        const { toolId, hoveredId } = session.store.getState();
        if (toolId !== "select") return;
        if (hoveredId !== undefined) {
          session.select(hoveredId);
          session.requestView("focus-selection");
          return;
        }
        const ground = session.context()?.groundUnder(event);
        if (ground && sceneView.sceneOrigin) rig.lookAt(toScene(sceneView.sceneOrigin, ground));
      },
    });
    const unwatch = watchContext(renderer, report, () => sceneView.restore());
    const elements = [tags.current, gizmo.current];
    if (session.store.getState().frame) advance(performance.now());
    else redraw();
    return () => {
      unwatch();
      unbridge();
      unsubscribe();
      sceneView.dispose();
      rig.dispose();
      for (const element of elements) element.replaceChildren();
      view.current = undefined;
      eye.current = undefined;
    };
  }, [session, renderer, scene, invalidate, advance, wrapper, tags, gizmo, report]);

  const { theme, text, inset } = options;
  useEffect(() => {
    first.current = { theme, text, inset };
    if (view.current) view.current.options = first.current;
    invalidate();
  }, [theme, text, inset, invalidate]);

  useEffect(() => eye.current?.setLeftDrag(leftDrag), [leftDrag, session]);

  // A positive priority takes the drawing over from R3F: the camera changes with the projection, in the same picture.
  useFrame(({ size }, deltaSeconds) => view.current?.draw(deltaSeconds, size.width, size.height), 1);
  return null;
}

function watchContext(
  renderer: WebGLRenderer,
  report: RefObject<((problem: Problem | undefined) => void) | undefined>,
  restore: () => void,
): () => void {
  const off = new AbortController();
  const { signal } = off;
  renderer.domElement.addEventListener(
    "webglcontextlost",
    (event) => {
      // Without this the browser does not give the context back.
      event.preventDefault();
      report.current?.(problemOf("webgl-lost", "viewport.webglLost"));
    },
    { signal },
  );
  renderer.domElement.addEventListener(
    "webglcontextrestored",
    () => {
      restore();
      report.current?.(undefined);
    },
    { signal },
  );
  return () => off.abort();
}

const problemOf = (code: string, key: ViewportMessage): Problem => ({
  severity: "error",
  code,
  message: englishText(key),
});
