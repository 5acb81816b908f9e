import { frameNearest } from "../frame-of-time.ts";
import type { SessionAction } from "../session-types.ts";
import { hasFrames, selectedTrack, stateOf } from "./common.ts";
import type { Session } from "../session-types.ts";

export const rates: readonly number[] = [0.25, 0.5, 1, 2, 4];

const stepBy = (count: number) => (session: Session) => session.goTo(stateOf(session).frameIndex + count);

/** To the frame nearest to the keyframe before or after the shown frame; stays where there is none. */
function toKeyframe(session: Session, direction: -1 | 1): void {
  const track = selectedTrack(session);
  if (!track) return;
  const { frames, moment } = stateOf(session);
  const stamps = session.document.keyframes(track.id).map(({ at }) => at);
  const at = direction > 0 ? stamps.find((each) => each > moment.at) : stamps.findLast((each) => each < moment.at);
  if (at === undefined) return;
  const index = frameNearest(frames, at);
  if (index !== undefined) session.goTo(index);
}

function changeRate(session: Session, by: -1 | 1): void {
  const { rate } = stateOf(session);
  const next = by > 0 ? rates.find((each) => each > rate) : rates.findLast((each) => each < rate);
  if (next !== undefined) session.setRate(next);
}

const group = "playback";

export const playbackActions: readonly SessionAction[] = [
  {
    id: "playback.toggle",
    title: "action.playback.toggle",
    group,
    keys: ["Space"],
    enabled: (session) => stateOf(session).frames.length > 1,
    active: (session) => stateOf(session).playing,
    run: (session) => (stateOf(session).playing ? session.pause() : session.play()),
  },
  {
    id: "playback.previous",
    title: "action.playback.previous",
    group,
    keys: ["ArrowLeft", "PageUp"],
    repeats: true,
    enabled: hasFrames,
    run: stepBy(-1),
  },
  {
    id: "playback.next",
    title: "action.playback.next",
    group,
    keys: ["ArrowRight", "PageDown"],
    repeats: true,
    enabled: hasFrames,
    run: stepBy(1),
  },
  {
    id: "playback.back10",
    title: "action.playback.back10",
    group,
    keys: ["Shift+ArrowLeft", "Shift+PageUp"],
    repeats: true,
    enabled: hasFrames,
    run: stepBy(-10),
  },
  {
    id: "playback.forward10",
    title: "action.playback.forward10",
    group,
    keys: ["Shift+ArrowRight", "Shift+PageDown"],
    repeats: true,
    enabled: hasFrames,
    run: stepBy(10),
  },
  {
    id: "playback.first",
    title: "action.playback.first",
    group,
    keys: ["Home"],
    enabled: hasFrames,
    run: (session) => session.goTo(0),
  },
  {
    id: "playback.last",
    title: "action.playback.last",
    group,
    keys: ["End"],
    enabled: hasFrames,
    run: (session) => session.goTo(stateOf(session).frames.length - 1),
  },
  {
    id: "playback.previousKeyframe",
    title: "action.playback.previousKeyframe",
    group,
    keys: ["Alt+ArrowLeft"],
    enabled: (session) => selectedTrack(session) !== undefined,
    run: (session) => toKeyframe(session, -1),
  },
  {
    id: "playback.nextKeyframe",
    title: "action.playback.nextKeyframe",
    group,
    keys: ["Alt+ArrowRight"],
    enabled: (session) => selectedTrack(session) !== undefined,
    run: (session) => toKeyframe(session, 1),
  },
  {
    id: "playback.slower",
    title: "action.playback.slower",
    group,
    keys: ["Shift+Comma"],
    enabled: (session) => stateOf(session).rate > rates[0],
    run: (session) => changeRate(session, -1),
  },
  {
    id: "playback.faster",
    title: "action.playback.faster",
    group,
    keys: ["Shift+Period"],
    enabled: (session) => stateOf(session).rate < rates[rates.length - 1],
    run: (session) => changeRate(session, 1),
  },
  {
    id: "playback.loop",
    title: "action.playback.loop",
    group,
    keys: ["Shift+KeyL"],
    active: (session) => stateOf(session).looping,
    run: (session) => session.setLooping(stateOf(session).looping ? "once" : "loop"),
  },
];
