import { trackAt } from "@sweepmark/document";
import { rayCuboid, vec, type Cuboid, type Ray, type Vec3 } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import type { PointerToolEvent, ToolContext } from "../types.ts";

/** How far from a lane's line a click still means it, CSS pixels. */
export const linePixels = 8;

export interface Picked {
  readonly id: RecordId;
  /** Along the ray, metres. */
  readonly distanceM: number;
}

/** A cuboid as it is at the event's own time: an image's stamp, or the frame's. */
export function cuboidAt(
  event: PointerToolEvent,
  context: ToolContext,
  trackId: RecordId,
): Cuboid<"world"> | undefined {
  if (event.at === context.moment.at) return context.moment.tracks.find(({ track }) => track.id === trackId)?.cuboid;
  return trackAt(context.document, trackId, event.at)?.cuboid;
}

/**
 * All visible records under the pointer: lane boundaries first (they are thin, whoever hits one means it), then cuboids,
 * each nearest first.
 */
export function pick(event: PointerToolEvent, context: ToolContext): readonly Picked[] {
  const lanes: Picked[] = [];
  for (const { id, points } of context.moment.laneBoundaries) {
    if (context.hiddenIds.has(id)) continue;
    const near = rayPolyline(event.ray, points);
    if (near && near.gapM <= linePixels * event.pixelM(near.distanceM)) lanes.push({ id, distanceM: near.distanceM });
  }
  const cuboids: Picked[] = [];
  for (const track of context.document.tracks()) {
    if (context.hiddenIds.has(track.id)) continue;
    const cuboid = cuboidAt(event, context, track.id);
    const hit = cuboid && rayCuboid(event.ray, cuboid);
    if (hit) cuboids.push({ id: track.id, distanceM: hit.distanceM });
  }
  const byDistance = (a: Picked, b: Picked): number => a.distanceM - b.distanceM;
  return [...lanes.toSorted(byDistance), ...cuboids.toSorted(byDistance)];
}

export interface RayNear {
  readonly gapM: number;
  /** Along the ray to where it passes, metres. */
  readonly distanceM: number;
}

/** Where a ray passes a point; undefined for a point behind its origin. */
export function rayPoint(ray: Ray<"world">, point: Vec3): RayNear | undefined {
  const to = vec.subtract(point, ray.origin);
  const distanceM = vec.dot(to, ray.direction);
  if (distanceM <= 0) return undefined;
  return { distanceM, gapM: vec.length(vec.subtract(to, vec.scale(ray.direction, distanceM))) };
}

/** Where a ray passes a segment nearest (Ericson, Real-Time Collision Detection, §5.1.9); undefined when behind. */
export function raySegment(ray: Ray<"world">, a: Vec3, b: Vec3): (RayNear & { readonly t: number }) | undefined {
  const along = vec.subtract(b, a);
  const r = vec.subtract(ray.origin, a);
  const lengthSquared = vec.dot(along, along);
  const c = vec.dot(ray.direction, along);
  const f = vec.dot(along, r);
  const d = vec.dot(ray.direction, r);
  const determinant = lengthSquared - c * c;
  const t = determinant > 1e-12 * lengthSquared ? clamp01((f - c * d) / determinant) : 0.5;
  const near = rayPoint(ray, vec.lerp(a, b, t));
  return near && { ...near, t };
}

const clamp01 = (value: number): number => Math.max(0, Math.min(1, value));

/** The nearest pass over all segments. */
export function rayPolyline(
  ray: Ray<"world">,
  points: readonly Vec3[],
): (RayNear & { readonly segment: number }) | undefined {
  let best: (RayNear & { readonly segment: number }) | undefined;
  for (let segment = 0; segment + 1 < points.length; segment++) {
    const near = raySegment(ray, points[segment], points[segment + 1]);
    // A pass 1 m beside at 100 m is nearer to the eye's line than 0.5 m at 5 m: compare angles.
    if (near && (!best || near.gapM / near.distanceM < best.gapM / best.distanceM)) best = { ...near, segment };
  }
  return best;
}
