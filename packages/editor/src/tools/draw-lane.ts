import { createLaneBoundary, type Change } from "@sweepmark/document";
import type { Point } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import type { KeyHint, Modifiers, PointerToolEvent, Step, Tool, ToolContext } from "../types.ts";
import { isClick } from "./pointer.ts";

type DrawLaneState =
  | { readonly name: "idle"; readonly down?: PointerToolEvent }
  | {
      readonly name: "drawing";
      readonly id: RecordId;
      readonly points: readonly Point<"world">[];
      /** Where the next point would be; undefined until the pointer moves, and over the sky. */
      readonly preview: Point<"world"> | undefined;
      readonly down?: PointerToolEvent;
      /** The click of the last point: a second one on the same spot is half of a double-click. */
      readonly lastClick: PointerToolEvent;
    };

type DrawStep = Step<DrawLaneState>;
type Drawing = Extract<DrawLaneState, { readonly name: "drawing" }>;

const idle: DrawLaneState = { name: "idle" };

/** README rules 12–14. */
export const drawLaneTool: Tool<DrawLaneState> = {
  id: "draw-lane",
  title: "tool.draw-lane",
  hint: hintsOf,
  initial: idle,
  step(state, event, context) {
    switch (event.kind) {
      case "pointer-down":
        // Not captured: a drag between two clicks moves the camera along the road.
        return shown({ ...state, down: event.button === 0 && !context.readOnly ? event : undefined }, context);
      case "pointer-move":
        return state.name === "idle"
          ? { state, cursor: "crosshair" }
          : shown({ ...state, preview: context.groundUnder(event) }, context);
      case "pointer-rest":
        return shown(state, context);
      case "pointer-up":
        return release(state, event, context);
      case "double-click":
        // Taken even where nothing comes of it: the view must not fly off while a line is drawn.
        return { ...finish(state, context, event.modifiers), captured: true };
      case "confirm":
      case "cancel":
        return finish(state, context);
      case "back":
        return back(state, context);
    }
  },
};

/** The line so far with its rubber band. */
function shown(state: DrawLaneState, context: ToolContext): DrawStep {
  if (state.name === "idle") return { state, cursor: "crosshair" };
  const points = state.preview ? [...state.points, state.preview] : state.points;
  const draft = plan(state.id, points, context);
  return { state, ...(draft.length > 0 && { draft }), cursor: "crosshair" };
}

const plan = (
  id: RecordId,
  points: readonly Point<"world">[],
  { document, laneClassId }: ToolContext,
): readonly Change[] => createLaneBoundary.plan(document, { id, classId: laneClassId, points });

function release(state: DrawLaneState, event: PointerToolEvent, context: ToolContext): DrawStep {
  const { down, ...rest } = state;
  if (!down || !isClick(down, event)) return shown(rest as DrawLaneState, context);
  const point = context.groundUnder(event);
  if (!point) return shown(rest as DrawLaneState, context);
  if (state.name === "idle")
    return shown(
      { name: "drawing", id: context.newLaneBoundaryId(), points: [point], preview: undefined, lastClick: event },
      context,
    );
  if (isClick(state.lastClick, event)) return shown(rest as Drawing, context);
  const points = [...state.points, point];
  return shown({ name: "drawing", id: state.id, points, preview: undefined, lastClick: event }, context);
}

/** Two points or more become a boundary; fewer are forgotten. */
function finish(state: DrawLaneState, context: ToolContext, modifiers?: Modifiers): DrawStep {
  if (state.name === "idle" || state.points.length < 2) return { state: idle };
  const args = { id: state.id, classId: context.laneClassId, points: state.points };
  return {
    state: idle,
    commit: {
      label: createLaneBoundary.label(context.document, args),
      changes: createLaneBoundary.plan(context.document, args),
    },
    select: { id: state.id },
    ...(!modifiers?.shift && { tool: "select" }),
  };
}

function back(state: DrawLaneState, context: ToolContext): DrawStep {
  if (state.name === "idle" || state.points.length < 2) return { state: idle };
  return shown({ ...state, points: state.points.slice(0, -1) }, context);
}

function hintsOf(state: DrawLaneState): readonly KeyHint[] {
  if (state.name === "idle")
    return [
      { keys: "Mouse", message: "hint.click-first" },
      { keys: "Escape", message: "hint.leave" },
    ];
  const takeBack: KeyHint = { keys: "Backspace", message: "hint.back" };
  if (state.points.length < 2)
    return [{ keys: "Mouse", message: "hint.click-next" }, takeBack, { keys: "Escape", message: "hint.cancel" }];
  return [{ keys: "Mouse", message: "hint.click-next" }, { keys: "Enter", message: "hint.finish" }, takeBack];
}
