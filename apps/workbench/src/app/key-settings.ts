import { chordRefusal, isChord, keyPresetIds, usualKeys, type KeySettings } from "@sweepmark/editor";
import { z } from "zod";

/** What a drag with the left button does in the 3D view; the right one does the other. */
export const mouseHabits = ["orbit", "pan"] as const;
export type MouseHabit = (typeof mouseHabits)[number];

/** What a person's hands are used to: kept in this browser, for all logs. */
export interface Habits {
  readonly keys: KeySettings;
  readonly mouse: MouseHabit;
}

export const usualHabits: Habits = { keys: usualKeys, mouse: "orbit" };

const chord = z.string().refine(isChord, { error: "expected a chord such as Shift+KeyN" });
const schema = z.object({
  preset: z.enum(keyPresetIds),
  own: z.record(z.string(), z.array(chord)),
  mouse: z.enum(mouseHabits),
});

export type ParsedHabits =
  | { readonly kind: "habits"; readonly habits: Habits }
  | { readonly kind: "problem"; readonly message: string };

/** A keymap as text, from a file or the browser's storage. Chords that no action may have are left out. */
export function parseHabits(text: string): ParsedHabits {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "problem", message: "not JSON" };
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { kind: "problem", message: `${issue.path.join(".") || "keymap"}: ${issue.message}` };
  }
  const { preset, own, mouse } = parsed.data;
  const allowed = Object.entries(own).map(
    ([id, keys]) => [id, keys.filter((each) => !chordRefusal(id, each))] as const,
  );
  return { kind: "habits", habits: { keys: { preset, own: Object.fromEntries(allowed) }, mouse } };
}

export const habitsText = ({ keys, mouse }: Habits): string => `${JSON.stringify({ ...keys, mouse }, null, 2)}\n`;

const storageKey = "sweepmark.keys";

/** The usual ones where none were kept, or what is there cannot be read. */
export function loadHabits(): Habits {
  const text = globalThis.localStorage?.getItem(storageKey);
  const parsed = text ? parseHabits(text) : undefined;
  return parsed?.kind === "habits" ? parsed.habits : usualHabits;
}

/** A browser that keeps nothing only forgets them with the page. */
export function storeHabits(habits: Habits): void {
  try {
    localStorage.setItem(storageKey, habitsText(habits));
  } catch {
    return;
  }
}
