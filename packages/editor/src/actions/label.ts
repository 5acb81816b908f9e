import { fitCuboid, setOnGround, shrunkToPoints, snappedFace } from "@sweepmark/assist";
import { flipHeading, setClass, setCuboid, setCuboids, setLaneClass } from "@sweepmark/document";
import type { Cuboid, Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { classOfDigit, quickClassIds, type ObjectClass } from "@sweepmark/schema";
import { copyLogLabels, logLabelTopics } from "../copy-log-labels.ts";
import { fittedSize, fittingFrame } from "../fitting.ts";
import { nudged, nudgeSteps, resizedAbout, turned } from "../nudge.ts";
import type { Session, SessionAction } from "../session-types.ts";
import {
  editable,
  editableHere,
  editableInHand,
  placesInHand,
  selectedBoundary,
  selectedHere,
  selectedTrack,
  stateOf,
  type Place,
} from "./common.ts";
import { focusedSuggestion } from "./suggest.ts";

type Edit = (cuboid: Cuboid<"world">, place: Place) => Cuboid<"world">;

/** Presses in quick succession on one object in the same frames are one transaction. */
const burst = (edit: Edit) => (session: Session) => {
  const { selectedId: trackId } = stateOf(session);
  const places = placesInHand(session);
  if (trackId === undefined || places.length === 0) return;
  session.runBurst(`nudge ${trackId} ${places.map(({ at }) => at).join(" ")}`, setCuboids, {
    trackId,
    places: places.map((place) => ({ at: place.at, cuboid: edit(place.cuboid, place) })),
  });
};

const nudge = (
  name: string,
  keys: string,
  along: { readonly right?: number; readonly away?: number; readonly up?: number },
): readonly SessionAction[] =>
  (["usual", "fine"] as const).map((step) => ({
    id: `label.${name}${step === "fine" ? "Fine" : ""}`,
    title: `action.label.${name}${step === "fine" ? "Fine" : ""}`,
    group: "label",
    keys: [step === "fine" ? `Shift+${keys}` : keys],
    repeats: true,
    enabled: editableInHand,
    run: burst((cuboid, { viewUp, viewYawRad }) => {
      const factor = nudgeSteps.moveM[step];
      const { right = 0, away = 0, up = 0 } = along;
      const [far, high] = viewUp === "higher" ? [0, up + away] : [away, up];
      return nudged(cuboid, viewYawRad, { right: right * factor, away: far * factor, up: high * factor });
    }),
  }));

const turn = (name: string, keys: string, sense: -1 | 1): readonly SessionAction[] =>
  (["usual", "fine"] as const).map((step) => ({
    id: `label.${name}${step === "fine" ? "Fine" : ""}`,
    title: `action.label.${name}${step === "fine" ? "Fine" : ""}`,
    group: "label",
    keys: [step === "fine" ? `Shift+${keys}` : keys],
    repeats: true,
    enabled: editableInHand,
    run: burst((cuboid) => turned(cuboid, sense * nudgeSteps.turnRad[step])),
  }));

/** Length and width grow on both sides, height from the bottom up. */
const resize = (name: string, keys: string, axis: 0 | 1 | 2, sense: -1 | 1): SessionAction => ({
  id: `label.${name}`,
  title: `action.label.${name}`,
  group: "label",
  keys: [keys],
  repeats: true,
  enabled: editableInHand,
  run: burst((cuboid) => {
    const size = cuboid.size.with(axis, cuboid.size[axis] + sense * nudgeSteps.sizeM) as unknown as Size;
    return resizedAbout(cuboid, size, [0, 0, -1]);
  }),
});

function classOf(session: Session, classId: string): ObjectClass | undefined {
  return session.document.ontology.objects.find(({ id }) => id === classId);
}

function place(session: Session, edit: (cuboid: Cuboid<"world">) => Cuboid<"world">): void {
  const here = selectedHere(session);
  if (here)
    session.run(setCuboid, {
      trackId: here.track.id,
      at: stateOf(session).moment.at,
      cuboid: edit(here.cuboid),
    });
}

function fit(session: Session): void {
  const here = selectedHere(session);
  const { frame } = stateOf(session);
  const objectClass = here && classOf(session, here.track.classId);
  if (!here || !frame || !objectClass) return;
  const points = fittingFrame(stateOf(session), frame, here.track, here.cuboid);
  const cuboid = fitCuboid(points, here.cuboid, objectClass, { size: fittedSize(session.document, here.track) });
  if (cuboid === here.cuboid) session.notify({ message: "notice.fit-no-points", params: { name: here.track.name } });
  else place(session, () => cuboid);
}

/** Moves sides to the points; says so where there is nothing to move them to. */
function toPoints(session: Session, move: (frame: Frame, cuboid: Cuboid<"world">) => Cuboid<"world">): void {
  const here = selectedHere(session);
  const { frame } = stateOf(session);
  if (!here || !frame) return;
  const cuboid = move(fittingFrame(stateOf(session), frame, here.track, here.cuboid), here.cuboid);
  if (cuboid !== here.cuboid) place(session, () => cuboid);
  else session.notify({ message: "notice.no-point-there", params: { name: here.track.name } });
}

const snap = (way: "out" | "in", keys: string): SessionAction => ({
  id: way === "out" ? "label.snapOut" : "label.snapIn",
  title: way === "out" ? "action.label.snapOut" : "action.label.snapIn",
  group: "label",
  keys: [keys],
  repeats: true,
  enabled: (session) => editableHere(session) && session.pointedFace !== undefined,
  run(session) {
    const { pointedFace } = session;
    if (pointedFace) toPoints(session, (frame, cuboid) => snappedFace(frame, cuboid, pointedFace, way));
  },
});

const quickClass = (session: Session, index: number): ObjectClass | undefined =>
  classOfDigit(session.document.ontology, index + 1);

/** Whether number keys mean lane classes now. */
const meansLanes = (session: Session): boolean =>
  selectedBoundary(session) !== undefined || stateOf(session).toolId === "draw-lane";

/** The n-th class, for the selection and for what is drawn next. Lanes have their own list. */
function chooseClass(session: Session, index: number): void {
  const { toolId } = stateOf(session);
  const boundary = selectedBoundary(session);
  if (meansLanes(session)) {
    const laneClass = session.document.ontology.lanes[index];
    if (!laneClass) return;
    session.setLaneClass(laneClass.id);
    if (boundary && toolId !== "draw-lane")
      session.run(setLaneClass, { boundaryId: boundary.id, classId: laneClass.id });
    return;
  }
  const objectClass = quickClass(session, index);
  if (!objectClass) return;
  const suggested = focusedSuggestion(session);
  if (suggested !== undefined) return session.suggestions.setClass(suggested, objectClass.id);
  session.setClass(objectClass.id);
  const track = selectedTrack(session);
  const isDrawing = toolId === "draw-cuboid" || toolId === "draw-side";
  // While drawing, the key is about the next cuboid, not about the one just drawn.
  if (track && !isDrawing) session.run(setClass, { trackId: track.id, classId: objectClass.id });
}

const classActions: readonly SessionAction[] = quickClassIds.map((_, index) => ({
  id: `label.class${index + 1}`,
  title: "action.label.class",
  params: (session) => ({
    name:
      (meansLanes(session) ? session.document.ontology.lanes[index] : quickClass(session, index))?.name ??
      String(index + 1),
  }),
  group: "label",
  keys: [`Digit${index + 1}`, `Alt+Digit${index + 1}`],
  enabled: editable,
  run: (session) => chooseClass(session, index),
}));

export const labelActions: readonly SessionAction[] = [
  {
    id: "label.drawCuboid",
    title: "action.label.drawCuboid",
    group: "label",
    keys: ["KeyN", "KeyF"],
    enabled: editable,
    active: (session) => stateOf(session).toolId === "draw-cuboid",
    run: (session) => session.setTool("draw-cuboid"),
  },
  {
    id: "label.drawSide",
    title: "action.label.drawSide",
    group: "label",
    keys: ["Shift+KeyN"],
    enabled: editable,
    active: (session) => stateOf(session).toolId === "draw-side",
    run: (session) => session.setTool("draw-side"),
  },
  {
    id: "lane.draw",
    title: "action.lane.draw",
    group: "lane",
    keys: ["KeyL"],
    enabled: editable,
    active: (session) => stateOf(session).toolId === "draw-lane",
    run: (session) => session.setTool("draw-lane"),
  },
  { id: "label.fit", title: "action.label.fit", group: "label", keys: ["KeyR"], enabled: editableHere, run: fit },
  {
    id: "label.shrink",
    title: "action.label.shrink",
    group: "label",
    keys: ["Shift+KeyR"],
    enabled: editableHere,
    run: (session) => toPoints(session, (frame, cuboid) => shrunkToPoints(frame, cuboid)),
  },
  snap("out", "Period"),
  snap("in", "Comma"),
  ...(["frame", "all"] as const).map((scope): SessionAction => ({
    id: scope === "frame" ? "label.copyLogFrame" : "label.copyLogAll",
    title: scope === "frame" ? "action.label.copyLogFrame" : "action.label.copyLogAll",
    group: "label",
    keys: [],
    enabled: (session) =>
      editable(session) && stateOf(session).frame !== undefined && logLabelTopics(session, "shown").length > 0,
    run: (session) => void copyLogLabels(session, logLabelTopics(session, "shown"), scope),
  })),
  {
    id: "label.flip",
    title: "action.label.flip",
    group: "label",
    keys: ["KeyG"],
    enabled: editableHere,
    run(session) {
      const here = selectedHere(session);
      if (here) session.run(flipHeading, { trackId: here.track.id, at: stateOf(session).moment.at, scope: "here" });
    },
  },
  {
    id: "label.flipAll",
    title: "action.label.flipAll",
    group: "label",
    keys: [],
    enabled: editableHere,
    run(session) {
      const here = selectedHere(session);
      if (here) session.run(flipHeading, { trackId: here.track.id, at: stateOf(session).moment.at, scope: "all" });
    },
  },
  {
    id: "label.quarterTurn",
    title: "action.label.quarterTurn",
    group: "label",
    keys: ["Shift+KeyG"],
    enabled: editableHere,
    run: (session) => place(session, (cuboid) => turned(cuboid, Math.PI / 2)),
  },
  {
    id: "label.ground",
    title: "action.label.ground",
    group: "label",
    keys: ["KeyH"],
    enabled: editableHere,
    run(session) {
      const { frame } = stateOf(session);
      if (frame) place(session, (cuboid) => setOnGround(frame, cuboid));
    },
  },
  ...nudge("moveAway", "KeyW", { away: 1 }),
  ...nudge("moveNear", "KeyS", { away: -1 }),
  ...nudge("moveLeft", "KeyA", { right: -1 }),
  ...nudge("moveRight", "KeyD", { right: 1 }),
  ...nudge("moveUp", "BracketRight", { up: 1 }),
  ...nudge("moveDown", "BracketLeft", { up: -1 }),
  ...turn("turnLeft", "KeyQ", 1),
  ...turn("turnRight", "KeyE", -1),
  resize("longer", "Alt+KeyW", 0, 1),
  resize("shorter", "Alt+KeyS", 0, -1),
  resize("wider", "Alt+KeyD", 1, 1),
  resize("narrower", "Alt+KeyA", 1, -1),
  resize("higher", "Alt+KeyE", 2, 1),
  resize("lower", "Alt+KeyQ", 2, -1),
  ...classActions,
];
