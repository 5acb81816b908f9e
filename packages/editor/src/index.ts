export * from "./types.ts";
export * from "./session-types.ts";
export { createSession, type SessionJournal, type SessionOptions } from "./session.ts";
export { realSchedule, type Schedule } from "./schedule.ts";
export { describeKeys, matchesKeys, matchKey, type KeyPress, type Platform } from "./keymap.ts";
export { yawRingRadius } from "./handles.ts";
export { tools, type AnyTool } from "./tools/index.ts";
export { pointSizeRange, rates, sessionActions, usualClip } from "./actions/index.ts";
export { editorMessages } from "./messages.ts";
