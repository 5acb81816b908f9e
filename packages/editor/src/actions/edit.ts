import {
  deleteAfter,
  deleteBefore,
  deleteKeyframe,
  deleteLaneBoundary,
  deleteTrack,
  deleteVertex,
  endTrack,
  resumeTrack,
  setRigid,
  setStatic,
  toggleKeyframe,
  type Command,
} from "@sweepmark/document";
import type { TimestampNs } from "@sweepmark/geometry";
import type { Session, SessionAction } from "../session-types.ts";
import {
  editable,
  editableHere,
  editableTrack,
  selectedBoundary,
  selectedHere,
  selectedTrack,
  stateOf,
} from "./common.ts";

interface TrackTime {
  readonly trackId: string;
  readonly at: TimestampNs;
}

/** Runs a command on the selected track at the shown frame. */
const atFrame = (command: Command<TrackTime>) => (session: Session) => {
  const { frame } = stateOf(session);
  const track = selectedTrack(session);
  if (frame && track) session.run(command, { trackId: track.id, at: frame.at });
};

/** Where the shown frame holds a keyframe of the selected track, of a cuboid or of its absence. */
const keyframeHere = (session: Session): boolean => {
  const { frame } = stateOf(session);
  const track = selectedTrack(session);
  return !!frame && !!track && session.document.keyframes(track.id).some(({ at }) => at === frame.at);
};

/** One key for "take this away": the last click of a gesture, a vertex, a lane boundary, the keyframe here. */
function deleteHere(session: Session): void {
  const { selectedVertex } = stateOf(session);
  const boundary = selectedBoundary(session);
  if (session.inGesture) session.dispatch({ kind: "back" });
  else if (boundary && selectedVertex !== undefined) {
    session.run(deleteVertex, { boundaryId: boundary.id, index: selectedVertex });
    // The vertex after it would otherwise be selected by its number, and go with the next press.
    session.select(session.document.get(boundary.id) ? boundary.id : undefined);
  } else if (boundary) session.run(deleteLaneBoundary, { boundaryId: boundary.id });
  else atFrame(deleteKeyframe)(session);
}

function deleteObject(session: Session): void {
  const track = selectedTrack(session);
  const boundary = selectedBoundary(session);
  if (track) session.run(deleteTrack, { trackId: track.id });
  else if (boundary) session.run(deleteLaneBoundary, { boundaryId: boundary.id });
}

const hasSelection = (session: Session): boolean =>
  editable(session) && (selectedTrack(session) !== undefined || selectedBoundary(session) !== undefined);

export const editActions: readonly SessionAction[] = [
  {
    id: "edit.undo",
    title: "action.edit.undo",
    group: "edit",
    keys: ["$mod+KeyZ"],
    repeats: true,
    enabled: (session) => session.inGesture || (editable(session) && session.undoLabel !== undefined),
    run: (session) => session.undo(),
  },
  {
    id: "edit.redo",
    title: "action.edit.redo",
    group: "edit",
    keys: ["$mod+Shift+KeyZ", "$mod+KeyY"],
    repeats: true,
    enabled: (session) => editable(session) && session.redoLabel !== undefined,
    run: (session) => session.redo(),
  },
  {
    id: "edit.delete",
    title: "action.edit.delete",
    group: "edit",
    keys: ["Delete", "Backspace"],
    enabled: (session) =>
      session.inGesture || (editable(session) && (selectedBoundary(session) !== undefined || keyframeHere(session))),
    run: deleteHere,
  },
  {
    id: "edit.deleteObject",
    title: "action.edit.deleteObject",
    group: "edit",
    keys: ["Shift+Delete", "Shift+Backspace"],
    enabled: hasSelection,
    run: deleteObject,
  },
  {
    id: "track.deleteBefore",
    title: "action.track.deleteBefore",
    group: "track",
    keys: [],
    enabled: editableTrack,
    run: atFrame(deleteBefore),
  },
  {
    id: "track.deleteAfter",
    title: "action.track.deleteAfter",
    group: "track",
    keys: [],
    enabled: editableTrack,
    run: atFrame(deleteAfter),
  },
  {
    id: "track.keyframe",
    title: "action.track.keyframe",
    group: "track",
    keys: ["KeyK"],
    enabled: editableHere,
    active: (session) => selectedHere(session)?.state === "keyframe",
    run: atFrame(toggleKeyframe),
  },
  {
    id: "track.absent",
    title: "action.track.absent",
    group: "track",
    keys: ["KeyO"],
    enabled: editableTrack,
    active: (session) => selectedTrack(session) !== undefined && selectedHere(session) === undefined,
    run: (session) => atFrame(selectedHere(session) ? endTrack : resumeTrack)(session),
  },
  {
    id: "track.static",
    title: "action.track.static",
    group: "track",
    keys: ["KeyP"],
    enabled: editableTrack,
    active: (session) => selectedTrack(session)?.static ?? false,
    run(session) {
      const track = selectedTrack(session);
      const { frame } = stateOf(session);
      if (track && frame) session.run(setStatic, { trackId: track.id, at: frame.at, static: !track.static });
    },
  },
  {
    id: "track.rigid",
    title: "action.track.rigid",
    group: "track",
    keys: ["Shift+KeyP"],
    enabled: editableTrack,
    active: (session) => selectedTrack(session)?.rigid ?? false,
    run(session) {
      const track = selectedTrack(session);
      const { frame } = stateOf(session);
      if (track && frame) session.run(setRigid, { trackId: track.id, at: frame.at, rigid: !track.rigid });
    },
  },
];
