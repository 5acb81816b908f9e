import * as fc from "fast-check";
import { expect, it } from "vitest";
import { plainKeyframe } from "./plain-keyframe.ts";
import { recordSchema } from "./records.ts";

fc.configureGlobal({ seed: 1 });

const whole = {
  kind: "keyframe",
  id: "keyframe:1@5",
  trackId: "track:1",
  at: "5",
  cuboid: { center: [1, 2, 3], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] },
  attributes: { occlusion: "none", parked: true, doors: 4 },
  source: "algorithm",
  confidence: 0.5,
};

/** Values that are nearly right, and quite wrong ones. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 0, -1, 1, 2, Number.NaN, Infinity, "", "human", "x".repeat(201), {}, []),
  fc.constantFrom<unknown>([1, 2], [1, 2, 3, 4], [1, "2", 3], [0, 0, 0, 1.1], [0, -1, 1], [0, 0.6, 0, 0.8]),
  fc.constantFrom<unknown>("-5", "1e3", "12345678901234567890", { a: null }, { a: [1] }, { a: 1, b: "x" }),
  fc.constantFrom<unknown>(JSON.parse('{"__proto__": 1}'), null, { center: [1, 2, 3], size: [1, 1, 1] }, true),
  fc.jsonValue(),
);
const places = [
  ...["kind", "id", "trackId", "at", "cuboid", "attributes", "source", "confidence", "more"].map((name) => [name]),
  ...["center", "size", "rotation", "more"].map((name) => ["cuboid", name]),
  ...["occlusion", "more"].map((name) => ["attributes", name]),
];

function changed(path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(whole) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, copy);
  parent[path.at(-1) ?? ""] = value;
  return copy;
}

it("reads a whole keyframe as the schema does", () => {
  expect(plainKeyframe(whole)).toEqual(recordSchema.parse(whole));
  const absent = { ...whole, cuboid: null };
  expect(plainKeyframe(absent)).toEqual(recordSchema.parse(absent));
});

it("never reads what the schema refuses, and never otherwise than it", () => {
  fc.assert(
    fc.property(fc.constantFrom(...places), odd, (path, value) => {
      const json = changed(path, value);
      const quick = plainKeyframe(json);
      if (quick) expect(quick).toEqual(recordSchema.parse(json));
    }),
    { numRuns: 2000 },
  );
});
