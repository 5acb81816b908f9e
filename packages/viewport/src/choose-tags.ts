import { cuboidCorners, type Cuboid, type Point } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import { distanceTo, pixelOf, type Eye } from "./eye.ts";

/** A tag's content: the letter on its class colour, then words. No words: the chip alone. */
export interface TagContent {
  readonly letter: string;
  readonly color: string;
  readonly name?: string;
  readonly detail?: string;
  readonly look: "plain" | "hovered" | "selected";
}

export interface TagWish {
  readonly id: RecordId;
  readonly priority: number;
  readonly anchor: readonly [x: number, y: number];
  /** Upper edge of the place below, for the selection. */
  readonly belowPx?: number;
  readonly content: TagContent;
}

/** Whole tags to 24 m, the letter to 60 m, nothing beyond (ui.md §6). */
const nameToM = 24;
const letterToM = 60;
/** Half the size on screen from which a cuboid has its name in the top view, CSS pixels. */
const nameFromPx = 36;
/** Between a cuboid's highest corner on screen and its tag. */
const liftPx = 6;

/** Metres with two decimals and the design's signs: "5.48 × 2.25 × 2.07 m". */
export const sizeText = ({ size }: Cuboid<"scene"> | Cuboid<"world">): string =>
  `${size.map((metres) => metres.toFixed(2)).join("\u2009×\u2009")}\u00A0m`;

/** What is written at a cuboid, if anything. */
export function cuboidTag(
  eye: Eye,
  id: RecordId,
  cuboid: Cuboid<"scene">,
  egoAt: Point<"scene">,
  name: string,
  chip: { readonly letter: string; readonly color: string },
  look: TagContent["look"],
): TagWish | undefined {
  const fromEgoM = Math.hypot(cuboid.center[0] - egoAt[0], cuboid.center[1] - egoAt[1]);
  // From above, everything is equally far from the eye: what is near ego matters.
  const distanceM = eye.projection === "top" ? fromEgoM : distanceTo(eye, cuboid.center);
  if (look === "plain" && distanceM > letterToM) return undefined;
  const middle = pixelOf(eye, cuboid.center);
  if (!middle) return undefined;
  let top = middle.at[1];
  let bottom = middle.at[1];
  let reachPx = 0;
  for (const corner of cuboidCorners(cuboid)) {
    const pixel = pixelOf(eye, corner);
    if (!pixel) return undefined;
    top = Math.min(top, pixel.at[1]);
    bottom = Math.max(bottom, pixel.at[1]);
    reachPx = Math.max(reachPx, Math.hypot(pixel.at[0] - middle.at[0], pixel.at[1] - middle.at[1]));
  }
  // From high above a name would cover the neighbours of what it names.
  const room = eye.projection === "perspective" || reachPx > nameFromPx;
  const named = look !== "plain" || (distanceM < nameToM && room);
  return {
    id,
    priority: (look === "selected" ? 2e6 : look === "hovered" ? 1e6 : 0) - distanceM,
    anchor: [middle.at[0], top - liftPx],
    ...(look === "selected" && { belowPx: bottom + liftPx }),
    content: {
      ...chip,
      look,
      ...(named && { name }),
      ...(look === "selected" && { detail: sizeText(cuboid) }),
    },
  };
}
