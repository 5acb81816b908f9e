import {
  copyToFrame,
  headingFromMotion,
  setBeyond,
  setInterpolation,
  slowestMps,
  splitTrack,
  useSize,
} from "@sweepmark/document";
import type { TimestampNs } from "@sweepmark/geometry";
import { beyonds } from "@sweepmark/schema";
import { goToBestFrame } from "../best-frame.ts";
import type { Session, SessionAction } from "../session-types.ts";
import { editableHere, editableTrack, hasFrames, selectedHere, selectedTrack, stateOf } from "./common.ts";

const moves = (session: Session): boolean => editableHere(session) && selectedTrack(session)?.static === false;

/** The exact stamp of a frame: that of the index may be an estimate, and a keyframe there would be beside the frame. */
async function exactStamp({ log, store }: Session, index: number): Promise<TimestampNs | undefined> {
  const entry = store.getState().frames[index];
  if (!entry || entry.exact) return entry?.at;
  const frame = await log.frame(index);
  log.release(frame);
  return frame.at;
}

function turnToMotion(session: Session, scope: "here" | "all"): void {
  const track = selectedTrack(session);
  const { frame, moment } = stateOf(session);
  if (!track || !frame) return;
  const args = { trackId: track.id, at: moment.at, scope };
  if (headingFromMotion.plan(session.document, args).length > 0) session.run(headingFromMotion, args);
  else session.notify({ message: "notice.no-motion", params: { name: track.name, speed: slowestMps } });
}

/** Says in the frame beside what holds here, and goes there. */
async function copyBeside(session: Session, by: -1 | 1): Promise<void> {
  const here = selectedHere(session);
  const { frame, frames } = stateOf(session);
  if (!here || !frame || !frames[frame.index + by]) return;
  const to = await exactStamp(session, frame.index + by).catch(() => undefined);
  if (to === undefined || stateOf(session).frame !== frame) return;
  session.run(copyToFrame, { trackId: here.track.id, at: frame.at, to });
  session.goTo(frame.index + by);
}

async function splitHere(session: Session): Promise<void> {
  const track = selectedTrack(session);
  const { frame } = stateOf(session);
  if (!track || !frame) return;
  const previousAt = await exactStamp(session, frame.index - 1).catch(() => undefined);
  if (stateOf(session).frame !== frame) return;
  const args = { trackId: track.id, at: frame.at, previousAt };
  if (splitTrack.plan(session.document, args).length > 0) session.run(splitTrack, args);
  else session.notify({ message: "notice.no-split", params: { name: track.name } });
}

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
  ...(["here", "all"] as const).map((scope): SessionAction => ({
    id: scope === "here" ? "track.heading" : "track.headingAll",
    title: scope === "here" ? "action.track.heading" : "action.track.headingAll",
    group: "track",
    keys: [scope === "here" ? "KeyY" : "Shift+KeyY"],
    enabled: scope === "here" ? moves : editableTrack,
    run: (session) => turnToMotion(session, scope),
  })),
  ...([1, -1] as const).map((by): SessionAction => ({
    id: by > 0 ? "track.copyNext" : "track.copyPrevious",
    title: by > 0 ? "action.track.copyNext" : "action.track.copyPrevious",
    group: "track",
    keys: [by > 0 ? "Alt+Shift+ArrowRight" : "Alt+Shift+ArrowLeft"],
    repeats: true,
    enabled: moves,
    run: (session) => void copyBeside(session, by),
  })),
  {
    id: "track.split",
    title: "action.track.split",
    group: "track",
    keys: ["Shift+KeyB"],
    enabled: (session) => editableTrack(session) && selectedTrack(session)?.static === false,
    run: (session) => void splitHere(session),
  },
  {
    id: "track.bestFrame",
    title: "action.track.bestFrame",
    group: "track",
    keys: ["KeyU"],
    enabled: (session) => hasFrames(session) && selectedTrack(session) !== undefined,
    run(session) {
      const track = selectedTrack(session);
      if (track) void goToBestFrame(session, track.id);
    },
  },
  {
    id: "track.useSize",
    title: "action.track.useSize",
    group: "track",
    keys: ["Shift+KeyU"],
    enabled: editableHere,
    run(session) {
      const here = selectedHere(session);
      if (here) session.run(useSize, { trackId: here.track.id, at: stateOf(session).moment.at });
    },
  },
];
