import type { Change } from "@sweepmark/document";
import type { Preview, Step, ToolContext, ToolEvent } from "./types.ts";
import { tools, type AnyTool } from "./tools/index.ts";

/** The active tool and where it is. Pure tools in, steps out: the session applies them. */
export interface ToolRunner {
  readonly tool: AnyTool;
  readonly state: { readonly name: string };
  /** Whether the tool is away from its initial state. */
  readonly inGesture: boolean;
  /** A pointer that the tool captured is still down. */
  readonly dragging: boolean;
  readonly draft: readonly Change[] | undefined;
  readonly preview: Preview | undefined;
  step(event: ToolEvent, context: ToolContext): Step<{ readonly name: string }>;
  use(toolId: string): void;
  /** Back to the initial state, without a step. */
  reset(): void;
}

export function createToolRunner(): ToolRunner {
  let tool = toolOf("select");
  let state = tool.initial;
  let draft: readonly Change[] | undefined;
  let preview: Preview | undefined;
  let dragging = false;
  const reset = (): void => {
    state = tool.initial;
    draft = undefined;
    preview = undefined;
    dragging = false;
  };
  return {
    get tool() {
      return tool;
    },
    get state() {
      return state;
    },
    get inGesture() {
      return state.name !== tool.initial.name;
    },
    get dragging() {
      return dragging;
    },
    get draft() {
      return draft;
    },
    get preview() {
      return preview;
    },
    step(event, context) {
      const step = tool.step(state, event, context);
      state = step.state;
      draft = step.draft;
      preview = step.preview;
      if (event.kind === "pointer-down") dragging = step.captured === true;
      else if (event.kind === "pointer-up" || event.kind === "cancel" || step.commit) dragging = false;
      return step;
    },
    use(toolId) {
      tool = toolOf(toolId);
      reset();
    },
    reset,
  };
}

function toolOf(toolId: string): AnyTool {
  const found = tools.find(({ id }) => id === toolId);
  if (!found) throw new Error(`no tool "${toolId}"; there are ${tools.map(({ id }) => id).join(", ")}`);
  return found;
}
