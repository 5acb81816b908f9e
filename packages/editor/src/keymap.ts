/** What a listener knows about a key press. A `KeyboardEvent` with `editable` added is one. */
export interface KeyPress {
  /** Physical key, such as "KeyZ". */
  readonly code: string;
  /** What the key types in the layout in use, such as "z" or "я". */
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  /** An input method is composing (Chinese, Japanese …): the press belongs to it. */
  readonly isComposing?: boolean;
  /** The key is held down and fires again. */
  readonly repeat?: boolean;
  /** The target takes text: an input, a text area, `contenteditable`. */
  readonly editable?: boolean;
}

export type Platform = "mac" | "windows" | "linux";

export interface Chord {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** A `KeyboardEvent.code`, or one character that a layout types (`+`, `?`). */
  readonly target: string;
}

const parsed = new Map<string, Chord>();

/** A chord as it is written: "KeyN", "Alt+Shift+ArrowLeft", "$mod+KeyZ", "+". Throws on a modifier that is none. */
export function parseChord(keys: string): Chord {
  const known = parsed.get(keys);
  if (known) return known;
  // The plus sign that follows a word joins; a plus sign alone is the key itself.
  const parts = keys.split(/(?<=\w)\+/);
  const modifiers = new Set(parts.slice(0, -1));
  for (const modifier of modifiers)
    if (!["$mod", "Shift", "Alt"].includes(modifier)) throw new Error(`unknown modifier ${modifier} in "${keys}"`);
  const chord = {
    mod: modifiers.has("$mod"),
    shift: modifiers.has("Shift"),
    alt: modifiers.has("Alt"),
    target: parts[parts.length - 1],
  };
  parsed.set(keys, chord);
  return chord;
}

/**
 * Whether a press is the chord. Modifiers match exactly (`$mod` is Ctrl or Cmd). Single keys go by the physical code,
 * so that W A S D is a cross on every layout. A `$mod` chord on a letter goes by the letter on the keycap where the
 * layout has Latin letters (Ctrl+Z is where the user has Z), by the code where it has not. A one-character target is
 * matched by what the layout types, whatever Shift it takes.
 */
export function matchesKeys(keys: string, press: KeyPress): boolean {
  const chord = parseChord(keys);
  if ((press.ctrlKey || press.metaKey) !== chord.mod || press.altKey !== chord.alt) return false;
  if (isCharacter(chord.target)) return press.key === chord.target;
  if (press.shiftKey !== chord.shift) return false;
  const letter = /^Key([A-Z])$/.exec(chord.target)?.[1];
  if (chord.mod && letter && /^[a-zA-Z]$/.test(press.key)) return press.key.toUpperCase() === letter;
  return press.code === chord.target;
}

export const isCharacter = (target: string): boolean => target.length === 1;

/**
 * The action of a press, or undefined: none, the press belongs to a text field or an input method, or a held key fires
 * again for an action that does not repeat.
 */
export function matchKey<A extends { readonly keys: readonly string[]; readonly repeats?: true }>(
  actions: readonly A[],
  press: KeyPress,
): A | undefined {
  if (press.isComposing || press.editable) return undefined;
  const found = actions.find((action) => action.keys.some((keys) => matchesKeys(keys, press)));
  return press.repeat && !found?.repeats ? undefined : found;
}

const names: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Delete: "Del",
  PageUp: "PgUp",
  PageDown: "PgDn",
  Space: "Space",
  BracketLeft: "[",
  BracketRight: "]",
  Slash: "/",
  Backslash: "\\",
  Comma: ",",
  Period: ".",
  Semicolon: ";",
  Quote: "'",
  Backquote: "`",
  Minus: "−",
  Equal: "=",
  NumpadAdd: "Num +",
  NumpadSubtract: "Num −",
  NumpadEnter: "Num Enter",
  "-": "−",
};

/**
 * A chord as people read it: "Ctrl+Z", on a Mac "⌘Z"; several with spaces between come out so: "W A S D". `layout` maps codes to characters
 * (`navigator.keyboard.getLayoutMap()`): with it, the name is what is printed on the user's key.
 */
export function describeKeys(keys: string, platform: Platform, layout?: ReadonlyMap<string, string>): string {
  if (keys.includes(" "))
    return keys
      .split(" ")
      .map((each) => describeKeys(each, platform, layout))
      .join(" ");
  const { mod, shift, alt, target } = parseChord(keys);
  // A hint may name a modifier alone: what it does to a drag.
  const modifier = modifierNames[target];
  if (modifier) return modifier[platform === "mac" ? 0 : 1];
  const name = keyName(target, mod ? undefined : layout);
  if (platform === "mac") return `${alt ? "⌥" : ""}${shift ? "⇧" : ""}${mod ? "⌘" : ""}${name}`;
  return [mod ? "Ctrl" : "", alt ? "Alt" : "", shift ? "Shift" : "", name].filter((part) => part !== "").join("+");
}

const modifierNames: Readonly<Record<string, readonly [mac: string, other: string]>> = {
  $mod: ["⌘", "Ctrl"],
  Shift: ["⇧", "Shift"],
  Alt: ["⌥", "Alt"],
};

function keyName(target: string, layout: ReadonlyMap<string, string> | undefined): string {
  const printed = layout?.get(target);
  if (printed && printed.trim() !== "" && /^Key|^Digit|^Bracket/.test(target)) return printed.toUpperCase();
  return names[target] ?? target.replace(/^(Key|Digit)(?=.$)/, "").replace(/^Numpad(?=\d$)/, "Num ");
}
