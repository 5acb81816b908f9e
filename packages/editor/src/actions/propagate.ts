import { acceptTrack } from "@sweepmark/document";
import { isDoubtful } from "../doubt.ts";
import { estimateTrack } from "../estimate-track.ts";
import { propagateTrack, type PropagateWay } from "../propagate-track.ts";
import type { Session, SessionAction } from "../session-types.ts";
import { editableTrack, selectedTrack, stateOf } from "./common.ts";

const ways: readonly (readonly [way: PropagateWay, id: string, keys: string])[] = [
  ["both", "track.propagate", "KeyT"],
  ["forward", "track.propagateForward", "Shift+KeyT"],
  ["backward", "track.propagateBackward", "Alt+KeyT"],
];

/** Frames of the keyframes of the selected track that an algorithm doubts, by time. */
function doubtfulFrames(session: Session): readonly number[] {
  const track = selectedTrack(session);
  if (!track) return [];
  const doubted = session.document.keyframes(track.id).filter(isDoubtful);
  const stamps = new Set(doubted.map(({ at }) => at));
  return stateOf(session).frames.flatMap(({ at, index }) => (stamps.has(at) ? [index] : []));
}

/** The next doubtful frame; after the last one, the first. */
function toDoubt(session: Session): void {
  const doubtful = doubtfulFrames(session);
  const next = doubtful.find((index) => index > stateOf(session).frameIndex) ?? doubtful[0];
  if (next !== undefined) session.goTo(next);
}

export const propagateActions: readonly SessionAction[] = [
  ...ways.map(([way, id, keys]): SessionAction => ({
    id,
    title: `action.${id}`,
    group: "track",
    keys: [keys],
    enabled: (session) => editableTrack(session) && selectedTrack(session)?.static === false,
    run(session) {
      const track = selectedTrack(session);
      if (track) void propagateTrack(session, track.id, way);
    },
  })),
  {
    id: "track.estimate",
    title: "action.track.estimate",
    group: "track",
    keys: ["Alt+KeyR"],
    enabled: editableTrack,
    run(session) {
      const track = selectedTrack(session);
      if (track) void estimateTrack(session, track.id);
    },
  },
  {
    id: "track.accept",
    title: "action.track.accept",
    group: "track",
    keys: ["Shift+KeyK"],
    enabled: (session) => {
      const track = selectedTrack(session);
      return (
        editableTrack(session) &&
        track !== undefined &&
        session.document.keyframes(track.id).some(({ source }) => source === "algorithm" || source === "model")
      );
    },
    run(session) {
      const track = selectedTrack(session);
      if (track) session.run(acceptTrack, { trackId: track.id });
    },
  },
  {
    id: "track.nextDoubt",
    title: "action.track.nextDoubt",
    group: "track",
    keys: ["KeyV"],
    enabled: (session) => doubtfulFrames(session).length > 0,
    run: toDoubt,
  },
];
