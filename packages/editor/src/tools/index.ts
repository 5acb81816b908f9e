import type { Tool } from "../types.ts";
import { drawCuboidTool } from "./draw-cuboid.ts";
import { drawLaneTool } from "./draw-lane.ts";
import { drawSideTool } from "./draw-side.ts";
import { selectTool } from "./select.ts";

/** A tool whose states are its own business. */
export type AnyTool = Tool<{ readonly name: string }>;

const erased = <State extends { readonly name: string }>(tool: Tool<State>): AnyTool => tool as unknown as AnyTool;

/** Every tool. The first is the one that Esc leads back to. */
export const tools: readonly AnyTool[] = [
  erased(selectTool),
  erased(drawCuboidTool),
  erased(drawSideTool),
  erased(drawLaneTool),
];
