import type { Cuboid } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, contents, ontology, time } from "../../test/arbitraries.ts";
import { createDocument, type LabelDocument } from "../document.ts";
import { createHistory } from "../history.ts";
import { momentAt } from "../moment.ts";
import { planLogLabels, type CarriedCuboid, type CarriedLabels } from "./index.ts";

const empty = (): LabelDocument => createDocument(ontology, []);
const label = (key: string, cuboid: Cuboid<"world"> = box(0), className = "vehicle.car"): CarriedCuboid => ({
  id: key,
  trackKey: key,
  className,
  cuboid,
});
const frame = (tick: number, cuboids?: readonly CarriedCuboid[], topic = "/labels"): CarriedLabels => ({
  at: time(tick),
  layers: cuboids ? [{ topic, cuboids }] : [],
});
const copied = (frames: readonly CarriedLabels[], document = empty()): LabelDocument => {
  document.apply(planLogLabels(document, { frames }).changes);
  return document;
};
const placesAt = (document: LabelDocument, tick: number): readonly number[] =>
  momentAt(document, time(tick))
    .tracks.map(({ cuboid }) => cuboid.center[0])
    .toSorted((a, b) => a - b);

const finite = fc.double({ min: -1e4, max: 1e4, noNaN: true });
const side = fc.oneof(fc.constant(4), fc.double({ min: 3.995, max: 4.005, noNaN: true }), fc.constantFrom(1, 2, 9));
const cuboids: fc.Arbitrary<Cuboid<"world">> = fc.record({
  center: fc.tuple(finite, finite, finite),
  size: fc.tuple(side, side, side),
  rotation: finite.map((yaw) => [0, 0, Math.sin(yaw), Math.cos(yaw)] as const),
});
/** Which of 4 objects there are in each frame, and where; undefined: the topic is silent. */
const drives = fc.array(
  fc.option(fc.dictionary(fc.constantFrom("a", "b", "c", "d"), cuboids, { noNullPrototype: true }), { nil: undefined }),
  { minLength: 1, maxLength: 12 },
);

describe("planLogLabels (rule 26)", () => {
  it("gives back at each frame what the log said there", () => {
    fc.assert(
      fc.property(drives, fc.boolean(), (drive, linked) => {
        const frames = drive.map((said, tick) =>
          frame(
            tick,
            said &&
              Object.entries(said).map(([key, cuboid]) => {
                const { trackKey: _, ...rest } = label(key, cuboid);
                return linked ? { ...rest, trackKey: key } : rest;
              }),
          ),
        );
        const document = copied(frames);
        for (const [tick, said] of drive.entries()) {
          if (!said) continue;
          const found = momentAt(document, time(tick)).tracks;
          expect(found).toHaveLength(Object.keys(said).length);
          expect(found.every(({ state, source }) => state === "keyframe" && source === "import")).toBe(true);
          for (const cuboid of Object.values(said)) {
            const same = found.some((track) => {
              const off = (a: readonly number[], b: readonly number[]): number =>
                Math.max(...a.map((value, i) => Math.abs(value - b[i])));
              return (
                off(track.cuboid.center, cuboid.center) <= 1e-9 &&
                off(track.cuboid.rotation, cuboid.rotation) <= 1e-9 &&
                off(track.cuboid.size, cuboid.size) <= (track.track.rigid ? 0.01 + 1e-9 : 1e-9)
              );
            });
            expect(same).toBe(true);
          }
        }
      }),
    );
  });

  it("is one step of undo, and copies nothing twice", () => {
    fc.assert(
      fc.property(drives, (drive) => {
        const frames = drive.map((said, tick) =>
          frame(tick, said && Object.entries(said).map(([key, cuboid]) => label(key, cuboid))),
        );
        const document = empty();
        const history = createHistory(document, { actor: "tester" });
        const first = planLogLabels(document, { frames });
        fc.pre(first.changes.length > 0);
        history.commit(first.label, first.changes);
        const after = contents(document);
        const again = planLogLabels(document, { frames });
        expect(again.changes).toEqual([]);
        expect(again.knownCount).toBe(document.tracks().length);
        history.undo();
        expect(contents(document)).toEqual(contents(empty()));
        history.redo();
        expect(contents(document)).toEqual(after);
      }),
      { numRuns: 50 },
    );
  });

  it("ends an object where the log has it no more, and takes it up again", () => {
    const at = (x: number) => [label("a", box(x))];
    const document = copied([frame(0, at(0)), frame(1, []), frame(2, at(2)), frame(3, []), frame(4, [])]);
    expect([0, 1, 2, 3, 4, 9].map((tick) => placesAt(document, tick))).toEqual([[0], [], [2], [], [], []]);
    expect(document.keyframes(document.tracks()[0].id)).toHaveLength(4);
  });

  it("interpolates where the topic is silent for a second, not where it is for longer", () => {
    const short = copied([frame(0, [label("a", box(0))]), frame(5), frame(10, [label("a", box(10))])]);
    expect(placesAt(short, 5)).toEqual([5]);
    const long = copied([frame(0, [label("a", box(0))]), frame(5), frame(11, [label("a", box(11))])]);
    expect(placesAt(long, 5)).toEqual([]);
    expect(placesAt(long, 11)).toEqual([11]);
  });

  it("ends one frame's objects at the stamp of the next", () => {
    const document = empty();
    document.apply(planLogLabels(document, { frames: [frame(0, [label("a")])], end: time(1) }).changes);
    expect([placesAt(document, 0), placesAt(document, 1)]).toEqual([[0], []]);
  });

  it("locks the size where all are one to the centimetre", () => {
    const sized = (length: number) => [label("a", box(0, { size: [length, 2, 2] }))];
    const one = copied([frame(0, sized(4)), frame(1, sized(4.004)), frame(2, sized(4.009))]);
    expect(one.tracks()[0].rigid).toBe(true);
    expect(momentAt(one, time(0)).tracks[0].cuboid.size).toEqual([4.004, 2, 2]);
    const two = copied([frame(0, sized(4)), frame(1, sized(4.02))]);
    expect(two.tracks()[0].rigid).toBe(false);
    expect(momentAt(two, time(1)).tracks[0].cuboid.size).toEqual([4.02, 2, 2]);
  });

  it("leaves out and counts what has no class here; the class is that of most frames", () => {
    const named = (key: string, className: string) => label(key, box(0), className);
    const frames = [
      frame(0, [named("a", "unicorn"), named("b", "vehicle.truck"), named("c", "ghost")]),
      frame(1, [named("a", "unicorn"), named("b", "vehicle.car")]),
      frame(2, [named("a", "unicorn"), named("b", "vehicle.car")]),
    ];
    const plan = planLogLabels(empty(), { frames });
    expect(plan.unknown).toEqual([
      { className: "unicorn", count: 3 },
      { className: "ghost", count: 1 },
    ]);
    expect(copied(frames).tracks()).toMatchObject([{ classId: "car", name: "car-1" }]);
    expect(plan.label).toEqual({ message: "edit.importLogLabels", params: { count: 1 } });
  });

  it("takes the same id of two topics for two objects, and of an unlinked label for one of its frame", () => {
    const twice = copied([frame(0, [label("a")], "/a"), frame(1, [label("a")], "/b")]);
    expect(
      twice
        .tracks()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["car-1", "car-2"]);
    const { trackKey: _, ...loose } = label("#0");
    const plan = planLogLabels(empty(), { frames: [frame(0, [loose]), frame(1, [loose])] });
    expect(plan.unlinkedCount).toBe(2);
  });

  it("keeps a score as the confidence, and ids in the form of a ULID", () => {
    const document = copied([frame(0, [{ ...label("a"), score: 0.5 }])]);
    const [track] = document.tracks();
    expect(track.id).toMatch(/^track:[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(document.keyframes(track.id)[0].confidence).toBe(0.5);
  });
});
