import { timestampNs, type Size } from "@sweepmark/geometry";
import { defaultOntology, keyframeId, type ObjectClass } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import type { TrackMoment } from "./types.ts";
import { createDocument } from "./document.ts";
import { momentAt } from "./moment.ts";
import { ruleNotes } from "./rule-notes.ts";

const at = timestampNs(1n);
const car: ObjectClass = { ...defaultOntology.objects[0], sizeRange: { min: [3, 1.4, 1.2], max: [6, 2.4, 2.4] } };
const momentOf = (size: Size, isStatic = false): TrackMoment =>
  momentAt(
    createDocument(defaultOntology, [
      { id: "track:a", kind: "track", name: "a", classId: "car", rigid: true, static: isStatic, attributes: {} },
      {
        id: keyframeId("track:a", at),
        kind: "keyframe",
        trackId: "track:a",
        at,
        cuboid: { center: [0, 0, 0], size, rotation: [0, 0, 0, 1] },
        attributes: {},
        source: "human",
      },
    ]),
    at,
  ).tracks[0];
const far = { moment: momentOf([4.5, 1.9, 1.6]), points: 2, distanceM: 91 };

describe("what rules say of an object (rule 45)", () => {
  it("nothing, where nothing is asked", () => {
    expect(ruleNotes(undefined, car, far)).toEqual([]);
    expect(ruleNotes({}, undefined, far)).toEqual([]);
  });

  it("tells sizes outside of those allowed, both ends included", () => {
    const notes = (size: Size) => ruleNotes({}, car, { ...far, moment: momentOf(size) });
    expect(notes([6, 1.4, 2.4])).toEqual([]);
    expect(notes([6.01, 1.39, 2])).toEqual([
      { rule: "size", side: "length", min: 3, max: 6, found: 6.01, broken: true },
      { rule: "size", side: "width", min: 1.4, max: 2.4, found: 1.39, broken: true },
    ]);
  });

  it("points and range are broken by numbers, never by what is not known yet", () => {
    const rules = { minPoints: 3, rangeM: 90 };
    expect(ruleNotes(rules, car, far).map((note) => "broken" in note && note.broken)).toEqual([true, true]);
    expect(
      ruleNotes(rules, car, { ...far, points: 3, distanceM: 90 }).every((note) => "broken" in note && !note.broken),
    ).toBe(true);
    expect(
      ruleNotes(rules, car, { ...far, points: undefined, distanceM: undefined }).some(
        (note) => "broken" in note && note.broken,
      ),
    ).toBe(false);
  });

  it("mirrors are told where a class may have some; a static track breaks the rule of a pose for each frame", () => {
    const rules = { mirrors: "excluded", standing: "per-frame" } as const;
    expect(ruleNotes(rules, car, { ...far, moment: momentOf([4, 2, 2], true) })).toEqual([
      { rule: "standing", value: "per-frame", broken: true },
      { rule: "mirrors", value: "excluded" },
    ]);
    const cone = defaultOntology.objects.find(({ id }) => id === "cone");
    expect(ruleNotes(rules, cone, far)).toEqual([{ rule: "standing", value: "per-frame", broken: false }]);
  });
});
