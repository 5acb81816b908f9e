import type { Cuboid, TimestampNs } from "@sweepmark/geometry";
import type {
  Attributes,
  DocumentRecord,
  Keyframe,
  LabelRecord,
  Lane,
  LaneBoundary,
  Ontology,
  OntologyRecord,
  RecordId,
  Source,
  Track,
} from "@sweepmark/schema";

/** The only edit primitive. `before` undefined: created; `after` undefined: deleted. */
export interface Change {
  readonly id: RecordId;
  readonly before?: DocumentRecord;
  readonly after?: DocumentRecord;
}

/** A message of the catalog with its facts: `{ message: "edit.move", params: { name: "car-3" } }`. */
export interface Label {
  readonly message: string;
  readonly params?: Readonly<Record<string, string | number>>;
}

/** A committed list of changes: one line of the journal, one step of undo. */
export interface Transaction {
  /** ULID. */
  readonly id: string;
  readonly actor: string;
  readonly label: Label;
  /** Wall clock, ISO 8601. For people and history; nothing is ordered by it. */
  readonly at: string;
  readonly changes: readonly Change[];
  /** The transaction whose inverse this is (undo, or redo of an undo). */
  readonly undoes?: string;
}

/** What a reader of labels needs. A document, and a document with a draft on top, are both this. */
export interface DocumentReader {
  /** As edited; while it is not, the one that the scene began with. */
  readonly ontology: Ontology;
  /** The record of its edits, where there are any. */
  readonly ontologyRecord: OntologyRecord | undefined;
  get(id: RecordId): LabelRecord | undefined;
  tracks(): readonly Track[];
  /** Sorted by time. */
  keyframes(trackId: RecordId): readonly Keyframe[];
  laneBoundaries(): readonly LaneBoundary[];
  lanes(): readonly Lane[];
  records(): Iterable<LabelRecord>;
}

/**
 * How a track's cuboid at a time is known.
 * - `keyframe`: said at exactly this time.
 * - `interpolated`: between two keyframes.
 * - `extrapolated`: past its keyframes, where its motion leads.
 * - `held`: after the last keyframe, or a static track away from its keyframe: the pose is carried over.
 */
export type TrackState = "keyframe" | "interpolated" | "extrapolated" | "held";

export interface TrackMoment {
  readonly track: Track;
  readonly cuboid: Cuboid<"world">;
  readonly state: TrackState;
  readonly source: Source;
  readonly confidence?: number;
  /** The keyframe at or before the time (with a cuboid), and the next one after. */
  readonly before?: Keyframe;
  readonly after?: Keyframe;
  /** Track attributes, overlaid by the keyframe attributes in force. */
  readonly attributes: Attributes;
}

/** All labels as they are at one time. */
export interface Moment {
  readonly at: TimestampNs;
  readonly tracks: readonly TrackMoment[];
  readonly laneBoundaries: readonly LaneBoundary[];
  readonly lanes: readonly Lane[];
}

/** Plans changes, never writes. Menus, keys, palette, CLI, imports and algorithms all enter by commands. */
export interface Command<Args> {
  readonly id: string;
  label(document: DocumentReader, args: Args): Label;
  plan(document: DocumentReader, args: Args): readonly Change[];
}

/** What a journal holds of one scene. */
export interface JournalContent {
  readonly transactions: readonly Transaction[];
  /** Lines that could not be read (torn by a crash, or damaged), in words with line numbers. */
  readonly problems: readonly string[];
  /**
   * Set: the journal goes on in a form that this program cannot read, and why. `transactions` are those before it.
   * Nothing may be appended; give it to `createHistory`, which is then read-only.
   */
  readonly blocked?: string;
}

export interface JournalLoadOptions {
  readonly signal?: AbortSignal;
  /** Bytes of the journal that were read, and all of them. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Where a scene's transactions are kept: IndexedDB, the local server, a file. */
export interface JournalStore {
  readonly kind: "browser" | "server" | "memory";
  /** Rejects with an AbortError when the signal fires. */
  load(sceneDigest: string, options?: JournalLoadOptions): Promise<JournalContent>;
  /** Resolves when durable. Appending a transaction whose id is already there does nothing (retries are safe). */
  append(sceneDigest: string, transactions: readonly Transaction[]): Promise<void>;
}

/** What a person is told about their work: never lies. */
export type SaveState =
  | { readonly kind: "saved"; readonly at?: Date }
  | { readonly kind: "saving"; readonly pending: number }
  | { readonly kind: "failed"; readonly pending: number; readonly reason: string }
  | { readonly kind: "read-only"; readonly reason: string };
