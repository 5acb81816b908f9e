import { fromYaw, cuboidYaw, timestampNs, vec, type Cuboid, type TimestampNs, type Vec2 } from "@sweepmark/geometry";
import type { LabelRecord } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { chosenByClick, endsOfRuns, sizeTile, tilesOf, type BatchState, type Tile } from "./batch.ts";
import { carRecords, createHarness, type Harness } from "./harness.ts";
import { orthoRay, orthoYaw, type OrthoSide } from "./ortho.ts";
import type { PointerToolEvent } from "./types.ts";

const trackId = "track:car-1";
const start = 1_700_000_000_000_000_000n;
const at = (index: number): TimestampNs => timestampNs(start + 100_000_000n * BigInt(index));
const car = (x: number, more: Partial<Cuboid<"world">> = {}): Cuboid<"world"> => ({
  center: [x, 3, 0.75],
  size: [4.5, 1.9, 1.6],
  rotation: fromYaw(0),
  ...more,
});
type Said = Partial<Extract<LabelRecord, { readonly kind: "keyframe" }>>;
const keyframe = (index: number, cuboid: Cuboid<"world"> | null, more: Said = {}): LabelRecord => ({
  id: `keyframe:car-1@${at(index)}`,
  kind: "keyframe",
  trackId,
  at: at(index),
  cuboid,
  attributes: {},
  source: "human",
  ...more,
});

/** A car that goes 1 m a frame, with the batch view open: said by a person at 0 and 20, by a machine at 5, 10 (doubtful), 15. */
async function opened(records?: readonly LabelRecord[]): Promise<Harness> {
  const machine = (confidence: number): Said => ({ source: "algorithm", confidence });
  const h = await createHarness({
    records: records ?? [
      ...carRecords(at(0), car(0)),
      keyframe(5, car(5), machine(0.9)),
      keyframe(10, car(10, { center: [10, 3.4, 0.75] }), machine(0.2)),
      keyframe(15, car(15), machine(0.9)),
      keyframe(20, car(20)),
    ],
  });
  h.session.select(trackId);
  h.press("KeyC");
  return h.settled();
}
const batch = (h: Harness): BatchState => {
  if (!h.state.batch) throw new Error("the batch view is not open");
  return h.state.batch;
};
const tiles = (h: Harness): readonly Tile[] => tilesOf(h.session.document, h.state.selectedId, h.state.frames);
const shown = (h: Harness, index: number): Cuboid<"world"> =>
  tiles(h).find(({ frameIndex }) => frameIndex === index)!.moment.cuboid;
const choose = (h: Harness, ...indices: readonly number[]): Harness => {
  h.session.setBatch({ ...batch(h), chosen: new Set(indices), anchor: indices[0] });
  return h;
};
const point = (h: Harness, frameIndex: number, side: OrthoSide = "top"): Harness => {
  h.session.setBatch({ ...batch(h), pointed: { frameIndex, side } });
  return h;
};
const labels = (h: Harness): readonly string[] => h.history.transactions.map(({ label }) => label.message);

/** A pointer at `[right, up]` metres from the middle of a tile's view of `box`. */
function send(
  h: Harness,
  index: number,
  kind: PointerToolEvent["kind"],
  [right, up]: Vec2,
  box = car(index),
  side: OrthoSide = "top",
  modifiers = { shift: false, ctrl: false, alt: false },
  more: { readonly edits?: "size" } = {},
): boolean {
  return h.session.dispatch({
    kind,
    view: { kind: "ortho", side, ...more },
    ray: orthoRay(box, side, [right, up]),
    at: at(index),
    pixelM: () => 0.02,
    position: [right / 0.02, -up / 0.02],
    button: 0,
    modifiers,
    viewYawRad: orthoYaw(box, side),
  }).captured;
}

describe("the tiles of a track (rule B1)", () => {
  it("are the frames in which it is present, each with its cuboid; the same array while nothing changes", async () => {
    const h = await opened([...carRecords(at(3), car(3)), keyframe(8, null), keyframe(12, car(12))]);
    const rest = Array.from({ length: 18 }, (_, i) => 12 + i);
    expect(tiles(h).map(({ frameIndex }) => frameIndex)).toEqual([3, 4, 5, 6, 7, ...rest]);
    expect(tiles(h)).toBe(tiles(h));
    expect(shown(h, 3).center[0]).toBe(3);
    h.session.select(undefined);
    expect(tiles(h)).toEqual([]);
  });

  it("opening reads exact stamps; edits wait for them", async () => {
    const h = await createHarness({ records: carRecords(at(0), car(0)) });
    h.session.select(trackId);
    expect(h.state.frames[5].exact).toBe(false);
    choose(h.press("KeyC"), 5).press("KeyG");
    expect(labels(h)).toEqual([]);
    await h.settled();
    expect(h.state.frames.every(({ exact }) => exact)).toBe(true);
    h.press("KeyG");
    expect(labels(h)).toEqual(["edit.flipCuboids"]);
  });

  it("a click chooses one, Ctrl adds or takes away, Shift takes the range from the last one", async () => {
    const h = await opened();
    const click = (index: number, modifiers: { shift?: boolean; ctrl?: boolean } = {}): readonly number[] => {
      const { shift = false, ctrl = false } = modifiers;
      h.session.setBatch(chosenByClick(batch(h), tiles(h), index, { shift, ctrl }));
      return [...batch(h).chosen].toSorted((a, b) => a - b);
    };
    expect(click(4)).toEqual([4]);
    expect(click(7, { shift: true })).toEqual([4, 5, 6, 7]);
    expect(click(2, { shift: true })).toEqual([2, 3, 4]);
    expect(click(9, { ctrl: true })).toEqual([2, 3, 4, 9]);
    expect(click(3, { ctrl: true })).toEqual([2, 4, 9]);
    expect(click(5, { ctrl: true, shift: true })).toEqual([2, 3, 4, 5, 9]);
    expect(click(1)).toEqual([1]);
  });

  it("all, what a machine said, and what is doubtful are chosen by a key; another track begins with none", async () => {
    const h = await opened();
    h.press("Alt+KeyC");
    expect([...batch(h).chosen]).toEqual([5, 10, 15]);
    h.press("Alt+KeyV");
    expect([...batch(h).chosen]).toEqual([10]);
    h.press("$mod+KeyA");
    expect(batch(h).chosen.size).toBe(30);
    h.session.select(undefined);
    expect(batch(h)).toMatchObject({ chosen: new Set(), anchor: undefined });
  });

  it("Esc goes out of the gesture, then out of the choice, then out of the view; a drawing tool leaves it too", async () => {
    const h = choose(await opened(), 3, 4);
    send(h, 3, "pointer-down", [0, 0]);
    send(h, 3, "pointer-move", [1, 0]);
    h.press("Escape");
    expect(batch(h).chosen.size).toBe(2);
    expect(h.press("Escape").state.batch?.chosen.size).toBe(0);
    expect(h.press("Escape").state.batch).toBeUndefined();
    expect(h.state.selectedId).toBe(trackId);
    h.press("KeyC").press("KeyN");
    expect(h.state.batch).toBeUndefined();
  });
});

describe("editing in a tile (rule B2)", () => {
  it("moves the cuboid of that frame, which need not be the one shown, and is undone exactly", async () => {
    const h = await opened();
    const before = h.labels();
    expect(send(h, 3, "pointer-down", [0, 0])).toBe(true);
    send(h, 3, "pointer-move", [0.3, 0.5]);
    h.expectState("dragging");
    expect(h.state.frame?.index).toBe(0);
    expect(h.labels()).toBe(before);
    expect(vec.distance(shown(h, 3).center, [3.3, 3.5, 0.75])).toBeLessThan(1e-9);
    // As shown, the neighbours follow already.
    expect(shown(h, 4).center[1]).toBeGreaterThan(3.1);
    send(h, 3, "pointer-up", [0.3, 0.5]);
    expect(h.document.keyframes(trackId).map((each) => each.at)).toEqual([0, 3, 5, 10, 15, 20].map(at));
    expect(labels(h)).toEqual(["edit.moveTrack"]);
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
  });

  it("edges, corners and the knob do what they do in the parallel views; a locked size goes to all frames", async () => {
    const h = await opened();
    send(h, 7, "pointer-down", [2.25, 0], car(7, { center: [7, 3.16, 0.75] }));
    send(h, 7, "pointer-move", [2.75, 0], car(7, { center: [7, 3.16, 0.75] }));
    send(h, 7, "pointer-up", [2.75, 0], car(7, { center: [7, 3.16, 0.75] }));
    expect(shown(h, 7).size[0]).toBeCloseTo(5);
    expect(shown(h, 20).size[0]).toBeCloseTo(5);
    expect(shown(h, 20).center[0]).toBeCloseTo(20.25);
    expect(labels(h)).toEqual(["edit.resizeTrack"]);
  });

  it("in the stack edges and corners say the size of all frames; nothing else can be taken", async () => {
    const h = await opened();
    h.press("Alt+KeyU");
    expect(batch(h).stack).toBe("shown");
    const first = sizeTile(tiles(h))!;
    expect(first.frameIndex).toBe(0);
    const toSize = (kind: PointerToolEvent["kind"], place: Vec2) =>
      send(h, 0, kind, place, car(0), "side", { shift: false, ctrl: false, alt: false }, { edits: "size" });
    expect(toSize("pointer-down", [0, 0])).toBe(false);
    toSize("pointer-up", [0, 0]);
    const before = h.labels();
    expect(toSize("pointer-down", [2.25, 0.8])).toBe(true);
    toSize("pointer-move", [2.55, 1]);
    toSize("pointer-up", [2.55, 1]);
    expect(labels(h)).toEqual(["edit.resizeTrack"]);
    for (const index of [0, 5, 13, 20]) {
      expect(shown(h, index).size).toEqual([expect.closeTo(4.8), 1.9, expect.closeTo(1.8)]);
      // The rear and the bottom stay where they were.
      expect(shown(h, index).center[2]).toBeCloseTo(0.85);
    }
    expect(shown(h, 20).center[0]).toBeCloseTo(20.15);
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
  });

  it.each(["pointing", "dragging"] as const)("cancelled while %s, nothing has happened", async (name) => {
    for (const how of ["Escape", "frame", "undo", "read-only"] as const) {
      const h = await opened();
      const before = h.labels();
      send(h, 3, "pointer-down", [0, 0]);
      if (name === "dragging") send(h, 3, "pointer-move", [0.3, 0.5]);
      h.expectState(name);
      if (how === "Escape") h.press("Escape");
      else if (how === "frame") h.session.goTo(9);
      else if (how === "undo") h.press("$mod+KeyZ");
      else h.session.setReadOnly({ message: "read-only.test" });
      h.expectState("idle");
      await h.settled();
      send(h, 3, "pointer-up", [0.3, 0.5]);
      expect(h.labels()).toBe(before);
      expect(h.history.transactions).toEqual([]);
    }
  });

  it("beside the cuboid, absent or read only there is nothing to take", async () => {
    const h = await opened();
    expect(send(h, 3, "pointer-down", [0, 3])).toBe(false);
    send(h, 3, "pointer-up", [0, 3]);
    const gone = await opened([...carRecords(at(0), car(0)), keyframe(3, null)]);
    expect(send(gone, 3, "pointer-down", [0, 0], car(0))).toBe(false);
    h.session.setReadOnly({ message: "read-only.test" });
    expect(send(h, 3, "pointer-down", [0, 0])).toBe(false);
  });

  it("Ctrl fits to no points of the shown frame while another one's tile is edited", async () => {
    // The car of the points stands at x = 12.
    const h = await opened([...carRecords(at(0), car(11.5)), keyframe(9, car(11.5))]);
    const modifiers = { shift: false, ctrl: true, alt: false };
    send(h, 3, "pointer-down", [0, 0], car(11.5));
    send(h, 3, "pointer-move", [0.2, 0], car(11.5), "top", modifiers);
    expect(shown(h, 3).center).toEqual([expect.closeTo(11.7), 3, 0.75]);
    h.press("Escape");
  });

  it("keys move the tile under the pointer in its own view; the chosen ones all, each along its own axes", async () => {
    const turning = [...carRecords(at(0), car(0)), keyframe(10, car(10, { rotation: fromYaw(Math.PI / 2) }))];
    const h = point(await opened(turning), 10, "side");
    h.press("KeyW").press("KeyD");
    await h.schedule.advance(1000);
    // From the side, up is higher; right is ahead.
    expect(vec.distance(shown(h, 10).center, [10, 3.1, 0.85])).toBeLessThan(1e-9);
    choose(point(h, 0, "top"), 0, 10)
      .press("KeyD")
      .press("KeyQ");
    await h.schedule.advance(1000);
    expect(vec.distance(shown(h, 0).center, [0.1, 3, 0.75])).toBeLessThan(1e-9);
    expect(vec.distance(shown(h, 10).center, [10, 3.2, 0.85])).toBeLessThan(1e-9);
    expect(cuboidYaw(shown(h, 0))).toBeCloseTo((2 * Math.PI) / 180);
    expect(labels(h)).toEqual(["edit.moveTrack", "edit.setCuboids"]);
    // One that is not chosen is moved alone.
    point(h, 5).press("KeyD");
    await h.schedule.advance(1000);
    expect(labels(h).at(-1)).toBe("edit.moveTrack");
    h.press("$mod+KeyZ").press("$mod+KeyZ").press("$mod+KeyZ");
    expect(h.document.keyframes(trackId).map(({ cuboid }) => cuboid)).toEqual(
      turning.flatMap((record) => (record.kind === "keyframe" ? [record.cuboid] : [])),
    );
  });
});

describe("actions on the chosen tiles (rule B3)", () => {
  const only = (h: Harness, message: string, before: string): void => {
    expect(labels(h)).toEqual([message]);
    expect(h.labels()).not.toBe(before);
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
  };

  it("each is one transaction, undone exactly", async () => {
    for (const [keys, message, chosen] of [
      ["KeyG", "edit.flipCuboids", [0, 3]],
      ["Shift+KeyG", "edit.setCuboids", [0, 3]],
      ["Shift+KeyK", "edit.acceptTrack", [3, 10, 15]],
      ["Delete", "edit.deleteKeyframes", [3, 10, 15]],
      ["Alt+KeyI", "edit.interpolateBetween", [5, 15]],
      ["KeyK", "edit.keyframeCuboids", [0, 3, 10]],
      ["KeyY", "edit.headingOver", [5, 10, 15]],
    ] as const) {
      const h = choose(await opened(), ...chosen);
      const before = h.labels();
      h.press(keys);
      only(h, message, before);
    }
  });

  it("without a choice they mean the tile under the pointer; without either, nothing", async () => {
    const h = await opened();
    h.press("KeyG").press("Delete");
    expect(labels(h)).toEqual([]);
    point(h, 10).press("Delete");
    expect(h.document.keyframes(trackId).map((each) => each.at)).toEqual([0, 5, 15, 20].map(at));
  });

  it("interpolates between the ends of each run of neighbours", async () => {
    const h = await opened();
    const ends = (...chosen: readonly number[]) =>
      endsOfRuns(
        tiles(h),
        tiles(h).filter(({ frameIndex }) => chosen.includes(frameIndex)),
      ).map(({ frameIndex }) => frameIndex);
    expect(ends(2, 9)).toEqual([2, 9]);
    expect(ends(2, 3, 4, 5)).toEqual([2, 5]);
    expect(ends(1, 4, 5, 6, 9)).toEqual([1, 4, 6, 9]);
    choose(h, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15).press("Alt+KeyI");
    expect(shown(h, 10).center[1]).toBe(3);
    choose(h, 6, 7).press("Alt+KeyI");
    expect(h.state.notice?.label.message).toBe("notice.batch-no-between");
  });

  it("fits each to the points of its own frame, as a job and one transaction, within the locked size", async () => {
    // The points are of a car that stands at x = 12.
    const aside = (by: number) => car(12, { center: [12 + by, 3 + by, 0.75] });
    const h = await opened([...carRecords(at(0), aside(0.3)), keyframe(4, aside(-0.2)), keyframe(8, aside(0.1))]);
    const before = h.labels();
    choose(h, 0, 4, 8, 20).press("KeyR");
    expect(h.state.jobs.map(({ label }) => label.message)).toEqual(["job.batch"]);
    await done(h);
    expect(labels(h)).toEqual(["edit.fitCuboids"]);
    for (const index of [0, 4, 8]) {
      expect(vec.distance(shown(h, index).center, [12, 3, 0.8])).toBeLessThan(0.25);
      expect(shown(h, index).size).toEqual([4.5, 1.9, 1.6]);
    }
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
  });

  it("a fit that is cancelled, or whose track was edited meanwhile, does nothing; few points are told", async () => {
    const h = await opened();
    const before = h.labels();
    choose(h, 9, 10, 11).press("KeyR");
    h.state.jobs[0].cancel();
    await done(h);
    expect(h.labels()).toBe(before);
    h.press("KeyR");
    choose(h, 3).press("KeyG");
    await done(h);
    expect(h.state.notice?.label.message).toBe("notice.batch-edited");
    expect(labels(h)).toEqual(["edit.flipCuboids"]);
    const far = await opened(carRecords(at(0), car(-10, { center: [-10, -10, 3] })));
    choose(far, 0, 1).press("KeyR");
    await done(far);
    expect(far.state.notice?.label).toEqual({ message: "notice.batch-left", params: { name: "car-1", count: 2 } });
    expect(labels(far)).toEqual([]);
  });

  it("the next doubtful one is chosen and gone to; the bird's-eye key leaves the view from above", async () => {
    const h = await opened();
    h.press("KeyV");
    await h.settled();
    expect([...batch(h).chosen]).toEqual([10]);
    expect(h.state.frame?.index).toBe(10);
    expect(h.press("KeyB").state.batch?.sides).toBe("top");
    expect(h.press("KeyB").state.batch?.sides).toBe("top-side");
    expect(h.state.view.projection).toBe("perspective");
  });

  it("a static track has one pose: one frame may say it, several may not", async () => {
    const [track, first] = carRecords(at(0), car(12));
    const h = await opened([{ ...track, static: true } as LabelRecord, first]);
    choose(h, 0, 5).press("KeyG").press("KeyR").press("Alt+KeyI");
    expect(labels(h)).toEqual([]);
    choose(h, 5).press("KeyG");
    expect(cuboidYaw(shown(h, 9))).toBeCloseTo(Math.PI);
  });
});

/** A job's steps end in turns of the real clock. */
async function done(h: Harness): Promise<void> {
  for (let turn = 0; turn < 50 && h.state.jobs.length > 0; turn++)
    await new Promise((resolve) => setTimeout(resolve, 0));
  await h.settled();
}
