import * as fc from "fast-check";
import { expect, it } from "vitest";
import { box, keyframe, ontology, records, time, track } from "../../test/arbitraries.ts";
import { createDocument, type LabelDocument } from "../document.ts";
import { trackAt } from "../moment.ts";
import { setAttributeOver } from "./attributes-over.ts";

const motions = (document: LabelDocument) =>
  Array.from({ length: 12 }, (_, index) => trackAt(document, "track:a", time(index))?.attributes.motion);

it("an attribute over stretches is as before outside of them (rule 34)", () => {
  const document = createDocument(ontology, [
    track("a"),
    keyframe("a", 0, box(0), { attributes: { motion: "moving" } }),
    keyframe("a", 5, box(5), { attributes: { motion: "stopped" } }),
    keyframe("a", 10, box(5)),
  ]);
  const stretches = [{ from: time(2), until: time(4) }, { from: time(7) }];
  document.apply(setAttributeOver.plan(document, { trackId: "track:a", id: "motion", value: "parked", stretches }));
  const [m, p, s] = ["moving", "parked", "stopped"];
  expect(motions(document)).toEqual([m, m, p, p, m, s, s, p, p, p, p, p]);
  expect(document.keyframes("track:a").map(({ cuboid }) => cuboid?.center[0])).toEqual([0, 2, 4, 5, 5, 5]);
});

it("at every time of any track that is there, and nowhere else where something was said", () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(records, span, (start, [from, length]) => {
      const document = createDocument(
        ontology,
        start.filter(({ kind }) => kind === "track" || kind === "keyframe"),
      );
      const before = motions(document);
      const track = document.get("track:a");
      const stretches = [{ from: time(from), until: time(from + length) }];
      document.apply(setAttributeOver.plan(document, { trackId: "track:a", id: "motion", value: "new", stretches }));
      const after = motions(document);
      if (track?.kind !== "track" || track.static) {
        expect(after).toEqual(before);
        return;
      }
      for (const [index, value] of after.entries()) {
        if (!trackAt(document, "track:a", time(index))) continue;
        if (index >= from && index < from + length) expect(value).toBe("new");
        else if (before[index] !== undefined) expect(value).toBe(before[index]);
      }
    }),
  );
});
