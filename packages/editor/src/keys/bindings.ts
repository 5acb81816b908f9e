import type { Label } from "@sweepmark/document";
import { chordRefusal, chordsCollide, fixedKeys } from "./chords.ts";
import { keyPresets, type KeyPresetId } from "./presets.ts";

/** What keys are asked of: an action of the registry. */
export interface Keyed {
  readonly id: string;
  readonly keys: readonly string[];
}

/** A person's keymap: a preset, and on top of it what was changed by hand. */
export interface KeySettings {
  readonly preset: KeyPresetId;
  /** By action id: all its chords, the first one is shown. Ids that the registry does not have (yet) are kept. */
  readonly own: Readonly<Record<string, readonly string[]>>;
}

export const usualKeys: KeySettings = { preset: "sweepmark", own: {} };

/**
 * Chords by action id. What a person chose goes before the preset, the preset before the registry: an action loses the
 * chords that one of a higher layer has, and so no chord ever means two things, whatever the registry grows. Fixed keys stay.
 */
export function keysInForce(
  actions: readonly Keyed[],
  { preset, own }: KeySettings,
): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, readonly string[]>();
  const claimed = Object.entries(fixedKeys).map(([chord, id]) => ({ chord, id }));
  for (const layer of [own, keyPresets[preset], registryKeys(actions)])
    for (const { id } of actions) {
      const asked = Object.hasOwn(layer, id) ? layer[id] : undefined;
      if (!asked || result.has(id)) continue;
      const keys = asked.filter((chord) =>
        claimed.every((each) => each.id === id || !chordsCollide(each.chord, chord)),
      );
      const fixed = claimed.filter((each) => each.id === id && each.chord in fixedKeys && !keys.includes(each.chord));
      const all = [...keys, ...fixed.map(({ chord }) => chord)];
      result.set(id, all);
      claimed.push(...all.map((chord) => ({ chord, id })));
    }
  return result;
}

const registryKeys = (actions: readonly Keyed[]): KeySettings["own"] =>
  Object.fromEntries(actions.map(({ id, keys }) => [id, keys]));

export type Assignment =
  | { readonly kind: "set"; readonly settings: KeySettings }
  /** Another action has the chord. `settings`: what it would be after an exchange, which a person must agree to. */
  | { readonly kind: "taken"; readonly byId: string; readonly settings: KeySettings }
  | { readonly kind: "refused"; readonly reason: Label };

/**
 * Gives an action a chord: in place of `replaced`, or one more. The action that has the chord gets `replaced` for it, or
 * loses it.
 */
export function assignKey(
  actions: readonly Keyed[],
  settings: KeySettings,
  actionId: string,
  chord: string,
  replaced?: string,
): Assignment {
  const reason = chordRefusal(actionId, chord) ?? (replaced === undefined ? undefined : keptKey(actionId, replaced));
  if (reason) return { kind: "refused", reason };
  const now = keysInForce(actions, settings);
  const mine = now.get(actionId) ?? [];
  const other = [...now].find(([id, keys]) => id !== actionId && keys.some((each) => chordsCollide(each, chord)));
  const rest = mine.filter((each) => each !== chord);
  const at = replaced === undefined ? -1 : rest.indexOf(replaced);
  const own = {
    ...without(settings.own, replaced === undefined ? [chord] : [chord, replaced]),
    [actionId]: at < 0 ? [...rest, chord] : rest.with(at, chord),
  };
  if (!other) return { kind: "set", settings: { ...settings, own } };
  const [byId, theirs] = other;
  const left = theirs.filter((each) => !chordsCollide(each, chord));
  const free = (each: string): boolean =>
    chordRefusal(byId, each) === undefined && !own[actionId].some((mineNow) => chordsCollide(mineNow, each));
  const given = replaced !== undefined && free(replaced) ? [replaced] : [];
  return { kind: "taken", byId, settings: { ...settings, own: { ...own, [byId]: [...given, ...left] } } };
}

/** Settings may name a chord for two actions (a file from elsewhere): the one that did not get it gives it up for good. */
const without = (own: KeySettings["own"], chords: readonly string[]): KeySettings["own"] =>
  Object.fromEntries(
    Object.entries(own).map(([id, keys]) => [
      id,
      keys.filter((each) => !chords.some((chord) => chordsCollide(each, chord))),
    ]),
  );

/** Takes a chord from an action. A fixed one stays: its reason. */
export function removeKey(
  actions: readonly Keyed[],
  settings: KeySettings,
  actionId: string,
  chord: string,
): Exclude<Assignment, { kind: "taken" }> {
  const reason = keptKey(actionId, chord);
  if (reason) return { kind: "refused", reason };
  const mine = keysInForce(actions, settings).get(actionId) ?? [];
  const own = { ...settings.own, [actionId]: mine.filter((each) => each !== chord) };
  return { kind: "set", settings: { ...settings, own } };
}

const keptKey = (actionId: string, chord: string): Label | undefined =>
  fixedKeys[chord] === actionId ? { message: `keys.refused.${actionId}` } : undefined;

/** Back to the preset's keys: of one action, or of all. What others have taken meanwhile stays theirs. */
export function resetKeys(settings: KeySettings, actionId?: string): KeySettings {
  if (actionId === undefined) return { ...settings, own: {} };
  return { ...settings, own: Object.fromEntries(Object.entries(settings.own).filter(([id]) => id !== actionId)) };
}

export const hasOwnKeys = (settings: KeySettings, actionId: string): boolean => Object.hasOwn(settings.own, actionId);

/**
 * Hints name chords as the registry has them: the first chord in force of the action that has it there, or undefined
 * where that action has none now. A modifier alone, the mouse, and chords of no action stay as they are.
 */
export function standingFor(
  actions: readonly Keyed[],
  inForce: ReadonlyMap<string, readonly string[]>,
  chord: string,
): string | undefined {
  const action = actions.find(({ keys }) => keys.includes(chord));
  if (!action) return chord;
  const keys = inForce.get(action.id) ?? [];
  return keys.includes(chord) ? chord : keys.at(0);
}
