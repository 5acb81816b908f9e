import { chordRefusal, chordsCollide, keyPresetIds, keyPresets, keysInForce, usualKeys } from "@sweepmark/editor";
import { describe, expect, it } from "vitest";
import { actions } from "./actions.ts";
import { habitsText, parseHabits, usualHabits, type Habits } from "./key-settings.ts";
import { hintKeys } from "./keymap.ts";

describe("keymaps over the whole registry (rule 11)", () => {
  it.each(keyPresetIds)("%s names actions that are there", (preset) => {
    const ids = new Set(actions.map(({ id }) => id));
    expect(Object.keys(keyPresets[preset]).filter((id) => !ids.has(id))).toEqual([]);
  });

  it.each(keyPresetIds)(
    "%s gives no chord two meanings, none of the browser, and leaves each action with a key one",
    (preset) => {
      const inForce = [...keysInForce(actions, { preset, own: {} })];
      const all = inForce.flatMap(([id, keys]) => keys.map((chord) => ({ id, chord })));
      const twice = all.flatMap((one, i) =>
        all
          .slice(i + 1)
          .flatMap((two) => (one.id !== two.id && chordsCollide(one.chord, two.chord) ? [[one, two]] : [])),
      );
      expect(twice).toEqual([]);
      expect(all.filter(({ id, chord }) => chordRefusal(id, chord))).toEqual([]);
      const bare = actions.filter(({ id, keys }) => keys.length > 0 && !all.some((each) => each.id === id));
      expect(bare.map(({ id }) => id)).toEqual([]);
    },
  );

  it("presets do not overlap in themselves, so that all that they name is in force", () => {
    for (const preset of keyPresetIds) {
      const inForce = keysInForce(actions, { preset, own: {} });
      for (const [id, keys] of Object.entries(keyPresets[preset])) expect([id, inForce.get(id)]).toEqual([id, keys]);
    }
  });

  it("hints show what is in force", () => {
    expect(hintKeys("KeyW KeyA KeyS KeyD")).toBe("W A S D");
    expect(hintKeys("Shift")).toMatch(/Shift|⇧/);
  });
});

describe("kept keymaps", () => {
  it("come back as they were written", () => {
    const habits: Habits = {
      keys: { preset: "cvat", own: { "label.flip": ["KeyT", "+"], "label.fit": [] } },
      mouse: "pan",
    };
    expect(parseHabits(habitsText(habits))).toEqual({ kind: "habits", habits });
    expect(parseHabits(habitsText(usualHabits))).toEqual({
      kind: "habits",
      habits: { keys: usualKeys, mouse: "orbit" },
    });
  });

  it("what is wrong is said with its place", () => {
    const problem = (value: unknown) => parseHabits(JSON.stringify(value));
    expect(parseHabits("{")).toEqual({ kind: "problem", message: "not JSON" });
    expect(problem({ preset: "vim", own: {}, mouse: "orbit" })).toMatchObject({
      message: expect.stringContaining("preset"),
    });
    expect(problem({ preset: "cvat", own: { "label.fit": ["Hyper+X"] }, mouse: "orbit" })).toEqual({
      kind: "problem",
      message: "own.label.fit.0: expected a chord such as Shift+KeyN",
    });
  });

  it("chords that no action may have are left out", () => {
    const parsed = parseHabits(
      habitsText({ keys: { preset: "cvat", own: { "label.fit": ["$mod+KeyW", "Escape", "F2"] } }, mouse: "orbit" }),
    );
    expect(parsed).toMatchObject({ habits: { keys: { own: { "label.fit": ["F2"] } } } });
  });
});
