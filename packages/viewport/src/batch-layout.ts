import { sidesOfTile, type OrthoSide, type TileSides, type TileSize } from "@sweepmark/editor";
import type { Vec2 } from "@sweepmark/geometry";

/** How the tiles of the batch view lie in their scrolled column; CSS pixels. */
export interface TileGrid {
  readonly count: number;
  readonly columns: number;
  readonly sides: readonly OrthoSide[];
  /** Of a tile, without the gap after it. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Of each of its views. */
  readonly viewHeightPx: number;
}

export const headPx = 22;
const gapPx = 1;
/** No tile is narrower. */
const leastPx: Readonly<Record<TileSize, number>> = { small: 128, medium: 176, large: 280 };
/** Height of a view by its width: a car with its surroundings. */
const flatness = 0.58;

export function tileGrid(widthPx: number, count: number, size: TileSize, sides: TileSides): TileGrid {
  const columns = Math.max(1, Math.floor((widthPx + gapPx) / (leastPx[size] + gapPx)));
  const tilePx = Math.max(1, Math.floor((widthPx + gapPx) / columns) - gapPx);
  const views = sidesOfTile[sides];
  const viewHeightPx = Math.round(tilePx * flatness);
  return {
    count,
    columns,
    sides: views,
    widthPx: tilePx,
    heightPx: headPx + views.length * viewHeightPx,
    viewHeightPx,
  };
}

const rowPx = ({ heightPx }: TileGrid): number => heightPx + gapPx;

export const gridHeightPx = (grid: TileGrid): number => Math.ceil(grid.count / grid.columns) * rowPx(grid);

/** Upper left corner of the n-th tile. */
export const tileCorner = (grid: TileGrid, index: number): Vec2 => [
  (index % grid.columns) * (grid.widthPx + gapPx),
  Math.floor(index / grid.columns) * rowPx(grid),
];

/** The tiles of which something is seen from `topPx` on: from, inclusive, to, exclusive. */
export function tilesSeen(grid: TileGrid, topPx: number, heightPx: number): readonly [from: number, to: number] {
  const first = Math.max(0, Math.floor(topPx / rowPx(grid))) * grid.columns;
  const last = Math.ceil((topPx + heightPx) / rowPx(grid)) * grid.columns;
  return [Math.min(first, grid.count), Math.min(last, grid.count)];
}

export interface TileHit {
  readonly index: number;
  /** undefined: its head. */
  readonly view: { readonly side: OrthoSide; readonly position: Vec2 } | undefined;
}

/** What is at a place of the column; undefined in a gap or past the last tile. */
export function tileAt(grid: TileGrid, [x, y]: Vec2): TileHit | undefined {
  const column = Math.floor(x / (grid.widthPx + gapPx));
  const row = Math.floor(y / rowPx(grid));
  const index = row * grid.columns + column;
  if (column < 0 || column >= grid.columns || row < 0 || index >= grid.count) return undefined;
  const [left, top] = tileCorner(grid, index);
  const [within, below] = [x - left, y - top];
  if (within >= grid.widthPx || below >= grid.heightPx) return undefined;
  if (below < headPx) return { index, view: undefined };
  const nth = Math.floor((below - headPx) / grid.viewHeightPx);
  const position: Vec2 = [within, below - headPx - nth * grid.viewHeightPx];
  return { index, view: { side: grid.sides[nth], position } };
}

/** Where to scroll so that a tile is seen whole, with the least movement. */
export function scrolledTo(grid: TileGrid, index: number, topPx: number, heightPx: number): number {
  const [, y] = tileCorner(grid, index);
  if (y < topPx) return y;
  return Math.max(topPx, Math.min(y, y + rowPx(grid) - heightPx));
}
