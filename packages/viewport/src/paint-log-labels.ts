import { invert, type CameraModel, type Pose } from "@sweepmark/geometry";
import type { LogLabelRef } from "@sweepmark/editor";
import type { Frame } from "@sweepmark/log";
import { toView, type ImageFrame } from "./image-frame.ts";
import { isSameLabel, logLabelWords, shownLogCuboids, shownLogLines } from "./log-labels.ts";
import { withAlpha } from "./oklch.ts";
import { canvasColors, haloAlpha, type HexColor } from "./palette.ts";
import { projectCuboid, projectPolyline, type ImagePolyline } from "./projection.ts";

/** As in image-painter.ts: photos are dark or bright in every theme. */
const colors = canvasColors.dark;

/** The log's own labels over an image: thin, dashed, neutral, under one's own labels; words at the hovered one. */
export function paintLogLabels(
  context: CanvasRenderingContext2D,
  model: CameraModel,
  worldFromCamera: Pose<"world", "camera">,
  frame: ImageFrame,
  shown: {
    readonly frame: Frame;
    readonly hidden: ReadonlySet<string>;
    readonly hovered: LogLabelRef | undefined;
    readonly detail: "full" | "small";
  },
): void {
  if (shown.frame.labels.length === 0) return;
  const cameraFromWorld = invert(worldFromCamera);
  const lines = shownLogLines(shown.frame, shown.hidden).flatMap((line) =>
    projectPolyline(model, cameraFromWorld, line),
  );
  strokeDashed(context, frame, lines, 1, colors.textSecond);
  for (const item of shownLogCuboids(shown.frame, shown.hidden)) {
    const shape = projectCuboid(model, cameraFromWorld, item.label.cuboid);
    if (!shape) continue;
    const isHovered = isSameLabel(shown.hovered, item);
    const edges = [...shape.back, ...shape.front, ...shape.heading];
    strokeDashed(context, frame, edges, isHovered ? 2 : 1, colors.textSecond);
    if (!isHovered || shown.detail === "small" || !shape.anchor) continue;
    const { name, detail } = logLabelWords(item);
    paintWords(context, `${name}  ${detail}`, toView(frame, shape.anchor));
  }
}

/** Dashed lines of a colour with a halo: what is shown over an image and is none of one's labels. */
export function strokeDashed(
  context: CanvasRenderingContext2D,
  frame: ImageFrame,
  parts: readonly ImagePolyline[],
  widthPx: number,
  color: HexColor,
): void {
  if (parts.length === 0) return;
  context.beginPath();
  for (const part of parts)
    part.forEach((pixel, i) => {
      const [x, y] = toView(frame, pixel);
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
  context.lineCap = "butt";
  context.setLineDash([]);
  context.lineWidth = widthPx + 1.5;
  context.strokeStyle = withAlpha(colors.halo, haloAlpha * 0.6);
  context.stroke();
  context.setLineDash([4, 3]);
  context.lineWidth = widthPx;
  context.strokeStyle = color;
  context.stroke();
  context.setLineDash([]);
}

export function paintWords(context: CanvasRenderingContext2D, words: string, [x, y]: readonly [number, number]): void {
  context.font = `600 11px ${getComputedStyle(context.canvas).fontFamily}`;
  const width = context.measureText(words).width + 12;
  const left = Math.round(Math.max(2, x - width / 2));
  const top = Math.round(Math.max(2, y - 24));
  context.beginPath();
  context.roundRect(left, top, width, 18, 3);
  context.fillStyle = colors.tagGround;
  context.fill();
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = colors.text;
  context.fillText(words, left + 6, top + 9.5);
}
