import { setBeyond, setInterpolation } from "@sweepmark/document";
import { beyonds } from "@sweepmark/schema";
import type { SessionAction } from "../session-types.ts";
import { editableTrack, selectedTrack } from "./common.ts";

/** What is done to a track as a whole, through time. */
export const trackActions: readonly SessionAction[] = [
  {
    id: "track.smooth",
    title: "action.track.smooth",
    group: "track",
    keys: ["KeyI"],
    enabled: (session) => editableTrack(session) && selectedTrack(session)?.static === false,
    active: (session) => selectedTrack(session)?.interpolation === "smooth",
    run(session) {
      const track = selectedTrack(session);
      const interpolation = track?.interpolation === "smooth" ? "linear" : "smooth";
      if (track) session.run(setInterpolation, { trackId: track.id, interpolation });
    },
  },
  {
    id: "track.beyond",
    title: "action.track.beyond",
    group: "track",
    keys: ["Shift+KeyI"],
    enabled: (session) => editableTrack(session) && selectedTrack(session)?.static === false,
    active: (session) => (selectedTrack(session)?.beyond ?? "held") !== "held",
    run(session) {
      const track = selectedTrack(session);
      if (!track) return;
      const beyond = beyonds[(beyonds.indexOf(track.beyond ?? "held") + 1) % beyonds.length];
      session.run(setBeyond, { trackId: track.id, beyond });
    },
  },
];
