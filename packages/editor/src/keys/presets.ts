/** Keymaps of tools that people come from. Each is laid over the registry's own keys: what it does not name, keeps them. */
export const keyPresetIds = ["sweepmark", "sustechpoints", "cvat", "xtreme1"] as const;
export type KeyPresetId = (typeof keyPresetIds)[number];
export type KeyOverrides = Readonly<Record<string, readonly string[]>>;

const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const classes = (keysOf: (digit: number) => readonly string[]): KeyOverrides =>
  Object.fromEntries(digits.map((digit) => [`label.class${digit}`, keysOf(digit)]));

/** A nudge and its fine twin, by the same chord with and without one more modifier. */
const nudge = (name: string, usual: string, fine: string): KeyOverrides => ({
  [`label.${name}`]: [usual],
  [`label.${name}Fine`]: [fine],
});

/**
 * SUSTechPOINTS, doc/operations.md and doc/shortcuts_cn.md. Its R and F turn and fit in one; here both fit. T (trajectory),
 * Z X C (axes of its gizmo) and Ctrl+S have no action here; C is what V is elsewhere, since V is its batch mode.
 */
const sustechpoints: KeyOverrides = {
  "playback.previous": ["Digit3", "PageUp"],
  "playback.next": ["Digit4", "PageDown"],
  "view.previousObject": ["Digit1", "Shift+Tab"],
  "view.nextObject": ["Digit2", "Tab"],
  "label.moveAway": ["KeyW", "ArrowUp"],
  "label.moveNear": ["KeyS", "ArrowDown"],
  "label.moveLeft": ["KeyA", "ArrowLeft"],
  "label.moveRight": ["KeyD", "ArrowRight"],
  "label.fit": ["KeyR", "KeyF"],
  "label.drawCuboid": ["KeyN"],
  "edit.delete": ["Delete", "$mod+KeyD", "Backspace"],
  "batch.open": ["KeyV"],
  "track.nextDoubt": ["KeyC"],
  // 1 to 4 step here, so all classes go by Alt.
  ...classes((digit) => [`Alt+Digit${digit}`]),
};

/**
 * CVAT: the shortcuts of its annotation page (cvat-ui, `componentShortcuts`). Its camera keys, H (hide), L (lock), P (pin)
 * and Del for a whole object are left out: here Del takes the keyframe, Shift+Del the object. D, E and R are its frames
 * and keyframes, so cuboids are moved by Ctrl and arrows, turned by , and . and fitted by Shift+F.
 */
const cvat: KeyOverrides = {
  "playback.next": ["KeyF", "ArrowRight", "PageDown"],
  "playback.previous": ["KeyD", "ArrowLeft", "PageUp"],
  "playback.forward10": ["KeyV", "Shift+ArrowRight", "Shift+PageDown"],
  "playback.back10": ["KeyC", "Shift+ArrowLeft", "Shift+PageUp"],
  "playback.nextKeyframe": ["KeyR", "Alt+ArrowRight"],
  "playback.previousKeyframe": ["KeyE", "Alt+ArrowLeft"],
  "label.drawCuboid": ["KeyN"],
  "track.propagateForward": ["$mod+KeyB", "Shift+KeyT"],
  "track.merge": ["KeyM"],
  "track.split": ["Alt+KeyM"],
  "file.settings": ["F2", "$mod+Comma"],
  "view.accumulate": ["KeyA"],
  "view.accumulateAnew": ["Shift+KeyA"],
  "batch.open": ["Alt+KeyB"],
  "track.nextDoubt": ["Shift+KeyR"],
  "label.fit": ["Shift+KeyF"],
  "label.shrink": ["Alt+Shift+KeyR"],
  "label.snapOut": ["Alt+Shift+Period"],
  "label.snapIn": ["Alt+Shift+Comma"],
  "suggest.here": ["Shift+KeyX"],
  ...nudge("moveAway", "$mod+ArrowUp", "$mod+Shift+ArrowUp"),
  ...nudge("moveNear", "$mod+ArrowDown", "$mod+Shift+ArrowDown"),
  ...nudge("moveLeft", "$mod+ArrowLeft", "$mod+Shift+ArrowLeft"),
  ...nudge("moveRight", "$mod+ArrowRight", "$mod+Shift+ArrowRight"),
  ...nudge("turnLeft", "Comma", "Alt+Comma"),
  ...nudge("turnRight", "Period", "Alt+Period"),
  ...classes((digit) => [`$mod+Digit${digit}`, `Digit${digit}`, `Alt+Digit${digit}`]),
};

/**
 * Xtreme1, pc-tool's `config/hotkey.ts`; Alt+← and Alt+→ copy as its manual says. It moves along the object's own axes
 * (A and D back and forth, Q and E to its sides); here these keys move in the axes of the view. Its G (gizmo), T, M, N, H
 * (what is shown) and 1 to 6 (six views) have no action here.
 */
const xtreme1: KeyOverrides = {
  "label.drawCuboid": ["KeyF", "KeyN"],
  ...nudge("moveAway", "KeyD", "Shift+KeyD"),
  ...nudge("moveNear", "KeyA", "Shift+KeyA"),
  ...nudge("moveLeft", "KeyQ", "Shift+KeyQ"),
  ...nudge("moveRight", "KeyE", "Shift+KeyE"),
  ...nudge("moveUp", "KeyW", "Shift+KeyW"),
  ...nudge("moveDown", "KeyS", "Shift+KeyS"),
  ...nudge("turnLeft", "KeyZ", "Shift+KeyZ"),
  ...nudge("turnRight", "KeyX", "Shift+KeyX"),
  "label.quarterTurn": ["KeyC"],
  "view.focus": ["KeyY"],
  "view.reset": ["Shift+KeyR"],
  "label.shrink": ["Alt+Shift+KeyR"],
  "batch.open": ["Alt+KeyB"],
  "view.pointsInImages": ["Alt+KeyX"],
  "track.heading": ["Alt+KeyY"],
  "track.copyNext": ["Alt+ArrowRight"],
  "track.copyPrevious": ["Alt+ArrowLeft"],
  "playback.nextKeyframe": ["Alt+Shift+ArrowRight"],
  "playback.previousKeyframe": ["Alt+Shift+ArrowLeft"],
};

export const keyPresets: Readonly<Record<KeyPresetId, KeyOverrides>> = { sweepmark: {}, sustechpoints, cvat, xtreme1 };
