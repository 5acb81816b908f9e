import type { TrackMoment } from "@sweepmark/document";
import { rayCuboid, type Ray } from "@sweepmark/geometry";
import type { Ontology, RecordId } from "@sweepmark/schema";
import { classColor, tileColors, type HexColor, type Theme } from "./palette.ts";

/** The nearest of what is suggested that a ray meets. */
export function suggestionUnder(ray: Ray<"world">, here: readonly TrackMoment[]): RecordId | undefined {
  let best: { readonly id: RecordId; readonly distanceM: number } | undefined;
  for (const { track, cuboid } of here) {
    const hit = rayCuboid(ray, cuboid);
    if (hit && (!best || hit.distanceM < best.distanceM)) best = { id: track.id, distanceM: hit.distanceM };
  }
  return best?.id;
}

/** An algorithm's are in the colour of their class; a model's predictions, which are there to be compared, in that of machines. */
export const suggestionColor = ({ track, source }: TrackMoment, ontology: Ontology, theme: Theme): HexColor =>
  source === "model" ? tileColors[theme].machine : classColor(ontology, track.classId, theme);

/** What is written at a suggestion: "Car", "0.87". */
export function suggestionWords(
  { track, confidence }: TrackMoment,
  { objects }: Ontology,
): { readonly name: string; readonly detail: string } {
  const name = objects.find(({ id }) => id === track.classId)?.name ?? track.classId;
  return { name: `${name}?`, detail: confidence === undefined ? "" : confidence.toFixed(2) };
}
