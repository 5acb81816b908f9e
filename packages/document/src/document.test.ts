import { defaultOntology, type Keyframe, type LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, changesOf, contents, edits, keyframe, ontology, records, time, track } from "../test/arbitraries.ts";
import { created, deleted, replaced } from "./changes.ts";
import { createDocument, DocumentError } from "./document.ts";
import { withDraft } from "./draft.ts";
import type { DocumentReader } from "./types.ts";

const ids = (list: readonly LabelRecord[]): string[] => list.map(({ id }) => id);

/** What rule 2 says of the lists, computed from the records alone. */
function expectLists(reader: DocumentReader): void {
  const all = contents(reader);
  expect(ids(reader.tracks())).toEqual(ids(all.filter(({ kind }) => kind === "track")));
  expect(ids(reader.laneBoundaries())).toEqual(ids(all.filter(({ kind }) => kind === "lane-boundary")));
  expect(ids(reader.lanes())).toEqual(ids(all.filter(({ kind }) => kind === "lane")));
  for (const name of ["a", "b", "c"]) {
    const keyframes = all.filter((r): r is Keyframe => r.kind === "keyframe" && r.trackId === `track:${name}`);
    expect(ids(reader.keyframes(`track:${name}`))).toEqual(ids(keyframes.toSorted((a, b) => (a.at < b.at ? -1 : 1))));
  }
}

describe("a document", () => {
  it("keeps its lists in step with its records (rule 2)", () => {
    fc.assert(
      fc.property(records, fc.array(edits, { maxLength: 4 }), (start, rounds) => {
        const document = createDocument(ontology, start);
        expectLists(document);
        for (const list of rounds) {
          document.apply(changesOf(document, list));
          expectLists(document);
        }
      }),
    );
  });

  it("hands out the same array until a record of the kind changes, and never writes to one handed out (rule 2)", () => {
    const document = createDocument(ontology, [track("a"), keyframe("a", 0, box(0))]);
    const tracks = document.tracks();
    const keyframes = document.keyframes("track:a");
    document.apply([created(keyframe("a", 1, box(1)))]);
    expect(document.tracks()).toBe(tracks);
    expect(keyframes).toHaveLength(1);
    expect(document.keyframes("track:a")).toHaveLength(2);
    expect(document.keyframes("track:a")).toBe(document.keyframes("track:a"));
  });

  it("applies all changes or none (rule 1)", () => {
    const document = createDocument(ontology, [track("a")]);
    const before = contents(document);
    const wrong = [created(track("b")), replaced(track("a", { name: "other" }), track("a"))];
    expect(() => document.apply(wrong)).toThrow("track:a: not as expected in name");
    expect(contents(document)).toEqual(before);
  });

  it.each([
    ["create what is there", [created(track("a"))], "expected no record with this id, found one"],
    ["delete what is not there", [deleted(track("b"))], "expected a track, found none"],
    ["delete twice", [deleted(track("a")), deleted(track("a"))], "expected a track, found none"],
  ])("names the record that does not fit: %s", (_, changes, message) => {
    const document = createDocument(ontology, [track("a")]);
    expect(() => document.apply(changes)).toThrow(message);
    expect(() => document.apply(changes)).toThrow(DocumentError);
  });

  it("refuses a keyframe whose id is not its track's at its time (rule 3)", () => {
    const stray = { ...keyframe("a", 1, null), at: time(2) };
    const document = createDocument(ontology, []);
    expect(() => document.apply([created(stray)])).toThrow(/must have the id keyframe:a@/);
    expect(() => createDocument(ontology, [stray])).toThrow(DocumentError);
  });

  it("refuses two records with one id, a record under another id, and a change of kind", () => {
    expect(() => createDocument(ontology, [track("a"), track("a")])).toThrow("two records have this id");
    const document = createDocument(ontology, [track("a")]);
    expect(() => document.apply([{ id: "track:b", after: track("c") }])).toThrow("the record's id is track:c");
    const lane = { id: "track:a", kind: "lane", leftId: "l", rightId: "r", successorIds: [], attributes: {} } as const;
    expect(() => document.apply([replaced(track("a"), lane)])).toThrow("a track cannot become a lane");
  });

  it("tells its listeners until they leave", () => {
    const document = createDocument(defaultOntology);
    const heard: number[] = [];
    const leave = document.subscribe((changes) => heard.push(changes.length));
    document.apply([created(track("a")), created(track("b"))]);
    leave();
    document.apply([deleted(track("a"))]);
    expect(heard).toEqual([2]);
  });
});

describe("a draft", () => {
  it("reads as the document would after applying it, and leaves the document alone", () => {
    fc.assert(
      fc.property(records, edits, (start, list) => {
        const document = createDocument(ontology, start);
        const before = contents(document);
        const changes = changesOf(document, list);
        const draft = withDraft(document, changes);
        expectLists(draft);
        const draftContents = contents(draft);
        for (const record of draftContents) expect(draft.get(record.id)).toBe(record);
        expect(contents(document)).toEqual(before);
        document.apply(changes);
        expect(draftContents).toEqual(contents(document));
      }),
    );
  });

  it("hands out what lies below where it says nothing", () => {
    const document = createDocument(ontology, [track("a"), keyframe("a", 0, box(0))]);
    const draft = withDraft(document, [created(keyframe("b", 0, box(0)))]);
    expect(draft.tracks()).toBe(document.tracks());
    expect(draft.keyframes("track:a")).toBe(document.keyframes("track:a"));
    expect(withDraft(document, [])).toBe(document);
  });
});
