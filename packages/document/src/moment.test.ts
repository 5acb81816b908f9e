import { angleBetween, compose, fromYaw, transformCuboid, vec, type Pose, type TimestampNs } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, cuboid, keyframe, ontology, record, rotation, tick, time, track, vec3 } from "../test/arbitraries.ts";
import { createDocument } from "./document.ts";
import { momentAt, trackAt } from "./moment.ts";

const at = (tickWithFraction: number): TimestampNs =>
  (time(0) + BigInt(Math.round(tickWithFraction * 100_000_000))) as TimestampNs;

const moving = createDocument(ontology, [
  track("a", { attributes: { plate: "x", motion: "?" } }),
  keyframe("a", 1, box(10), { attributes: { motion: "moving" } }),
  keyframe("a", 3, box(14), { source: "model", confidence: 0.5, attributes: { occlusion: "1" } }),
  keyframe("a", 5, null),
  keyframe("a", 7, box(20), { attributes: { motion: "stopped" } }),
]);

describe("a moving track", () => {
  it.each([
    [0.99, undefined, undefined],
    [1, "keyframe", 10],
    [1.5, "interpolated", 11],
    [3, "keyframe", 14],
    [4.9, "held", 14],
    [5, undefined, undefined],
    [6.9, undefined, undefined],
    [7, "keyframe", 20],
    [99, "held", 20],
  ])("at %d is %s at x = %d (rules 4, 5)", (when, state, x) => {
    const moment = trackAt(moving, "track:a", at(when));
    expect(moment?.state).toBe(state);
    expect(moment?.cuboid.center[0]).toBe(x);
  });

  it("names the keyframes around and takes source and confidence of the earlier (rule 8)", () => {
    const between = trackAt(moving, "track:a", at(2));
    expect([between?.before?.at, between?.after?.at, between?.source]).toEqual([time(1), time(3), "human"]);
    expect(between?.confidence).toBeUndefined();
    const held = trackAt(moving, "track:a", at(4));
    expect([held?.source, held?.confidence, held?.after?.cuboid]).toEqual(["model", 0.5, null]);
    const last = trackAt(moving, "track:a", at(8));
    expect([last?.before?.at, last?.after]).toEqual([time(7), undefined]);
  });

  it("carries attributes on until a keyframe says otherwise (rule 9)", () => {
    const said = (when: number) => trackAt(moving, "track:a", at(when))?.attributes;
    expect(said(1)).toEqual({ plate: "x", motion: "moving" });
    expect(said(4)).toEqual({ plate: "x", motion: "moving", occlusion: "1" });
    expect(said(8)).toEqual({ plate: "x", motion: "stopped", occlusion: "1" });
  });

  it("is exact at its keyframes and continuous around them (rule 4)", () => {
    fc.assert(
      fc.property(cuboid, cuboid, cuboid, fc.boolean(), (first, second, third, rigid) => {
        const size = first.size;
        const boxes = [first, second, third].map((one) => (rigid ? { ...one, size } : one));
        const document = createDocument(ontology, [
          track("a", { rigid }),
          ...boxes.map((one, index) => keyframe("a", index * 3, one)),
        ]);
        for (const [index, one] of boxes.entries()) {
          expect(trackAt(document, "track:a", time(index * 3))?.cuboid).toEqual(one);
          for (const near of [-1n, 1n]) {
            const moment = trackAt(document, "track:a", (time(index * 3) + near) as TimestampNs);
            if (!moment) continue;
            expect(vec.distance(moment.cuboid.center, one.center)).toBeLessThan(1e-4);
            expect(angleBetween(moment.cuboid.rotation, one.rotation)).toBeLessThan(1e-6);
            expect(vec.distance(moment.cuboid.size, one.size)).toBeLessThan(1e-6);
          }
        }
      }),
    );
  });

  it("turns the short way round", () => {
    const document = createDocument(ontology, [
      track("a"),
      keyframe("a", 0, box(0, { rotation: fromYaw(3) })),
      keyframe("a", 2, box(0, { rotation: fromYaw(-3) })),
    ]);
    const middle = trackAt(document, "track:a", time(1))?.cuboid.rotation;
    expect(middle && angleBetween(middle, fromYaw(Math.PI))).toBeLessThan(1e-9);
    fc.assert(
      fc.property(rotation, rotation, fc.integer({ min: 1, max: 9 }), (from, to, when) => {
        const turning = createDocument(ontology, [
          track("a"),
          keyframe("a", 0, box(0, { rotation: from })),
          keyframe("a", 10, box(0, { rotation: to })),
        ]);
        const here = trackAt(turning, "track:a", time(when))?.cuboid.rotation ?? to;
        const whole = angleBetween(from, to);
        expect(angleBetween(from, here)).toBeCloseTo((whole * when) / 10, 6);
      }),
    );
  });

  it("moves with the world: interpolation is equivariant under a change of world", () => {
    const otherFromWorld = fc.record({ translation: vec3, rotation });
    fc.assert(
      fc.property(cuboid, cuboid, otherFromWorld, tick, (from, to, pose, when) => {
        const other: Pose<"world", "world"> = pose;
        const rigid = { ...to, size: from.size };
        const make = (a: typeof from, b: typeof from) =>
          createDocument(ontology, [track("a"), keyframe("a", 0, a), keyframe("a", 9, b)]);
        const here = trackAt(make(from, rigid), "track:a", time(when))?.cuboid ?? from;
        const there =
          trackAt(make(transformCuboid(other, from), transformCuboid(other, rigid)), "track:a", time(when))?.cuboid ??
          from;
        const expected = compose(other, { translation: here.center, rotation: here.rotation } as Pose<"world", "box">);
        expect(vec.distance(there.center, expected.translation)).toBeLessThan(1e-8);
        // Two turns of π apart have two short ways: the angle then says nothing.
        if (angleBetween(from.rotation, to.rotation) < Math.PI - 1e-3)
          expect(angleBetween(there.rotation, expected.rotation)).toBeLessThan(1e-6);
        expect(there.size).toEqual(from.size);
      }),
    );
  });

  it("of rigid size does not breathe; of free size does, linearly", () => {
    const sizes = (rigid: boolean) => {
      const document = createDocument(ontology, [
        track("a", { rigid }),
        keyframe("a", 0, box(0, { size: [4, 2, 2] })),
        keyframe("a", 2, box(0, { size: [6, 2, 2] })),
      ]);
      return trackAt(document, "track:a", time(1))?.cuboid.size[0];
    };
    expect([sizes(true), sizes(false)]).toEqual([4, 5]);
  });
});

describe("a static track", () => {
  const parked = createDocument(ontology, [
    track("a", { static: true }),
    keyframe("a", 2, box(5), { attributes: { motion: "parked" } }),
    keyframe("a", 4, null),
    keyframe("a", 6, box(99)),
  ]);
  it.each([
    [0, "held"],
    [2, "keyframe"],
    [3, "held"],
    [4, undefined],
    [5, undefined],
    [6, "held"],
    [9, "held"],
  ])("at %d is %s at its first keyframe's pose (rule 6)", (when, state) => {
    const moment = trackAt(parked, "track:a", at(when));
    expect(moment?.state).toBe(state);
    expect(moment?.cuboid.center[0]).toBe(state && 5);
  });

  it("has its first keyframe's attributes before it (rule 9)", () => {
    expect(trackAt(parked, "track:a", at(0))?.attributes).toEqual({ motion: "parked" });
  });

  it("is present before an absence that comes first (rule 6)", () => {
    const document = createDocument(ontology, [
      track("a", { static: true }),
      keyframe("a", 2, null),
      keyframe("a", 4, box(1)),
    ]);
    expect([1, 2, 3, 4].map((when) => trackAt(document, "track:a", at(when))?.state)).toEqual([
      "held",
      undefined,
      undefined,
      "keyframe",
    ]);
  });
});

it("a track without a cuboid, or one that is not there, is absent (rule 7)", () => {
  const document = createDocument(ontology, [track("a"), track("b", { static: true }), keyframe("b", 1, null)]);
  for (const id of ["track:a", "track:b", "track:c"]) expect(trackAt(document, id, time(1))).toBeUndefined();
});

it("a moment holds each present track once, and the lanes", () => {
  fc.assert(
    fc.property(fc.uniqueArray(record, { selector: ({ id }) => id, maxLength: 40 }), tick, (start, when) => {
      const document = createDocument(ontology, start);
      const moment = momentAt(document, time(when));
      const expected = document.tracks().flatMap(({ id }) => trackAt(document, id, time(when)) ?? []);
      expect(moment.tracks).toEqual(expected);
      expect(moment.laneBoundaries).toBe(document.laneBoundaries());
      expect(moment.lanes).toBe(document.lanes());
    }),
  );
});
