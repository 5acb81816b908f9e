import { fromYaw, vec, type Cuboid } from "@sweepmark/geometry";
import type { Keyframe, LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, keyframe, ontology, rotation, time, track } from "../../test/arbitraries.ts";
import { createDocument } from "../document.ts";
import { withDraft } from "../draft.ts";
import { trackAt } from "../moment.ts";
import type { Command, DocumentReader } from "../types.ts";
import {
  deleteAfter,
  deleteBefore,
  deleteKeyframe,
  endTrack,
  flipHeading,
  moveKeyframe,
  resumeTrack,
  setCuboid,
  setKeyframeAttribute,
  toggleKeyframe,
} from "./index.ts";

const trackId = "track:a";
const after = <Args>(document: DocumentReader, command: Command<Args>, args: Args): DocumentReader =>
  withDraft(document, command.plan(document, args));
const of = (...records: readonly LabelRecord[]): DocumentReader => createDocument(ontology, records);
const moving = of(track("a"), keyframe("a", 0, box(0)), keyframe("a", 4, box(4)), keyframe("a", 8, box(16)));
/** "0:0 4:4 8:absent": ticks and x of the keyframes. */
const shape = (document: DocumentReader): string =>
  document
    .keyframes(trackId)
    .map(({ at, cuboid }) => `${(at - time(0)) / 100_000_000n}:${cuboid ? cuboid.center[0] : "absent"}`)
    .join(" ");
const xAt = (document: DocumentReader, tick: number) => trackAt(document, trackId, time(tick))?.cuboid.center[0];

describe("setCuboid", () => {
  it("makes a keyframe, or replaces the one that is there and keeps its attributes (rule 13)", () => {
    expect(shape(after(moving, setCuboid, { trackId, at: time(2), cuboid: box(7) }))).toBe("0:0 2:7 4:4 8:16");
    const said = of(
      track("a"),
      keyframe("a", 0, box(0), { attributes: { motion: "parked" }, source: "model", confidence: 1 }),
    );
    const edited = after(said, setCuboid, { trackId, at: time(0), cuboid: box(1) }).keyframes(trackId)[0];
    expect(edited).toEqual(keyframe("a", 0, box(1), { attributes: { motion: "parked" } }));
  });

  it("names what it does", () => {
    const label = (cuboid: Cuboid<"world">, tick = 0) =>
      setCuboid.label(moving, { trackId, at: time(tick), cuboid }).message;
    expect(label(box(1))).toBe("edit.moveTrack");
    expect(label(box(0, { rotation: fromYaw(1) }))).toBe("edit.turnTrack");
    expect(label(box(0, { size: [5, 2, 2] }))).toBe("edit.resizeTrack");
    expect(label(box(1), -1)).toBe("edit.placeTrack");
  });

  it("keeps the face opposite to a dragged one fixed at every keyframe of a rigid track (rule 14)", () => {
    const sizes = fc.double({ min: 1, max: 8, noNaN: true });
    fc.assert(
      fc.property(
        rotation,
        rotation,
        sizes,
        fc.constantFrom(0, 1, 2),
        fc.constantFrom(-1, 1),
        (q, r, size, axis, side) => {
          const first = box(0, { rotation: q });
          const other = box(50, { rotation: r });
          const document = of(track("a"), keyframe("a", 0, first), keyframe("a", 5, other));
          const edited = dragFace(first, axis, side, size);
          const result = after(document, setCuboid, { trackId, at: time(0), cuboid: edited }).keyframes(trackId);
          const resized = result[1].cuboid;
          expect(result[0].cuboid).toEqual(edited);
          if (!resized) throw new Error("the other keyframe lost its cuboid");
          expect(resized.size).toEqual(edited.size);
          expect(vec.distance(face(resized, axis, -side), face(other, axis, -side))).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it("hands only the growth of the size to the others when a refit also moves the cuboid far (rule 14)", () => {
    const result = after(moving, setCuboid, { trackId, at: time(0), cuboid: box(30, { size: [5, 2, 2] }) });
    expect(shape(result)).toBe("0:30 4:4.5 8:16.5");
  });

  it("leaves the others alone when the track is not rigid", () => {
    const free = of(track("a", { rigid: false }), keyframe("a", 0, box(0)), keyframe("a", 4, box(4)));
    const result = after(free, setCuboid, { trackId, at: time(0), cuboid: box(0, { size: [9, 9, 9] }) });
    expect(result.keyframes(trackId)[1]).toBe(free.keyframes(trackId)[1]);
  });

  it("of a static track moves the one keyframe, wherever one edits (rule 15)", () => {
    const parked = of(track("a", { static: true }), keyframe("a", 4, box(4)));
    expect(shape(after(parked, setCuboid, { trackId, at: time(9), cuboid: box(5) }))).toBe("4:5");
    const away = of(track("a", { static: true }), keyframe("a", 4, box(4)), keyframe("a", 6, null));
    expect(shape(after(away, setCuboid, { trackId, at: time(8), cuboid: box(5) }))).toBe("4:5 6:absent 8:5");
  });

  it("takes over the first keyframe's attributes when labeling backwards (rule 10)", () => {
    const said = of(track("a"), keyframe("a", 5, box(0), { attributes: { motion: "stopped" } }));
    const result = after(said, setCuboid, { trackId, at: time(3), cuboid: box(0) });
    expect(trackAt(result, trackId, time(3))?.attributes).toEqual({ motion: "stopped" });
  });
});

/** The cuboid with its face at `side` of `axis` dragged so that it has `size` along it. */
function dragFace(cuboid: Cuboid<"world">, axis: number, side: number, size: number): Cuboid<"world"> {
  const shift = [0, 0, 0].with(axis, (side * (size - cuboid.size[axis])) / 2);
  const pose = { translation: cuboid.center, rotation: cuboid.rotation };
  const newSize = [...cuboid.size].with(axis, size) as unknown as Cuboid<"world">["size"];
  return { ...cuboid, center: pointOf(pose, shift), size: newSize };
}
const face = (cuboid: Cuboid<"world">, axis: number, side: number) =>
  pointOf(
    { translation: cuboid.center, rotation: cuboid.rotation },
    [0, 0, 0].with(axis, (side * cuboid.size[axis]) / 2),
  );
function pointOf(pose: { translation: vec3; rotation: Cuboid<"world">["rotation"] }, inBox: readonly number[]): vec3 {
  const [x, y, z, w] = pose.rotation;
  // Rotation matrix written out, so that the test does not lean on the code it tests.
  const m = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
  const row = (index: number): number =>
    pose.translation[index] + m[index][0] * inBox[0] + m[index][1] * inBox[1] + m[index][2] * inBox[2];
  return [row(0), row(1), row(2)];
}
type vec3 = Cuboid<"world">["center"];

describe("toggleKeyframe", () => {
  it("makes one of the interpolated pose, and takes it away again", () => {
    const on = after(moving, toggleKeyframe, { trackId, at: time(6) });
    expect(shape(on)).toBe("0:0 4:4 6:10 8:16");
    expect(shape(after(on, toggleKeyframe, { trackId, at: time(6) }))).toBe(shape(moving));
  });

  it("keeps the only one, and makes nothing where the track is absent or static", () => {
    const single = of(track("a"), keyframe("a", 4, box(4)), keyframe("a", 6, null));
    expect(toggleKeyframe.plan(single, { trackId, at: time(4) })).toEqual([]);
    expect(toggleKeyframe.plan(single, { trackId, at: time(2) })).toEqual([]);
    expect(toggleKeyframe.plan(single, { trackId, at: time(6) })).toEqual([]);
    const parked = of(track("a", { static: true }), keyframe("a", 4, box(4)));
    expect(toggleKeyframe.plan(parked, { trackId, at: time(2) })).toEqual([]);
  });

  it("makes a machine's keyframe a person's", () => {
    const model = of(
      track("a"),
      keyframe("a", 4, box(4), { source: "model", confidence: 0.3, attributes: { note: "x" } }),
    );
    const result = after(model, toggleKeyframe, { trackId, at: time(4) }).keyframes(trackId);
    expect(result).toEqual([keyframe("a", 4, box(4), { attributes: { note: "x" } })]);
    expect(result[0]).not.toHaveProperty("confidence");
  });
});

describe("ending and resuming", () => {
  it("ends the track here and leaves what came before as it was, given the frame before", () => {
    const ended = after(moving, endTrack, { trackId, at: time(6), previousAt: time(5) });
    expect(shape(ended)).toBe("0:0 4:4 5:7 6:absent 8:16");
    for (const tick of [0, 1, 4, 5]) expect(xAt(ended, tick)).toBe(xAt(moving, tick));
    expect([6, 7].map((tick) => xAt(ended, tick))).toEqual([undefined, undefined]);
    expect(xAt(ended, 8)).toBe(16);
  });

  it("without it the frames before hold the last keyframe's pose", () => {
    const ended = after(moving, endTrack, { trackId, at: time(6) });
    expect([shape(ended), xAt(ended, 5)]).toEqual(["0:0 4:4 6:absent 8:16", 4]);
  });

  it("takes only an earlier time for the frame before", () => {
    for (const previousAt of [time(6), time(7)])
      expect(shape(after(moving, endTrack, { trackId, at: time(6), previousAt }))).toBe("0:0 4:4 6:absent 8:16");
  });

  it("does not end what is absent, nor what would have no cuboid left", () => {
    const ended = after(moving, endTrack, { trackId, at: time(6) });
    expect(endTrack.plan(ended, { trackId, at: time(7) })).toEqual([]);
    const single = of(track("a"), keyframe("a", 4, box(4)));
    expect(endTrack.plan(single, { trackId, at: time(4) })).toEqual([]);
  });

  it("resumes by taking the absence back where it was said", () => {
    const ended = after(moving, endTrack, { trackId, at: time(6), previousAt: time(5) });
    const resumed = after(ended, resumeTrack, { trackId, at: time(6) });
    expect(shape(resumed)).toBe("0:0 4:4 5:7 8:16");
    expect(xAt(resumed, 6)).toBe(10);
  });

  it("resumes later with the last known pose, and earlier with the first", () => {
    const ended = of(track("a"), keyframe("a", 2, box(2)), keyframe("a", 4, null));
    expect(shape(after(ended, resumeTrack, { trackId, at: time(6) }))).toBe("2:2 4:absent 6:2");
    expect(shape(after(ended, resumeTrack, { trackId, at: time(0) }))).toBe("0:2 2:2 4:absent");
    expect(resumeTrack.plan(ended, { trackId, at: time(3) })).toEqual([]);
    const late = of(track("a"), keyframe("a", 2, null), keyframe("a", 4, box(4)));
    expect(shape(after(late, resumeTrack, { trackId, at: time(2) }))).toBe("2:4 4:4");
  });
});

describe("deleting keyframes", () => {
  const said = of(
    track("a"),
    keyframe("a", 0, box(0), { attributes: { motion: "parked", note: "n" } }),
    keyframe("a", 4, box(4), { attributes: { motion: "moving" } }),
    keyframe("a", 8, box(8)),
  );

  it("hands the attributes in force on to the next one (rule 11)", () => {
    const result = after(said, deleteKeyframe, { trackId, at: time(4) });
    expect(shape(result)).toBe("0:0 8:8");
    expect(trackAt(result, trackId, time(8))?.attributes).toEqual({ motion: "moving", note: "n" });
    expect(trackAt(result, trackId, time(6))?.attributes).toEqual({ motion: "parked", note: "n" });
  });

  it.each([
    [deleteBefore, 6, "6:6 8:8"],
    [deleteBefore, 4, "4:4 8:8"],
    [deleteBefore, 9, "9:8"],
    [deleteAfter, 6, "0:0 4:4 6:6"],
    [deleteAfter, 4, "0:0 4:4"],
    [deleteAfter, 9, "0:0 4:4 8:8"],
  ])("$id at %d leaves %s and what holds at the time itself (rule 16)", (command, tick, expected) => {
    const result = after(said, command, { trackId, at: time(tick) });
    expect(shape(result)).toBe(expected);
    const [here, before] = [result, said].map((one) => trackAt(one, trackId, time(tick)));
    expect([here?.cuboid, here?.attributes, here?.source]).toEqual([
      before?.cuboid,
      before?.attributes,
      before?.source,
    ]);
  });

  it("counts what goes in the label", () => {
    const label = deleteBefore.label(said, { trackId, at: time(6) });
    expect(label).toEqual({ message: "edit.deleteBefore", params: { name: "a", count: 2 } });
  });

  it("keeps a static track absent where it was (rule 16)", () => {
    const parked = of(
      track("a", { static: true }),
      keyframe("a", 2, box(2)),
      keyframe("a", 4, null),
      keyframe("a", 8, box(2)),
    );
    const result = after(parked, deleteBefore, { trackId, at: time(6) });
    expect(shape(result)).toBe("6:absent 8:2");
    expect(xAt(result, 6)).toBeUndefined();
  });

  it("takes the track with its last cuboid, and says so (rule 12)", () => {
    const single = of(track("a"), keyframe("a", 4, box(4)), keyframe("a", 6, null));
    expect(deleteKeyframe.label(single, { trackId, at: time(4) })).toEqual({
      message: "edit.deleteTrack",
      params: { name: "a", count: 2 },
    });
    expect([...after(single, deleteKeyframe, { trackId, at: time(4) }).records()]).toEqual([]);
    expect([...after(single, deleteAfter, { trackId, at: time(1) }).records()]).toEqual([]);
    expect(shape(after(single, deleteKeyframe, { trackId, at: time(6) }))).toBe("4:4");
  });
});

describe("the rest", () => {
  it("setKeyframeAttribute speaks from here on, and null takes it back (rule 9)", () => {
    const set = after(moving, setKeyframeAttribute, { trackId, at: time(2), id: "motion", value: "stopped" });
    expect(shape(set)).toBe("0:0 2:2 4:4 8:16");
    const said = (document: DocumentReader, tick: number) => trackAt(document, trackId, time(tick))?.attributes.motion;
    expect([said(set, 1), said(set, 2), said(set, 8)]).toEqual([undefined, "stopped", "stopped"]);
    const unset = after(set, setKeyframeAttribute, { trackId, at: time(2), id: "motion", value: null });
    expect(said(unset, 8)).toBeUndefined();
    const parked = of(track("a", { static: true }), keyframe("a", 4, box(4)));
    const once = after(parked, setKeyframeAttribute, { trackId, at: time(8), id: "motion", value: "parked" });
    expect(once.keyframes(trackId)).toHaveLength(1);
    expect(said(once, 0)).toBe("parked");
  });

  it("flipHeading turns half round, about the box's own up axis, and twice is nothing", () => {
    fc.assert(
      fc.property(rotation, fc.constantFrom("here" as const, "all" as const), (q, scope) => {
        const document = of(track("a"), keyframe("a", 0, box(0, { rotation: q })));
        const once = after(document, flipHeading, { trackId, at: time(0), scope });
        const [from, to] = [document, once].map((one) => one.keyframes(trackId)[0].cuboid);
        if (!from || !to) throw new Error("no cuboid");
        expect(vec.distance(face(to, 0, 1), face(from, 0, -1))).toBeLessThan(1e-9);
        expect(vec.distance(face(to, 2, 1), face(from, 2, 1))).toBeLessThan(1e-9);
        const twice = after(once, flipHeading, { trackId, at: time(0), scope }).keyframes(trackId)[0].cuboid;
        expect(twice && vec.distance(face(twice, 0, 1), face(from, 0, 1))).toBeLessThan(1e-9);
      }),
    );
    expect(shape(after(moving, flipHeading, { trackId, at: time(2), scope: "here" }))).toBe("0:0 2:2 4:4 8:16");
  });

  it("moveKeyframe says the same at a free time", () => {
    const model = of(
      track("a"),
      keyframe("a", 4, box(4), { source: "model", confidence: 0.5, attributes: { note: "x" } }),
    );
    const moved: readonly Keyframe[] = after(model, moveKeyframe, { trackId, at: time(4), to: time(5) }).keyframes(
      trackId,
    );
    expect(moved).toEqual([keyframe("a", 5, box(4), { source: "model", confidence: 0.5, attributes: { note: "x" } })]);
    expect(moveKeyframe.plan(moving, { trackId, at: time(0), to: time(4) })).toEqual([]);
  });
});
