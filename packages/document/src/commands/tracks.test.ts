import { keyframeId, type LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, contents, invocation, keyframe, ontology, records, time, track } from "../../test/arbitraries.ts";
import { squash } from "../changes.ts";
import { createDocument } from "../document.ts";
import { withDraft } from "../draft.ts";
import { trackAt } from "../moment.ts";
import type { Command, DocumentReader } from "../types.ts";
import {
  commands,
  createLaneBoundary,
  createTrack,
  deleteLaneBoundary,
  deleteVertex,
  importRecords,
  insertVertex,
  moveVertex,
  setClass,
  setRigid,
  setStatic,
  setTrackAttribute,
} from "./index.ts";

const of = (...list: readonly LabelRecord[]): DocumentReader => createDocument(ontology, list);
const after = <Args>(document: DocumentReader, command: Command<Args>, args: Args): DocumentReader =>
  withDraft(document, command.plan(document, args));
const trackId = "track:a";

describe("every command", () => {
  it("plans changes that fit the document they were planned on (rule 17)", () => {
    fc.assert(
      fc.property(records, invocation, (start, { plan, id }) => {
        const document = createDocument(ontology, start);
        const changes = plan(document);
        expect(contents(document), `${id} wrote`).toEqual(contents(createDocument(ontology, start)));
        document.apply(changes);
      }),
      { numRuns: 2000 },
    );
  });

  it("has an id of its own", () => {
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
  });

  it("on a record that is not there plans nothing (rule 17)", () => {
    const isCreation = (id: string) =>
      ["egoPose.set", "track.create", "lane.create", "labels.import", "labels.copy", "suggestions.accept"].includes(id);
    fc.assert(
      fc.property(invocation, ({ plan, id }) => {
        if (!isCreation(id)) expect(squash(plan(of()))).toEqual([]);
      }),
    );
  });
});

describe("tracks", () => {
  it("createTrack names by class, one above the highest number in use", () => {
    const document = of(
      track("a", { name: "car-7" }),
      track("b", { name: "car-007" }),
      track("c", { name: "truck-9" }),
    );
    const changes = createTrack.plan(document, { classId: "car", at: time(0), cuboid: box(0), source: "algorithm" });
    expect(changes.map(({ after: made }) => made?.kind)).toEqual(["track", "keyframe"]);
    expect(changes[0].after).toMatchObject({ name: "car-8", classId: "car", rigid: true, static: false });
    expect(changes[1]).toMatchObject({ id: keyframeId(changes[0].id, time(0)), after: { source: "algorithm" } });
    expect(createTrack.label(document, { classId: "bus", at: time(0), cuboid: box(0) }).params?.name).toBe("bus-1");
  });

  it("setClass renames an automatic name and leaves a given one", () => {
    const renamed = (name: string) =>
      after(of(track("a", { name }), track("b", { name: "truck-2", classId: "truck" })), setClass, {
        trackId,
        classId: "truck",
      });
    expect(renamed("car-3").get(trackId)).toMatchObject({ classId: "truck", name: "truck-3" });
    for (const name of ["my car-3", "car-3b", "car-03", "car"])
      expect(renamed(name).get(trackId)).toMatchObject({ classId: "truck", name });
  });

  it("setTrackAttribute sets and takes back", () => {
    const set = after(of(track("a", { attributes: { b: 1 } })), setTrackAttribute, {
      trackId,
      id: "plate",
      value: "x",
    });
    expect(set.tracks()[0].attributes).toEqual({ b: 1, plate: "x" });
    expect(after(set, setTrackAttribute, { trackId, id: "plate", value: null }).tracks()[0].attributes).toEqual({
      b: 1,
    });
    expect(setTrackAttribute.plan(set, { trackId, id: "other", value: null })).toEqual([]);
  });

  it("setRigid gives every keyframe the nearest one's size and leaves it standing (rule 14)", () => {
    const free = of(
      track("a", { rigid: false }),
      keyframe("a", 0, box(0, { size: [4, 2, 2] })),
      keyframe("a", 5, box(5, { size: [5, 2, 3] })),
    );
    const rigid = after(free, setRigid, { trackId, at: time(4), rigid: true });
    expect(rigid.tracks()[0].rigid).toBe(true);
    expect(rigid.keyframes(trackId).map(({ cuboid }) => cuboid)).toEqual([
      { center: [0, 0, 1.5], size: [5, 2, 3], rotation: [0, 0, 0, 1] },
      box(5, { size: [5, 2, 3] }),
    ]);
    expect(setRigid.plan(rigid, { trackId, at: time(0), rigid: false })).toHaveLength(1);
  });

  it("setStatic keeps the keyframe nearest the time and says how many go; absences stay", () => {
    const document = of(
      track("a"),
      keyframe("a", 0, box(0)),
      keyframe("a", 2, box(2)),
      keyframe("a", 4, null),
      keyframe("a", 6, box(6)),
      keyframe("a", 8, box(8)),
    );
    const args = { trackId, at: time(2), static: true };
    expect(setStatic.label(document, args)).toEqual({ message: "edit.makeStatic", params: { name: "a", count: 2 } });
    const parked = after(document, setStatic, args);
    const xAt = (tick: number) => trackAt(parked, trackId, time(tick))?.cuboid.center[0];
    expect([0, 2, 3, 4, 5, 6, 9].map(xAt)).toEqual([2, 2, 2, undefined, undefined, 2, 2]);
  });
});

describe("lane boundaries", () => {
  const boundary = (id: string): LabelRecord => ({
    id,
    kind: "lane-boundary",
    name: id,
    classId: "kerb",
    points: [
      [0, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
    ],
    attributes: {},
  });
  const lane = (id: string, leftId: string, rightId: string, successorIds: readonly string[]): LabelRecord => ({
    id,
    kind: "lane",
    leftId,
    rightId,
    successorIds,
    attributes: {},
  });
  const xs = (document: DocumentReader) => document.laneBoundaries()[0]?.points.map(([x]) => x);

  it("are made of at least two points and numbered", () => {
    const points = [
      [0, 0, 0],
      [1, 1, 1],
    ] as const;
    expect(createLaneBoundary.plan(of(), { classId: "kerb", points: points.slice(1) })).toEqual([]);
    const made = after(of(), createLaneBoundary, { classId: "kerb", points });
    expect(made.laneBoundaries()[0]).toMatchObject({ name: "lane-1", points });
    expect(createLaneBoundary.label(made, { classId: "kerb", points }).params).toEqual({ name: "lane-2" });
  });

  it("take vertices in, moved and out; of the last two either takes all", () => {
    const document = of(boundary("l"));
    const point = [9, 0, 0] as const;
    const args = { boundaryId: "l", point };
    expect(xs(after(document, insertVertex, { ...args, index: 1 }))).toEqual([0, 9, 1, 2]);
    expect(xs(after(document, insertVertex, { ...args, index: 3 }))).toEqual([0, 1, 2, 9]);
    expect(insertVertex.plan(document, { ...args, index: 4 })).toEqual([]);
    expect(xs(after(document, moveVertex, { ...args, index: 2 }))).toEqual([0, 1, 9]);
    expect(moveVertex.plan(document, { ...args, index: 3 })).toEqual([]);
    const two = after(document, deleteVertex, { boundaryId: "l", index: 1 });
    expect(xs(two)).toEqual([0, 2]);
    expect(deleteVertex.label(two, { boundaryId: "l", index: 0 }).message).toBe("edit.deleteLaneBoundary");
    expect([...after(two, deleteVertex, { boundaryId: "l", index: 0 }).records()]).toEqual([]);
  });

  it("take their lanes along, out of the successors of others too", () => {
    const document = of(
      boundary("l"),
      boundary("r"),
      boundary("s"),
      lane("lane:1", "l", "r", ["lane:2"]),
      lane("lane:2", "r", "s", ["lane:1"]),
    );
    const left = after(document, deleteLaneBoundary, { boundaryId: "s" });
    expect(left.laneBoundaries().map(({ id }) => id)).toEqual(["l", "r"]);
    expect(left.lanes()).toEqual([lane("lane:1", "l", "r", [])]);
  });
});

describe("importRecords", () => {
  it("replaces all or merges, in one plan", () => {
    fc.assert(
      fc.property(records, records, (there, imported) => {
        const replaced = after(of(...there), importRecords, { records: imported, mode: "replace" });
        expect(contents(replaced)).toEqual(contents(of(...imported)));
        const merged = after(of(...there), importRecords, { records: imported, mode: "merge" });
        const byId = new Map([...there, ...imported].map((one) => [one.id, one]));
        expect(contents(merged)).toEqual(contents(of(...byId.values())));
      }),
    );
  });
});
