import type { DocumentReader } from "@sweepmark/document";
import type { Point } from "@sweepmark/geometry";
import type { ObjectClass } from "@sweepmark/schema";
import type { ClickOptions } from "./click.ts";
import { usualSizeIn } from "./usual-size.ts";

/** What the labels of a scene say of a thing of a class at a place, before its points are looked at. */
export function clickOptionsIn(
  document: DocumentReader,
  objectClass: ObjectClass,
  place: Point<"world">,
): ClickOptions {
  const senseYawRad = laneYawNear(document, place);
  return { usualSize: usualSizeIn(document, objectClass), ...(senseYawRad !== undefined && { senseYawRad }) };
}

/** A lane says something of what stands no farther from one of its boundaries. */
const besideM = 6;

/** A place on a polyline, seen from above. */
interface OnLine {
  readonly x: number;
  readonly y: number;
  /** Of the segment, not of unit length. */
  readonly along: readonly [x: number, y: number];
  readonly offM: number;
}

/**
 * The way that traffic goes in the lane that has the boundary nearest to a place, within 6 m: radians in world, along that
 * boundary. A lane's left boundary is on the left, in whatever order its points were drawn. Undefined: no lane is near.
 */
export function laneYawNear(document: DocumentReader, place: Point<"world">): number | undefined {
  let best: { readonly yawRad: number; readonly offM: number } | undefined;
  for (const { leftId, rightId } of document.lanes()) {
    const [left, right] = [document.get(leftId), document.get(rightId)];
    if (left?.kind !== "lane-boundary" || right?.kind !== "lane-boundary") continue;
    for (const [own, other, side] of [
      [left, right, -1],
      [right, left, 1],
    ] as const) {
      const here = nearestOn(own.points, place[0], place[1]);
      if (!here || here.offM > besideM || (best && here.offM >= best.offM)) continue;
      const across = nearestOn(other.points, here.x, here.y);
      if (!across) continue;
      const [ux, uy] = here.along;
      const turn = ux * (across.y - here.y) - uy * (across.x - here.x);
      // The other boundary is to the right of the left one, and to the left of the right one.
      const sense = turn * side > 0 ? 1 : -1;
      best = { yawRad: Math.atan2(sense * uy, sense * ux), offM: here.offM };
    }
  }
  return best?.yawRad;
}

function nearestOn(points: readonly Point<"world">[], x: number, y: number): OnLine | undefined {
  let best: OnLine | undefined;
  for (let i = 0; i + 1 < points.length; i++) {
    const [ax, ay] = points[i];
    const [ux, uy] = [points[i + 1][0] - ax, points[i + 1][1] - ay];
    const length2 = ux * ux + uy * uy;
    if (length2 === 0) continue;
    const t = Math.max(0, Math.min(1, ((x - ax) * ux + (y - ay) * uy) / length2));
    const [px, py] = [ax + t * ux, ay + t * uy];
    const offM = Math.hypot(x - px, y - py);
    if (!best || offM < best.offM) best = { x: px, y: py, along: [ux, uy], offM };
  }
  return best;
}
