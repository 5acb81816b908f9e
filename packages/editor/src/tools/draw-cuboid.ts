import { cuboidFromClick, cuboidFromFootprint, usualSizeIn, type Footprint } from "@sweepmark/assist";
import { createTrack, type Change } from "@sweepmark/document";
import { cuboidYaw, fromYaw, rayPlane, vec, yawOf, type Cuboid, type Point } from "@sweepmark/geometry";
import type { ObjectClass, RecordId } from "@sweepmark/schema";
import type { KeyHint, PointerToolEvent, Step, Tool, ToolContext } from "../types.ts";
import { isClick } from "./pointer.ts";

type DrawCuboidState =
  | { readonly name: "idle" }
  | {
      readonly name: "pressed";
      readonly down: PointerToolEvent;
      readonly start: Point<"world">;
      /** What a click means: a point of an object, else the ground. */
      readonly clicked: Point<"world">;
      readonly id: RecordId;
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

/** README rules 10–11. */
export const drawCuboidTool: Tool<DrawCuboidState> = {
  id: "draw-cuboid",
  title: "tool.draw-cuboid",
  hint: hintsOf,
  initial: idle,
  step(state, event, context) {
    switch (event.kind) {
      case "pointer-down":
        return press(event, context);
      case "pointer-move":
        return state.name === "idle" ? { state, cursor: "crosshair" } : draw(state, event, context);
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

function press(down: PointerToolEvent, context: ToolContext): DrawStep {
  if (down.button !== 0 || context.readOnly) return { state: idle };
  const object = context.objectUnder(down);
  const ground = context.groundUnder(down) ?? object;
  if (!ground) return { state: idle, cursor: "not-allowed" };
  // The snapped point gives the height only: a corner belongs exactly under the pointer.
  const start = rayPlane(down.ray, ground, [0, 0, 1]) ?? ground;
  const clicked = object ?? start;
  return {
    state: { name: "pressed", down, start, clicked, id: context.newTrackId() },
    captured: true,
    cursor: "crosshair",
  };
}

type Pressed = Exclude<DrawCuboidState, { readonly name: "idle" }>;

function draw(state: Pressed, event: PointerToolEvent, context: ToolContext): DrawStep {
  const kept = state.name === "drawing" ? { draft: state.draft } : {};
  const unchanged: DrawStep = { state, ...kept, captured: true, cursor: "crosshair" };
  if (state.name === "pressed" && isClick(state.down, event)) return unchanged;
  const { down, start, clicked, id } = state;
  const footprint = footprintOf(down, start, event, context);
  const objectClass = classOf(context);
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
  const objectClass = classOf(context);
  if (!objectClass) return { state: idle };
  const { id, start, clicked, down } = state;
  const footprint =
    state.name === "drawing" ? (footprintOf(down, start, event, context) ?? state.footprint) : undefined;
  const tiny = !footprint || Math.max(footprint.lengthM, footprint.widthM) < leastM;
  const cuboid = tiny
    ? cuboidFromClick(context.frame, clicked, objectClass, { usualSize: usualSizeIn(context.document, objectClass) })
    : withEgo(cuboidFromFootprint(context.frame, footprint, objectClass), context);
  const args = { id, classId: objectClass.id, at: context.moment.at, cuboid };
  return {
    state: idle,
    commit: { label: createTrack.label(context.document, args), changes: createTrack.plan(context.document, args) },
    select: { id },
    ...(!event.modifiers.shift && { tool: "select" }),
  };
}

const classOf = ({ document, classId }: ToolContext): ObjectClass | undefined =>
  document.ontology.objects.find(({ id }) => id === classId);

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

/** Of the two senses of an axis the one along ego's heading; across it, the one given. */
function withEgoYaw(yawRad: number, { frame }: ToolContext): number {
  const along = Math.cos(yawRad - yawOf(frame.worldFromEgo.rotation));
  return along < -1e-6 ? yawRad + Math.PI : yawRad;
}

function withEgo(cuboid: Cuboid<"world">, context: ToolContext): Cuboid<"world"> {
  const yawRad = cuboidYaw(cuboid);
  const better = withEgoYaw(yawRad, context);
  return better === yawRad ? cuboid : { ...cuboid, rotation: fromYaw(better) };
}

/** The drawn rectangle as a box of the class's height that stands on the ground. */
function standing(footprint: Footprint, objectClass: ObjectClass, context: ToolContext): Cuboid<"world"> {
  const { center, lengthM, widthM, yawRad } = footprint;
  const height = objectClass.usualSize[2];
  return {
    center: [center[0], center[1], context.groundAt(center[0], center[1]) + height / 2],
    size: [Math.max(0.05, lengthM), Math.max(0.05, widthM), height],
    rotation: fromYaw(yawRad),
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
