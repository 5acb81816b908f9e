import {
  keyframeId,
  ontologyId,
  type DocumentRecord,
  type Keyframe,
  type LabelRecord,
  type Ontology,
  type OntologyRecord,
  type RecordId,
} from "@sweepmark/schema";
import type { Lane, LaneBoundary, Track } from "@sweepmark/schema";
import { sameValue } from "./equal.ts";
import type { Change, DocumentReader } from "./types.ts";

/** A change that does not fit the labels it was to be applied to. Nothing of its list was applied. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  /**
   * - `mismatch`: `before` is not what is there.
   * - `malformed`: the change or its records contradict themselves.
   */
  readonly code: "mismatch" | "malformed";
  readonly recordId: RecordId;
  constructor(code: "mismatch" | "malformed", recordId: RecordId, message: string) {
    super(`${recordId}: ${message}`);
    this.code = code;
    this.recordId = recordId;
  }
}

/** The labels of one scene, in memory. The only place where they change is {@link LabelDocument.apply}. */
export interface LabelDocument extends DocumentReader {
  /** Applies all changes in order, or none: throws {@link DocumentError} naming the record that does not fit. */
  apply(changes: readonly Change[]): void;
  /** Called after each {@link apply}. Returns the way to unsubscribe. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
}

/**
 * Lists come out in id order and are the same array until a record of their kind changes.
 * Throws {@link DocumentError} for two records with one id and for a keyframe whose id is not its track's at its time.
 */
export function createDocument(ontology: Ontology, records: Iterable<LabelRecord> = []): LabelDocument {
  const byId = new Map<RecordId, LabelRecord>();
  const keyframesOf = new Map<RecordId, Keyframe[]>();
  const listeners = new Set<(changes: readonly Change[]) => void>();
  let edited: OntologyRecord | undefined;
  let tracks: readonly Track[] | undefined;
  let laneBoundaries: readonly LaneBoundary[] | undefined;
  let lanes: readonly Lane[] | undefined;

  const list = <Kind extends LabelRecord["kind"]>(kind: Kind) =>
    sortById(
      [...byId.values()].filter((record): record is Extract<LabelRecord, { kind: Kind }> => record.kind === kind),
    );

  const recordOf = (id: RecordId): DocumentRecord | undefined => (id === ontologyId ? edited : byId.get(id));

  function put(id: RecordId, before: DocumentRecord | undefined, after: DocumentRecord | undefined): void {
    if (id === ontologyId) {
      edited = after as OntologyRecord | undefined;
      return;
    }
    if (after) byId.set(id, after as LabelRecord);
    else byId.delete(id);
    const kind = (after ?? before)?.kind;
    if (kind === "track") tracks = undefined;
    else if (kind === "lane-boundary") laneBoundaries = undefined;
    else if (kind === "lane") lanes = undefined;
  }

  /** The arrays that readers hold are never written to: one copy a track and list of changes. */
  function putKeyframes(changes: readonly Change[]): void {
    const fresh = new Map<RecordId, Keyframe[]>();
    for (const { before, after } of changes) {
      const record = after ?? before;
      if (record?.kind !== "keyframe") continue;
      let keyframes = fresh.get(record.trackId);
      if (!keyframes) fresh.set(record.trackId, (keyframes = [...(keyframesOf.get(record.trackId) ?? [])]));
      placeKeyframe(keyframes, record, after as Keyframe | undefined);
    }
    for (const [trackId, keyframes] of fresh)
      if (keyframes.length > 0) keyframesOf.set(trackId, keyframes);
      else keyframesOf.delete(trackId);
  }

  function check(changes: readonly Change[]): void {
    const pending = new Map<RecordId, DocumentRecord | undefined>();
    for (const change of changes) {
      const { id, before, after } = change;
      const problem = contradiction(change);
      if (problem) throw new DocumentError("malformed", id, problem);
      const there = pending.has(id) ? pending.get(id) : recordOf(id);
      if (!sameValue(there, before)) throw new DocumentError("mismatch", id, describeMismatch(before, there));
      pending.set(id, after);
    }
  }

  const initial: Change[] = [];
  for (const record of records) {
    const change: Change = { id: record.id, after: record };
    const problem = byId.has(record.id) ? "two records have this id" : contradiction(change);
    if (problem) throw new DocumentError("malformed", record.id, problem);
    initial.push(change);
    put(record.id, undefined, record);
  }
  putKeyframes(initial);

  return {
    get ontology() {
      return edited?.ontology ?? ontology;
    },
    get ontologyRecord() {
      return edited;
    },
    get: (id) => byId.get(id),
    tracks: () => (tracks ??= list("track")),
    keyframes: (trackId) => keyframesOf.get(trackId) ?? none,
    laneBoundaries: () => (laneBoundaries ??= list("lane-boundary")),
    lanes: () => (lanes ??= list("lane")),
    records: () => byId.values(),
    apply(changes) {
      check(changes);
      for (const { id, before, after } of changes) put(id, before, after);
      putKeyframes(changes);
      for (const listener of listeners) listener(changes);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const none: readonly Keyframe[] = [];

export const sortById = <R extends { readonly id: string }>(records: readonly R[]): readonly R[] =>
  records.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/** Index of the last keyframe at or before `at`; −1 when there is none. */
export function lastAtOrBefore(keyframes: readonly Keyframe[], at: bigint): number {
  let low = 0;
  let high = keyframes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyframes[middle].at <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Writes into `keyframes` (sorted by time): sets the one at `record.at` to `after`, or takes it out. */
export function placeKeyframe(keyframes: Keyframe[], record: Keyframe, after: Keyframe | undefined): void {
  const index = lastAtOrBefore(keyframes, record.at);
  const there = index >= 0 && keyframes[index].at === record.at;
  if (there) keyframes.splice(index, 1, ...(after ? [after] : []));
  else if (after) keyframes.splice(index + 1, 0, after);
}

function contradiction({ id, before, after }: Change): string | undefined {
  for (const record of [before, after]) {
    if (!record) continue;
    if (record.id !== id) return `the record's id is ${record.id}`;
    if ((record.kind === "ontology") !== (id === ontologyId)) return `a ${record.kind} cannot have this id`;
    if (record.kind === "keyframe" && keyframeId(record.trackId, record.at) !== id)
      return `a keyframe of ${record.trackId} at ${record.at} must have the id ${keyframeId(record.trackId, record.at)}`;
  }
  if (before && after && before.kind !== after.kind) return `a ${before.kind} cannot become a ${after.kind}`;
  return undefined;
}

function describeMismatch(expected: DocumentRecord | undefined, found: DocumentRecord | undefined): string {
  if (!expected) return "expected no record with this id, found one";
  if (!found) return `expected a ${expected.kind}, found none`;
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  const fields = [...keys].filter(
    (key) => !sameValue((expected as object)[key as never] as unknown, (found as object)[key as never] as unknown),
  );
  return `not as expected in ${fields.join(", ")}`;
}
