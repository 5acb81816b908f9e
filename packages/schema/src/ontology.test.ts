import { timestampNs } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { keyframeId, newTrackId } from "./ids.ts";
import { defaultOntology, ontologySchema, quickClassIds } from "./ontology.ts";

describe("the ontology of a new scene", () => {
  it("is valid by its own schema", () => expect(ontologySchema.parse(defaultOntology)).toEqual(defaultOntology));

  it("has each id and each letter once", () => {
    const ids = defaultOntology.objects.map(({ id }) => id);
    const letters = defaultOntology.objects.map(({ letter }) => letter);
    expect(new Set(ids).size).toBe(22);
    expect(new Set(letters).size).toBe(22);
    expect(new Set(defaultOntology.lanes.map(({ id }) => id)).size).toBe(defaultOntology.lanes.length);
  });

  it("has every class of the number keys", () => {
    const ids = new Set(defaultOntology.objects.map(({ id }) => id));
    expect(quickClassIds.filter((id) => !ids.has(id))).toEqual([]);
    expect(quickClassIds).toHaveLength(9);
  });

  it("a choice starts, where it says so, with one of its values", () => {
    for (const { type, initial } of defaultOntology.objects.flatMap(({ attributes }) => attributes))
      if (type.kind === "choice" && initial !== undefined) expect(type.values).toContain(initial);
  });
});

describe("ids (rule 1)", () => {
  it("of a keyframe follow from its track and time", () => {
    expect(keyframeId("track:01H", timestampNs(1_500_000_000_000_000_000n))).toBe("keyframe:01H@1500000000000000000");
    expect(keyframeId("track:a", timestampNs(1n))).not.toBe(keyframeId("track:a", timestampNs(2n)));
  });

  it("of tracks are new each time", () => {
    const ids = Array.from({ length: 100 }, newTrackId);
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => /^track:[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
  });
});
