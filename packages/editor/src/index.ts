export * from "./types.ts";
export * from "./session-types.ts";
