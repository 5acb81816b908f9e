import type { AttributeValue, RecordId } from "@sweepmark/schema";
import type { DocumentReader } from "./types.ts";

/** How many labels something of the ontology is in. */
export interface Use {
  readonly tracks: number;
  readonly keyframes: number;
}

export interface ClassUse extends Use {
  /** By attribute id: on how many tracks and keyframes it is said, and with which values. */
  readonly attributes: ReadonlyMap<string, Use & { readonly values: ReadonlySet<AttributeValue> }>;
}

/** By object class id, whether the ontology knows it or not; classes without a track are not there. */
export function ontologyUse(document: DocumentReader): ReadonlyMap<string, ClassUse> {
  const uses = new Map<string, { tracks: number; keyframes: number; attributes: Map<string, MutableUse> }>();
  for (const track of document.tracks()) {
    let use = uses.get(track.classId);
    if (!use) uses.set(track.classId, (use = { tracks: 0, keyframes: 0, attributes: new Map() }));
    const keyframes = document.keyframes(track.id);
    use.tracks++;
    use.keyframes += keyframes.length;
    const said = new Set<string>();
    const say = (id: string, value: AttributeValue, more: { readonly keyframes: number }): void => {
      let attribute = use.attributes.get(id);
      if (!attribute) use.attributes.set(id, (attribute = { tracks: 0, keyframes: 0, values: new Set() }));
      attribute.values.add(value);
      attribute.keyframes += more.keyframes;
      if (!said.has(id)) attribute.tracks++;
      said.add(id);
    };
    for (const [id, value] of Object.entries(track.attributes)) say(id, value, { keyframes: 0 });
    for (const { attributes } of keyframes)
      for (const [id, value] of Object.entries(attributes)) say(id, value, { keyframes: 1 });
  }
  return uses;
}

interface MutableUse {
  tracks: number;
  keyframes: number;
  readonly values: Set<AttributeValue>;
}

/** By lane class id: how many boundaries. */
export function laneClassUse(document: DocumentReader): ReadonlyMap<RecordId, number> {
  const uses = new Map<string, number>();
  for (const { classId } of document.laneBoundaries()) uses.set(classId, (uses.get(classId) ?? 0) + 1);
  return uses;
}
