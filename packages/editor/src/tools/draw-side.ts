import { cuboidOnFootprint, type Footprint } from "@sweepmark/assist";
import { createTrack } from "@sweepmark/document";
import { rayPlane, vec, type Cuboid, type Point } from "@sweepmark/geometry";
import type { ObjectClass } from "@sweepmark/schema";
import { minSizeM } from "../nudge.ts";
import type { KeyHint, Modifiers, PointerToolEvent, Preview, Step, Tool, ToolContext } from "../types.ts";
import { drawnClass, standing, withEgo } from "./footprint.ts";
import { isClick } from "./pointer.ts";

/** The press that may become a click, and where the pointer is: undefined until it moves, and over the sky. */
interface Pointing {
  readonly down?: PointerToolEvent;
  readonly pointer?: Point<"world">;
}

type DrawSideState =
  | (Pointing & { readonly name: "idle" })
  /** One end of a side. */
  | (Pointing & { readonly name: "side"; readonly from: Point<"world"> })
  /** A whole side: the width is next. */
  | (Pointing & { readonly name: "width"; readonly from: Point<"world">; readonly to: Point<"world"> });

type DrawStep = Step<DrawSideState>;

const idle: DrawSideState = { name: "idle" };
/** Nothing on a road is longer: an end near the horizon is a slip. */
const reachM = 60;

/** README rule 30. */
export const drawSideTool: Tool<DrawSideState> = {
  id: "draw-side",
  title: "tool.draw-side",
  hint: hintsOf,
  initial: idle,
  step(state, event, context) {
    switch (event.kind) {
      case "pointer-down":
        // Not captured: a drag between two clicks moves the camera.
        return shown({ ...state, down: event.button === 0 && !context.readOnly ? event : undefined }, context);
      case "pointer-move":
        return shown({ ...state, pointer: pointed(event, context) }, context);
      case "pointer-up":
        return release(state, event, context);
      case "double-click":
        return { ...shown(state, context), captured: true };
      case "confirm":
        return state.name === "width" ? finish(state, context) : shown(state, context);
      case "back":
      case "cancel":
        return shown(back(state), context);
      case "pointer-rest":
        return shown(state, context);
    }
  },
};

/** Under the pointer, in the level plane of the point of an object or of the ground that it means. */
function pointed(event: PointerToolEvent, context: ToolContext): Point<"world"> | undefined {
  const met = context.objectUnder(event) ?? context.groundUnder(event);
  return met && (rayPlane(event.ray, met, [0, 0, 1]) ?? met);
}

function shown(state: DrawSideState, context: ToolContext): DrawStep {
  const preview = previewOf(state, context);
  return { state, ...(preview && { preview }), cursor: "crosshair" };
}

/** With the usual width until one is pointed at. */
function previewOf(state: DrawSideState, context: ToolContext): Preview | undefined {
  const objectClass = drawnClass(context);
  const footprint = objectClass && footprintOf(state, objectClass, context);
  if (!footprint) return undefined;
  return { classId: objectClass.id, cuboid: withEgo(standing(footprint, objectClass, context), context) };
}

function release({ down, ...state }: DrawSideState, event: PointerToolEvent, context: ToolContext): DrawStep {
  const point = down && isClick(down, event) ? pointed(event, context) : undefined;
  if (!point) return shown(state, context);
  switch (state.name) {
    case "idle":
      return shown({ name: "side", from: point }, context);
    case "side":
      return apart(state.from, point) < minSizeM || apart(state.from, point) > reachM
        ? shown(state, context)
        : shown({ name: "width", from: state.from, to: point }, context);
    case "width":
      return Math.abs(widthAt(state, point)) < minSizeM
        ? shown(state, context)
        : finish({ ...state, pointer: point }, context, event.modifiers);
  }
}

function back({ pointer, ...state }: DrawSideState): DrawSideState {
  if (state.name === "width") return { name: "side", from: state.from, ...(pointer && { pointer }) };
  return idle;
}

type Width = Extract<DrawSideState, { readonly name: "width" }>;

function finish(state: Width, context: ToolContext, modifiers?: Modifiers): DrawStep {
  const objectClass = drawnClass(context);
  const footprint = objectClass && footprintOf(state, objectClass, context);
  if (!footprint) return shown(state, context);
  const cuboid: Cuboid<"world"> = withEgo(cuboidOnFootprint(context.frame, footprint, objectClass), context);
  const id = context.newTrackId();
  const args = { id, classId: objectClass.id, at: context.moment.at, cuboid };
  return {
    state: idle,
    commit: { label: createTrack.label(context.document, args), changes: createTrack.plan(context.document, args) },
    select: { id },
    ...(!modifiers?.shift && { tool: "select" }),
  };
}

const apart = (a: Point<"world">, b: Point<"world">): number => Math.hypot(b[0] - a[0], b[1] - a[1]);

/** How far a point lies to the left of the side (from its first end), metres; to the right it is negative. */
function widthAt({ from, to }: Pick<Width, "from" | "to">, point: Point<"world">): number {
  const [x, y] = [to[0] - from[0], to[1] - from[1]];
  return (x * (point[1] - from[1]) - y * (point[0] - from[0])) / Math.hypot(x, y);
}

/** The rectangle on the side so far; where its width is not pointed at, of the class's, away from ego. */
function footprintOf(state: DrawSideState, objectClass: ObjectClass, context: ToolContext): Footprint | undefined {
  if (state.name === "idle") return undefined;
  const to = state.name === "width" ? state.to : state.pointer;
  if (!to || apart(state.from, to) < minSizeM || apart(state.from, to) > reachM) return undefined;
  const side = { from: state.from, to };
  const { translation: ego } = context.frame.worldFromEgo;
  const usual = -Math.sign(widthAt(side, ego) || -1) * shorterThan(apart(side.from, to), objectClass);
  const pointedAt = state.name === "width" && state.pointer ? widthAt(side, state.pointer) : usual;
  const widthM = Math.abs(pointedAt) < minSizeM ? usual : pointedAt;
  const along = vec.scale(vec.subtract(to, side.from), 1 / apart(side.from, to));
  const middle = vec.lerp(side.from, to, 0.5);
  return {
    center: [middle[0] - (along[1] * widthM) / 2, middle[1] + (along[0] * widthM) / 2],
    lengthM: apart(side.from, to),
    widthM: Math.abs(widthM),
    yawRad: Math.atan2(along[1], along[0]),
  };
}

/** What is usual across a side of this length: of a short side (a front) the length, of a long one the width. */
function shorterThan(sideM: number, { usualSize: [length, width] }: ObjectClass): number {
  return Math.abs(sideM - width) < Math.abs(sideM - length) ? length : width;
}

function hintsOf(state: DrawSideState): readonly KeyHint[] {
  if (state.name === "idle")
    return [
      { keys: "Mouse", message: "hint.click-side" },
      { keys: "Escape", message: "hint.leave" },
    ];
  const takeBack: KeyHint = { keys: "Escape", message: "hint.back" };
  if (state.name === "side") return [{ keys: "Mouse", message: "hint.click-side-end" }, takeBack];
  return [{ keys: "Mouse", message: "hint.click-width" }, { keys: "Enter", message: "hint.usual-width" }, takeBack];
}
