import type { Tool } from "../types.ts";
import { pick } from "./picking.ts";

type SelectState = { readonly name: "idle" };

export const selectTool: Tool<SelectState> = {
  id: "select",
  title: "tool.select",
  hint: () => [],
  initial: { name: "idle" },
  step(state, event, context) {
    if (event.kind === "pointer-move") return { state, hover: pick(event, context)[0]?.id ?? null };
    if (event.kind === "pointer-down" && event.button === 0)
      return { state, select: { id: pick(event, context)[0]?.id ?? null } };
    return { state };
  },
};
