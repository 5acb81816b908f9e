import type { PointerToolEvent } from "../types.ts";

/** A press that moves less than this is a click, CSS pixels. */
export const clickPixels = 4;

export const pixelsBetween = (a: PointerToolEvent, b: PointerToolEvent): number =>
  Math.hypot(a.position[0] - b.position[0], a.position[1] - b.position[1]);

export const isClick = (down: PointerToolEvent, now: PointerToolEvent): boolean =>
  pixelsBetween(down, now) < clickPixels;
