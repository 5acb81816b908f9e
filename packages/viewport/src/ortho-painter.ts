import { cuboidCorners, cuboidEdges, vec, type Cuboid, type Vec2 } from "@sweepmark/geometry";
import { orthoAxes, orthoDepth, orthoExtent, yawRingRadius, type OrthoSide } from "@sweepmark/editor";
import { colorTable, type ColorMapName } from "./color-maps.ts";
import type { PointsNear } from "./neighbourhood.ts";
import { rgbOfHex, withAlpha } from "./oklch.ts";
import { canvasColors, haloAlpha, type HexColor, type Theme } from "./palette.ts";

/** How a parallel view lies on its canvas. Its middle is the centre of `cuboid`. */
export interface OrthoFrame {
  readonly side: OrthoSide;
  /** Whose axes and centre the view has: that of the beginning while a gesture goes on. */
  readonly cuboid: Cuboid<"world">;
  readonly widthPx: number;
  readonly heightPx: number;
  /** CSS pixels per metre. */
  readonly scale: number;
}

/** Points farther than this in front of the cuboid or behind it are not drawn, metres. */
export const slabM = 1.2;
const insideMix = 0.35;
const outsideAlpha = 0.5;

const mapOf = (mode: PointsNear["mode"]): ColorMapName => (mode === "camera" ? "height" : mode);

type Shades = { readonly inside: Uint32Array; readonly outside: Uint32Array; readonly ground: number };
const tables = new Map<string, Shades>();

/** Opaque pixels as a little-endian RGBA word, for each place in the colour map. */
function shadesOf(map: ColorMapName, theme: Theme): Shades {
  const key = `${map} ${theme}`;
  const known = tables.get(key);
  if (known) return known;
  const table = colorTable(map, theme);
  const bytes = (hex: HexColor): readonly number[] => rgbOfHex(hex).map((part) => 255 * part);
  const [canvas, bright] = [bytes(canvasColors[theme].canvas), bytes(canvasColors[theme].inside)];
  const word = (rgb: readonly number[]): number =>
    ((255 << 24) | (Math.round(rgb[2]) << 16) | (Math.round(rgb[1]) << 8) | Math.round(rgb[0])) >>> 0;
  const mixed = (to: readonly number[], share: number): Uint32Array =>
    Uint32Array.from({ length: 256 }, (_, i) =>
      word([0, 1, 2].map((part) => table[4 * i + part] * (1 - share) + to[part] * share)),
    );
  const made = { inside: mixed(bright, insideMix), outside: mixed(canvas, 1 - outsideAlpha), ground: word(canvas) };
  tables.set(key, made);
  return made;
}

/**
 * Fills a picture with the points around `shown`, and returns how many are inside it. @param pixels [widthPx · ratio ×
 * heightPx · ratio] RGBA words.
 */
export function paintPoints(
  pixels: Uint32Array,
  frame: OrthoFrame,
  shown: Cuboid<"world">,
  near: PointsNear,
  theme: Theme,
  ratio: number,
): number {
  const shades = shadesOf(mapOf(near.mode), theme);
  pixels.fill(shades.ground);
  const width = Math.round(frame.widthPx * ratio);
  const height = Math.round(frame.heightPx * ratio);
  const dot = Math.max(1, Math.round(1.5 * ratio));
  const axes = orthoAxes(frame.cuboid, frame.side);
  const [r, u] = [axes.right, axes.up];
  const start = vec.subtract(near.anchor, frame.cuboid.center);
  const [r0, u0] = [vec.dot(start, r), vec.dot(start, u)];
  // In the axes of the cuboid as it is now, for what is inside and what is near.
  const own = orthoAxes(shown, frame.side);
  const [or, ou, on] = [own.right, own.up, own.into];
  const ownStart = vec.subtract(near.anchor, shown.center);
  const [or0, ou0, on0] = [vec.dot(ownStart, or), vec.dot(ownStart, ou), vec.dot(ownStart, on)];
  const [halfR, halfU] = orthoExtent(shown, frame.side).map((extent) => extent / 2);
  const halfN = orthoDepth(shown, frame.side) / 2;
  const scale = frame.scale * ratio;
  const { offsets } = near;
  let count = 0;
  // Those inside last, so that nothing covers them.
  for (const pass of ["outside", "inside"] as const) {
    const table = shades[pass];
    for (let i = 0; i < near.count; i++) {
      const [x, y, z] = [offsets[3 * i], offsets[3 * i + 1], offsets[3 * i + 2]];
      const depth = Math.abs(on0 + on[0] * x + on[1] * y + on[2] * z);
      if (depth > halfN + slabM) continue;
      const isInside =
        depth <= halfN &&
        Math.abs(or0 + or[0] * x + or[1] * y + or[2] * z) <= halfR &&
        Math.abs(ou0 + ou[0] * x + ou[1] * y + ou[2] * z) <= halfU;
      if (isInside !== (pass === "inside")) continue;
      if (isInside) count++;
      const px = Math.round(width / 2 + scale * (r0 + r[0] * x + r[1] * y + r[2] * z) - dot / 2);
      const py = Math.round(height / 2 - scale * (u0 + u[0] * x + u[1] * y + u[2] * z) - dot / 2);
      if (px < 0 || py < 0 || px + dot > width || py + dot > height) continue;
      const color = table[near.shades[i]];
      for (let row = 0; row < dot; row++) {
        const from = (py + row) * width + px;
        for (let column = 0; column < dot; column++) pixels[from + column] = color;
      }
    }
  }
  return count;
}

export interface OrthoLabels {
  readonly shown: Cuboid<"world">;
  /** The other cuboids near by, with their class's colour. */
  readonly others: readonly { readonly cuboid: Cuboid<"world">; readonly color: HexColor }[];
  /** Height of the ground under the centre, in world; undefined in the top view. */
  readonly groundM: number | undefined;
  /** `sizes`: without the knob. */
  readonly handles: "shown" | "sizes" | "none";
  readonly measures: "shown" | "none";
  /** Of the outline: white is the selection's alone. */
  readonly color: HexColor;
}

type Context = CanvasRenderingContext2D;

/** The cuboid with its handles and measures, over the points. The context's unit is the CSS pixel. */
export function paintCuboid(context: Context, frame: OrthoFrame, labels: OrthoLabels, theme: Theme): void {
  const colors = canvasColors[theme];
  const { shown, others, groundM, handles, measures, color } = labels;
  const { side } = frame;
  context.lineJoin = context.lineCap = "round";
  for (const other of others) paintEdges(context, frame, other.cuboid, withAlpha(other.color, 0.6));
  if (groundM !== undefined) paintGround(context, frame, groundM, withAlpha(colors.textThird, 0.8));

  const axes = orthoAxes(shown, side);
  const [halfR, halfU] = orthoExtent(shown, side).map((extent) => extent / 2);
  const corner = (right: number, up: number): Vec2 =>
    pixelAt(
      frame,
      vec.add(shown.center, vec.add(vec.scale(axes.right, right * halfR), vec.scale(axes.up, up * halfU))),
    );
  const corners = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
  const outline = new Path2D();
  corners.forEach(([x, y], i) => (i === 0 ? outline.moveTo(x, y) : outline.lineTo(x, y)));
  outline.closePath();
  stroke(context, outline, withAlpha(colors.halo, haloAlpha), 4.5);
  stroke(context, outline, color, 2);
  if (side === "rear") paintAway(context, pixelAt(frame, shown.center), color, colors.halo);
  else paintHeading(context, corners[1], corners[2], color);
  if (handles !== "none") {
    if (side === "top" && handles === "shown") paintKnob(context, frame, shown, colors);
    const square = ([x, y]: Vec2, sizePx: number): void => {
      context.fillStyle = colors.halo;
      context.fillRect(x - sizePx / 2 - 1, y - sizePx / 2 - 1, sizePx + 2, sizePx + 2);
      context.fillStyle = colors.selection;
      context.fillRect(x - sizePx / 2, y - sizePx / 2, sizePx, sizePx);
    };
    corners.forEach((at, i) => {
      const next = corners[(i + 1) % 4];
      square(at, 7);
      square([(at[0] + next[0]) / 2, (at[1] + next[1]) / 2], 5);
    });
  }
  if (measures === "shown") paintMeasures(context, frame, corners, [2 * halfR, 2 * halfU], theme);
}

function pixelAt(frame: OrthoFrame, point: readonly [number, number, number]): Vec2 {
  const axes = orthoAxes(frame.cuboid, frame.side);
  const from = vec.subtract(point, frame.cuboid.center);
  return [
    frame.widthPx / 2 + frame.scale * vec.dot(from, axes.right),
    frame.heightPx / 2 - frame.scale * vec.dot(from, axes.up),
  ];
}

function stroke(context: Context, path: Path2D, color: string, widthPx: number, dash: readonly number[] = []): void {
  context.setLineDash([...dash]);
  context.lineWidth = widthPx;
  context.strokeStyle = color;
  context.stroke(path);
  context.setLineDash([]);
}

function paintEdges(context: Context, frame: OrthoFrame, cuboid: Cuboid<"world">, color: string): void {
  const corners = cuboidCorners(cuboid).map((point) => pixelAt(frame, point));
  const path = new Path2D();
  for (const [from, to] of cuboidEdges) {
    path.moveTo(...(corners[from] as [number, number]));
    path.lineTo(...(corners[to] as [number, number]));
  }
  stroke(context, path, color, 1);
}

function paintGround(context: Context, frame: OrthoFrame, groundM: number, color: string): void {
  const [x, y] = frame.cuboid.center;
  const [, at] = pixelAt(frame, [x, y, groundM]);
  const path = new Path2D();
  path.moveTo(0, at);
  path.lineTo(frame.widthPx, at);
  stroke(context, path, color, 1, [4, 4]);
}

/** The front edge, wider, and a triangle before it. */
function paintHeading(context: Context, [x1, y1]: Vec2, [x2, y2]: Vec2, color: string): void {
  const edge = new Path2D();
  edge.moveTo(x1, y1);
  edge.lineTo(x2, y2);
  stroke(context, edge, color, 3);
  const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  // To the right of the edge that runs upward on screen.
  const [nx, ny] = [-(y2 - y1) / length, (x2 - x1) / length];
  const [ex, ey] = [(x2 - x1) / length, (y2 - y1) / length];
  context.beginPath();
  context.moveTo(mx + 2 * nx + 6 * ex, my + 2 * ny + 6 * ey);
  context.lineTo(mx + 2 * nx - 6 * ex, my + 2 * ny - 6 * ey);
  context.lineTo(mx + 10 * nx, my + 10 * ny);
  context.closePath();
  context.fillStyle = color;
  context.fill();
}

/** An arrow that goes away: a cross in a circle. */
function paintAway(context: Context, [x, y]: Vec2, color: string, halo: string): void {
  const path = new Path2D();
  path.arc(x, y, 5, 0, 2 * Math.PI);
  const d = 5 * Math.SQRT1_2;
  path.moveTo(x - d, y - d);
  path.lineTo(x + d, y + d);
  path.moveTo(x - d, y + d);
  path.lineTo(x + d, y - d);
  stroke(context, path, withAlpha(halo, haloAlpha), 4);
  stroke(context, path, color, 1.5);
}

function paintKnob(
  context: Context,
  frame: OrthoFrame,
  shown: Cuboid<"world">,
  colors: { readonly selection: string; readonly halo: string; readonly axisZ: string },
): void {
  const { right } = orthoAxes(shown, "top");
  const radius = yawRingRadius(shown);
  const center = pixelAt(frame, shown.center);
  const knob = pixelAt(frame, vec.add(shown.center, vec.scale(right, radius)));
  const angle = Math.atan2(knob[1] - center[1], knob[0] - center[0]);
  const arc = new Path2D();
  arc.arc(...(center as [number, number]), radius * frame.scale, angle - 0.5, angle + 0.5);
  stroke(context, arc, withAlpha(colors.halo, haloAlpha), 4);
  stroke(context, arc, colors.axisZ, 1.5);
  context.beginPath();
  context.arc(...(knob as [number, number]), 5, 0, 2 * Math.PI);
  context.fillStyle = colors.selection;
  context.fill();
  context.lineWidth = 1.25;
  context.strokeStyle = colors.halo;
  context.stroke();
}

/** Width under the cuboid, height to its left; kept in the picture. */
function paintMeasures(
  context: Context,
  { heightPx }: OrthoFrame,
  corners: readonly Vec2[],
  [across, up]: Vec2,
  theme: Theme,
): void {
  const { text, halo } = canvasColors[theme];
  const font = getComputedStyle(context.canvas).fontFamily;
  context.font = `500 11px ${font}`;
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.strokeStyle = withAlpha(halo, 0.85);
  context.fillStyle = text;
  const [left, right] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x))];
  const [top, bottom] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y))];
  const write = (words: string, x: number, y: number, align: CanvasTextAlign): void => {
    context.textAlign = align;
    context.strokeText(words, x, y);
    context.fillText(words, x, y);
  };
  write(across.toFixed(2), (left + right) / 2, Math.min(heightPx - 8, bottom + 13), "center");
  write(up.toFixed(2), Math.max(30, left - 8), (top + bottom) / 2, "right");
}
