import { overlap, type Cuboid, type Point } from "@sweepmark/geometry";
import { nearerSense, type TrueObject } from "./objects.ts";

/** A label is good enough from this 3D IoU with the truth on. */
export const goodIou = 0.7;

/**
 * The hand of the simulated labeler: the only one that sees the truth of an object, and all that the labeling can ask of
 * it. What a person would do by eye.
 */
export interface Hand {
  readonly classId: string;
  /** The frame that shows the object best, and a point of it there. */
  readonly click: { readonly index: number; readonly point: Point<"world"> };
  /** Whether a frame's label (undefined: none) needs no correction. Where there is no object, none does. */
  isGood(index: number, label: Cuboid<"world"> | undefined): boolean;
  /**
   * The object in a frame, as a person sets it; the sense of its heading is the one of the label that was there. undefined:
   * there is no object.
   */
  set(index: number, label: Cuboid<"world"> | undefined): Cuboid<"world"> | undefined;
}

/** undefined: there is no point to click. */
export function handOf({ classId, moments, best }: TrueObject): Hand | undefined {
  const { index: clickedIn, clicked: point } = moments[best];
  if (!point) return undefined;
  const truth = new Map(moments.map(({ index, cuboid }) => [index, cuboid]));
  return {
    classId,
    click: { index: clickedIn, point },
    isGood(index, label) {
      const is = truth.get(index);
      return is === undefined || (label !== undefined && overlap(is, label).iou3d >= goodIou);
    },
    set(index, label) {
      const is = truth.get(index);
      return is && label ? nearerSense(is, label) : is;
    },
  };
}
