import { angleBetween, cuboidYaw, fromYaw, vec } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { box, keyframe, ontology, time, track } from "../../test/arbitraries.ts";
import { createDocument, type LabelDocument } from "../document.ts";
import { trackAt } from "../moment.ts";
import { copyToFrame, headingFromMotion } from "./motion.ts";

const trackId = "track:a";
/** 10 m/s along a circle of 20 m, keyframes each second, all heading east. */
const circling = (): LabelDocument =>
  createDocument(ontology, [
    track("a"),
    ...[0, 1, 2, 3, 4].map((s) =>
      keyframe("a", s * 10, box(0, { center: [20 * Math.sin(s / 2), 20 - 20 * Math.cos(s / 2), 1] })),
    ),
  ]);

describe("heading from motion (rule 30)", () => {
  it("is the tangent of the path at every keyframe, and the short way between", () => {
    const document = circling();
    document.apply(headingFromMotion.plan(document, { trackId, at: time(0), scope: "all" }));
    for (const s of [0, 1, 2, 3, 4]) {
      const cuboid = trackAt(document, trackId, time(s * 10))?.cuboid;
      // At the ends only one side is known, and 29° lie between two keyframes: 8°.
      expect(angleBetween(cuboid!.rotation, fromYaw(s / 2))).toBeLessThan(s > 0 && s < 4 ? 0.02 : 0.15);
      expect(cuboid!.size).toEqual([4, 2, 2]);
    }
  });

  it("here makes one keyframe; what is so already, slow, static or alone is left as it is", () => {
    const document = circling();
    const plan = headingFromMotion.plan(document, { trackId, at: time(15), scope: "here" });
    expect(plan).toHaveLength(1);
    document.apply(plan);
    expect(cuboidYaw(trackAt(document, trackId, time(15))!.cuboid)).toBeCloseTo(0.75, 1);
    const slow = (step: number, more = {}) =>
      createDocument(ontology, [
        track("a", more),
        keyframe("a", 0, box(0)),
        keyframe("a", 10, box(0, { center: [0, step, 1] })),
      ]);
    const plans = (of: LabelDocument) => headingFromMotion.plan(of, { trackId, at: time(5), scope: "all" }).length;
    expect([plans(slow(0.9)), plans(slow(1.1)), plans(slow(9, { static: true }))]).toEqual([0, 2, 0]);
    const alone = createDocument(ontology, [track("a"), keyframe("a", 0, box(0))]);
    expect(plans(alone)).toBe(0);
    const straight = createDocument(ontology, [track("a"), keyframe("a", 0, box(0)), keyframe("a", 10, box(9))]);
    expect(plans(straight)).toBe(0);
  });
});

describe("copy to another frame (rule 31)", () => {
  it("is the same pose in world of what stands, and goes on of what moves, forward and back", () => {
    const one = createDocument(ontology, [track("a"), keyframe("a", 0, box(3))]);
    one.apply(copyToFrame.plan(one, { trackId, at: time(0), to: time(1) }));
    expect(trackAt(one, trackId, time(1))).toMatchObject({ state: "keyframe", cuboid: box(3) });
    const moving = createDocument(ontology, [track("a"), keyframe("a", 0, box(0)), keyframe("a", 10, box(10))]);
    for (const [at, to, x] of [
      [10, 11, 11],
      [0, -1, -1],
    ]) {
      moving.apply(copyToFrame.plan(moving, { trackId, at: time(at), to: time(to) }));
      const found = trackAt(moving, trackId, time(to))!.cuboid.center;
      expect(vec.distance(found, [x, 0, 1])).toBeLessThan(1e-9);
    }
  });

  it("does nothing for what is static or absent here", () => {
    const parked = createDocument(ontology, [track("a", { static: true }), keyframe("a", 0, box(0))]);
    expect(copyToFrame.plan(parked, { trackId, at: time(0), to: time(1) })).toEqual([]);
    const later = createDocument(ontology, [track("a"), keyframe("a", 5, box(0))]);
    expect(copyToFrame.plan(later, { trackId, at: time(0), to: time(1) })).toEqual([]);
  });
});
