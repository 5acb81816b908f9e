import { fitCuboid, shrunkToPoints } from "@sweepmark/assist";
import { insertVertex, moveVertex, setCuboid } from "@sweepmark/document";
import { closestOnAxis, rayCuboid, type Cuboid, type Face, type Point, type Vec3 } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import { fittedSize } from "../fitting.ts";
import { orthoCursor, orthoGrip, type OrthoSide } from "../ortho.ts";
import type { KeyHint, PointerToolEvent, Step, Tool, ToolContext } from "../types.ts";
import { draggedCuboid, type CuboidGrip } from "./cuboid-drag.ts";
import { pick, pickHandle, pickKeyframe } from "./picking.ts";
import { isClick } from "./pointer.ts";
import type { LastClick, Plan, SelectState, Target } from "./select-state.ts";

type SelectStep = Step<SelectState>;

/** README rules 5–9. */
export const selectTool: Tool<SelectState> = {
  id: "select",
  title: "tool.select",
  hint: hintsOf,
  initial: { name: "idle" },
  step(state, event, context) {
    switch (event.kind) {
      case "pointer-down":
        return event.button === 0 ? press(state, event, context) : { state: { name: "idle" } };
      case "pointer-move":
        return move(state, event, context);
      case "pointer-up":
        return release(state, event, context);
      case "double-click":
        return doubleClicked(state, event, context);
      case "cancel":
        return { state: { name: "idle" } };
      case "pointer-rest":
      case "confirm":
      case "back":
        return state.name === "dragging" ? { state, draft: state.plan?.changes, captured: true } : { state };
    }
  },
};

function press(state: SelectState, down: PointerToolEvent, context: ToolContext): SelectStep {
  const target = targetOf(down, context);
  const lastClick = state.name === "idle" ? state.lastClick : undefined;
  return {
    state: { name: "pointing", down, target, ...(lastClick && { lastClick }) },
    captured: target.kind !== "elsewhere",
    hover: null,
  };
}

function targetOf(event: PointerToolEvent, context: ToolContext): Target {
  const { selectedId, moment, readOnly } = context;
  if (event.view.kind === "ortho") return orthoTarget(event, event.view.side, context);
  const handle = pickHandle(event, context);
  if (selectedId === undefined || readOnly || event.view.kind !== "main") return { kind: "elsewhere" };
  if (handle && (handle.kind === "vertex" || handle.kind === "midpoint"))
    return { kind: handle.kind, boundaryId: selectedId, index: Number(handle.key), point: handle.position };
  const cuboid = moment.tracks.find(({ track }) => track.id === selectedId)?.cuboid;
  if (!cuboid || context.hiddenIds.has(selectedId)) return { kind: "elsewhere" };
  if (handle?.kind === "yaw") return { kind: "cuboid", trackId: selectedId, cuboid, grip: { kind: "yaw" } };
  if (handle?.kind === "face")
    return { kind: "cuboid", trackId: selectedId, cuboid, grip: { kind: "face", face: handle.key as Face } };
  if (rayCuboid(event.ray, cuboid)) return { kind: "cuboid", trackId: selectedId, cuboid, grip: { kind: "body" } };
  return { kind: "elsewhere" };
}

/** A parallel view shows the selection alone: what is beside it is not there to be picked. */
function orthoTarget(event: PointerToolEvent, side: OrthoSide, context: ToolContext): Target {
  const { selectedId: trackId, moment, readOnly } = context;
  const cuboid = moment.tracks.find(({ track }) => track.id === trackId)?.cuboid;
  const grip = cuboid && !readOnly && orthoGrip(cuboid, side, event.ray, event.pixelM(0));
  const isRefused = event.view.kind === "ortho" && event.view.edits === "size" && grip && !resizes(grip);
  return grip && !isRefused && trackId !== undefined
    ? { kind: "cuboid", trackId, cuboid, grip }
    : { kind: "elsewhere" };
}

const resizes = ({ kind }: CuboidGrip): boolean => kind === "face" || kind === "corner";

function move(state: SelectState, event: PointerToolEvent, context: ToolContext): SelectStep {
  switch (state.name) {
    case "idle":
      return hover(state, event, context);
    case "pointing":
      if (isClick(state.down, event)) return { state, captured: state.target.kind !== "elsewhere" };
      // Not on the selection: the drag is the camera's.
      if (state.target.kind === "elsewhere") return { state: { name: "idle" } };
      return drag({ name: "dragging", down: state.down, target: state.target, plan: undefined }, event, context);
    case "dragging":
      return drag(state, event, context);
  }
}

function hover(state: SelectState, event: PointerToolEvent, context: ToolContext): SelectStep {
  if (event.view.kind === "ortho") {
    const { side } = event.view;
    const target = orthoTarget(event, side, context);
    return { state, cursor: orthoCursor(target.kind === "cuboid" ? target.grip : undefined, side) };
  }
  const handle = pickHandle(event, context);
  if (handle) return { state, hover: context.selectedId ?? null, cursor: handle.kind === "midpoint" ? "copy" : "grab" };
  const picked = pick(event, context);
  if (!picked.some(({ id }) => id === context.selectedId) && pickKeyframe(event, context))
    return { state, hover: null, cursor: "pointer" };
  const overSelected = picked.some(({ id }) => id === context.selectedId && id.startsWith("track:"));
  const movable = overSelected && !context.readOnly && event.view.kind === "main";
  const cursor = movable ? "move" : picked.length > 0 ? "pointer" : "default";
  return { state, hover: picked[0]?.id ?? null, cursor };
}

type CuboidTarget = Extract<Target, { readonly kind: "cuboid" }>;
type Dragging = Extract<SelectState, { readonly name: "dragging" }>;

function drag(state: Dragging, event: PointerToolEvent, context: ToolContext): SelectStep {
  const planned = plan(state, event, context) ?? state.plan;
  return { state: { ...state, plan: planned }, draft: planned?.changes, captured: true, cursor: "grabbing" };
}

/** What the drag means so far; undefined where the pointer says nothing. */
function plan({ down, target }: Dragging, event: PointerToolEvent, context: ToolContext): Plan | undefined {
  const { document } = context;
  if (target.kind === "cuboid") {
    const { trackId, grip } = target;
    const dragged = draggedCuboid(grip, target.cuboid, down, event);
    if (!dragged) return undefined;
    return planned(trackId, event.modifiers.ctrl ? toItsPoints(target, dragged, event, context) : dragged, context);
  }
  const point = vertexUnder(event, target.point, context);
  if (!point) return undefined;
  const args = { boundaryId: target.boundaryId, index: target.index, point };
  const command = target.kind === "vertex" ? moveVertex : insertVertex;
  return { label: command.label(document, args), changes: command.plan(document, args) };
}

function planned(trackId: RecordId, cuboid: Cuboid<"world">, { document, moment }: ToolContext): Plan {
  const args = { trackId, at: moment.at, cuboid };
  return { label: setCuboid.label(document, args), changes: setCuboid.plan(document, args) };
}

/** Ctrl while dragging: what is moved is fitted where it is (Shift: with its size), sides that are pulled go to the points. */
function toItsPoints(
  { trackId, grip }: CuboidTarget,
  dragged: Cuboid<"world">,
  { modifiers }: PointerToolEvent,
  context: ToolContext,
): Cuboid<"world"> {
  const { document } = context;
  const track = document.get(trackId);
  if (grip.kind === "yaw" || track?.kind !== "track") return dragged;
  if (grip.kind === "face") return shrunkTrack(trackId, dragged, [grip.face], context);
  if (grip.kind === "corner") return shrunkTrack(trackId, dragged, grip.faces, context);
  const objectClass = document.ontology.objects.find(({ id }) => id === track.classId);
  const size = modifiers.shift ? "keep" : fittedSize(document, track);
  const points = context.fittingFrame(track, dragged);
  return objectClass && points ? fitCuboid(points, dragged, objectClass, { size }) : dragged;
}

function shrunkTrack(
  trackId: RecordId,
  cuboid: Cuboid<"world">,
  faces: readonly Face[],
  context: ToolContext,
): Cuboid<"world"> {
  const track = context.document.get(trackId);
  const points = track?.kind === "track" ? context.fittingFrame(track, cuboid) : undefined;
  return points ? shrunkToPoints(points, cuboid, faces) : cuboid;
}

/** On the ground under the pointer; Alt: straight up or down from where it was. */
function vertexUnder(event: PointerToolEvent, from: Vec3, context: ToolContext): Point<"world"> | undefined {
  if (!event.modifiers.alt) return context.groundUnder(event);
  const rise = closestOnAxis(event.ray, from, [0, 0, 1]);
  return rise === undefined ? undefined : [from[0], from[1], from[2] + rise];
}

function release(state: SelectState, event: PointerToolEvent, context: ToolContext): SelectStep {
  if (state.name === "idle") return { state };
  if (state.name === "pointing") return clicked(state, event, context);
  // Let go over the sky: what was last shown counts.
  const planned = plan(state, event, context) ?? state.plan;
  const { target } = state;
  return {
    state: { name: "idle" },
    commit: planned,
    ...(target.kind !== "cuboid" && { select: { id: target.boundaryId, vertex: target.index } }),
  };
}

type Pointing = Extract<SelectState, { readonly name: "pointing" }>;

function clicked({ target, lastClick }: Pointing, event: PointerToolEvent, context: ToolContext): SelectStep {
  const { document, selectedId } = context;
  if (target.kind === "vertex")
    return { state: { name: "idle" }, select: { id: target.boundaryId, vertex: target.index } };
  if (target.kind === "midpoint")
    return {
      state: { name: "idle" },
      commit: { label: insertVertex.label(document, target), changes: insertVertex.plan(document, target) },
      select: { id: target.boundaryId, vertex: target.index },
    };
  const onHandle = target.kind === "cuboid" && target.grip.kind !== "body";
  if (onHandle || event.view.kind === "ortho") return { state: { name: "idle" } };
  const mark = target.kind === "elsewhere" ? pickKeyframe(event, context) : undefined;
  if (mark) return { state: { name: "idle" }, goTo: mark.at };
  const ids = pick(event, context).map(({ id }) => id);
  const again = lastClick !== undefined && isClick(lastClick.event, event) && lastClick.id === selectedId;
  const index = again && selectedId !== undefined ? ids.indexOf(selectedId) + 1 : 0;
  const id = ids.length > 0 ? ids[index % ids.length] : undefined;
  const click: LastClick = { event, id, previousId: again ? selectedId : undefined };
  return { state: { name: "idle", lastClick: click }, select: { id: id ?? null } };
}

/** On a side of the selection it goes to its points; elsewhere what was clicked is focused. */
function doubleClicked(state: SelectState, event: PointerToolEvent, context: ToolContext): SelectStep {
  const target = targetOf(event, context);
  if (target.kind !== "cuboid" || (target.grip.kind !== "face" && target.grip.kind !== "corner"))
    return event.view.kind === "ortho" ? { state: { name: "idle" } } : focus(state);
  const { trackId, cuboid, grip } = target;
  const faces = grip.kind === "face" ? [grip.face] : grip.faces;
  const shrunk = shrunkTrack(trackId, cuboid, faces, context);
  return {
    state: { name: "idle" },
    captured: true,
    ...(shrunk !== cuboid && { commit: planned(trackId, shrunk, context) }),
  };
}

/** The second click of a double-click may have gone on to the cuboid behind: what the first one took is meant. */
function focus(state: SelectState): SelectStep {
  const lastClick = state.name === "idle" ? state.lastClick : undefined;
  const id = lastClick?.previousId ?? lastClick?.id;
  if (id === undefined) return { state: { name: "idle" } };
  return { state: { name: "idle" }, select: { id }, view: "focus-selection", captured: true };
}

const fitting: readonly KeyHint[] = [
  { keys: "$mod", message: "hint.fit-drag" },
  { keys: "$mod+Shift", message: "hint.fit-keep-size" },
];
const resizing: readonly KeyHint[] = [
  { keys: "Shift", message: "hint.symmetric" },
  { keys: "$mod", message: "hint.shrink-drag" },
];
const draggingHints: Readonly<Record<string, readonly KeyHint[]>> = {
  body: [{ keys: "Shift", message: "hint.along-axis" }, { keys: "Alt", message: "hint.vertical" }, ...fitting],
  yaw: [
    { keys: "Shift", message: "hint.turn-fine" },
    { keys: "$mod", message: "hint.turn-snap" },
  ],
  face: resizing,
  corner: resizing,
  slide: [{ keys: "Shift", message: "hint.along-axis" }, ...fitting],
  lane: [{ keys: "Alt", message: "hint.vertical" }],
};

function hintsOf(state: SelectState): readonly KeyHint[] {
  if (state.name !== "dragging") return [];
  const own = draggingHints[state.target.kind === "cuboid" ? state.target.grip.kind : "lane"];
  return [...own, { keys: "Escape", message: "hint.restore" }];
}
