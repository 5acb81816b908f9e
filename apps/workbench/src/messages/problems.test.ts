import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import en from "./en.json" with { type: "json" };

const packages = new URL("../../../../packages/", import.meta.url);

/** The codes of all problems that the code of a package can give. */
function codesOf(name: string): Set<string> {
  const root = new URL(`${name}/src/`, packages);
  const code = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(new URL(file, root), "utf8"))
    .join("\n");
  const single = /\b(?:code: |logError\(\s*)"([a-z][a-z-]+)"/g;
  const choice = /\bcode:[^,;]*?\?\s*"([a-z][a-z-]+)"\s*:\s*"([a-z][a-z-]+)"/g;
  return new Set([single, choice].flatMap((form) => [...code.matchAll(form)].flatMap((match) => match.slice(1))));
}

const log = codesOf("log");
const all = new Set([...log, ...codesOf("editor"), "labels"]);
const entries = Object.keys(en)
  .filter((key) => key.startsWith("problem."))
  .map((key) => key.slice("problem.".length));

it("every problem of a log has its title, `problem.<code>`, and no title is of none", () => {
  // As many as there are: the forms above still find them.
  expect(log.size).toBeGreaterThan(50);
  for (const code of ["no-lidar", "unknown-type", "no-image-near", "out-of-bounds"]) expect(log).toContain(code);
  expect([...all].filter((code) => !entries.includes(code))).toEqual([]);
  expect(entries.filter((code) => !all.has(code))).toEqual([]);
});

it("a title is a few words without a full stop; the message under it has the facts", () => {
  const titles = entries.map((code) => en[`problem.${code}` as keyof typeof en]);
  expect(titles.filter((title) => title.length > 40 || /[.:]$|\{\{/.test(title))).toEqual([]);
});
