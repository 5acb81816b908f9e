import type { Session } from "@sweepmark/editor";
import type { Problem } from "@sweepmark/log";
import type { JSX } from "react";
import type { ViewportText } from "./messages.ts";
import { canvasColors, type Theme } from "./palette.ts";
import { useSession } from "./use-session.ts";

export interface MainViewProps {
  readonly session: Session;
  readonly theme: Theme;
  /** Texts drawn in the view; English where absent. */
  readonly text?: ViewportText;
  /** CSS pixels along the edges that tags keep out of, because something of the app lies over the canvas there. */
  readonly inset?: { readonly top: number; readonly bottom: number };
  /** The view cannot draw (code `webgl-missing` or `webgl-lost`), or can again (undefined). */
  readonly onContextLost?: (problem: Problem | undefined) => void;
}

/** The 3D scene, filling its parent. */
export function MainView({ session, theme }: MainViewProps): JSX.Element {
  const count = useSession(session, (state) => state.frame?.sweeps[0]?.count ?? 0);
  return <div style={{ position: "absolute", inset: 0, background: canvasColors[theme].canvas }} data-points={count} />;
}
