import type { Label } from "@sweepmark/document";
import { isCharacter, parseChord, type KeyPress } from "../keymap.ts";

const modifierCode = /^(Control|Shift|Alt|Meta|OS)|^(CapsLock|NumLock|ScrollLock|Fn|FnLock)$/;

/**
 * The chord of a press as keymaps write it; undefined while only modifiers are held, or for a key without a place
 * ("Unidentified", dead keys of some remote desktops). `matchesKeys(chordOf(press), press)` holds.
 */
export function chordOf(press: KeyPress): string | undefined {
  const { code, key } = press;
  if (code === "" || code === "Unidentified" || modifierCode.test(code)) return undefined;
  const mod = press.ctrlKey || press.metaKey;
  // As `matchesKeys` reads it: with Ctrl or Cmd the letter on the keycap, else the place.
  const byLetter = mod && /^Key[A-Z]$/.test(code) && /^[a-zA-Z]$/.test(key);
  const target = byLetter ? `Key${key.toUpperCase()}` : code;
  return [mod ? "$mod" : "", press.altKey ? "Alt" : "", press.shiftKey ? "Shift" : "", target]
    .filter((part) => part !== "")
    .join("+");
}

/** What keys type on the layout that most keyboards are printed with; `[plain, with Shift]`. */
const typed: Readonly<Record<string, readonly [string, string]>> = {
  ...Object.fromEntries(
    [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => [`Key${letter}`, [letter.toLowerCase(), letter]]),
  ),
  ...Object.fromEntries([...")!@#$%^&*("].map((sign, digit) => [`Digit${digit}`, [String(digit), sign]])),
  ...Object.fromEntries([..."0123456789"].map((digit) => [`Numpad${digit}`, [digit, digit]])),
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backslash: ["\\", "|"],
  Semicolon: [";", ":"],
  Quote: ["'", '"'],
  Backquote: ["`", "~"],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
  NumpadAdd: ["+", "+"],
  NumpadSubtract: ["-", "-"],
  NumpadMultiply: ["*", "*"],
  NumpadDivide: ["/", "/"],
  NumpadDecimal: [".", "."],
};

/**
 * Whether one press can be both chords. A chord of a character and one of a place meet where the usual layout has the
 * character; elsewhere the character is the layout's own, and `matchKey` takes the first action in the registry's order.
 */
export function chordsCollide(one: string, other: string): boolean {
  const a = parseChord(one);
  const b = parseChord(other);
  if (a.mod !== b.mod || a.alt !== b.alt) return false;
  if (isCharacter(a.target) && isCharacter(b.target)) return a.target === b.target;
  if (isCharacter(a.target)) return typed[b.target]?.[b.shift ? 1 : 0] === a.target;
  if (isCharacter(b.target)) return typed[a.target]?.[a.shift ? 1 : 0] === b.target;
  return a.shift === b.shift && a.target === b.target;
}

/** Chords that browsers act on before a page hears of them, or that close it with the work in hand. */
const ofBrowser = [
  ...["KeyW", "KeyT", "KeyN"].flatMap((key) => [`$mod+${key}`, `$mod+Shift+${key}`]),
  "$mod+KeyR",
  "$mod+KeyL",
  "$mod+KeyQ",
  "$mod+Tab",
  "$mod+Shift+Tab",
  "Alt+Tab",
  "Alt+F4",
  "F5",
  "$mod+F5",
  "F11",
  "F12",
] as const;

/** Chords with one meaning that no keymap may take away, with the action that they are. */
export const fixedKeys: Readonly<Record<string, string>> = { Escape: "edit.escape", F1: "app.palette" };

/** Why an action may not have a chord; undefined: it may. */
export function chordRefusal(actionId: string, chord: string): Label | undefined {
  const fixed = Object.entries(fixedKeys).find(([keys]) => chordsCollide(keys, chord));
  if (fixed && fixed[1] !== actionId) return { message: `keys.refused.${fixed[1]}` };
  if (ofBrowser.some((keys) => chordsCollide(keys, chord))) return { message: "keys.refused.browser" };
  const { mod, alt, target } = parseChord(chord);
  // AltGr reaches the page as Ctrl+Alt: on most European layouts such a chord is how @ or [ is typed.
  if (mod && alt && target in typed) return { message: "keys.refused.alt-gr" };
  return undefined;
}

/** Whether a text is a chord at all. */
export function isChord(text: string): boolean {
  try {
    const { target } = parseChord(text);
    return isCharacter(target) || /^[A-Z][A-Za-z0-9]+$/.test(target);
  } catch {
    return false;
  }
}
