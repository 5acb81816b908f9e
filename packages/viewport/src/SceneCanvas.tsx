import { createRoot, type ReconcilerRoot } from "@react-three/fiber";
import { useEffect, useRef, type CSSProperties, type JSX, type ReactNode } from "react";
import { takeRenderer } from "./scene-renderer.ts";

export interface SceneCanvasProps {
  readonly style: CSSProperties;
  /** There is no WebGL 2. */
  readonly onMissing: () => void;
  readonly children: ReactNode;
}

/**
 * A canvas of fiber's that fills its element, drawn on demand, on a renderer that may have been ready before (fiber's own
 * `Canvas` makes one when its size is known: after the first picture of the page around it).
 */
export function SceneCanvas({ style, onMissing, children }: SceneCanvasProps): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  const root = useRef<ReconcilerRoot<HTMLCanvasElement>>(undefined);
  const missing = useRef(onMissing);
  const content = useRef(children);

  // Not a layout effect: the refs that the content looks at must be there.
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const renderer = takeRenderer();
    if (!renderer) return missing.current();
    const canvas = renderer.domElement;
    canvas.style.display = "block";
    element.append(canvas);
    const made = createRoot(canvas);
    root.current = made;
    const fit = (): void => {
      const { width, height, top, left } = element.getBoundingClientRect();
      if (width === 0 || height === 0) return;
      void made.configure({
        gl: renderer,
        frameloop: "demand",
        dpr: [1, 2],
        flat: true,
        size: { width, height, top, left },
      });
      made.render(content.current);
    };
    fit();
    const resize = new ResizeObserver(fit);
    resize.observe(element);
    return () => {
      resize.disconnect();
      root.current = undefined;
      made.unmount();
      renderer.dispose();
      renderer.forceContextLoss();
      canvas.remove();
    };
  }, []);

  useEffect(() => {
    missing.current = onMissing;
    content.current = children;
    root.current?.render(children);
  });

  return <div ref={holder} style={style} />;
}
