import { egoCorrectionOf, switchEgoCorrection } from "@sweepmark/document";
import { colorModes, type Session, type SessionAction } from "../session-types.ts";
import type { ViewSettings } from "../types.ts";
import { editable, stateOf } from "./common.ts";
import { focusedSuggestion } from "./suggest.ts";

const group = "view";

/** The band that the clip keeps when it is switched on: without the road, up to the top of a bus. */
export const usualClip: NonNullable<ViewSettings["clip"]> = { minM: 0.2, maxM: 4 };
export const pointSizeRange = { minPx: 1, maxPx: 6, stepPx: 0.5 } as const;

function changePointSize(session: Session, byPx: number): void {
  const { minPx, maxPx } = pointSizeRange;
  session.setView({ pointSize: Math.max(minPx, Math.min(maxPx, stateOf(session).view.pointSize + byPx)) });
}

/** The objects of the frame in list order, hidden ones left out, then the lane boundaries. */
function selectable(session: Session): readonly string[] {
  const { moment, hiddenIds } = stateOf(session);
  return [...moment.tracks.map(({ track }) => track.id), ...moment.laneBoundaries.map(({ id }) => id)].filter(
    (id) => !hiddenIds.has(id),
  );
}

function selectNext(session: Session, direction: -1 | 1): void {
  const ids = selectable(session);
  if (ids.length === 0) return;
  const { selectedId } = stateOf(session);
  const index = selectedId === undefined ? -1 : ids.indexOf(selectedId);
  const start = index < 0 && direction < 0 ? 0 : index;
  session.select(ids[(start + direction + ids.length) % ids.length]);
}

/** Hides all but the selection; with something hidden, shows everything again. */
function isolate(session: Session): void {
  const { hiddenIds, selectedId } = stateOf(session);
  if (hiddenIds.size > 0) return hiddenIds.forEach((id) => session.setHidden(id, "shown"));
  const { document } = session;
  for (const { id } of [...document.tracks(), ...document.laneBoundaries()])
    if (id !== selectedId) session.setHidden(id, "hidden");
}

/** Esc: out of the gesture, else out of the tool, else off the suggestion, else out of the vertex, else out of the selection. */
function escape(session: Session): void {
  const { toolId, selectedId, selectedVertex } = stateOf(session);
  if (session.inGesture) session.dispatch({ kind: "cancel" });
  else if (toolId !== "select") session.setTool("select");
  else if (focusedSuggestion(session) !== undefined) session.suggestions.focus(undefined, "step");
  else if (selectedVertex !== undefined) session.select(selectedId);
  else session.select(undefined);
}

export const viewActions: readonly SessionAction[] = [
  {
    id: "ego.correction",
    title: "action.ego.correction",
    group,
    keys: ["Alt+KeyP"],
    enabled: (session) => egoCorrectionOf(session.document) !== undefined && stateOf(session).readOnly === undefined,
    active: (session) => egoCorrectionOf(session.document)?.enabled ?? false,
    run: (session) =>
      session.run(switchEgoCorrection, { to: egoCorrectionOf(session.document)?.enabled ? "off" : "on" }),
  },
  { id: "edit.escape", title: "action.edit.escape", group: "edit", keys: ["Escape"], run: escape },
  {
    id: "edit.confirm",
    title: "action.edit.confirm",
    group: "edit",
    keys: ["Enter", "NumpadEnter"],
    enabled: (session) => session.inGesture || (editable(session) && focusedSuggestion(session) !== undefined),
    run(session) {
      const id = focusedSuggestion(session);
      if (session.inGesture) session.dispatch({ kind: "confirm" });
      else if (id !== undefined) session.suggestions.accept([id]);
    },
  },
  {
    id: "view.nextObject",
    title: "action.view.nextObject",
    group,
    keys: ["Tab"],
    repeats: true,
    enabled: (session) => selectable(session).length > 0,
    run: (session) => selectNext(session, 1),
  },
  {
    id: "view.previousObject",
    title: "action.view.previousObject",
    group,
    keys: ["Shift+Tab"],
    repeats: true,
    enabled: (session) => selectable(session).length > 0,
    run: (session) => selectNext(session, -1),
  },
  {
    id: "view.focus",
    title: "action.view.focus",
    group,
    keys: ["KeyZ"],
    enabled: (session) => stateOf(session).selectedId !== undefined,
    run: (session) => session.requestView("focus-selection"),
  },
  {
    id: "view.reset",
    title: "action.view.reset",
    group,
    keys: ["Shift+KeyZ"],
    run: (session) => session.requestView("reset"),
  },
  {
    id: "view.birdsEye",
    title: "action.view.birdsEye",
    group,
    keys: ["KeyB", "Numpad7"],
    active: (session) => stateOf(session).view.projection === "top",
    run: (session) =>
      session.setView({ projection: stateOf(session).view.projection === "top" ? "perspective" : "top" }),
  },
  {
    id: "view.colorMode",
    title: "action.view.colorMode",
    group,
    keys: ["Shift+KeyC"],
    run(session) {
      const index = colorModes.indexOf(stateOf(session).view.colorMode);
      session.setView({ colorMode: colorModes[(index + 1) % colorModes.length] });
    },
  },
  {
    id: "view.largerPoints",
    title: "action.view.largerPoints",
    group,
    keys: ["+", "Equal", "NumpadAdd"],
    repeats: true,
    enabled: (session) => stateOf(session).view.pointSize < pointSizeRange.maxPx,
    run: (session) => changePointSize(session, pointSizeRange.stepPx),
  },
  {
    id: "view.smallerPoints",
    title: "action.view.smallerPoints",
    group,
    keys: ["-", "Minus", "NumpadSubtract"],
    repeats: true,
    enabled: (session) => stateOf(session).view.pointSize > pointSizeRange.minPx,
    run: (session) => changePointSize(session, -pointSizeRange.stepPx),
  },
  {
    id: "view.pointsInImages",
    title: "action.view.pointsInImages",
    group,
    keys: ["KeyX"],
    active: (session) => stateOf(session).view.pointsInImages,
    run: (session) => session.setView({ pointsInImages: !stateOf(session).view.pointsInImages }),
  },
  {
    id: "view.clip",
    title: "action.view.clip",
    group,
    keys: ["Shift+KeyH"],
    active: (session) => stateOf(session).view.clip !== null,
    run: (session) => session.setView({ clip: stateOf(session).view.clip ? null : usualClip }),
  },
  {
    id: "view.accumulate",
    title: "action.view.accumulate",
    group,
    keys: ["KeyM"],
    active: (session) => stateOf(session).accumulation.phase !== "off",
    enabled: (session) => stateOf(session).frame !== undefined,
    run: (session) => session.accumulate(stateOf(session).accumulation.phase === "off" ? "start" : "stop"),
  },
  {
    id: "view.accumulateAnew",
    title: "action.view.accumulateAnew",
    group,
    keys: ["Shift+KeyM"],
    enabled: (session) => stateOf(session).accumulation.phase !== "off",
    run: (session) => session.accumulate("start"),
  },
  {
    id: "view.focusMode",
    title: "action.view.focusMode",
    group,
    keys: ["Alt+KeyZ"],
    active: (session) => stateOf(session).view.focus,
    run: (session) => session.setView({ focus: !stateOf(session).view.focus }),
  },
  {
    id: "view.isolate",
    title: "action.view.isolate",
    group,
    keys: ["Slash"],
    active: (session) => stateOf(session).hiddenIds.size > 0,
    enabled: (session) => stateOf(session).hiddenIds.size > 0 || stateOf(session).selectedId !== undefined,
    run: isolate,
  },
];
