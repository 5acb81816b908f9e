import type { Cuboid } from "@sweepmark/geometry";

/** Free space around the cuboid, metres: along the view's width and height (ui.md §4). */
const aroundM = { along: 0.9, across: 1.1 } as const;

/**
 * CSS pixels per metre of all three parallel views, each of them `widthPx` × `heightPx`: one scale, since comparing a
 * width in two views is what they are for. `zoom` 1 fits the cuboid.
 */
export function orthoScale(
  { size: [length, width, height] }: Cuboid<"world">,
  widthPx: number,
  heightPx: number,
  zoom: number,
): number {
  const wide = Math.max(length, width) + 2 * aroundM.along;
  const high = Math.max(width, height) + 2 * aroundM.across;
  return zoom * Math.min(widthPx / wide, heightPx / high);
}
