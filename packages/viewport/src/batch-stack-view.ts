import { sidesOfTile, sizeTile, type OrthoSide, type Tile } from "@sweepmark/editor";
import type { Vec2 } from "@sweepmark/geometry";
import { headPx } from "./batch-layout.ts";
import { sameCuboid, type TilePictures } from "./batch-pictures.ts";
import { stackedPoints, type StackedTile } from "./batch-stack.ts";
import type { ViewportText } from "./messages.ts";
import type { PointsNear } from "./neighbourhood.ts";
import { paintCuboid, type OrthoFrame } from "./ortho-painter.ts";
import { orthoScale } from "./ortho-scale.ts";
import { canvasColors, tileColors, type Theme } from "./palette.ts";

export const stackWidthPx = 280;
/** The points are laid on one another no more often. */
const restackMs = 300;

interface StackLook {
  readonly heightPx: number;
  readonly ratio: number;
  readonly theme: Theme;
  readonly font: string;
  readonly text: ViewportText;
  readonly handles: "shown" | "none";
}

/** A view of the stack, where the size can be said. */
export interface StackPlace {
  readonly at: Tile["at"];
  readonly frame: OrthoFrame;
  readonly corner: Vec2;
}

/** The points of all frames on one another in the cuboid's own space: three views at the left of the wall. */
export class BatchStackView {
  private readonly schedule: () => void;
  private stack:
    | { readonly near: PointsNear; readonly of: readonly StackedTile[]; readonly madeAt: number }
    | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  /** As the views lay when a gesture in them began. */
  private held: OrthoFrame | undefined;

  constructor(schedule: () => void) {
    this.schedule = schedule;
  }

  close(): void {
    clearTimeout(this.waiting);
  }

  /** A gesture goes on in one of the views, or is over (undefined). */
  hold(frame: OrthoFrame | undefined): void {
    this.held = frame;
  }

  /** The view at a place, CSS pixels from the upper left corner; undefined where one frame says no size for all. */
  placeAt([, y]: Vec2, tiles: readonly Tile[], heightPx: number): StackPlace | undefined {
    const tile = sizeTile(tiles);
    const viewPx = viewHeightPx(heightPx);
    const nth = Math.floor((y - headPx) / viewPx);
    const side = nth < 0 ? undefined : sidesOfTile.all[nth];
    if (!tile || !side || !sharesSize(tile)) return undefined;
    return { at: tile.at, frame: this.frameOf(tile, side, viewPx), corner: [0, headPx + nth * viewPx] };
  }

  /** @param pointsOf what is known of a frame's points near the cuboid. */
  paint(
    context: CanvasRenderingContext2D,
    tiles: readonly Tile[],
    pointsOf: (frameIndex: number) => PointsNear | undefined,
    pictures: TilePictures,
    look: StackLook,
  ): void {
    const { heightPx, ratio, theme, font, text } = look;
    const colors = canvasColors[theme];
    const marks = tileColors[theme];
    const viewPx = viewHeightPx(heightPx);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colors.canvas;
    context.fillRect(0, 0, stackWidthPx, heightPx);
    context.fillStyle = marks.head;
    context.fillRect(0, 0, stackWidthPx, headPx);
    const tile = sizeTile(tiles);
    if (!tile) return;
    const near = this.pointsFor(tile, tiles, pointsOf);
    const shown = tile.moment.cuboid;
    const handles = look.handles === "shown" && sharesSize(tile) ? "sizes" : "none";
    let inside = 0;
    for (const [i, side] of sidesOfTile.all.entries()) {
      const frame = this.frameOf(tile, side, viewPx);
      const top = headPx + i * viewPx;
      if (near) {
        const picture = pictures.of("stack", frame, shown, near, theme, ratio);
        context.putImageData(picture.image, 0, Math.round(top * ratio));
        inside = picture.pointsInside;
      }
      context.save();
      context.setTransform(ratio, 0, 0, ratio, 0, top * ratio);
      context.beginPath();
      context.rect(0, 0, stackWidthPx, viewPx);
      context.clip();
      const labels = { shown, others: [], groundM: undefined, handles, color: colors.selection } as const;
      paintCuboid(context, frame, { ...labels, measures: "shown" }, theme);
      context.restore();
      context.fillStyle = marks.line;
      if (i > 0) context.fillRect(0, top - 1, stackWidthPx, 1);
    }
    context.textBaseline = "middle";
    context.font = `600 12px ${font}`;
    context.textAlign = "left";
    context.fillStyle = colors.text;
    context.fillText(text("viewport.stack"), 6, headPx / 2 + 0.5);
    context.font = `400 12px ${font}`;
    context.textAlign = "right";
    context.fillStyle = colors.textSecond;
    context.fillText(`${inside} ${text("viewport.points")}`, stackWidthPx - 6, headPx / 2 + 0.5);
  }

  private frameOf({ moment: { cuboid } }: Tile, side: OrthoSide, heightPx: number): OrthoFrame {
    if (this.held) return { ...this.held, side };
    return { side, cuboid, widthPx: stackWidthPx, heightPx, scale: orthoScale(cuboid, stackWidthPx, heightPx, 1) };
  }

  /** Made anew when a frame has come or the track has changed, at most three times a second; not during a gesture. */
  private pointsFor(
    tile: Tile,
    tiles: readonly Tile[],
    pointsOf: (frameIndex: number) => PointsNear | undefined,
  ): PointsNear | undefined {
    const of = tiles.flatMap(({ frameIndex, moment }): StackedTile[] => {
      const near = pointsOf(frameIndex);
      return near ? [{ cuboid: moment.cuboid, near }] : [];
    });
    const { stack } = this;
    if (stack && (this.held || sameStack(stack.of, of))) return stack.near;
    const waitMs = stack ? stack.madeAt + restackMs - performance.now() : 0;
    clearTimeout(this.waiting);
    if (stack && waitMs > 0) {
      this.waiting = setTimeout(this.schedule, waitMs);
      return stack.near;
    }
    const near = stackedPoints(of, tile.moment.cuboid);
    this.stack = near && { near, of, madeAt: performance.now() };
    return near;
  }
}

const viewHeightPx = (heightPx: number): number => Math.floor((heightPx - headPx) / sidesOfTile.all.length);

/** Whether the size that one frame says is that of all. */
const sharesSize = ({ moment: { track } }: Tile): boolean => track.rigid || track.static;

const sameStack = (a: readonly StackedTile[], b: readonly StackedTile[]): boolean =>
  a.length === b.length && a.every(({ near, cuboid }, i) => near === b[i].near && sameCuboid(cuboid, b[i].cuboid));
