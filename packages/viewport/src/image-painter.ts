import type { Vec2 } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import { colorAt, distanceRange } from "./color-maps.ts";
import { toView, type ImageFrame } from "./image-frame.ts";
import type { ImageCuboid, ImageLane, ImageScene } from "./image-scene.ts";
import { withAlpha } from "./oklch.ts";
import { canvasColors, haloAlpha, pointStops, type HexColor } from "./palette.ts";
import type { ImagePolyline, ProjectedCuboid } from "./projection.ts";

/** Photos are dark or bright in every theme: always the dark set, and the halo does the rest. */
const colors = canvasColors.dark;
const haloPx = { full: 2.5, small: 1.75 } as const;

export interface PaintedState {
  readonly selectedId: RecordId | undefined;
  readonly selectedVertex: number | undefined;
  readonly hoveredId: RecordId | undefined;
  /** `full`: a large view with tags and vertices. `small`: a tile. */
  readonly detail: "full" | "small";
}

type Context = CanvasRenderingContext2D;

/** Labels over an image. The context's unit is the CSS pixel. */
export function paintLabels(context: Context, scene: ImageScene, frame: ImageFrame, state: PaintedState): void {
  context.lineCap = context.lineJoin = "round";
  for (const lane of scene.lanes) paintLane(context, lane, frame, state);
  const last = (cuboid: ImageCuboid): number => Number(cuboid.id === state.selectedId);
  // Stable: far ones stay first among the others.
  for (const cuboid of scene.cuboids.toSorted((a, b) => last(a) - last(b))) paintCuboid(context, cuboid, frame, state);
}

function paintCuboid(context: Context, cuboid: ImageCuboid, frame: ImageFrame, state: PaintedState): void {
  const selected = cuboid.id === state.selectedId;
  const hovered = cuboid.id === state.hoveredId;
  const color = selected ? colors.selection : cuboid.color;
  // In a tile a 1.5 px line would hide the thing it is about.
  const usualPx = state.detail === "full" && cuboid.shape.distanceM < 30 ? 1.5 : 1;
  const widthPx = selected || hovered ? 2 : usualPx;
  const alpha = selected || hovered ? 1 : Math.max(0.4, Math.min(1, 1 - ((cuboid.shape.distanceM - 30) / 40) * 0.6));
  const { front, back, heading, chevron } = cuboid.shape;

  stroke(context, frame, back, { color, alpha: alpha * 0.7, widthPx: 1, dash: [3, 3] });
  const visible = [...front, ...heading];
  stroke(context, frame, visible, {
    color: colors.halo,
    alpha: alpha * haloAlpha,
    widthPx: widthPx + haloPx[state.detail],
  });
  stroke(context, frame, front, { color, alpha, widthPx });
  stroke(context, frame, heading, { color, alpha, widthPx: widthPx + 1 });
  if (chevron) paintChevron(context, frame, chevron, color, alpha);
  if (state.detail === "full" && (selected || hovered)) paintTag(context, cuboid, frame, selected);
}

/** What a click would make: dashed all round, in its class's colour. */
export function paintPreview(context: Context, shape: ProjectedCuboid, color: HexColor, frame: ImageFrame): void {
  const edges = [...shape.front, ...shape.back, ...shape.heading];
  stroke(context, frame, edges, { color: colors.halo, alpha: haloAlpha, widthPx: 4 });
  stroke(context, frame, edges, { color, alpha: 1, widthPx: 2, dash: [5, 3] });
  if (shape.chevron) paintChevron(context, frame, shape.chevron, color, 1);
}

/** At most 22 CSS pixels from its base to its tip, and none where it would be a speck. */
function paintChevron(
  context: Context,
  frame: ImageFrame,
  [left, right, tip]: readonly [Vec2, Vec2, Vec2],
  color: HexColor,
  alpha: number,
): void {
  const [a, b, c] = [left, right, tip].map((pixel) => toView(frame, pixel));
  const middle: Vec2 = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const length = Math.hypot(c[0] - middle[0], c[1] - middle[1]);
  if (length < 2) return;
  const shrink = Math.min(1, 22 / length);
  const near = (point: Vec2): Vec2 => [
    middle[0] + (point[0] - middle[0]) * shrink,
    middle[1] + (point[1] - middle[1]) * shrink,
  ];
  context.beginPath();
  for (const point of [a, b, c]) context.lineTo(...plain(near(point)));
  context.closePath();
  context.fillStyle = withAlpha(color, alpha);
  context.fill();
}

function paintLane(context: Context, lane: ImageLane, frame: ImageFrame, state: PaintedState): void {
  const selected = lane.id === state.selectedId;
  const usualPx = state.detail === "full" ? lane.look.widthPx : Math.min(1.5, lane.look.widthPx);
  const widthPx = usualPx + (lane.id === state.hoveredId ? 0.5 : 0);
  if (selected) {
    stroke(context, frame, lane.parts, { color: colors.halo, alpha: haloAlpha, widthPx: 4.5 + haloPx[state.detail] });
    stroke(context, frame, lane.parts, { color: colors.selection, alpha: 1, widthPx: 4.5 });
  } else if (lane.look.halo === "under")
    stroke(context, frame, lane.parts, {
      color: colors.halo,
      alpha: haloAlpha,
      widthPx: widthPx + haloPx[state.detail],
    });
  stroke(context, frame, lane.parts, { color: lane.color, alpha: 1, widthPx, dash: lane.look.dash });
  if (!selected || state.detail === "small") return;
  lane.vertices.forEach((vertex, index) => {
    if (!vertex) return;
    const [x, y] = toView(frame, vertex);
    context.fillStyle = withAlpha(colors.halo, haloAlpha);
    context.fillRect(x - 4.75, y - 4.75, 9.5, 9.5);
    context.fillStyle = colors.selection;
    context.fillRect(x - 3.5, y - 3.5, 7, 7);
    if (index !== state.selectedVertex) return;
    context.beginPath();
    context.arc(x, y, 11, 0, 2 * Math.PI);
    context.strokeStyle = colors.accent;
    context.lineWidth = 1.5;
    context.stroke();
  });
}

interface Pen {
  readonly color: HexColor;
  readonly alpha: number;
  readonly widthPx: number;
  readonly dash?: readonly [on: number, off: number] | undefined;
}

function stroke(context: Context, frame: ImageFrame, parts: readonly ImagePolyline[], pen: Pen): void {
  if (parts.length === 0) return;
  context.beginPath();
  for (const part of parts)
    part.forEach((pixel, i) => {
      const [x, y] = toView(frame, pixel);
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
  context.setLineDash(pen.dash ? [...pen.dash] : []);
  context.lineCap = pen.dash ? "butt" : "round";
  context.lineWidth = pen.widthPx;
  context.strokeStyle = withAlpha(pen.color, pen.alpha);
  context.stroke();
  context.setLineDash([]);
}

function paintTag(context: Context, cuboid: ImageCuboid, frame: ImageFrame, selected: boolean): void {
  const { anchor } = cuboid.shape;
  if (!anchor) return;
  const [x, y] = toView(frame, anchor);
  const font = getComputedStyle(context.canvas).fontFamily;
  context.font = `600 11px ${font}`;
  const width = 16 + context.measureText(cuboid.name).width + 12;
  const bounds = context.canvas.getBoundingClientRect();
  const left = Math.round(Math.max(2, Math.min(bounds.width - width - 2, x - width / 2)));
  const top = Math.round(Math.max(2, y - 24));
  context.beginPath();
  context.roundRect(left, top, width, 18, 3);
  context.fillStyle = colors.tagGround;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = selected ? colors.selection : withAlpha(cuboid.color, 0.55);
  context.stroke();
  context.beginPath();
  context.roundRect(left + 1, top + 1, 16, 16, 3);
  context.fillStyle = cuboid.color;
  context.fill();
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.fillStyle = colors.classInk;
  context.font = `700 11px ${font}`;
  context.fillText(cuboid.letter, left + 9, top + 9.5);
  context.textAlign = "left";
  context.fillStyle = colors.text;
  context.font = `600 11px ${font}`;
  context.fillText(cuboid.name, left + 22, top + 9.5);
}

const plain = ([x, y]: Vec2): [number, number] => [x, y];

/** Shades of the distance map for points: few, since each costs a change of the fill style. */
const shades = Array.from({ length: 48 }, (_, i) => {
  const [r, g, b] = colorAt(pointStops.distance.dark, i / 47).map((c) => Math.round(c * 255));
  return `rgb(${r} ${g} ${b})`;
});

/** Lidar points over an image, near ones on top. @param points [n × 3] u, v, metres from the camera. */
export function paintPoints(context: Context, points: Float32Array, frame: ImageFrame, sizePx: number): void {
  const buckets: number[][] = shades.map(() => []);
  for (let i = 0; i < points.length; i += 3) {
    // The square root spreads the near half, where most points of an image are.
    const t = Math.sqrt(points[i + 2] / distanceRange.maxM);
    buckets[Math.max(0, Math.min(shades.length - 1, Math.floor(t * shades.length)))].push(i);
  }
  for (let shade = shades.length - 1; shade >= 0; shade--) {
    context.fillStyle = shades[shade];
    for (const i of buckets[shade]) {
      const x = frame.left + (points[i] + 0.5) * frame.scale;
      const y = frame.top + (points[i + 1] + 0.5) * frame.scale;
      context.fillRect(x - sizePx / 2, y - sizePx / 2, sizePx, sizePx);
    }
  }
}

/** A strip of words at the lower edge, for what is missing. */
export function paintNote(context: Context, text: string, widthPx: number, heightPx: number): void {
  context.font = `12px ${getComputedStyle(context.canvas).fontFamily}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const width = Math.min(widthPx - 12, context.measureText(text).width + 16);
  context.beginPath();
  context.roundRect(6, heightPx - 28, width, 22, 4);
  context.fillStyle = colors.tagGround;
  context.fill();
  context.fillStyle = colors.textSecond;
  context.fillText(text, 14, heightPx - 17, width - 16);
}
