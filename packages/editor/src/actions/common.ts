import type { TrackMoment } from "@sweepmark/document";
import type { LaneBoundary, Track } from "@sweepmark/schema";
import type { Session, SessionState } from "../session-types.ts";

export const stateOf = (session: Session): SessionState => session.store.getState();

export function selectedTrack(session: Session): Track | undefined {
  const { selectedId } = stateOf(session);
  const record = selectedId === undefined ? undefined : session.document.get(selectedId);
  return record?.kind === "track" ? record : undefined;
}

export function selectedBoundary(session: Session): LaneBoundary | undefined {
  const { selectedId } = stateOf(session);
  const record = selectedId === undefined ? undefined : session.document.get(selectedId);
  return record?.kind === "lane-boundary" ? record : undefined;
}

/** The selected track as it is at the shown frame; undefined where it is absent or nothing is shown. */
export function selectedHere(session: Session): TrackMoment | undefined {
  const { frame, moment, selectedId } = stateOf(session);
  return frame && moment.tracks.find(({ track }) => track.id === selectedId);
}

export const editable = (session: Session): boolean => stateOf(session).readOnly === undefined;
export const editableTrack = (session: Session): boolean =>
  editable(session) && stateOf(session).frame !== undefined && selectedTrack(session) !== undefined;
export const editableHere = (session: Session): boolean => editable(session) && selectedHere(session) !== undefined;
export const hasFrames = (session: Session): boolean => stateOf(session).frames.length > 0;
