export * from "./types.ts";
export * from "./inside.ts";
export * from "./nearest.ts";
export * from "./footprint.ts";
export * from "./ground.ts";
export * from "./blocks.ts";
export * from "./cloud-builder.ts";
