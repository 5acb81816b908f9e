import { describe, expect, it } from "vitest";
import { chordRefusal } from "@sweepmark/editor";
import { actionOf, actions } from "./actions.ts";
import { actionKeys } from "./keymap.ts";

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
    expect(actions.flatMap(({ id, keys }) => keys.filter((key) => chordRefusal(id, key)))).toEqual([]);
  });

  it("names the first key of an action, and refuses an id that is none", () => {
    expect(actionKeys(actionOf("file.export"))).toMatch(/^(Ctrl\+|⌘)E$/);
    expect(actionKeys(actionOf("app.theme"))).toBeUndefined();
    expect(() => actionOf("no.such")).toThrow("no action no.such");
  });
});
