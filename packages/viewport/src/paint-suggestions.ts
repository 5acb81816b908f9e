import { invert, type CameraModel, type Pose } from "@sweepmark/geometry";
import type { SuggestionsState } from "@sweepmark/editor";
import type { Ontology } from "@sweepmark/schema";
import { toView, type ImageFrame } from "./image-frame.ts";
import { paintWords, strokeDashed } from "./paint-log-labels.ts";
import { projectCuboid } from "./projection.ts";
import { suggestionColor, suggestionWords } from "./suggestions.ts";

/** What machines suggest, over an image: dashed in the colour of the class; words at the one that keys mean. */
export function paintSuggestions(
  context: CanvasRenderingContext2D,
  model: CameraModel,
  worldFromCamera: Pose<"world", "camera">,
  frame: ImageFrame,
  shown: SuggestionsState & { readonly ontology: Ontology; readonly detail: "full" | "small" },
): void {
  const cameraFromWorld = invert(worldFromCamera);
  for (const suggestion of shown.here) {
    const { track, cuboid } = suggestion;
    const shape = projectCuboid(model, cameraFromWorld, cuboid);
    if (!shape) continue;
    const isFocused = track.id === shown.focusedId;
    const color = suggestionColor(suggestion, shown.ontology, "dark");
    strokeDashed(context, frame, [...shape.back, ...shape.front, ...shape.heading], isFocused ? 2 : 1, color);
    if (!isFocused || shown.detail === "small" || !shape.anchor) continue;
    const { name, detail } = suggestionWords(suggestion, shown.ontology);
    paintWords(context, `${name}  ${detail}`, toView(frame, shape.anchor));
  }
}
