import { describeKeys, keysInForce, standingFor, type KeySettings } from "@sweepmark/editor";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { wordsChanged } from "../messages/text.ts";
import { actions, platform, type AppAction } from "./actions.ts";
import { loadHabits, storeHabits, type Habits, type MouseHabit } from "./key-settings.ts";

export interface Keymap extends Habits {
  readonly inForce: ReadonlyMap<string, readonly string[]>;
  /** The registry, each action with the keys that it has now: what the listener matches. */
  readonly actions: readonly AppAction[];
  /** Codes → what is printed on the user's keys; undefined where the browser does not say. */
  readonly layout: ReadonlyMap<string, string> | undefined;
}

function keymapOf(habits: Habits, layout: Keymap["layout"]): Keymap {
  const inForce = keysInForce(actions, habits.keys);
  const bound = actions.map((action) => ({ ...action, keys: inForce.get(action.id) ?? [] }));
  return { ...habits, inForce, actions: bound, layout };
}

/** The keys in force. Everything that names or hears a key asks here. */
export const keymap = createStore<Keymap>(() => keymapOf(loadHabits(), undefined));

export const useKeymap = <Value>(selector: (state: Keymap) => Value): Value => useStore(keymap, selector);

function put(habits: Habits): void {
  keymap.setState(keymapOf(habits, keymap.getState().layout));
  storeHabits(habits);
  wordsChanged();
}

export const setHabits = (habits: Habits): void => put(habits);
export const setKeys = (keys: KeySettings): void => put({ keys, mouse: keymap.getState().mouse });
export const setMouse = (mouse: MouseHabit): void => put({ keys: keymap.getState().keys, mouse });

/** Asks the browser what is printed on the keys: on a French keyboard the key in the place of W is called Z. */
export async function nameKeysByLayout(): Promise<void> {
  const { keyboard } = navigator as { readonly keyboard?: { getLayoutMap(): Promise<ReadonlyMap<string, string>> } };
  const layout = await keyboard?.getLayoutMap().catch(() => undefined);
  if (!layout || layout.size === 0) return;
  keymap.setState({ layout });
  wordsChanged();
}

/** A chord as people read it. */
export const chordText = (chord: string): string => describeKeys(chord, platform, keymap.getState().layout);

export const keysOf = ({ id }: AppAction): readonly string[] => keymap.getState().inForce.get(id) ?? [];

/** The first key in force as people read it; undefined: none. Components that show it call `useText`, and hear of changes. */
export function actionKeys(action: AppAction): string | undefined {
  const [first] = keysOf(action);
  return first === undefined ? undefined : chordText(first);
}

/** What stands now for the chords of a hint, which names them as the registry has them; undefined: nothing does. */
export function hintKeys(keys: string): string | undefined {
  const { inForce } = keymap.getState();
  const standing = keys.split(" ").map((chord) => standingFor(actions, inForce, chord));
  const found = standing.filter((chord) => chord !== undefined);
  return found.length === 0 ? undefined : chordText(found.join(" "));
}
