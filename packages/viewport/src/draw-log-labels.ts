import { cuboidCorners, cuboidEdges, type Cuboid } from "@sweepmark/geometry";
import type { LogLabelRef } from "@sweepmark/editor";
import type { Frame } from "@sweepmark/log";
import { cuboidTag, type TagWish } from "./choose-tags.ts";
import { alphaAt, distanceTo, type Eye } from "./eye.ts";
import { isSameLabel, logLabelWords, shownLogCuboids, shownLogLines } from "./log-labels.ts";
import { rgbOfHex } from "./oklch.ts";
import { canvasColors } from "./palette.ts";
import { strokePolyline, type SceneColors, type SceneLayers } from "./scene-layers.ts";
import { toScene, type SceneOrigin } from "./scene-space.ts";
import type { Point } from "@sweepmark/geometry";
import type { Stroke } from "./thick-lines.ts";

const dash = [4, 3] as const;

/**
 * The labels that the log itself carries: thin dashed edges without faces, in one neutral colour, under everything that
 * is one's own. Gives the tag of the hovered one.
 */
export function drawLogLabels(
  layers: SceneLayers,
  eye: Eye,
  origin: SceneOrigin,
  {
    frame,
    hidden,
    hovered,
  }: { readonly frame: Frame; readonly hidden: ReadonlySet<string>; readonly hovered: LogLabelRef | undefined },
  colors: SceneColors,
): readonly TagWish[] {
  if (frame.labels.length === 0) return [];
  const neutral = canvasColors[colors.theme].textSecond;
  const color = rgbOfHex(neutral);
  for (const line of shownLogLines(frame, hidden)) {
    const points = line.map((point) => toScene(origin, point));
    strokePolyline(layers.lines, eye, points, { color, alpha: 0.6, widthPx: 1, dash });
  }
  const wishes: TagWish[] = [];
  const egoAt = toScene(origin, frame.worldFromEgo.translation as Point<"world">);
  for (const shown of shownLogCuboids(frame, hidden)) {
    const { cuboid, heading } = shown.label;
    const inScene: Cuboid<"scene"> = { ...cuboid, center: toScene(origin, cuboid.center) };
    const isHovered = isSameLabel(hovered, shown);
    const alpha = isHovered ? 1 : 0.8 * alphaAt(distanceTo(eye, inScene.center));
    const stroke: Stroke = { color, alpha, widthPx: isHovered ? 2 : 1, dash };
    const corners = cuboidCorners(inScene);
    // The first edge is the front bottom one: solid where the log knows which side is the front.
    cuboidEdges.forEach(([from, to], edge) => {
      const isFront = edge === 0 && heading === "known";
      layers.lines.segment(
        corners[from],
        corners[to],
        isFront ? { color, alpha, widthPx: stroke.widthPx + 1 } : stroke,
      );
    });
    if (!isHovered) continue;
    const { name, detail } = logLabelWords(shown);
    const wish = cuboidTag(
      eye,
      `log ${shown.topic} ${shown.label.id}`,
      inScene,
      egoAt,
      name,
      { letter: "·", color: neutral },
      "hovered",
    );
    if (wish) wishes.push({ ...wish, content: { ...wish.content, detail } });
  }
  return wishes;
}
