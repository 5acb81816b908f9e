import type { TrackMoment } from "@sweepmark/document";
import type { Cuboid, TimestampNs } from "@sweepmark/geometry";
import type { LaneBoundary, Track } from "@sweepmark/schema";
import { tilesOf, tilesUnderPointer } from "../batch.ts";
import { orthoYaw } from "../ortho.ts";
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

/** A cuboid of the selected track that keys move, and the axes in which they do. */
export interface Place {
  readonly at: TimestampNs;
  readonly cuboid: Cuboid<"world">;
  /** As of the session. */
  readonly viewYawRad: number;
  readonly viewUp: Session["viewUp"];
}

/** The cuboid at the shown frame; in the batch view those of the tiles that are meant, each in its own axes. */
export function placesInHand(session: Session): readonly Place[] {
  const { batch, frames, moment, selectedId } = stateOf(session);
  if (!batch) {
    const here = selectedHere(session);
    const { viewYawRad, viewUp } = session;
    return here ? [{ at: moment.at, cuboid: here.cuboid, viewYawRad, viewUp }] : [];
  }
  const side = batch.pointed?.side ?? "top";
  return tilesUnderPointer(batch, tilesOf(session.document, selectedId, frames)).map(({ at, moment: { cuboid } }) => ({
    at,
    cuboid,
    viewYawRad: orthoYaw(cuboid, side),
    viewUp: side === "top" ? "away" : "higher",
  }));
}

export const editable = (session: Session): boolean => stateOf(session).readOnly === undefined;
export const editableTrack = (session: Session): boolean =>
  editable(session) && stateOf(session).frame !== undefined && selectedTrack(session) !== undefined;
export const editableHere = (session: Session): boolean => editable(session) && selectedHere(session) !== undefined;
/** Whether keys that move something have something to move. */
export const editableInHand = (session: Session): boolean => editable(session) && placesInHand(session).length > 0;
export const hasFrames = (session: Session): boolean => stateOf(session).frames.length > 0;
