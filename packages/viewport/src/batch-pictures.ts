import type { OrthoSide } from "@sweepmark/editor";
import type { Cuboid } from "@sweepmark/geometry";
import type { PointsNear } from "./neighbourhood.ts";
import { paintPoints, type OrthoFrame } from "./ortho-painter.ts";
import type { Theme } from "./palette.ts";

/** The points of one view of a tile, as they were painted, and from what. */
export interface Picture {
  readonly image: ImageData;
  readonly near: PointsNear;
  readonly frame: OrthoFrame;
  readonly shown: Cuboid<"world">;
  readonly theme: Theme;
  readonly pointsInside: number;
}

/** Keeps the pictures of the views that are seen: while nothing changes, scrolling only puts them elsewhere. */
export class TilePictures {
  private readonly known = new Map<string, Picture>();
  private unused = new Set<string>();

  /** A picture of everything begins. */
  begin(): void {
    this.unused = new Set(this.known.keys());
  }

  /** What was not asked for since the beginning is out of sight. */
  end(): void {
    for (const key of this.unused) this.known.delete(key);
  }

  /** @param ratio device pixels per CSS pixel. */
  of(
    name: number | "stack",
    frame: OrthoFrame,
    shown: Cuboid<"world">,
    near: PointsNear,
    theme: Theme,
    ratio: number,
  ): Picture {
    const key = keyOf(name, frame.side);
    this.unused.delete(key);
    const before = this.known.get(key);
    const [width, height] = [Math.round(frame.widthPx * ratio), Math.round(frame.heightPx * ratio)];
    const fits = before?.image.width === width && before.image.height === height;
    if (
      before &&
      fits &&
      before.near === near &&
      before.theme === theme &&
      before.frame.scale === frame.scale &&
      sameCuboid(before.shown, shown) &&
      sameCuboid(before.frame.cuboid, frame.cuboid)
    )
      return before;
    const image = fits ? before.image : new ImageData(width, height);
    const pointsInside = paintPoints(new Uint32Array(image.data.buffer), frame, shown, near, theme, ratio);
    const made: Picture = { image, near, frame, shown, theme, pointsInside };
    this.known.set(key, made);
    return made;
  }
}

const keyOf = (name: number | "stack", side: OrthoSide): string => `${name} ${side}`;

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean => a.every((value, i) => value === b[i]);

/** By value: what is interpolated is made anew with each edit of its track. */
export const sameCuboid = (a: Cuboid<"world">, b: Cuboid<"world">): boolean =>
  a === b || (sameNumbers(a.center, b.center) && sameNumbers(a.size, b.size) && sameNumbers(a.rotation, b.rotation));
