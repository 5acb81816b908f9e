import { clickOptionsIn, cuboidFromClick, cuboidFromFootprint, type Footprint } from "@sweepmark/assist";
import { createTrack, type Change } from "@sweepmark/document";
import { cuboidContains, rayPlane, vec, type Cuboid, type Point } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import type { ObjectClass, RecordId } from "@sweepmark/schema";
import type { KeyHint, PointerToolEvent, Step, Tool, ToolContext } from "../types.ts";
import { drawnClass, standing, withEgo, withEgoYaw } from "./footprint.ts";
import { isClick } from "./pointer.ts";

/** What a click would make, worked out while the pointer rested. */
interface Ghost {
  readonly rested: PointerToolEvent;
  readonly frame: Frame;
  readonly point: Point<"world">;
  readonly classId: string;
  readonly cuboid: Cuboid<"world">;
}

type DrawCuboidState =
  | { readonly name: "idle"; readonly ghost?: Ghost }
  | {
      readonly name: "pressed";
      readonly down: PointerToolEvent;
      readonly start: Point<"world">;
      /** What a click means: a point of an object, else the ground. */
      readonly clicked: Point<"world">;
      readonly id: RecordId;
      readonly ghost?: Ghost;
    }
  | {
      readonly name: "drawing";
      readonly down: PointerToolEvent;
      readonly start: Point<"world">;
      readonly clicked: Point<"world">;
      readonly id: RecordId;
      readonly footprint: Footprint;
      readonly draft: readonly Change[];
    };

type DrawStep = Step<DrawCuboidState>;

const idle: DrawCuboidState = { name: "idle" };
/** A rectangle smaller than this was a click with a trembling hand. */
const leastM = 0.25;
/** A rectangle with a corner near the horizon is a slip; nothing on a road is longer. */
const reachM = 60;
/** The pointer rests before what a click would make is worked out (10–30 ms), and shown. */
const restMs = 60;
/** A click this near to the point of the ghost means what is shown. */
const samePointM = 0.3;

/** README rules 10–11. */
export const drawCuboidTool: Tool<DrawCuboidState> = {
  id: "draw-cuboid",
  title: "tool.draw-cuboid",
  hint: hintsOf,
  initial: idle,
  restMs,
  step(state, event, context) {
    switch (event.kind) {
      case "pointer-down":
        return press(state, event, context);
      case "pointer-move":
        return state.name === "idle" ? hover(state, event) : draw(state, event, context);
      case "pointer-rest":
        return state.name === "idle" ? haunt(event, context) : { state };
      case "pointer-up":
        return release(state, event, context);
      case "cancel":
        return { state: idle };
      case "double-click":
        return { state, captured: true };
      case "confirm":
      case "back":
        return state.name === "drawing" ? { state, draft: state.draft } : { state };
    }
  },
};

/** The ghost stays under a trembling hand, and goes when the pointer does. */
function hover(state: Extract<DrawCuboidState, { readonly name: "idle" }>, event: PointerToolEvent): DrawStep {
  const { ghost } = state;
  if (!ghost || !isClick(ghost.rested, event)) return { state: idle, cursor: "crosshair" };
  return { state, preview: ghost, cursor: "crosshair" };
}

/** What a click on the object under the pointer would make; nothing over what has a cuboid already, and over the ground. */
function haunt(rested: PointerToolEvent, context: ToolContext): DrawStep {
  const { frame, moment, hiddenIds, readOnly } = context;
  const point = context.objectUnder(rested);
  const objectClass = drawnClass(context);
  const isLabelled = moment.tracks.some(
    ({ track, cuboid }) => point && !hiddenIds.has(track.id) && cuboidContains(cuboid, point),
  );
  if (!point || !objectClass || isLabelled || readOnly) return { state: idle, cursor: "crosshair" };
  const cuboid = clickedCuboid(point, objectClass, context);
  const ghost: Ghost = { rested, frame, point, classId: objectClass.id, cuboid };
  return { state: { name: "idle", ghost }, preview: ghost, cursor: "crosshair" };
}

const clickedCuboid = (point: Point<"world">, objectClass: ObjectClass, context: ToolContext): Cuboid<"world"> =>
  cuboidFromClick(context.frame, point, objectClass, clickOptionsIn(context.document, objectClass, point));

function press(state: DrawCuboidState, down: PointerToolEvent, context: ToolContext): DrawStep {
  if (down.button !== 0 || context.readOnly) return { state: idle };
  const object = context.objectUnder(down);
  const ground = context.groundUnder(down) ?? object;
  if (!ground) return { state: idle, cursor: "not-allowed" };
  // The snapped point gives the height only: a corner belongs exactly under the pointer.
  const start = rayPlane(down.ray, ground, [0, 0, 1]) ?? ground;
  const clicked = object ?? start;
  const before = state.name === "idle" ? state.ghost : undefined;
  const ghost =
    before?.frame.sweeps === context.frame.sweeps &&
    before.classId === context.classId &&
    vec.distance(before.point, clicked) < samePointM
      ? before
      : undefined;
  return {
    state: { name: "pressed", down, start, clicked, id: context.newTrackId(), ...(ghost && { ghost }) },
    ...(ghost && { preview: ghost }),
    captured: true,
    cursor: "crosshair",
  };
}

type Pressed = Exclude<DrawCuboidState, { readonly name: "idle" }>;

function draw(state: Pressed, event: PointerToolEvent, context: ToolContext): DrawStep {
  const kept = state.name === "drawing" ? { draft: state.draft } : state.ghost && { preview: state.ghost };
  const unchanged: DrawStep = { state, ...kept, captured: true, cursor: "crosshair" };
  if (state.name === "pressed" && isClick(state.down, event)) return unchanged;
  const { down, start, clicked, id } = state;
  const footprint = footprintOf(down, start, event, context);
  const objectClass = drawnClass(context);
  if (!footprint || !objectClass) return unchanged;
  const draft = plan(id, standing(footprint, objectClass, context), context);
  return {
    state: { name: "drawing", down, start, clicked, id, footprint, draft },
    draft,
    captured: true,
    cursor: "crosshair",
  };
}

function release(state: DrawCuboidState, event: PointerToolEvent, context: ToolContext): DrawStep {
  if (state.name === "idle") return { state };
  const objectClass = drawnClass(context);
  if (!objectClass) return { state: idle };
  const { id, start, clicked, down } = state;
  const footprint =
    state.name === "drawing" ? (footprintOf(down, start, event, context) ?? state.footprint) : undefined;
  const tiny = !footprint || Math.max(footprint.lengthM, footprint.widthM) < leastM;
  const cuboid = tiny
    ? (state.name === "pressed" && state.ghost?.cuboid) || clickedCuboid(clicked, objectClass, context)
    : withEgo(cuboidFromFootprint(context.frame, footprint, objectClass), context);
  const args = { id, classId: objectClass.id, at: context.moment.at, cuboid };
  return {
    state: idle,
    commit: { label: createTrack.label(context.document, args), changes: createTrack.plan(context.document, args) },
    select: { id },
    ...(!event.modifiers.shift && { tool: "select" }),
  };
}

const plan = (id: RecordId, cuboid: Cuboid<"world">, { document, classId, moment }: ToolContext): readonly Change[] =>
  createTrack.plan(document, { id, classId, at: moment.at, cuboid });

/**
 * The rectangle from the start to the pointer, in the level plane of the start, its sides along the view's axes. The
 * length is the longer side and points the way that ego goes rather than against it.
 */
function footprintOf(
  down: PointerToolEvent,
  start: Point<"world">,
  event: PointerToolEvent,
  context: ToolContext,
): Footprint | undefined {
  const here = rayPlane(event.ray, start, [0, 0, 1]);
  if (!here || vec.distance(here, start) > reachM) return undefined;
  const dx = here[0] - start[0];
  const dy = here[1] - start[1];
  const c = Math.cos(down.viewYawRad);
  const s = Math.sin(down.viewYawRad);
  const right = Math.abs(c * dx + s * dy);
  const away = Math.abs(c * dy - s * dx);
  const yawRad = right >= away ? down.viewYawRad : down.viewYawRad + Math.PI / 2;
  return {
    center: [start[0] + dx / 2, start[1] + dy / 2],
    lengthM: Math.max(right, away),
    widthM: Math.min(right, away),
    yawRad: withEgoYaw(yawRad, context),
  };
}

function hintsOf(state: DrawCuboidState): readonly KeyHint[] {
  if (state.name === "idle")
    return [
      { keys: "Mouse", message: "hint.drag-footprint" },
      { keys: "Shift", message: "hint.stay" },
      { keys: "Escape", message: "hint.leave" },
    ];
  return [{ keys: "Escape", message: "hint.cancel" }];
}
