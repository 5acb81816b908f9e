import type { TrackMoment } from "@sweepmark/document";
import { cuboidCorners, cuboidEdges, type Cuboid, type Point } from "@sweepmark/geometry";
import type { Ontology, RecordId } from "@sweepmark/schema";
import { cuboidTag, type TagWish } from "./choose-tags.ts";
import { faceCorners, faces } from "./cuboid-edges.ts";
import { alphaAt, distanceTo, type Eye } from "./eye.ts";
import { rgbOfHex } from "./oklch.ts";
import { classLetter } from "./palette.ts";
import { haloOf, type SceneColors, type SceneLayers } from "./scene-layers.ts";
import { toScene, type SceneOrigin } from "./scene-space.ts";
import { suggestionColor, suggestionWords } from "./suggestions.ts";
import type { Stroke } from "./thick-lines.ts";

const dash = [5, 4] as const;

export interface ShownSuggestions {
  readonly here: readonly TrackMoment[];
  readonly focusedId: RecordId | undefined;
  readonly ontology: Ontology;
  readonly egoAt: Point<"scene">;
}

/**
 * What machines suggest: dashed edges in the colour of the class, a model's in that of machines, the front bottom edge solid, no faces; the one that keys mean is
 * wider, filled lightly, and has its words. Gives its tag.
 */
export function drawSuggestions(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  { here, focusedId, ontology, egoAt }: ShownSuggestions,
  colors: SceneColors,
): readonly TagWish[] {
  const wishes: TagWish[] = [];
  for (const suggestion of here) {
    const { track, cuboid } = suggestion;
    const inScene: Cuboid<"scene"> = { ...cuboid, center: toScene(origin, cuboid.center) };
    const isFocused = track.id === focusedId;
    const hex = suggestionColor(suggestion, ontology, colors.theme);
    const color = rgbOfHex(hex);
    const alpha = isFocused ? 1 : 0.9 * alphaAt(distanceTo(eye, inScene.center));
    const stroke: Stroke = { color, alpha, widthPx: isFocused ? 2 : 1, dash };
    const corners = cuboidCorners(inScene);
    if (isFocused)
      for (const face of faces) {
        const [a, b, c, d] = faceCorners[face].map((index) => corners[index]);
        layers.faces.triangle(a, b, c, color, 0.06);
        layers.faces.triangle(a, c, d, color, 0.06);
      }
    cuboidEdges.forEach(([from, to], edge) => {
      const line: Stroke = edge === 0 ? { color, alpha, widthPx: stroke.widthPx + 1 } : stroke;
      if (isFocused) layers.lines.segment(corners[from], corners[to], haloOf(line, colors.halo));
      layers.lines.segment(corners[from], corners[to], line);
    });
    if (!isFocused) continue;
    const { name, detail } = suggestionWords(suggestion, ontology);
    const chip = { letter: classLetter(ontology, track.classId), color: hex };
    const wish = cuboidTag(eye, `suggestion ${track.id}`, inScene, egoAt, name, chip, "hovered");
    if (wish) wishes.push({ ...wish, content: { ...wish.content, detail } });
  }
  return wishes;
}
