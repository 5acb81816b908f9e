import type { LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, contents, keyframe, ontology, records, tick, time, track } from "../../test/arbitraries.ts";
import { invert } from "../changes.ts";
import { createDocument, type LabelDocument } from "../document.ts";
import { trackAt } from "../moment.ts";
import { mergeConflicts, mergeTracks, splitTrack, useSize } from "./split-merge.ts";

const frames = Array.from({ length: 12 }, (_, index) => time(index));
const xs = (document: LabelDocument, id: string) =>
  frames.map((at) => {
    const here = trackAt(document, id, at);
    return here && Math.round(here.cuboid.center[0]);
  });
const ofLine = (more: readonly LabelRecord[] = []) =>
  createDocument(ontology, [
    track("a", { name: "car-1" }),
    keyframe("a", 0, box(0)),
    keyframe("a", 10, box(10)),
    ...more,
  ]);

describe("split (rule 32)", () => {
  it("ends the one where the other begins", () => {
    const document = ofLine();
    document.apply(
      splitTrack.plan(document, { trackId: "track:a", at: time(4), previousAt: time(3), newId: "track:b" }),
    );
    expect(xs(document, "track:a")).toEqual([0, 1, 2, 3, ...Array(8).fill(undefined)]);
    expect(xs(document, "track:b")).toEqual([...Array(4).fill(undefined), 4, 5, 6, 7, 8, 9, 10, 10]);
    expect(document.get("track:b")).toMatchObject({ name: "car-2", classId: "car", rigid: true });
  });

  it("changes no label at any frame but the track that it is of, with what is in force, and can be undone", () => {
    fc.assert(
      fc.property(records, tick, (start, at) => {
        const fresh = start
          .filter((one) => one.kind !== "lane" && one.kind !== "lane-boundary")
          .map((one) => (one.kind === "track" ? { ...one, interpolation: undefined, beyond: undefined } : one));
        const document = createDocument(ontology, fresh as readonly LabelRecord[]);
        const before = contents(document);
        const said = (id: string) =>
          frames
            .map((time) => trackAt(document, id, time))
            .map((one) => one && [one.cuboid.center.map(Math.fround), one.attributes]);
        const whole = said("track:a");
        const plan = splitTrack.plan(document, {
          trackId: "track:a",
          at: time(at),
          previousAt: time(at - 1),
          newId: "track:new",
        });
        if (plan.length === 0) return;
        document.apply(plan);
        const [first, second] = [said("track:a"), said("track:new")];
        for (const [index, was] of whole.entries()) {
          expect(index < at ? first[index] : second[index]).toEqual(was);
          expect(index < at ? second[index] : first[index]).toBeUndefined();
        }
        document.apply(invert(plan));
        expect(contents(document)).toEqual(before);
      }),
    );
  });

  it("does nothing where one part would be empty, and of what is static", () => {
    const document = ofLine();
    expect(splitTrack.plan(document, { trackId: "track:a", at: time(0) })).toEqual([]);
    const parked = createDocument(ontology, [track("a", { static: true }), keyframe("a", 0, box(0))]);
    expect(splitTrack.plan(parked, { trackId: "track:a", at: time(5) })).toEqual([]);
  });
});

describe("merge (rule 33)", () => {
  const two = () =>
    createDocument(ontology, [
      track("a", { attributes: { plate: "x" } }),
      keyframe("a", 0, box(0), { attributes: { motion: "moving" } }),
      keyframe("a", 4, box(4)),
      keyframe("a", 5, null),
      track("b", { classId: "truck", attributes: { note: "y" } }),
      keyframe("b", 3, box(103, { size: [8, 2, 2] }), { attributes: { motion: "parked" } }),
      keyframe("b", 8, box(108, { size: [8, 2, 2] })),
    ]);

  it("lists the frames where both say something", () => {
    const conflicts = mergeConflicts(two(), "track:a", "track:b", frames);
    expect(conflicts.map(({ at }) => frames.indexOf(at))).toEqual([3, 4]);
    expect(conflicts[0].distanceM).toBeCloseTo(100, 6);
  });

  it.each([
    ["into" as const, [0, 1, 2, 3, 4, 30, 56, 82, 108, 108, 108, 108]],
    ["from" as const, [0, 34, 69, 103, 104, 105, 106, 107, 108, 108, 108, 108]],
  ])("where %s wins, its keyframes count in its stretches", (wins, expected) => {
    const document = two();
    document.apply(mergeTracks.plan(document, { trackId: "track:a", fromId: "track:b", wins }));
    expect(document.get("track:b")).toBeUndefined();
    expect(xs(document, "track:a")).toEqual(expected);
    const end = trackAt(document, "track:a", time(9));
    expect(end?.cuboid.size).toEqual([4, 2, 2]);
    expect(end?.attributes).toEqual({ plate: "x", note: "y", motion: "parked" });
    expect(end?.track.classId).toBe("car");
  });

  it("puts together what a split took apart", () => {
    const document = ofLine();
    const before = xs(document, "track:a");
    document.apply(
      splitTrack.plan(document, { trackId: "track:a", at: time(4), previousAt: time(3), newId: "track:b" }),
    );
    expect(mergeConflicts(document, "track:a", "track:b", frames)).toEqual([]);
    document.apply(mergeTracks.plan(document, { trackId: "track:a", fromId: "track:b", wins: "into" }));
    expect(xs(document, "track:a")).toEqual(before);
    expect(document.tracks()).toHaveLength(1);
  });
});

it("the size here is used for the whole track, and locked (rule 14)", () => {
  const document = createDocument(ontology, [
    track("a", { rigid: false }),
    keyframe("a", 0, box(0, { size: [4, 2, 2] })),
    keyframe("a", 10, box(10, { size: [5, 2, 3], center: [10, 0, 1.5] })),
  ]);
  document.apply(useSize.plan(document, { trackId: "track:a", at: time(10) }));
  for (const at of [0, 5, 10]) {
    const here = trackAt(document, "track:a", time(at))!.cuboid;
    expect(here.size).toEqual([5, 2, 3]);
    expect(here.center[2]).toBeCloseTo(1.5, 9);
  }
  expect(useSize.plan(document, { trackId: "track:a", at: time(5) })).toEqual([]);
});
