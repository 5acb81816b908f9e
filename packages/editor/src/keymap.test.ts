import { describe, expect, it } from "vitest";
import { describeKeys, matchKey, matchesKeys, type KeyPress } from "./keymap.ts";

const press = (code: string, key: string, extra: Partial<KeyPress> = {}): KeyPress => ({
  code,
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...extra,
});

describe("matchesKeys (rule 15)", () => {
  it("takes modifiers exactly; $mod is Ctrl or Cmd", () => {
    expect(matchesKeys("KeyN", press("KeyN", "n"))).toBe(true);
    expect(matchesKeys("KeyN", press("KeyN", "N", { shiftKey: true }))).toBe(false);
    expect(matchesKeys("Shift+KeyN", press("KeyN", "N", { shiftKey: true }))).toBe(true);
    expect(matchesKeys("KeyN", press("KeyN", "n", { altKey: true }))).toBe(false);
    expect(matchesKeys("$mod+KeyZ", press("KeyZ", "z", { ctrlKey: true }))).toBe(true);
    expect(matchesKeys("$mod+KeyZ", press("KeyZ", "z", { metaKey: true }))).toBe(true);
    expect(matchesKeys("$mod+KeyZ", press("KeyZ", "z"))).toBe(false);
  });

  it("goes by the place of a single key and by the letter of a $mod chord", () => {
    // AZERTY: the key in W's place types z.
    expect(matchesKeys("KeyW", press("KeyW", "z"))).toBe(true);
    expect(matchesKeys("$mod+KeyZ", press("KeyW", "z", { ctrlKey: true }))).toBe(true);
    expect(matchesKeys("$mod+KeyZ", press("KeyZ", "w", { ctrlKey: true }))).toBe(false);
    // Russian: no Latin letters, so the place decides.
    expect(matchesKeys("$mod+KeyZ", press("KeyZ", "я", { ctrlKey: true }))).toBe(true);
  });

  it("goes by what is typed for a one-character key, whatever Shift it takes", () => {
    expect(matchesKeys("+", press("Equal", "+", { shiftKey: true }))).toBe(true);
    expect(matchesKeys("+", press("BracketRight", "+"))).toBe(true);
    expect(matchesKeys("-", press("Minus", "-"))).toBe(true);
    expect(matchesKeys("+", press("Equal", "+", { ctrlKey: true, shiftKey: true }))).toBe(false);
  });

  it("refuses a modifier that it does not know", () => {
    expect(() => matchesKeys("Hyper+KeyA", press("KeyA", "a"))).toThrow(/Hyper/);
  });
});

describe("matchKey", () => {
  const actions = [
    { id: "undo", keys: ["$mod+KeyZ"] },
    { id: "redo", keys: ["$mod+Shift+KeyZ", "$mod+KeyY"] },
  ];
  it("finds the action of any of its keys", () => {
    expect(matchKey(actions, press("KeyY", "y", { ctrlKey: true }))?.id).toBe("redo");
    expect(matchKey(actions, press("KeyZ", "Z", { ctrlKey: true, shiftKey: true }))?.id).toBe("redo");
    expect(matchKey(actions, press("KeyX", "x"))).toBeUndefined();
  });
  it("leaves text fields and input methods alone", () => {
    const undo = press("KeyZ", "z", { ctrlKey: true });
    expect(matchKey(actions, { ...undo, editable: true })).toBeUndefined();
    expect(matchKey(actions, { ...undo, isComposing: true })).toBeUndefined();
  });
});

describe("a held key", () => {
  it("repeats only the actions that say so", () => {
    const held = press("KeyW", "w", { repeat: true });
    expect(matchKey([{ keys: ["KeyW"] }], held)).toBeUndefined();
    expect(matchKey([{ keys: ["KeyW"], repeats: true }], held)).toBeDefined();
  });
});

describe("describeKeys", () => {
  it("writes chords as people read them", () => {
    expect(describeKeys("$mod+Shift+KeyZ", "windows")).toBe("Ctrl+Shift+Z");
    expect(describeKeys("$mod+Shift+KeyZ", "mac")).toBe("⇧⌘Z");
    expect(describeKeys("Alt+Digit1", "linux")).toBe("Alt+1");
    expect(describeKeys("ArrowLeft", "linux")).toBe("←");
    expect(describeKeys("Delete", "linux")).toBe("Del");
    expect(describeKeys("Numpad7", "linux")).toBe("Num 7");
    expect(describeKeys("+", "linux")).toBe("+");
    expect(describeKeys("-", "linux")).toBe("−");
    expect(describeKeys("Space", "linux")).toBe("Space");
    expect(describeKeys("Slash", "linux")).toBe("/");
    expect(describeKeys("KeyW KeyA KeyS KeyD", "linux")).toBe("W A S D");
    expect(describeKeys("$mod", "linux")).toBe("Ctrl");
    expect(describeKeys("$mod", "mac")).toBe("⌘");
    expect(describeKeys("Shift", "mac")).toBe("⇧");
  });
  it("names the key that is printed there, except in $mod chords, which go by the letter", () => {
    const azerty = new Map([["KeyW", "z"]]);
    expect(describeKeys("KeyW", "linux", azerty)).toBe("Z");
    expect(describeKeys("$mod+KeyW", "linux", azerty)).toBe("Ctrl+W");
  });
});
