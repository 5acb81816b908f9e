import { sharedFootprint } from "@sweepmark/assist";
import {
  acceptSuggestions,
  createDocument,
  momentAt,
  type Change,
  type DocumentReader,
  type Suggestion,
  type TrackMoment,
} from "@sweepmark/document";
import { secondsBetween, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import type { LabelRecord, RecordId } from "@sweepmark/schema";
import type { StoreApi } from "zustand/vanilla";
import type { Session, SessionState } from "./session-types.ts";

/** What machines suggest: shown beside the labels, and none of them. */
export interface SuggestionsState {
  /** At the shown frame and at least as sure as `least`, the surest first. */
  readonly here: readonly TrackMoment[];
  /** The one that keys mean. */
  readonly focusedId: RecordId | undefined;
  /** In all frames, however sure, but for those that were accepted. */
  readonly count: number;
  readonly least: number;
}

export interface Suggestions {
  /** Everything that is suggested, as tracks; accepted ones are still among them, so that they come back when that is undone. */
  readonly reader: DocumentReader;
  /** Takes these out and puts those in. What is a label already is not shown. */
  change(change: { readonly remove?: readonly RecordId[]; readonly add?: readonly Suggestion[] }): void;
  /** By a step the camera goes there, and it stays the one that is meant until another is, or a label is selected. */
  focus(id: RecordId | undefined, by: "pointer" | "step"): void;
  /** The next one of the frame, or the one before; after the last the first. The camera goes there. */
  step(direction: -1 | 1): void;
  /** Makes tracks of those of the shown frame, in one step of undo. */
  accept(ids: readonly RecordId[]): void;
  /** They are gone, and nothing is suggested in their place again. */
  dismiss(ids: readonly RecordId[]): void;
  wasDismissed(at: TimestampNs, cuboid: Cuboid<"world">): boolean;
  setClass(id: RecordId, classId: string): void;
  setLeast(least: number): void;
}

export const initialSuggestions: SuggestionsState = { here: [], focusedId: undefined, count: 0, least: 0.5 };

/** A place where something was dismissed suggests nothing for so long, before and after: bushes stay, cars drive on. */
const dismissedS = 10;
/** Shared share of the smaller footprint from which two suggestions are one. */
const samePlace = 0.4;

export interface SuggestionsHost {
  readonly store: StoreApi<SessionState>;
  readonly document: DocumentReader;
  readonly run: Session["run"];
  readonly requestView: Session["requestView"];
}

/** The part of a session that keeps what machines suggest. */
export function createSuggestions(host: SuggestionsHost): { readonly suggestions: Suggestions; close(): void } {
  const { store, document } = host;
  const layer = createDocument(document.ontology, []);
  const dismissed: { readonly at: TimestampNs; readonly cuboid: Cuboid<"world"> }[] = [];
  /** Whether the camera goes along to the next one. */
  let stepping = false;
  const state = (): SuggestionsState => store.getState().suggestions;
  const put = (patch: Partial<SuggestionsState>): void => store.setState({ suggestions: { ...state(), ...patch } });

  const suggestionOf = (id: RecordId): Suggestion | undefined => {
    const track = layer.get(id);
    return track?.kind === "track" ? { track, keyframes: layer.keyframes(id) } : undefined;
  };
  const recordsOf = ({ track, keyframes }: Suggestion): readonly LabelRecord[] => [track, ...keyframes];

  function refresh(): void {
    const { frame } = store.getState();
    const { least, focusedId } = state();
    const open = layer.tracks().filter(({ id }) => !document.get(id));
    const here = frame && open.length > 0 ? suggestedAt(layer, document, frame.at, least) : [];
    if (open.length === state().count && here.length === 0 && state().here.length === 0) return;
    put({
      here,
      count: open.length,
      focusedId: here.some(({ track }) => track.id === focusedId) ? focusedId : undefined,
    });
  }

  /** What keys mean after one is done with: the next in the order before. */
  function leave(ids: readonly RecordId[], work: () => void): void {
    const { here, focusedId } = state();
    const index = here.findIndex(({ track }) => track.id === focusedId);
    const rest = [...here.slice(index + 1), ...here.slice(0, Math.max(0, index))];
    const next = index < 0 ? undefined : rest.find(({ track }) => !ids.includes(track.id))?.track.id;
    work();
    refresh();
    if (next !== undefined && stepping) suggestions.focus(next, "step");
  }

  const suggestions: Suggestions = {
    reader: layer,
    change({ remove = [], add = [] }) {
      const gone = remove.flatMap((id) => {
        const suggestion = suggestionOf(id);
        return suggestion ? recordsOf(suggestion) : [];
      });
      const removed = new Set(remove);
      const fresh = add.filter(({ track }) => removed.has(track.id) || !layer.get(track.id));
      layer.apply([
        ...gone.map((before): Change => ({ id: before.id, before })),
        ...fresh.flatMap((suggestion) => recordsOf(suggestion).map((after): Change => ({ id: after.id, after }))),
      ]);
      refresh();
    },
    focus(id, by) {
      // The pointer takes away only what it gave.
      if (id === undefined && by === "pointer" && stepping) return;
      stepping = by === "step";
      if (state().focusedId !== id) put({ focusedId: id });
      if (id !== undefined && by === "step") host.requestView("focus-suggestion");
    },
    step(direction) {
      const { here, focusedId } = state();
      if (here.length === 0) return;
      const index = here.findIndex(({ track }) => track.id === focusedId);
      const start = index < 0 && direction < 0 ? 0 : index;
      suggestions.focus(here[(start + direction + here.length) % here.length].track.id, "step");
    },
    accept(ids) {
      const accepted = state()
        .here.filter(({ track }) => ids.includes(track.id))
        .flatMap(({ track }) => suggestionOf(track.id) ?? []);
      if (accepted.length === 0) return;
      leave(ids, () => host.run(acceptSuggestions, { suggestions: accepted, at: store.getState().moment.at }));
    },
    dismiss(ids) {
      leave(ids, () => {
        for (const id of ids)
          for (const { at, cuboid } of layer.keyframes(id)) if (cuboid) dismissed.push({ at, cuboid });
        suggestions.change({ remove: ids });
      });
    },
    wasDismissed: (at, cuboid) =>
      dismissed.some(
        (other) =>
          Math.abs(secondsBetween(other.at, at)) <= dismissedS && sharedFootprint(other.cuboid, cuboid) > samePlace,
      ),
    setClass(id, classId) {
      const before = layer.get(id);
      if (before?.kind !== "track" || before.classId === classId) return;
      layer.apply([{ id, before, after: { ...before, classId } }]);
      refresh();
    },
    setLeast(least) {
      put({ least });
      refresh();
    },
  };

  const unsubscribe = store.subscribe((next, before) => {
    const isElsewhere = next.selectedId !== undefined && next.selectedId !== before.selectedId;
    if (isElsewhere && next.suggestions.focusedId !== undefined) put({ focusedId: undefined });
    if (next.frame !== before.frame || (next.revision !== before.revision && layer.tracks().length > 0)) refresh();
  });
  return { suggestions, close: unsubscribe };
}

/** Suggestions are where their keyframes say, and between them; never carried over, as labels are. */
function suggestedAt(
  layer: DocumentReader,
  document: DocumentReader,
  at: TimestampNs,
  least: number,
): readonly TrackMoment[] {
  return momentAt(layer, at)
    .tracks.filter(
      ({ track, state, confidence = 1 }) =>
        !document.get(track.id) &&
        (state === "keyframe" || state === "interpolated" || track.static) &&
        confidence >= least,
    )
    .toSorted((a, b) => (b.confidence ?? 1) - (a.confidence ?? 1) || (a.track.id < b.track.id ? -1 : 1));
}
