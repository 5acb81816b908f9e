import {
  chosenByClick,
  orthoRay,
  orthoYaw,
  tilesOf,
  type OrthoSide,
  type PointerToolEvent,
  type Session,
  type Tile,
} from "@sweepmark/editor";
import type { Cuboid, Vec2 } from "@sweepmark/geometry";
import {
  gridHeightPx,
  headPx,
  scrolledTo,
  tileAt,
  tileCorner,
  tileGrid,
  tilesSeen,
  type TileGrid,
  type TileHit,
} from "./batch-layout.ts";
import { paintTileFrame } from "./batch-painter.ts";
import { TilePictures } from "./batch-pictures.ts";
import { TilePoints } from "./batch-points.ts";
import { BatchStackView, stackWidthPx } from "./batch-stack-view.ts";
import type { ViewportText } from "./messages.ts";
import { paintCuboid, type OrthoFrame } from "./ortho-painter.ts";
import { orthoScale } from "./ortho-scale.ts";
import { canvasColors, classColor, tileColors, type Theme } from "./palette.ts";

export interface BatchViewOptions {
  readonly theme: Theme;
  readonly text: ViewportText;
}

/** What the view says beside its picture. */
export interface BatchFacts {
  readonly tiles: number;
  /** Of how many the points are there. */
  readonly read: number;
  readonly heldBytes: number;
}

interface Elements {
  readonly scroller: HTMLElement;
  /** As high as all tiles; what the scroller scrolls. */
  readonly column: HTMLElement;
  /** Stays where it is while the column is scrolled under it. */
  readonly canvas: HTMLCanvasElement;
}

/** All frames of the selected track as a wall of tiles on one 2D canvas; only what is seen is painted. */
export class BatchView {
  options: BatchViewOptions;
  private readonly session: Session;
  private readonly elements: Elements;
  private readonly context: CanvasRenderingContext2D | null;
  private readonly tell: (facts: BatchFacts) => void;
  private readonly points: TilePoints;
  private readonly pictures = new TilePictures();
  private readonly stack: BatchStackView;
  private scheduled = 0;
  private grid: TileGrid = tileGrid(1, 0, "medium", "top");
  private tiles: readonly Tile[] = [];
  private trackId: string | undefined;
  private frameIndex: number | undefined;
  /** The view that was pointed at last, as it lay; while a gesture goes on it lies the same. */
  private placed:
    | {
        /** Of a tile. */
        readonly frameIndex?: number;
        readonly at: Tile["at"];
        readonly frame: OrthoFrame;
        readonly corner: Vec2;
        readonly edits?: "size";
      }
    | undefined;
  private isHeld = false;
  private font = "";

  constructor(session: Session, elements: Elements, options: BatchViewOptions, tell: (facts: BatchFacts) => void) {
    this.session = session;
    this.elements = elements;
    this.context = elements.canvas.getContext("2d");
    this.options = options;
    this.tell = tell;
    this.points = new TilePoints(session, () => this.schedule());
    this.stack = new BatchStackView(() => this.schedule());
  }

  schedule(): void {
    this.scheduled ||= requestAnimationFrame(() => {
      this.scheduled = 0;
      this.paint();
    });
  }

  close(): void {
    cancelAnimationFrame(this.scheduled);
    this.stack.close();
    this.points.close();
  }

  /** A gesture has begun in a tile, or is over: pixels mean the same metres until then. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    this.stack.hold(isHeld && this.placed?.edits === "size" ? this.placed.frame : undefined);
    if (!isHeld) this.schedule();
  }

  /** The tile at a place of the canvas, and the view of it. */
  tileAt(position: Vec2): { readonly tile: Tile; readonly side: OrthoSide | undefined } | undefined {
    const hit = this.hitAt(position);
    const tile = hit && this.tiles[hit.index];
    return tile && { tile, side: hit.view?.side };
  }

  place(position: Vec2): Pick<PointerToolEvent, "view" | "ray" | "at" | "pixelM" | "viewYawRad"> | undefined {
    if (!this.isHeld) this.placed = position[0] < this.stackPx ? this.placeInStack(position) : this.placeOf(position);
    const { placed } = this;
    if (!placed) return undefined;
    const { frame, corner, at, edits } = placed;
    const { cuboid, side, scale, widthPx, heightPx } = frame;
    const top = edits === "size" ? 0 : this.elements.scroller.scrollTop;
    const [x, y] = [position[0] - corner[0], position[1] + top - corner[1]];
    return {
      view: { kind: "ortho", side, ...(edits && { edits }) },
      ray: orthoRay(cuboid, side, [(x - widthPx / 2) / scale, (heightPx / 2 - y) / scale]),
      at,
      pixelM: () => 1 / scale,
      viewYawRad: orthoYaw(cuboid, side),
    };
  }

  /** A click chooses a tile. */
  choose(position: Vec2, modifiers: { readonly shift: boolean; readonly ctrl: boolean }): void {
    const { batch } = this.session.store.getState();
    const found = this.tileAt(position);
    if (batch && found) this.session.setBatch(chosenByClick(batch, this.tiles, found.tile.frameIndex, modifiers));
  }

  private get stackPx(): number {
    return this.session.store.getState().batch?.stack === "shown" ? stackWidthPx + 1 : 0;
  }

  private hitAt([x, y]: Vec2): TileHit | undefined {
    return tileAt(this.grid, [x - this.stackPx, y + this.elements.scroller.scrollTop]);
  }

  private placeOf(position: Vec2): BatchView["placed"] {
    const hit = this.hitAt(position);
    const tile = hit && this.tiles[hit.index];
    if (!tile?.exact || !hit?.view) return undefined;
    const { side } = hit.view;
    const [left, top] = tileCorner(this.grid, hit.index);
    const corner: Vec2 = [left + this.stackPx, top + headPx + this.grid.sides.indexOf(side) * this.grid.viewHeightPx];
    return { frameIndex: tile.frameIndex, at: tile.at, frame: this.frameOf(tile, side), corner };
  }

  /** In the stack only the size can be said. */
  private placeInStack(position: Vec2): BatchView["placed"] {
    const place = this.stack.placeAt(position, this.tiles, this.elements.scroller.clientHeight);
    return place && { ...place, edits: "size" };
  }

  private frameOf({ frameIndex, moment: { cuboid } }: Tile, side: OrthoSide): OrthoFrame {
    const { placed } = this;
    if (this.isHeld && placed?.frameIndex === frameIndex && placed.frame.side === side) return placed.frame;
    const { widthPx, viewHeightPx: heightPx } = this.grid;
    // While one tile is resized, the others keep their scale as well.
    const scale =
      this.isHeld && placed && !placed.edits ? placed.frame.scale : orthoScale(cuboid, widthPx, heightPx, 1);
    return { side, cuboid, widthPx, heightPx, scale };
  }

  private paint(): void {
    const { context, session } = this;
    const { scroller, column, canvas } = this.elements;
    const { batch, frames, frameIndex, selectedId, view } = session.store.getState();
    const [widthPx, heightPx] = [scroller.clientWidth, scroller.clientHeight];
    if (!context || !batch || widthPx === 0 || heightPx === 0) return;
    const { theme } = this.options;
    this.tiles = tilesOf(session.document, selectedId, frames);
    this.grid = tileGrid(widthPx - this.stackPx, this.tiles.length, batch.size, batch.sides);
    column.style.height = `${Math.max(heightPx, gridHeightPx(this.grid))}px`;
    this.follow(selectedId, frameIndex, heightPx);

    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(widthPx * ratio), Math.round(heightPx * ratio)];
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
      canvas.style.height = `${heightPx}px`;
    }
    const top = scroller.scrollTop;
    const [from, to] = tilesSeen(this.grid, top, heightPx);
    const seen = this.tiles.slice(from, to);
    const { colorMode: mode, hiddenLidars } = view;
    this.points.want(mostUrgentFirst(this.tiles, from, to), { mode, hiddenLidars });

    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = tileColors[theme].line;
    context.fillRect(0, 0, width, height);
    this.font = getComputedStyle(canvas).fontFamily;
    this.pictures.begin();
    for (const [i, tile] of seen.entries()) {
      const [x, y] = tileCorner(this.grid, from + i);
      this.paintTile(context, tile, [this.stackPx + x, y - top], ratio);
    }
    if (this.stackPx > 0) this.paintStack(context, heightPx, ratio);
    this.pictures.end();
    this.tell({ tiles: this.tiles.length, read: this.points.readCount, heldBytes: this.points.heldBytes });
  }

  /** Scrolls to the shown frame when it changes, and when the view or another track comes up. */
  private follow(trackId: string | undefined, frameIndex: number, heightPx: number): void {
    if (trackId !== this.trackId) this.points.forgetAll();
    if (trackId === this.trackId && frameIndex === this.frameIndex) return;
    [this.trackId, this.frameIndex] = [trackId, frameIndex];
    const index = this.tiles.findIndex((tile) => tile.frameIndex >= frameIndex);
    const { scroller } = this.elements;
    if (index >= 0 && !this.isHeld) scroller.scrollTop = scrolledTo(this.grid, index, scroller.scrollTop, heightPx);
  }

  private paintStack(context: CanvasRenderingContext2D, heightPx: number, ratio: number): void {
    const { readOnly, dragging } = this.session.store.getState();
    this.stack.paint(context, this.tiles, (frameIndex) => this.points.of(frameIndex), this.pictures, {
      ...this.options,
      heightPx,
      ratio,
      font: this.font,
      handles: readOnly || dragging ? "none" : "shown",
    });
  }

  private paintTile(context: CanvasRenderingContext2D, tile: Tile, [x, y]: Vec2, ratio: number): void {
    const { session, grid } = this;
    const { theme, text } = this.options;
    const { batch, frameIndex, readOnly, dragging } = session.store.getState();
    const near = this.points.of(tile.frameIndex);
    const chosen = batch?.chosen.has(tile.frameIndex) ? "chosen" : "free";
    const color =
      chosen === "chosen"
        ? canvasColors[theme].selection
        : classColor(session.document.ontology, tile.moment.track.classId, theme);
    let points: number | undefined;
    for (const [i, side] of grid.sides.entries()) {
      const frame = this.frameOf(tile, side);
      const top = y + headPx + i * grid.viewHeightPx;
      const picture = near && this.pictures.of(tile.frameIndex, frame, tile.moment.cuboid, near, theme, ratio);
      context.setTransform(1, 0, 0, 1, 0, 0);
      if (picture) {
        context.putImageData(picture.image, Math.round(x * ratio), Math.round(top * ratio));
        points ??= picture.pointsInside;
      } else {
        context.fillStyle = canvasColors[theme].canvas;
        context.fillRect(
          Math.round(x * ratio),
          Math.round(top * ratio),
          grid.widthPx * ratio,
          grid.viewHeightPx * ratio,
        );
      }
      const isPointed = batch?.pointed?.frameIndex === tile.frameIndex && batch.pointed.side === side;
      const mayEdit = isPointed && !readOnly && tile.exact;
      context.save();
      context.setTransform(ratio, 0, 0, ratio, x * ratio, top * ratio);
      context.beginPath();
      context.rect(0, 0, grid.widthPx, grid.viewHeightPx);
      context.clip();
      paintCuboid(
        context,
        frame,
        {
          shown: tile.moment.cuboid,
          others: [],
          groundM: undefined,
          handles: mayEdit && !dragging ? "shown" : "none",
          measures: isPointed ? "shown" : "none",
          color,
        },
        theme,
      );
      context.restore();
    }
    context.setTransform(ratio, 0, 0, ratio, x * ratio, y * ratio);
    const current = tile.frameIndex === frameIndex ? "current" : "other";
    paintTileFrame(context, grid, tile, { chosen, current, points }, theme, { font: this.font, text });
  }
}

/** Those that are seen, then those around them, nearer ones first. */
function mostUrgentFirst(
  tiles: readonly Tile[],
  from: number,
  to: number,
): readonly { readonly frameIndex: number; readonly cuboid: Cuboid<"world"> }[] {
  const away = (i: number): number => (i < from ? from - i : i >= to ? i - to + 1 : 0);
  return tiles
    .map(({ frameIndex, moment }, i) => ({ frameIndex, cuboid: moment.cuboid, away: away(i) }))
    .toSorted((a, b) => a.away - b.away);
}
