import { trackAt, type TrackMoment } from "@sweepmark/document";
import {
  cuboidFoot,
  faceNormals,
  rayCuboid,
  rotate,
  vec,
  type Cuboid,
  type Face,
  type Ray,
  type Vec3,
} from "@sweepmark/geometry";
import type { Keyframe, RecordId } from "@sweepmark/schema";
import { handlesOf } from "../handles.ts";
import type { Handle } from "../session-types.ts";
import type { PointerToolEvent, ToolContext } from "../types.ts";

/** How far from a lane's line a click still means it, CSS pixels. */
export const linePixels = 8;

export interface Picked {
  readonly id: RecordId;
  /** Along the ray, metres. */
  readonly distanceM: number;
}

/** Handles are drawn 7 px wide and taken from this far, CSS pixels. */
export const handlePixels = 12;
/** Share of the way from a handle to the cuboid's centre that is still the handle's: the rest is the body's. */
const handleShare = 0.4;
/** A face whose axis is seen nearer to end-on than this is not taken: the body is meant. */
const endOn = Math.cos((20 * Math.PI) / 180);

/** Whether a face can be pulled from where the ray comes: its axis must not be seen end-on (within 20°). */
export const facePullable = (cuboid: Cuboid<"world">, face: Face, direction: Vec3): boolean =>
  Math.abs(vec.dot(rotate(cuboid.rotation, faceNormals[face]), direction)) < endOn;

/** The handle of the selection under the pointer: the nearest in pixels, of two equally near the one before the other. */
export function pickHandle(event: PointerToolEvent, context: ToolContext): Handle | undefined {
  const { selectedId, moment, readOnly, hiddenIds } = context;
  if (readOnly || event.view.kind !== "main" || selectedId === undefined || hiddenIds.has(selectedId)) return undefined;
  const cuboid = moment.tracks.find(({ track }) => track.id === selectedId)?.cuboid;
  const found: { readonly handle: Handle; readonly pixels: number; readonly distanceM: number }[] = [];
  for (const handle of handlesOf(moment, selectedId)) {
    const near = rayPoint(event.ray, handle.position);
    if (!near) continue;
    const pixelM = event.pixelM(near.distanceM);
    const reach = cuboid ? Math.min(handlePixels, handleShare * apparent(event, cuboid, handle)) : handlePixels;
    if (near.gapM > reach * pixelM) continue;
    if (cuboid && handle.kind === "face" && !facePullable(cuboid, handle.key as Face, event.ray.direction)) continue;
    found.push({ handle, pixels: near.gapM / pixelM, distanceM: near.distanceM });
  }
  return found.toSorted(
    (a, b) =>
      rank(a) - rank(b) || (Math.abs(a.pixels - b.pixels) > 2 ? a.pixels - b.pixels : a.distanceM - b.distanceM),
  )[0]?.handle;
}

/** A vertex beats the midpoint beside it: two clicks close together must not insert. */
const rank = ({ handle }: { readonly handle: Handle }): number => (handle.kind === "midpoint" ? 1 : 0);

/** Pixels between a handle and the cuboid's centre, as seen along the pointer's ray. */
function apparent(event: PointerToolEvent, cuboid: Cuboid<"world">, handle: Handle): number {
  const to = vec.subtract(handle.position, cuboid.center);
  const across = vec.subtract(to, vec.scale(event.ray.direction, vec.dot(to, event.ray.direction)));
  return vec.length(across) / event.pixelM(vec.distance(event.ray.origin, cuboid.center));
}

/** Marks of keyframes on the selection's way are 7 px wide and taken from this far, CSS pixels. */
export const markPixels = 9;

/** The keyframe whose mark on the way of the selected track is under the pointer; not that of the shown frame. */
export function pickKeyframe(event: PointerToolEvent, context: ToolContext): Keyframe | undefined {
  const { selectedId, document, hiddenIds } = context;
  if (event.view.kind !== "main" || selectedId === undefined || hiddenIds.has(selectedId)) return undefined;
  const track = document.get(selectedId);
  if (track?.kind !== "track" || track.static) return undefined;
  let best: { readonly keyframe: Keyframe; readonly pixels: number } | undefined;
  for (const keyframe of document.keyframes(selectedId)) {
    if (!keyframe.cuboid || keyframe.at === event.at) continue;
    const near = rayPoint(event.ray, cuboidFoot(keyframe.cuboid));
    const pixels = near ? near.gapM / event.pixelM(near.distanceM) : Infinity;
    if (pixels <= markPixels && pixels < (best?.pixels ?? Infinity)) best = { keyframe, pixels };
  }
  return best?.keyframe;
}

/** All visible records under the pointer, nearest first: lane boundaries that pass within 8 px, cuboids that are hit. */
export function pick(event: PointerToolEvent, context: ToolContext): readonly Picked[] {
  const picked: Picked[] = [];
  for (const { id, points } of context.moment.laneBoundaries) {
    if (context.hiddenIds.has(id)) continue;
    const near = rayPolyline(event.ray, points);
    if (near && near.gapM <= linePixels * event.pixelM(near.distanceM)) picked.push({ id, distanceM: near.distanceM });
  }
  for (const { track, cuboid } of tracksAt(event, context)) {
    if (context.hiddenIds.has(track.id)) continue;
    const hit = rayCuboid(event.ray, cuboid);
    if (hit) picked.push({ id: track.id, distanceM: hit.distanceM });
  }
  return picked.toSorted((a, b) => a.distanceM - b.distanceM);
}

/**
 * The frame's tracks as they are at the event's own time: an image's stamp, or the frame's. One that is not there yet,
 * or no longer, at the image's stamp is drawn as at the frame, and hit there.
 */
const tracksAt = (event: PointerToolEvent, { document, moment }: ToolContext): readonly TrackMoment[] =>
  event.at === moment.at
    ? moment.tracks
    : moment.tracks.map((shown) => trackAt(document, shown.track.id, event.at) ?? shown);

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
