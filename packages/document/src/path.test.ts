import {
  angleBetween,
  compose,
  fromYaw,
  transformCuboid,
  vec,
  type Cuboid,
  type TimestampNs,
} from "@sweepmark/geometry";
import type { Beyond, Interpolation } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, cuboid, keyframe, ontology, rotation, time, track, vec3 } from "../test/arbitraries.ts";
import { createDocument, type LabelDocument } from "./document.ts";
import { trackAt } from "./moment.ts";
import { setBeyond, setInterpolation } from "./commands/index.ts";

const at = (ticks: number): TimestampNs => (time(0) + BigInt(Math.round(ticks * 100_000_000))) as TimestampNs;
const ticks = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 5 })
  .map((list) => list.toSorted((a, b) => a - b));
const story = ticks.chain((when) => fc.tuple(fc.constant(when), fc.tuple(...when.map(() => cuboid))));

function documentOf(
  when: readonly number[],
  cuboids: readonly Cuboid<"world">[],
  of: { readonly interpolation?: Interpolation; readonly beyond?: Beyond } = {},
): LabelDocument {
  return createDocument(ontology, [
    track("a", of),
    ...cuboids.map((one, index) => keyframe("a", when[index], { ...one, size: cuboids[0].size })),
  ]);
}

const centerAt = (document: LabelDocument, when: number) => trackAt(document, "track:a", at(when))?.cuboid.center;

describe("a smooth track (rule 27)", () => {
  it("is exact at its keyframes, continuous, and of one size", () => {
    fc.assert(
      fc.property(story, ([when, cuboids]) => {
        const document = documentOf(when, cuboids, { interpolation: "smooth" });
        for (const [index, tick] of when.entries()) {
          expect(trackAt(document, "track:a", time(tick))?.cuboid.center).toEqual(cuboids[index].center);
          for (const near of [-1n, 1n]) {
            const moment = trackAt(document, "track:a", (time(tick) + near) as TimestampNs);
            if (!moment) continue;
            expect(vec.distance(moment.cuboid.center, cuboids[index].center)).toBeLessThan(1e-3);
            expect(angleBetween(moment.cuboid.rotation, cuboids[index].rotation)).toBeLessThan(1e-6);
            expect(moment.cuboid.size).toEqual(cuboids[0].size);
          }
        }
      }),
    );
  });

  it("keeps its velocity through a keyframe", () => {
    const document = documentOf(
      [0, 10, 30, 40],
      [box(0), box(8, { center: [8, 3, 1] }), box(30, { center: [30, 6, 1] }), box(44, { center: [44, 4, 1] })],
      { interpolation: "smooth" },
    );
    const velocity = (from: number, to: number) =>
      vec.scale(vec.subtract(centerAt(document, to)!, centerAt(document, from)!), 1 / (to - from));
    for (const tick of [10, 30])
      expect(vec.distance(velocity(tick - 0.001, tick), velocity(tick, tick + 0.001))).toBeLessThan(1e-3);
  });

  it("turns as a straight one does: the short way", () => {
    fc.assert(
      fc.property(story, fc.double({ min: 0, max: 60, noNaN: true }), ([when, cuboids], t) => {
        const [straight, smooth] = [undefined, "smooth" as const].map((interpolation) =>
          trackAt(documentOf(when, cuboids, { interpolation }), "track:a", at(t)),
        );
        expect(smooth?.cuboid.rotation).toEqual(straight?.cuboid.rotation);
        expect(smooth?.state).toBe(straight?.state);
      }),
    );
  });

  it("of two keyframes is straight, and beside an absence goes by what is on its own side", () => {
    const two = documentOf([0, 10], [box(0), box(10)], { interpolation: "smooth" });
    expect(centerAt(two, 3)?.[0]).toBeCloseTo(3, 9);
    const gap = createDocument(ontology, [
      track("a", { interpolation: "smooth" }),
      keyframe("a", 0, box(0)),
      keyframe("a", 10, box(10)),
      keyframe("a", 20, null),
      keyframe("a", 30, box(90)),
    ]);
    expect(centerAt(gap, 7)?.[0]).toBeCloseTo(7, 9);
  });
});

describe("past the keyframes (rules 28, 29)", () => {
  const states = (beyond: Beyond | undefined) => {
    const document = documentOf([20, 30], [box(20), box(30)], { ...(beyond && { beyond }) });
    return [9, 10, 15, 20, 25, 30, 35, 40, 41, 99].map((when) => {
      const moment = trackAt(document, "track:a", at(when));
      return moment && `${moment.state} ${Math.round(moment.cuboid.center[0])}`;
    });
  };

  it("goes on for a second either way, then stands, and before is absent", () => {
    const inside = ["keyframe 20", "interpolated 25", "keyframe 30"];
    expect(states(undefined)).toEqual([
      undefined,
      undefined,
      undefined,
      ...inside,
      "held 30",
      "held 30",
      "held 30",
      "held 30",
    ]);
    for (const beyond of ["constant-velocity", "constant-turn"] as const)
      expect(states(beyond)).toEqual([
        undefined,
        "extrapolated 10",
        "extrapolated 15",
        ...inside,
        "extrapolated 35",
        "extrapolated 40",
        "held 40",
        "held 40",
      ]);
  });

  it("needs two keyframes in a row, and nothing said after", () => {
    const document = createDocument(ontology, [
      track("a", { beyond: "constant-velocity" }),
      keyframe("a", 0, box(0)),
      keyframe("a", 5, null),
      keyframe("a", 10, box(5)),
      keyframe("a", 20, box(15)),
      keyframe("a", 25, null),
    ]);
    const said = (when: number) => trackAt(document, "track:a", at(when));
    expect(said(-1)).toBeUndefined();
    expect([said(3)?.state, said(3)?.cuboid.center[0]]).toEqual(["held", 0]);
    expect(said(7)).toBeUndefined();
    expect([said(22)?.state, said(22)?.cuboid.center[0]]).toEqual(["extrapolated", 17]);
    expect(said(25)).toBeUndefined();
  });

  it("follows a turn, and is the same in every world", () => {
    const pose = fc.record({ translation: vec3, rotation });
    const beyonds = fc.constantFrom("constant-velocity" as const, "constant-turn" as const);
    const interpolations = fc.constantFrom("linear" as const, "smooth" as const);
    fc.assert(
      fc.property(
        story,
        pose,
        beyonds,
        interpolations,
        fc.integer({ min: -10, max: 70 }),
        ([when, cuboids], other, beyond, interpolation, t) => {
          const of = { beyond, interpolation };
          const here = trackAt(documentOf(when, cuboids, of), "track:a", at(t));
          const moved = cuboids.map((one) => transformCuboid(other, one) as Cuboid<"world">);
          const there = trackAt(documentOf(when, moved, of), "track:a", at(t));
          expect(there?.state).toBe(here?.state);
          if (!here || !there) return;
          // Half turns have two short ways, right angles lie at the bound of a turn: which side is rounding.
          const turns = cuboids.slice(1).map((one, i) => angleBetween(cuboids[i].rotation, one.rotation));
          if (turns.some((turn) => Math.abs(turn - Math.PI) < 1e-3 || Math.abs(turn - Math.PI / 2) < 1e-6)) return;
          const expected = compose(other, { translation: here.cuboid.center, rotation: here.cuboid.rotation });
          expect(vec.distance(there.cuboid.center, expected.translation)).toBeLessThan(1e-5);
          expect(angleBetween(there.cuboid.rotation, expected.rotation)).toBeLessThan(1e-5);
        },
      ),
    );
    const circle = (s: number): Cuboid<"world"> => ({
      ...box(0),
      center: [9 * Math.sin(s), 9 - 9 * Math.cos(s), 1],
      rotation: fromYaw(s),
    });
    const document = documentOf([0, 5], [circle(0), circle(0.5)], { beyond: "constant-turn" });
    for (const [tick, s] of [
      [12, 1.2],
      [-4, -0.4],
    ])
      expect(vec.distance(centerAt(document, tick) ?? [0, 0, 0], circle(s).center)).toBeLessThan(1e-9);
  });

  it("a turn that keyframes shook by does not go on: it is taken over half a second, and at most doubled", () => {
    const shaken = (tick: number, yawRad: number): Cuboid<"world"> => ({ ...box(tick), rotation: fromYaw(yawRad) });
    const two = documentOf([0, 1], [shaken(0, 0), shaken(1, 0.1)], { beyond: "constant-turn" });
    expect(angleBetween(trackAt(two, "track:a", at(11))!.cuboid.rotation, fromYaw(0.3))).toBeLessThan(1e-9);
    // Straight on for half a second, of which the last tenth shakes.
    const long = documentOf([0, 4, 5], [shaken(0, 0), shaken(4, 0), shaken(5, 0.1)], { beyond: "constant-turn" });
    expect(angleBetween(trackAt(long, "track:a", at(10))!.cuboid.rotation, fromYaw(0.2))).toBeLessThan(1e-9);
    const apart = documentOf([0, 4, 20], [shaken(0, 0), shaken(4, 0.2), shaken(20, 0.4)], { beyond: "constant-turn" });
    expect(angleBetween(trackAt(apart, "track:a", at(25))!.cuboid.rotation, fromYaw(0.4625))).toBeLessThan(1e-9);
  });

  it("does not concern what is static", () => {
    const parked = createDocument(ontology, [
      track("a", { static: true, beyond: "constant-velocity", interpolation: "smooth" }),
      keyframe("a", 0, box(0)),
      keyframe("a", 10, box(9)),
    ]);
    expect([-5, 5, 15].map((when) => centerAt(parked, when)?.[0])).toEqual([0, 0, 0]);
  });
});

it("the usual way is not written down: the record is as it was before it was chosen", () => {
  const document = documentOf([0], [box(0)]);
  const before = document.get("track:a");
  const trackId = "track:a";
  document.apply(setInterpolation.plan(document, { trackId, interpolation: "smooth" }));
  document.apply(setBeyond.plan(document, { trackId, beyond: "constant-turn" }));
  expect(document.get(trackId)).toEqual({ ...before, interpolation: "smooth", beyond: "constant-turn" });
  expect(setBeyond.plan(document, { trackId, beyond: "constant-turn" })).toEqual([]);
  document.apply(setInterpolation.plan(document, { trackId, interpolation: "linear" }));
  document.apply(setBeyond.plan(document, { trackId, beyond: "held" }));
  expect(document.get(trackId)).toStrictEqual(before);
});
