import type { Keyframe, LabelRecord, RecordId } from "@sweepmark/schema";
import { placeKeyframe, sortById } from "./document.ts";
import type { Change, DocumentReader } from "./types.ts";

/**
 * `reader` with `changes` on top, which it does not see. Only `after` is looked at: a draft is shown, not checked.
 * Holds until `reader` changes; make a new one then. Costs the records in the draft, not those in the document.
 */
export function withDraft(reader: DocumentReader, changes: readonly Change[]): DocumentReader {
  if (changes.length === 0) return reader;
  const drafted = new Map<RecordId, LabelRecord | undefined>();
  const keyframes = new Map<RecordId, Keyframe[]>();
  const kinds = new Set<LabelRecord["kind"]>();
  let edited: Pick<DocumentReader, "ontology" | "ontologyRecord"> = reader;
  for (const { id, before, after } of changes) {
    if (after?.kind === "ontology") edited = { ontology: after.ontology, ontologyRecord: after };
    if (after?.kind === "ontology" || before?.kind === "ontology") continue;
    drafted.set(id, after);
    const record = after ?? before ?? reader.get(id);
    if (!record) continue;
    kinds.add(record.kind);
    if (record.kind !== "keyframe") continue;
    let list = keyframes.get(record.trackId);
    if (!list) keyframes.set(record.trackId, (list = [...reader.keyframes(record.trackId)]));
    placeKeyframe(list, record, after as Keyframe | undefined);
  }

  function overlay<Kind extends LabelRecord["kind"]>(
    kind: Kind,
    below: readonly Extract<LabelRecord, { kind: Kind }>[],
  ): readonly Extract<LabelRecord, { kind: Kind }>[] {
    if (!kinds.has(kind)) return below;
    const added = [...drafted.values()].filter((record) => record?.kind === kind);
    const kept = below.filter((record) => !drafted.has(record.id));
    return sortById([...kept, ...(added as Extract<LabelRecord, { kind: Kind }>[])]);
  }
  function* records(): Iterable<LabelRecord> {
    for (const record of reader.records()) if (!drafted.has(record.id)) yield record;
    for (const record of drafted.values()) if (record) yield record;
  }
  return {
    ontology: edited.ontology,
    ontologyRecord: edited.ontologyRecord,
    get: (id) => (drafted.has(id) ? drafted.get(id) : reader.get(id)),
    tracks: cached(() => overlay("track", reader.tracks())),
    keyframes: (trackId) => keyframes.get(trackId) ?? reader.keyframes(trackId),
    laneBoundaries: cached(() => overlay("lane-boundary", reader.laneBoundaries())),
    lanes: cached(() => overlay("lane", reader.lanes())),
    records,
  };
}

function cached<T>(make: () => T): () => T {
  let value: { readonly made: T } | undefined;
  return () => (value ??= { made: make() }).made;
}
