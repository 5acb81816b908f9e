import { isDoubtful, tileKind, type Tile, type TileKind } from "@sweepmark/editor";
import { headPx, type TileGrid } from "./batch-layout.ts";
import type { ViewportText } from "./messages.ts";
import { canvasColors, tileColors, type Theme } from "./palette.ts";

type Context = CanvasRenderingContext2D;

export interface TileLook {
  readonly chosen: "chosen" | "free";
  /** The frame that the other views show. */
  readonly current: "current" | "other";
  /** Inside the cuboid; undefined: not read yet. */
  readonly points: number | undefined;
}

/** Head and frame of a tile whose upper left corner is the context's origin; unit CSS pixel. */
export function paintTileFrame(
  context: Context,
  grid: TileGrid,
  tile: Tile,
  look: TileLook,
  theme: Theme,
  { font, text }: { readonly font: string; readonly text: ViewportText },
): void {
  const colors = canvasColors[theme];
  const marks = tileColors[theme];
  const isChosen = look.chosen === "chosen";
  context.fillStyle = isChosen ? marks.headChosen : marks.head;
  context.fillRect(0, 0, grid.widthPx, headPx);
  context.textBaseline = "middle";
  context.textAlign = "left";
  const middle = headPx / 2 + 0.5;
  let x = 6;

  context.font = `600 12px ${font}`;
  const number = String(tile.frameIndex);
  const width = context.measureText(number).width;
  if (look.current === "current") {
    context.fillStyle = colors.accent;
    context.fillRect(2, 3, width + 8, headPx - 6);
    context.fillStyle = colors.canvas;
  } else context.fillStyle = colors.text;
  context.fillText(number, x, middle);
  x += width + 10;

  const kind = tileKind(tile.moment);
  paintKind(context, kind, x + 5, headPx / 2, marks);
  x += 15;

  const { confidence } = tile.moment;
  const isDoubted = tile.moment.state === "keyframe" && isDoubtful(tile.moment);
  const points = look.points === undefined ? "" : `${look.points} ${text("viewport.points")}`;
  context.font = `400 12px ${font}`;
  const pointsPx = context.measureText(points).width;
  const words = text(`viewport.said.${kind === "machine" ? tile.moment.source : kind}`);
  const sure = kind === "machine" && confidence !== undefined ? confidence.toFixed(2) : "";
  // The word gives way in narrow tiles: the mark says the same.
  const free = grid.widthPx - x - pointsPx - 12;
  const shown = [`${words} ${sure}`.trim(), sure].find((each) => context.measureText(each).width <= free) ?? "";
  context.fillStyle = isDoubted ? marks.warning : colors.textSecond;
  context.fillText(shown, x, middle);
  context.textAlign = "right";
  context.fillStyle = look.points === 0 ? marks.warning : colors.textSecond;
  context.fillText(points, grid.widthPx - 6, middle);

  context.fillStyle = marks.line;
  for (let i = 1; i < grid.sides.length; i++) context.fillRect(0, headPx + i * grid.viewHeightPx - 1, grid.widthPx, 1);
  if (isDoubted) strokeInside(context, grid, marks.warning, 1);
  if (isChosen) strokeInside(context, grid, colors.accent, 2);
}

function strokeInside(context: Context, grid: TileGrid, color: string, widthPx: number): void {
  context.lineWidth = widthPx;
  context.strokeStyle = color;
  context.strokeRect(widthPx / 2, widthPx / 2, grid.widthPx - widthPx, grid.heightPx - widthPx);
}

/** A diamond, a ring, a bar or dots, as on the timeline. */
function paintKind(
  context: Context,
  kind: TileKind,
  x: number,
  y: number,
  marks: { readonly human: string; readonly machine: string; readonly interpolated: string },
): void {
  context.beginPath();
  switch (kind) {
    case "human":
      context.moveTo(x - 5, y);
      context.lineTo(x, y - 5);
      context.lineTo(x + 5, y);
      context.lineTo(x, y + 5);
      context.closePath();
      context.fillStyle = marks.human;
      return context.fill();
    case "machine":
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.strokeStyle = marks.machine;
      return context.stroke();
    case "interpolated":
      context.fillStyle = marks.interpolated;
      return context.fillRect(x - 5, y - 2, 10, 4);
    case "carried":
      context.fillStyle = marks.interpolated;
      for (const dx of [-4, 0, 4]) context.fillRect(x + dx - 1, y - 1, 2, 2);
  }
}
