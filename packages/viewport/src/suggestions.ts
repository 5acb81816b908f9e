import type { TrackMoment } from "@sweepmark/document";
import { rayCuboid, type Ray } from "@sweepmark/geometry";
import type { Ontology, RecordId } from "@sweepmark/schema";

/** The nearest of what is suggested that a ray meets. */
export function suggestionUnder(ray: Ray<"world">, here: readonly TrackMoment[]): RecordId | undefined {
  let best: { readonly id: RecordId; readonly distanceM: number } | undefined;
  for (const { track, cuboid } of here) {
    const hit = rayCuboid(ray, cuboid);
    if (hit && (!best || hit.distanceM < best.distanceM)) best = { id: track.id, distanceM: hit.distanceM };
  }
  return best?.id;
}

/** What is written at a suggestion: "Car", "0.87". */
export function suggestionWords(
  { track, confidence }: TrackMoment,
  { objects }: Ontology,
): { readonly name: string; readonly detail: string } {
  const name = objects.find(({ id }) => id === track.classId)?.name ?? track.classId;
  return { name: `${name}?`, detail: confidence === undefined ? "" : confidence.toFixed(2) };
}
