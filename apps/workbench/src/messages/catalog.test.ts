import { readdirSync, readFileSync } from "node:fs";
import { editMessages } from "@sweepmark/document";
import { editorMessages } from "@sweepmark/editor";
import { describe, expect, it } from "vitest";
import en from "./en.json" with { type: "json" };

const root = new URL("../", import.meta.url);
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => readFileSync(new URL(file, root), "utf8"));
const code = sources.join("\n");

const stem = (key: string): string => key.replace(/_(one|other)$/, "");
const keys = [...new Set(Object.keys(en).map(stem))];

/** `"a.b"` anywhere in the code. */
const literals = new Set([...code.matchAll(/"([A-Za-z][\w-]*(?:\.[\w-]+)+)"/g)].map((match) => match[1]));
/** `` `a.b.${…}` ``: everything under "a.b." counts as used. */
const prefixes = [...code.matchAll(/`([a-z][\w-]*(?:\.[\w-]+)*\.)\$\{/gi)].map((match) => match[1]);

describe("the catalog (rule 2)", () => {
  it("holds nothing that no code says", () => {
    // Class, attribute and failure words are looked up by ids that only exist at run time.
    const dynamic = ["action.", "attribute.", "failed.", ...prefixes];
    const unused = keys.filter((key) => !literals.has(key) && !dynamic.some((prefix) => key.startsWith(prefix)));
    expect(unused).toEqual([]);
  });

  it("has every key that is asked for by t(…) or named in a label", () => {
    const asked = [
      ...[...code.matchAll(/\bt\(\s*"([^"]+)"/g)].map((match) => match[1]),
      ...[...code.matchAll(/message: "([\w.-]+)"/g)].map((match) => match[1]),
      ...[...code.matchAll(/title: "(action\.[\w.-]+)"/g)].map((match) => match[1]),
    ];
    const known = new Set([...keys, ...Object.keys(editorMessages), ...Object.keys(editMessages)]);
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((key) => !known.has(key))).toEqual([]);
  });

  it("does not redefine a message of the packages below", () => {
    expect(Object.keys(en).filter((key) => key in editorMessages || key in editMessages)).toEqual([]);
  });

  it("writes plurals in pairs", () => {
    const halves = Object.keys(en).filter((key) => /_(one|other)$/.test(key));
    const alone = halves.filter((key) => !(`${stem(key)}_one` in en && `${stem(key)}_other` in en));
    expect(alone).toEqual([]);
  });

  it("speaks plainly: no exclamation marks, no please, no sorry", () => {
    expect(Object.entries(en).filter(([, words]) => /!|please|sorry|oops/i.test(words))).toEqual([]);
  });
});
