import { momentAt, type DocumentReader, type History, type Label, type LabelDocument } from "@sweepmark/document";
import { timestampNs } from "@sweepmark/geometry";
import type { LogReader } from "@sweepmark/log";
import { classOfDigit, type RecordId } from "@sweepmark/schema";
import { initialAccumulation } from "./accumulation.ts";
import type { SessionState } from "./session-types.ts";
import { initialSuggestions } from "./suggestions.ts";
import type { KeyHint, ViewSettings } from "./types.ts";

export const initialView: ViewSettings = {
  colorMode: "height",
  pointSize: 2,
  clip: null,
  pointsInImages: false,
  projection: "perspective",
  focus: false,
  hiddenLidars: new Set(),
};

/** The state before the first frame has come. */
export function initialState(log: LogReader, document: LabelDocument, history: History): SessionState {
  return {
    frameIndex: 0,
    frame: undefined,
    picturedFrame: undefined,
    loading: false,
    frameProblem: undefined,
    frames: log.info.frames,
    buffered: [],
    problemCount: log.info.problems.length,
    revision: 0,
    moment: momentAt(document, log.info.frames[0]?.at ?? timestampNs(0n)),
    preview: undefined,
    pointCounts: new Map(),
    selectedId: undefined,
    selectedVertex: undefined,
    hoveredId: undefined,
    hiddenIds: new Set(),
    hiddenLogTopics: new Set(),
    hoveredLogLabel: undefined,
    suggestions: initialSuggestions,
    toolId: "select",
    hints: [],
    dragging: false,
    ...validClasses(document, { classId: "", laneClassId: "" }),
    view: initialView,
    accumulation: initialAccumulation,
    batch: undefined,
    viewRequest: { serial: 0, kind: "reset" },
    playing: false,
    rate: 1,
    looping: false,
    saveState: { kind: "saved" },
    readOnly: blockedBy(history),
    jobs: [],
    pointer: undefined,
    notice: undefined,
  };
}

/** What is drawn next, as long as the ontology has it; else the class of the first key, and the first lane class. */
export function validClasses(
  { ontology }: DocumentReader,
  { classId, laneClassId }: Pick<SessionState, "classId" | "laneClassId">,
): Pick<SessionState, "classId" | "laneClassId"> {
  const { objects, lanes } = ontology;
  const first = classOfDigit(ontology, 1) ?? objects[0];
  return {
    classId: objects.some(({ id }) => id === classId) ? classId : first.id,
    laneClassId: lanes.some(({ id }) => id === laneClassId) ? laneClassId : (lanes[0]?.id ?? ""),
  };
}

/** Why a history takes no commits. */
export const blockedBy = ({ problem }: History): Label | undefined =>
  problem && { message: `read-only.${problem.code}`, params: problem.params };

/** The selection without what is no longer there: a record that was deleted or undone, a vertex past the end. */
export function validSelection(
  reader: DocumentReader,
  { selectedId, selectedVertex }: Pick<SessionState, "selectedId" | "selectedVertex">,
): { readonly selectedId: RecordId | undefined; readonly selectedVertex: number | undefined } {
  const record = selectedId === undefined ? undefined : reader.get(selectedId);
  if (!record) return { selectedId: undefined, selectedVertex: undefined };
  const count = record.kind === "lane-boundary" ? record.points.length : 0;
  return {
    selectedId,
    selectedVertex: selectedVertex !== undefined && selectedVertex < count ? selectedVertex : undefined,
  };
}

export const sameHints = (a: readonly KeyHint[], b: readonly KeyHint[]): boolean =>
  a === b ||
  (a.length === b.length && a.every(({ keys, message }, i) => keys === b[i].keys && message === b[i].message));

export const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Whether setting the patch would change nothing, so that nobody need be told. */
export const changesNothing = (patch: Partial<SessionState>, state: SessionState): boolean =>
  Object.entries(patch).every(([key, value]) => Object.is(state[key as keyof SessionState], value));
