import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesOf, contents, edits, ontology, records } from "../test/arbitraries.ts";
import { invert, squash } from "./changes.ts";
import { createDocument } from "./document.ts";
import { sameValue } from "./equal.ts";

describe("changes", () => {
  it("apply(invert(t)) ∘ apply(t) is the identity", () => {
    fc.assert(
      fc.property(records, edits, (start, list) => {
        const document = createDocument(ontology, start);
        const before = contents(document);
        const changes = changesOf(document, list);
        document.apply(changes);
        document.apply(invert(changes));
        expect(contents(document)).toEqual(before);
      }),
    );
  });

  it("squash(a, b) has the effect of a, then b, with one change a record", () => {
    fc.assert(
      fc.property(records, edits, edits, (start, first, second) => {
        const stepwise = createDocument(ontology, start);
        const a = changesOf(stepwise, first);
        stepwise.apply(a);
        const b = changesOf(stepwise, second);
        stepwise.apply(b);
        const atOnce = createDocument(ontology, start);
        const both = squash(a, b);
        atOnce.apply(both);
        expect(contents(atOnce)).toEqual(contents(stepwise));
        expect(new Set(both.map(({ id }) => id)).size).toBe(both.length);
        for (const { before, after } of both) expect(sameValue(before, after)).toBe(false);
      }),
    );
  });

  it("squash of a list and its inverse is empty", () => {
    fc.assert(
      fc.property(records, edits, (start, list) => {
        const changes = changesOf(createDocument(ontology, start), list);
        expect(squash(changes, invert(changes))).toEqual([]);
      }),
    );
  });
});

describe("sameValue", () => {
  it("takes undefined fields for missing ones, 0 for −0, and tells everything else apart", () => {
    expect(sameValue({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(sameValue({ a: 1 }, { a: 1, b: undefined })).toBe(true);
    expect(sameValue([0, 1n, null], [-0, 1n, null])).toBe(true);
    expect(sameValue({ a: NaN }, { a: NaN })).toBe(true);
    expect(sameValue({ a: 1 }, { a: 1, b: null })).toBe(false);
    expect(sameValue([1], [1, 2])).toBe(false);
    expect(sameValue([], {})).toBe(false);
    expect(sameValue(1, 1n)).toBe(false);
    expect(sameValue({ toString: undefined }, {})).toBe(true);
  });
});
