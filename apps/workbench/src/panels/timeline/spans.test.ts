import { createDocument, created, momentAt, replaced, type DocumentReader } from "@sweepmark/document";
import { timestampNs, type Cuboid } from "@sweepmark/geometry";
import { defaultOntology, keyframeId, type Keyframe, type Track } from "@sweepmark/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timelineRows, trackSpans } from "./spans.ts";

const cuboid: Cuboid<"world"> = { center: [0, 0, 0], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] };
const track = (id: string, isStatic: "static" | "moving"): Track => ({
  id: `track:${id}`,
  kind: "track",
  name: `car-${id}`,
  classId: "car",
  rigid: true,
  static: isStatic === "static",
  attributes: {},
});
const keyframe = (trackId: string, at: number, present: "present" | "absent"): Keyframe => ({
  id: keyframeId(trackId, timestampNs(BigInt(at) * 500_000_000n)),
  kind: "keyframe",
  trackId,
  at: timestampNs(BigInt(at) * 500_000_000n),
  cuboid: present === "present" ? cuboid : null,
  attributes: {},
  source: "human",
});
const documentOf = (records: readonly (Track | Keyframe)[]): DocumentReader => createDocument(defaultOntology, records);

describe("timeline rows (rule 5)", () => {
  it("say of every time what the document says of it", () => {
    const history = fc.record({
      isStatic: fc.constantFrom("static" as const, "moving" as const),
      beyond: fc.constantFrom(undefined, "constant-turn" as const),
      marks: fc.uniqueArray(
        fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom("present" as const, "absent" as const)),
        { minLength: 1, maxLength: 6, selector: ([at]) => at },
      ),
    });
    fc.assert(
      fc.property(history, fc.double({ min: -3, max: 45, noNaN: true }), ({ isStatic, beyond, marks }, at) => {
        const one = { ...track("a", isStatic), ...(beyond && { beyond }) };
        const document = documentOf([one, ...marks.map(([time, present]) => keyframe(one.id, time, present))]);
        const keyframes = document.keyframes(one.id);
        const spans = trackSpans(one, keyframes);
        const time = BigInt(Math.round(at * 500_000_000 + 1));
        const span = spans.find(({ from, to }) => (from ?? -9_000_000_000n) <= time && (to === undefined || time < to));
        const moment = momentAt(document, timestampNs(time)).tracks[0];
        expect(span).toBeDefined();
        expect(span?.kind === "absent").toBe(moment === undefined);
        if (moment && moment.state !== "keyframe")
          expect(span?.kind).toBe({ interpolated: "between", extrapolated: "beyond", held: "held" }[moment.state]);
      }),
    );
  });

  it("put the selected track first, then the earliest", () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => track(id, "moving"));
    const document = documentOf([
      a,
      b,
      c,
      keyframe(a.id, 30, "present"),
      keyframe(b.id, 10, "present"),
      keyframe(c.id, 20, "present"),
    ]);
    const order = (selected: string | undefined) => timelineRows(document, selected).map((row) => row.track.id);
    expect(order(undefined)).toEqual([b.id, c.id, a.id]);
    expect(order(a.id)).toEqual([a.id, b.id, c.id]);
  });
});

it("is cut anew only for what changed", () => {
  const [car, van] = [track("1", "moving"), track("2", "moving")];
  const records = [car, keyframe(car.id, 1, "present"), van, keyframe(van.id, 1, "present")];
  const document = createDocument(defaultOntology, records);
  const spansOfRow = () => new Map(timelineRows(document, undefined).map((row) => [row.track.id, row.spans]));
  const before = spansOfRow();
  document.apply([created(keyframe(van.id, 2, "absent")), replaced(car, { ...car, static: true })]);
  const after = spansOfRow();
  expect(after.get(car.id)).toEqual(trackSpans({ ...car, static: true }, document.keyframes(car.id)));
  expect(after.get(van.id)).toEqual(trackSpans(van, document.keyframes(van.id)));
  document.apply([created(keyframe(van.id, 3, "present"))]);
  expect(spansOfRow().get(car.id)).toBe(after.get(car.id));
  expect(before.get(van.id)).not.toEqual(after.get(van.id));
});
