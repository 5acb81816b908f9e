import { cuboidYaw, timestampNs } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, keyframe, ontology, records, tick, time, track } from "../../test/arbitraries.ts";
import { createDocument, type LabelDocument } from "../document.ts";
import { trackAt } from "../moment.ts";
import { setCuboid } from "./cuboid.ts";
import { deleteKeyframes, headingOver, interpolateBetween, setCuboids } from "./over-times.ts";
import { acceptTrack } from "./proposals.ts";

const trackId = "track:a";
const ats = (...ticks: readonly number[]) => ticks.map(time);
/** Keyframes at 0, 2, 4, 6, 8; the one at 4 stands beside the way of the others. */
const winding = (): LabelDocument =>
  createDocument(ontology, [
    track("a", { rigid: true }),
    ...[0, 2, 4, 6, 8].map((x) =>
      keyframe("a", x, box(x, { center: [x, x === 4 ? 1 : 0, 1] }), { source: x === 4 ? "algorithm" : "human" }),
    ),
  ]);
const said = (document: LabelDocument) => document.keyframes(trackId).map(({ at }) => Number(at - time(0)));
const stamps = (...ticks: readonly number[]) => ticks.map((each) => Number(time(each) - time(0)));

describe("several times at once (rule 41)", () => {
  it("setCuboids is setCuboid at each time, in order, for any track", () => {
    const places = fc.uniqueArray(
      fc.record({ at: tick.map(time), cuboid: fc.constantFrom(box(0), box(1), box(2, { size: [5, 2, 2] })) }),
      { maxLength: 4, selector: ({ at }) => at },
    );
    fc.assert(
      fc.property(records, places, (start, list) => {
        const labels = start.filter(({ kind }) => kind === "track" || kind === "keyframe");
        const [one, other] = [createDocument(ontology, labels), createDocument(ontology, labels)];
        one.apply(setCuboids.plan(one, { trackId, places: list }));
        for (const place of list) other.apply(setCuboid.plan(other, { trackId, ...place }));
        expect([...one.records()]).toEqual([...other.records()]);
      }),
    );
  });

  it("a size goes to all keyframes once, however many frames say it", () => {
    const document = winding();
    const size = [5, 2, 2] as const;
    const places = [0, 2].map((x) => ({ at: time(x), cuboid: box(x, { center: [x + 0.5, 0, 1], size }) }));
    document.apply(setCuboids.plan(document, { trackId, places }));
    expect(document.keyframes(trackId).map(({ cuboid }) => cuboid?.size)).toEqual(Array(5).fill(size));
    // Grown by 1 m to the front: the rear stays where it was, everywhere.
    expect(document.keyframes(trackId).map(({ cuboid }) => cuboid?.center[0])).toEqual([0.5, 2.5, 4.5, 6.5, 8.5]);
  });

  it("headingOver turns these alone", () => {
    const document = createDocument(ontology, [
      track("a"),
      ...[0, 10, 20].map((x) => keyframe("a", x, box(0, { center: [0, x, 1] }))),
    ]);
    document.apply(headingOver.plan(document, { trackId, ats: ats(0, 5) }));
    const yaw = (at: number) => cuboidYaw(trackAt(document, trackId, time(at))!.cuboid);
    expect([yaw(0), yaw(5), yaw(10)]).toEqual([expect.closeTo(Math.PI / 2), expect.closeTo(Math.PI / 2), 0]);
  });

  it("deleteKeyframes takes those that are there; all of them take the track, and the label says so", () => {
    const document = winding();
    const some = { trackId, ats: ats(1, 2, 6) };
    expect(deleteKeyframes.label(document, some).params?.count).toBe(2);
    document.apply(deleteKeyframes.plan(document, some));
    expect(said(document)).toEqual(stamps(0, 4, 8));
    const all = { trackId, ats: ats(0, 4, 8) };
    expect(deleteKeyframes.label(document, all).message).toBe("edit.deleteTrack");
    document.apply(deleteKeyframes.plan(document, all));
    expect(document.tracks()).toEqual([]);
    expect(deleteKeyframes.plan(winding(), { trackId, ats: [timestampNs(1n)] })).toEqual([]);
  });

  it("acceptTrack with times accepts those alone", () => {
    const document = winding();
    expect(acceptTrack.plan(document, { trackId, ats: ats(0, 2) })).toEqual([]);
    expect(acceptTrack.plan(document, { trackId, ats: ats(4) })).toHaveLength(1);
  });
});

describe("interpolateBetween (rule 42)", () => {
  it("keeps what holds at the given times and takes out what is between", () => {
    const document = winding();
    const args = { trackId, ats: ats(1, 7) };
    const before = [1, 7].map((at) => trackAt(document, trackId, time(at))?.cuboid);
    expect(interpolateBetween.label(document, args).params?.count).toBe(3);
    document.apply(interpolateBetween.plan(document, args));
    expect(said(document)).toEqual(stamps(0, 1, 7, 8));
    expect([1, 7].map((at) => trackAt(document, trackId, time(at))?.cuboid)).toEqual(before);
    expect(trackAt(document, trackId, time(4))?.cuboid.center[1]).toBeCloseTo(0);
  });

  it("plans nothing where nothing is between, with fewer than two times, or for a static track", () => {
    const document = winding();
    expect(interpolateBetween.plan(document, { trackId, ats: ats(2, 3) })).toEqual([]);
    expect(interpolateBetween.plan(document, { trackId, ats: ats(3) })).toEqual([]);
    const parked = createDocument(ontology, [
      track("a", { static: true }),
      ...[0, 2, 4].map((x) => keyframe("a", x, box(1))),
    ]);
    expect(interpolateBetween.plan(parked, { trackId, ats: ats(0, 4) })).toEqual([]);
  });

  it("holds at the given times for any track, and never takes it away", () => {
    fc.assert(
      fc.property(records, fc.uniqueArray(tick, { maxLength: 4 }), (start, ticks) => {
        const document = createDocument(
          ontology,
          start.filter(({ kind }) => kind === "track" || kind === "keyframe"),
        );
        const place = (at: number) => trackAt(document, trackId, time(at))?.cuboid.center;
        const [before, tracks] = [ticks.map(place), document.tracks()];
        document.apply(interpolateBetween.plan(document, { trackId, ats: ats(...ticks) }));
        expect(document.tracks()).toEqual(tracks);
        // Where it was absent, two keyframes may now say how it went on.
        for (const [i, center] of before.entries()) if (center) expect(place(ticks[i])).toEqual(center);
      }),
    );
  });
});
