import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesKeys, type KeyPress } from "../keymap.ts";
import { sessionActions } from "../actions/index.ts";
import { assignKey, keysInForce, removeKey, resetKeys, standingFor, usualKeys, type KeySettings } from "./bindings.ts";
import { chordOf, chordRefusal, chordsCollide, isChord } from "./chords.ts";
import { keyPresetIds } from "./presets.ts";

/** The session's actions, and some as the app adds them. */
const actions = [
  ...sessionActions,
  { id: "app.palette", keys: ["$mod+Shift+KeyP", "F1"] },
  { id: "app.help", keys: ["?"] },
  { id: "track.merge", keys: ["KeyJ"] },
];

const usLayout: readonly (readonly [code: string, plain: string, shifted: string])[] = [
  ...[..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => [`Key${letter}`, letter.toLowerCase(), letter] as const),
  ...[...")!@#$%^&*("].map((sign, digit) => [`Digit${digit}`, String(digit), sign] as const),
  ["Minus", "-", "_"],
  ["Equal", "=", "+"],
  ["BracketLeft", "[", "{"],
  ["BracketRight", "]", "}"],
  ["Comma", ",", "<"],
  ["Period", ".", ">"],
  ["Slash", "/", "?"],
  ["NumpadAdd", "+", "+"],
  ["NumpadSubtract", "-", "-"],
  ["Numpad7", "7", "7"],
  ...["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Delete", "Backspace", "Enter", "Escape", "Tab", "Home"].map(
    (code) => [code, code, code] as const,
  ),
  ["Space", " ", " "],
  ["F1", "F1", "F1"],
  ["F2", "F2", "F2"],
];

const presses: readonly KeyPress[] = usLayout.flatMap(([code, plain, shifted]) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
    code,
    key: bits & 1 ? shifted : plain,
    shiftKey: (bits & 1) !== 0,
    altKey: (bits & 2) !== 0,
    ctrlKey: (bits & 4) !== 0,
    metaKey: false,
  })),
);

/** Presses with more than one meaning. */
function ambiguous(settings: KeySettings): readonly string[] {
  const inForce = [...keysInForce(actions, settings)];
  return presses.flatMap((press) => {
    const meanings = inForce.filter(([, keys]) => keys.some((keys) => matchesKeys(keys, press))).map(([id]) => id);
    return meanings.length > 1 ? [`${chordOf(press)}: ${meanings.join(", ")}`] : [];
  });
}

const chord = fc.constantFrom(...presses).map((press) => chordOf(press)!);
const actionId = fc.constantFrom(...actions.map(({ id }) => id));

type Step =
  | { readonly kind: "assign"; readonly id: string; readonly chord: string; readonly at: number | undefined }
  | { readonly kind: "remove"; readonly id: string; readonly at: number }
  | { readonly kind: "reset"; readonly id: string | undefined }
  | { readonly kind: "preset"; readonly preset: KeySettings["preset"] };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("assign" as const),
      id: actionId,
      chord,
      at: fc.option(fc.nat(2), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), id: actionId, at: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("reset" as const), id: fc.option(actionId, { nil: undefined }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("preset" as const), preset: fc.constantFrom(...keyPresetIds) }),
  },
);

/** What a person may do in the dialog; a taken chord is exchanged. */
function walk(settings: KeySettings, each: Step): KeySettings {
  if (each.kind === "preset") return { ...settings, preset: each.preset };
  if (each.kind === "reset") return resetKeys(settings, each.id);
  const mine = keysInForce(actions, settings).get(each.id) ?? [];
  if (each.kind === "remove") {
    const gone = mine.at(each.at);
    const result = gone === undefined ? undefined : removeKey(actions, settings, each.id, gone);
    return result?.kind === "set" ? result.settings : settings;
  }
  const result = assignKey(
    actions,
    settings,
    each.id,
    each.chord,
    each.at === undefined ? undefined : mine.at(each.at),
  );
  return result.kind === "refused" ? settings : result.settings;
}

describe("keymaps (rule 28)", () => {
  it.each(keyPresetIds)("%s gives no press two meanings, and takes no chord of the browser", (preset) => {
    const settings = { preset, own: {} };
    expect(ambiguous(settings)).toEqual([]);
    const refused = [...keysInForce(actions, settings)].flatMap(([id, keys]) =>
      keys.filter((each) => chordRefusal(id, each)),
    );
    expect(refused).toEqual([]);
  });

  it.each(keyPresetIds)("%s leaves a key to every action that has one", (preset) => {
    const inForce = keysInForce(actions, { preset, own: {} });
    const without = actions.filter(({ id, keys }) => keys.length > 0 && inForce.get(id)?.length === 0);
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  it("no sequence of changes gives a press two meanings; the palette, which has every action, keeps its key", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const settings = steps.reduce(walk, usualKeys);
        expect(ambiguous(settings)).toEqual([]);
        const inForce = keysInForce(actions, settings);
        expect(inForce.get("app.palette")).toContain("F1");
        expect(inForce.get("edit.escape")).toContain("Escape");
        expect([...inForce.keys()].toSorted()).toEqual(actions.map(({ id }) => id).toSorted());
      }),
      { numRuns: 40 },
    );
  });

  it("an accepted chord is in force, and an exchange leaves the other what was replaced", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), actionId, chord, (steps, id, wanted) => {
        const before = steps.reduce(walk, usualKeys);
        const replaced = keysInForce(actions, before).get(id)?.at(0);
        const result = assignKey(actions, before, id, wanted, replaced);
        if (result.kind === "refused") return;
        const after = keysInForce(actions, result.settings);
        expect(after.get(id)).toContain(wanted);
        if (result.kind !== "taken" || replaced === undefined || chordsCollide(replaced, wanted)) return;
        if (chordRefusal(result.byId, replaced) || after.get(id)!.some((each) => chordsCollide(each, replaced))) return;
        expect(after.get(result.byId)).toContain(replaced);
      }),
      { numRuns: 80 },
    );
  });

  it("an action that the registry gains later takes nothing that a person or a preset has given away", () => {
    const settings: KeySettings = { preset: "cvat", own: { "label.flip": ["KeyT"] } };
    const grown = [{ id: "new.one", keys: ["KeyT"] }, { id: "new.two", keys: ["KeyM"] }, ...actions];
    const inForce = keysInForce(grown, settings);
    expect([inForce.get("new.one"), inForce.get("new.two")]).toEqual([[], []]);
    expect([inForce.get("label.flip"), inForce.get("track.merge")]).toEqual([["KeyT"], ["KeyM"]]);
  });

  it("says who has a chord, and refuses those of the browser and the fixed ones", () => {
    expect(assignKey(actions, usualKeys, "label.flip", "KeyN")).toMatchObject({
      kind: "taken",
      byId: "label.drawCuboid",
    });
    expect(assignKey(actions, usualKeys, "label.flip", "Shift+Slash")).toMatchObject({
      kind: "taken",
      byId: "app.help",
    });
    expect(assignKey(actions, usualKeys, "label.flip", "$mod+KeyW")).toMatchObject({
      kind: "refused",
      reason: { message: "keys.refused.browser" },
    });
    expect(assignKey(actions, usualKeys, "label.flip", "Escape")).toMatchObject({
      kind: "refused",
      reason: { message: "keys.refused.edit.escape" },
    });
    expect(assignKey(actions, usualKeys, "label.flip", "$mod+Alt+KeyQ")).toMatchObject({
      kind: "refused",
      reason: { message: "keys.refused.alt-gr" },
    });
    expect(removeKey(actions, usualKeys, "app.palette", "F1").kind).toBe("refused");
  });

  it("reset gives one action, or all, the preset's keys again", () => {
    const taken = assignKey(actions, usualKeys, "label.flip", "KeyN", "KeyG");
    if (taken.kind !== "taken") throw new Error(taken.kind);
    const inForce = keysInForce(actions, taken.settings);
    expect([inForce.get("label.flip"), inForce.get("label.drawCuboid")]).toEqual([["KeyN"], ["KeyG", "KeyF"]]);
    const one = keysInForce(actions, resetKeys(taken.settings, "label.flip"));
    // G went to the other by a person's will, and stays there.
    expect([one.get("label.flip"), one.get("label.drawCuboid")]).toEqual([[], ["KeyG", "KeyF"]]);
    expect(resetKeys(taken.settings)).toEqual(usualKeys);
  });

  it("hints name what stands for the registry's chord", () => {
    const inForce = keysInForce(actions, { preset: "cvat", own: { "label.flip": [] } });
    expect(standingFor(actions, inForce, "KeyR")).toBe("Shift+KeyF");
    expect(standingFor(actions, inForce, "KeyK")).toBe("KeyK");
    expect(standingFor(actions, inForce, "Backspace")).toBe("Backspace");
    expect(standingFor(actions, inForce, "KeyG")).toBeUndefined();
    expect(standingFor(actions, inForce, "Shift")).toBe("Shift");
    expect(standingFor(actions, inForce, "Mouse")).toBe("Mouse");
  });
});

describe("chords", () => {
  it("the chord of a press is matched by that press, on any layout", () => {
    const letters = fc.constantFrom("a", "z", "Q", "я", "é");
    fc.assert(
      fc.property(fc.constantFrom(...presses), fc.option(letters, { nil: undefined }), (press, key) => {
        const pressed = key === undefined ? press : { ...press, key };
        const made = chordOf(pressed);
        expect(made !== undefined && isChord(made) && matchesKeys(made, pressed)).toBe(true);
      }),
    );
  });

  it("modifiers alone are none", () => {
    for (const code of ["ShiftLeft", "ControlRight", "AltLeft", "MetaLeft", "CapsLock", ""])
      expect(chordOf({ ...presses[0], code })).toBeUndefined();
  });

  it("collide exactly where a press is both", () => {
    const chords = [...new Set([...presses.map((press) => chordOf(press)!), "+", "-", "?"])];
    fc.assert(
      fc.property(fc.constantFrom(...chords), fc.constantFrom(...chords), (a, b) => {
        const both = presses.some((press) => matchesKeys(a, press) && matchesKeys(b, press));
        expect(chordsCollide(a, b)).toBe(both);
      }),
      { numRuns: 2000 },
    );
  });

  it("texts that are none are told apart", () => {
    expect(["KeyN", "$mod+Shift+KeyP", "+", "?", "F2"].filter(isChord)).toHaveLength(5);
    expect(["", "Ctrl+KeyN", "Hyper+KeyA", "key n", "Shift+"].filter(isChord)).toEqual([]);
  });
});
