import type { TileSides, TileSize } from "@sweepmark/editor";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { gridHeightPx, headPx, scrolledTo, tileAt, tileCorner, tileGrid, tilesSeen } from "./batch-layout.ts";

const grids = fc
  .record({
    widthPx: fc.integer({ min: 40, max: 2000 }),
    count: fc.integer({ min: 1, max: 300 }),
    size: fc.constantFrom<TileSize>("small", "medium", "large"),
    sides: fc.constantFrom<TileSides>("top", "top-side", "all"),
  })
  .map(({ widthPx, count, size, sides }) => ({ widthPx, grid: tileGrid(widthPx, count, size, sides) }));

it("tiles fill the width, do not overlap, and each is hit where it lies", () => {
  fc.assert(
    fc.property(grids, fc.nat(), fc.double({ min: 0, max: 0.99, noNaN: true }), ({ widthPx, grid }, n, share) => {
      const index = n % grid.count;
      const [x, y] = tileCorner(grid, index);
      expect(x + grid.widthPx).toBeLessThanOrEqual(widthPx);
      expect(y + grid.heightPx).toBeLessThan(gridHeightPx(grid) + 1);
      expect(tileAt(grid, [x + share * grid.widthPx, y + share * headPx])).toEqual({ index, view: undefined });
      for (const [i, side] of grid.sides.entries()) {
        const below = headPx + (i + share) * grid.viewHeightPx;
        const hit = tileAt(grid, [x, y + below]);
        expect(hit?.index).toBe(index);
        expect(hit?.view?.side).toBe(side);
        expect(hit?.view?.position[1]).toBeCloseTo(share * grid.viewHeightPx);
      }
      expect(tileAt(grid, [x + grid.widthPx + 0.5, y])).toBeUndefined();
      expect(tileAt(grid, [x, y + grid.heightPx + 0.5])).toBeUndefined();
    }),
  );
});

it("a tile is seen exactly when it reaches into what is shown; scrolling to it shows it", () => {
  const tops = fc.integer({ min: 0, max: 20_000 });
  fc.assert(
    fc.property(grids, fc.nat(), tops, fc.integer({ min: 400, max: 1200 }), ({ grid }, n, top, height) => {
      const index = n % grid.count;
      const [from, to] = tilesSeen(grid, top, height);
      const [, y] = tileCorner(grid, index);
      const isSeen = y + grid.heightPx > top && y < top + height;
      if (isSeen) expect(index >= from && index < to).toBe(true);
      const scrolled = scrolledTo(grid, index, top, height);
      expect(scrolled).toBeLessThanOrEqual(y);
      if (grid.heightPx <= height) expect(y + grid.heightPx).toBeLessThanOrEqual(scrolled + height);
      if (y >= top && y + grid.heightPx + 1 <= top + height) expect(scrolled).toBe(top);
    }),
  );
});

it("past the last tile is nothing", () => {
  const grid = tileGrid(1000, 7, "medium", "top");
  expect(grid.columns).toBe(5);
  expect(tileAt(grid, [2 * 201 + 10, grid.heightPx + 30])).toBeUndefined();
  expect(tileAt(grid, [-1, 10])).toBeUndefined();
});
