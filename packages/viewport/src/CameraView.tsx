import type { Session } from "@sweepmark/editor";
import type { JSX } from "react";
import type { ViewportText } from "./messages.ts";
import { canvasColors, type Theme } from "./palette.ts";

export interface CameraViewProps {
  readonly session: Session;
  readonly cameraId: string;
  readonly theme: Theme;
  /** `contain`: the whole image with bars; `cover`: fills the view, edges cut. */
  readonly fit?: "contain" | "cover";
  /** Texts drawn in the view; English where absent. */
  readonly text?: ViewportText;
  /** `zoom`: wheel and drag move inside the image (a large view). `still`: they are left to the parent (a strip). */
  readonly navigation?: "zoom" | "still";
}

/** One camera's image with the labels projected at the image's own time, filling its parent. */
export function CameraView({ theme, cameraId }: CameraViewProps): JSX.Element {
  return (
    <div style={{ position: "absolute", inset: 0, background: canvasColors[theme].canvas }} data-camera={cameraId} />
  );
}
