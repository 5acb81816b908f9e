import { isSamePlace } from "@sweepmark/assist";
import {
  acceptSuggestions,
  createDocument,
  egoShiftsOf,
  momentAt,
  setEgoCorrection,
  trackAt,
  type Change,
  type DocumentReader,
  type Suggestion,
  type TrackMoment,
} from "@sweepmark/document";
import { vec, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { keyframeId, type Keyframe, type LabelRecord, type RecordId } from "@sweepmark/schema";
import type { StoreApi } from "zustand/vanilla";
import type { Dismissals } from "./dismissals.ts";
import { frameNearest } from "./frame-of-time.ts";
import type { Session, SessionState } from "./session-types.ts";

/** What machines suggest: shown beside the labels, and none of them. */
export interface SuggestionsState {
  /** At the shown frame and at least as sure as `least`, the surest first; as sure as the whole track is. */
  readonly here: readonly TrackMoment[];
  /** The one that keys mean. */
  readonly focusedId: RecordId | undefined;
  /** In all frames, however sure, but for those that were accepted. */
  readonly count: number;
  /** Of these as many are at least as sure as `least`. */
  readonly sureCount: number;
  readonly least: number;
}

export interface Suggestions {
  /** Everything that is suggested, as tracks; accepted ones are still among them, so that they come back when that is undone. */
  readonly reader: DocumentReader;
  /** How sure a whole track is: the mean of what its keyframes say; what says nothing is sure. */
  sureness(id: RecordId): number;
  /** What is suggested at a time, however sure. */
  at(at: TimestampNs): readonly TrackMoment[];
  /** Takes these out and puts those in. What is a label already is not shown. */
  change(change: { readonly remove?: readonly RecordId[]; readonly add?: readonly Suggestion[] }): void;
  /** By a step the camera goes there, and it stays the one that is meant until another is, or a label is selected. */
  focus(id: RecordId | undefined, by: "pointer" | "step"): void;
  /**
   * The next one of the frame, or the one before; after the last the first. The camera goes there. Where the frame has none: to the
   * nearest frame in this direction that has one.
   */
  step(direction: -1 | 1): void;
  /** Makes tracks of them, in one step of undo. */
  accept(ids: readonly RecordId[]): void;
  /** Makes a track of what it says at the shown frame alone. */
  acceptHere(id: RecordId): void;
  /** Makes tracks of all that are at least as sure as `least`, in whatever frame. Nobody has looked at each: they stay a machine's. */
  acceptSure(): void;
  /** They are gone, and nothing is suggested in their place again. */
  dismiss(ids: readonly RecordId[]): void;
  wasDismissed(at: TimestampNs, cuboid: Cuboid<"world">): boolean;
  setClass(id: RecordId, classId: string): void;
  setLeast(least: number): void;
}

export const initialSuggestions: SuggestionsState = {
  here: [],
  focusedId: undefined,
  count: 0,
  sureCount: 0,
  least: 0.5,
};

/** What an algorithm says to stand is shown as far as proposals are made. */
const staticRangeM = 80;
/** Farther apart than this no two share a place. */
const reachM = 15;

export interface SuggestionsHost {
  readonly store: StoreApi<SessionState>;
  readonly document: DocumentReader;
  readonly run: Session["run"];
  readonly requestView: Session["requestView"];
  readonly goTo: Session["goTo"];
  readonly dismissals: Dismissals;
}

export interface SuggestionLayer {
  readonly suggestions: Suggestions;
  /** The ego poses of the labels are corrected otherwise. */
  posesChanged(): void;
  close(): void;
}

/** The part of a session that keeps what machines suggest. */
export function createSuggestions(host: SuggestionsHost): SuggestionLayer {
  const { store, document } = host;
  const layer = createDocument(document.ontology, []);
  /** Suggestions go with the correction of the ego poses as labels do: in the same world, on their objects. */
  const posesChanged = (): void => {
    const shifts = egoShiftsOf(document);
    if (egoShiftsOf(layer) !== shifts) layer.apply(setEgoCorrection.plan(layer, { shifts }));
  };
  posesChanged();
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
    const sureCount = open.filter(({ id }) => surenessOf(layer, id) >= least).length;
    const here = frame && sureCount > 0 ? suggestedAt(frame).filter(({ confidence = 1 }) => confidence >= least) : [];
    if (open.length === state().count && sureCount === state().sureCount && here.length + state().here.length === 0)
      return;
    put({
      here,
      count: open.length,
      sureCount,
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

  /** More than half of the places where it is said. */
  function isLabeledThroughout(id: RecordId): boolean {
    const said = layer.keyframes(id).filter(({ cuboid }) => cuboid !== null);
    const labeled = said.filter(({ at }) => {
      const here = trackAt(layer, id, at);
      return here && isLabeled(here, momentAt(document, at).tracks);
    });
    return 2 * labeled.length > said.length;
  }

  /** Where their keyframes say, and between them; never carried over, as labels are. What stands, where it may be seen. */
  function suggestedAt({ at, worldFromEgo }: Pick<Frame, "at" | "worldFromEgo">): readonly TrackMoment[] {
    return suggestions
      .at(at)
      .filter(
        ({ track, source, cuboid }) =>
          !(track.static && source === "algorithm") ||
          vec.distance(cuboid.center, worldFromEgo.translation) < staticRangeM,
      )
      .filter((moment) => !isLabeled(moment, store.getState().moment.tracks))
      .map((moment) => ({ ...moment, confidence: surenessOf(layer, moment.track.id) }))
      .toSorted((a, b) => b.confidence - a.confidence || (a.track.id < b.track.id ? -1 : 1));
  }

  /** The frame where the next of those begins that are sure enough. */
  function frameBeside(direction: -1 | 1): number | undefined {
    const { frames, moment } = store.getState();
    const begins = layer
      .tracks()
      .filter(({ id }) => !document.get(id) && surenessOf(layer, id) >= state().least)
      .map(({ id }) => layer.keyframes(id)[0].at)
      .filter((at) => (direction > 0 ? at > moment.at : at < moment.at))
      .toSorted((a, b) => (a < b ? -direction : direction));
    return begins.length > 0 ? frameNearest(frames, begins[0]) : undefined;
  }

  const suggestions: Suggestions = {
    reader: layer,
    sureness: (id) => surenessOf(layer, id),
    at: (at) =>
      momentAt(layer, at).tracks.filter(
        ({ track, state: said }) =>
          !document.get(track.id) && (said === "keyframe" || said === "interpolated" || track.static),
      ),
    change({ remove = [], add = [] }) {
      const gone = remove.flatMap((id) => {
        const suggestion = suggestionOf(id);
        return suggestion ? recordsOf(suggestion) : [];
      });
      const removed = new Set(remove);
      const fresh = add.filter(({ track }) => removed.has(track.id) || !layer.get(track.id));
      layer.apply(gone.map((before): Change => ({ id: before.id, before })));
      layer.apply(
        fresh.flatMap((suggestion) => recordsOf(suggestion).map((after): Change => ({ id: after.id, after }))),
      );
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
      if (here.length === 0) {
        const frame = frameBeside(direction);
        return frame === undefined ? undefined : host.goTo(frame);
      }
      const index = here.findIndex(({ track }) => track.id === focusedId);
      const start = index < 0 && direction < 0 ? 0 : index;
      suggestions.focus(here[(start + direction + here.length) % here.length].track.id, "step");
    },
    accept(ids) {
      const accepted = ids.flatMap((id) => suggestionOf(id) ?? []);
      if (accepted.length === 0) return;
      const { at } = store.getState().moment;
      leave(ids, () => host.run(acceptSuggestions, { suggestions: accepted, at }));
    },
    acceptHere(id) {
      const { at } = store.getState().moment;
      const [track, here] = [layer.get(id), trackAt(layer, id, at)];
      if (track?.kind !== "track" || !here) return;
      const said: Keyframe = {
        id: keyframeId(id, at),
        kind: "keyframe",
        trackId: id,
        at,
        cuboid: here.cuboid,
        attributes: {},
        source: "human",
      };
      leave([id], () => host.run(acceptSuggestions, { suggestions: [{ track, keyframes: [said] }], at }));
    },
    acceptSure() {
      const { least } = state();
      const sure = layer.tracks().filter(({ id }) => !document.get(id) && surenessOf(layer, id) >= least);
      const ids = sure.map(({ id }) => id).filter((id) => !isLabeledThroughout(id));
      if (ids.length === 0) return;
      leave(ids, () => host.run(acceptSuggestions, { suggestions: ids.flatMap((id) => suggestionOf(id) ?? []) }));
    },
    dismiss(ids) {
      leave(ids, () => {
        const said = ids.flatMap((id) => layer.keyframes(id));
        host.dismissals.add(said.flatMap(({ at, cuboid }) => (cuboid ? [{ at, cuboid }] : [])));
        suggestions.change({ remove: ids });
      });
    },
    wasDismissed: (at, cuboid) => host.dismissals.has(at, cuboid),
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
  return { suggestions, posesChanged, close: unsubscribe };
}

/** Whether a label stands in the place of what an algorithm suggests. A model's predictions are there to be compared with labels. */
const isLabeled = ({ source, cuboid }: TrackMoment, labels: readonly TrackMoment[]): boolean =>
  source === "algorithm" &&
  labels.some(
    (label) => vec.distance(label.cuboid.center, cuboid.center) < reachM && isSamePlace(label.cuboid, cuboid),
  );

function surenessOf(layer: DocumentReader, id: RecordId): number {
  const said = layer.keyframes(id).filter(({ cuboid }) => cuboid !== null);
  return said.reduce((sum, { confidence = 1 }) => sum + confidence, 0) / Math.max(1, said.length);
}
