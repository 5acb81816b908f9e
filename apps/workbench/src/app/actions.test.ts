import { describe, expect, it } from "vitest";
import { actionKeys, actionOf, actions } from "./actions.ts";

/** Chords that browsers or systems keep for themselves (ecosystem notes, "Never take"). */
const never = ["$mod+KeyW", "$mod+KeyT", "$mod+KeyN", "$mod+KeyR", "$mod+KeyL", "F5", "F12", "$mod+Tab"];

describe("the registry (rule 1)", () => {
  it("has each id once", () => {
    const ids = actions.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("gives no key to two actions", () => {
    const keys = actions.flatMap((action) => action.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it("takes no key from the browser", () => {
    expect(actions.flatMap(({ keys }) => keys).filter((key) => never.includes(key))).toEqual([]);
  });

  it("names the first key of an action, and refuses an id that is none", () => {
    expect(actionKeys(actionOf("file.export"))).toMatch(/^(Ctrl\+|⌘)E$/);
    expect(actionKeys(actionOf("app.theme"))).toBeUndefined();
    expect(() => actionOf("no.such")).toThrow("no action no.such");
  });
});
