import { countsAt } from "@sweepmark/assist";
import { setEgoCorrection, type Suggestion } from "@sweepmark/document";
import {
  correctedFromLogged,
  overlap,
  timestampNs,
  transformCuboid,
  type Cuboid,
  type TimestampNs,
} from "@sweepmark/geometry";
import { keyframeId } from "@sweepmark/schema";
import { describe, expect, it, vi } from "vitest";
import { createDismissals, type Dismissal } from "./dismissals.ts";
import { fakeCar } from "./fake-log.ts";
import { carRecords, createHarness, type Harness } from "./harness.ts";

const start = 1_700_000_000_000_000_000n;
const at = (index: number): TimestampNs => timestampNs(start + 100_000_000n * BigInt(index));
const box = (x: number): Cuboid<"world"> => ({ center: [x, -5, 0.8], size: [4, 2, 1.6], rotation: [0, 0, 0, 1] });
const suggestion = (name: string, frames: readonly number[], confidence = 0.8, x = 10): Suggestion => {
  const id = `track:${name}`;
  return {
    track: { id, kind: "track", name: "", classId: "car", rigid: true, static: false, attributes: {} },
    keyframes: frames.map((frame) => ({
      id: keyframeId(id, at(frame)),
      kind: "keyframe",
      trackId: id,
      at: at(frame),
      cuboid: box(x + frame),
      attributes: {},
      source: "algorithm",
      confidence,
    })),
  };
};
const suggested = async (...add: readonly Suggestion[]): Promise<Harness> => {
  const h = await createHarness();
  h.session.suggestions.change({ add });
  return h;
};
const here = (h: Harness): readonly string[] => h.state.suggestions.here.map(({ track }) => track.id.slice(6));
const goTo = async (h: Harness, index: number): Promise<void> => {
  h.session.goTo(index);
  await h.settled();
};

describe("suggestions (rule S1)", () => {
  it("are shown where they are said and between, the surest first, and never carried over", async () => {
    const h = await suggested(suggestion("a", [0, 4], 0.6), suggestion("b", [0], 0.9), suggestion("c", [0], 0.3));
    expect(here(h)).toEqual(["b", "a"]);
    expect(h.state.suggestions.count).toBe(3);
    await goTo(h, 2);
    expect(here(h)).toEqual(["a"]);
    expect(h.state.suggestions.here[0].cuboid.center[0]).toBeCloseTo(12, 9);
    await goTo(h, 5);
    expect(here(h)).toEqual([]);
    h.session.suggestions.setLeast(0.2);
    await goTo(h, 0);
    expect(here(h)).toEqual(["b", "a", "c"]);
    expect(h.labels()).toBe("");
  });

  it("are stepped through with the camera, and Enter accepts the one that is meant: it comes back when undone", async () => {
    const h = await suggested(suggestion("a", [0]), suggestion("b", [0], 0.7, 20));
    const views = h.state.viewRequest.serial;
    h.press("Enter");
    expect(h.history.transactions).toHaveLength(0);
    h.press("Semicolon").press("Semicolon").press("Semicolon");
    expect(h.state.suggestions.focusedId).toBe("track:a");
    expect(h.state.viewRequest).toEqual({ kind: "focus-suggestion", serial: views + 3 });
    h.press("Enter");
    expect(here(h)).toEqual(["b"]);
    expect(h.state.suggestions.focusedId).toBe("track:b");
    expect(h.state.moment.tracks.map(({ track, source }) => [track.name, source])).toEqual([["car-1", "human"]]);
    h.session.undo();
    expect(h.labels()).toBe("");
    expect(here(h)).toEqual(["a", "b"]);
    h.session.redo();
    expect(here(h)).toEqual(["b"]);
  });

  it("are accepted all at once in one step, those under the bar left out", async () => {
    const h = await suggested(suggestion("a", [0]), suggestion("b", [0], 0.7, 20), suggestion("c", [0], 0.3, 30));
    h.press("Shift+Enter");
    expect(h.history.transactions).toHaveLength(1);
    expect(h.state.moment.tracks).toHaveLength(2);
    expect(h.state.suggestions.count).toBe(1);
  });

  it("stay dismissed, and take another class before they are accepted", async () => {
    const h = await suggested(suggestion("a", [0]), suggestion("b", [0], 0.7, 20));
    h.press("Semicolon").press("Quote");
    expect(here(h)).toEqual(["b"]);
    expect(h.session.suggestions.wasDismissed(at(3), box(10.2))).toBe(true);
    expect(h.session.suggestions.wasDismissed(at(3), box(14))).toBe(false);
    expect(h.session.suggestions.wasDismissed(at(150), box(10))).toBe(false);
    h.press("Digit3");
    expect(h.state.suggestions.here[0].track.classId).toBe("truck");
    h.press("Enter");
    expect(h.state.moment.tracks[0].track).toMatchObject({ classId: "truck", name: "truck-1" });
    expect(h.state.classId).toBe("car");
  });

  it("go with the correction of the ego poses as labels do, and what was dismissed stays dismissed", async () => {
    const h = await suggested(suggestion("a", [0, 4]), suggestion("b", [0], 0.7, 20));
    const shifts = [{ at: at(0), ego: [0, 0, 0], shift: [1, 2, 0], yawRad: 0.1 }] as const;
    const before = h.state.suggestions.here.map(({ cuboid }) => cuboid);
    h.press("Semicolon").press("Quote");
    h.session.run(setEgoCorrection, { shifts });
    const [moved] = h.state.suggestions.here;
    const expected = transformCuboid(correctedFromLogged(shifts, at(0)), before[1]);
    expect(moved.cuboid.center).toEqual(expected.center.map((value) => expect.closeTo(value, 9)));
    const dismissed = transformCuboid(correctedFromLogged(shifts, at(0)), before[0]);
    expect(h.session.suggestions.wasDismissed(at(0), dismissed)).toBe(true);
    expect(h.session.suggestions.wasDismissed(at(0), expected)).toBe(false);
    h.session.undo();
    expect(h.state.suggestions.here[0].cuboid.center).toEqual(
      before[1].center.map((value) => expect.closeTo(value, 9)),
    );
  });

  it("are kept dismissed by who keeps them", () => {
    let kept: readonly Dismissal[] = [];
    const document = { get: () => undefined };
    createDismissals(document, [], (all) => (kept = all)).add([{ at: at(0), cuboid: box(10) }]);
    const again = createDismissals(document, kept, () => expect.unreachable());
    expect(again.has(at(3), box(10.2))).toBe(true);
    expect(again.has(at(3), box(30))).toBe(false);
    again.add([]);
    expect(again.all).toEqual(kept);
  });

  it("mean no keys once a label is selected or Esc is pressed; the pointer takes away only what it gave", async () => {
    const h = await createHarness({ records: carRecords(at(0)) });
    h.session.suggestions.change({ add: [suggestion("a", [0])] });
    h.press("Semicolon").session.select("track:car-1");
    expect(h.state.suggestions.focusedId).toBeUndefined();
    h.press("Semicolon").press("Escape");
    expect(h.state.suggestions.focusedId).toBeUndefined();
    h.session.suggestions.focus("track:a", "pointer");
    h.session.suggestions.focus(undefined, "pointer");
    expect(h.state.suggestions.focusedId).toBeUndefined();
    h.press("Semicolon").session.suggestions.focus(undefined, "pointer");
    expect(h.state.suggestions.focusedId).toBe("track:a");
  });

  it("are not accepted while labels are read only", async () => {
    const h = await suggested(suggestion("a", [0]));
    h.session.setReadOnly({ message: "read-only.journal-blocked", params: { reason: "test" } });
    h.press("Semicolon").press("Enter").press("Shift+Enter");
    h.session.suggestions.accept(["track:a"]);
    expect(h.labels()).toBe("");
    expect(here(h)).toEqual(["a"]);
  });
});

describe("suggesting through the log (rule S3)", () => {
  const done = async (h: Harness): Promise<void> => {
    await vi.waitFor(() => expect(h.state.jobs).toEqual([]), { timeout: 60_000 });
  };

  it("gives the parked car of the street as one track, accepted with all its frames and undone in one step", async () => {
    const h = await createHarness({ frameCount: 8 });
    h.press("$mod+Shift+KeyF");
    await vi.waitFor(() => expect(h.state.jobs.map(({ label }) => label.message)).toEqual(["job.suggest-through"]));
    await done(h);
    expect(h.state.notice?.label).toEqual({ message: "notice.suggest-through", params: { count: 1 } });
    const [found] = h.state.suggestions.here;
    const truth: Cuboid<"world"> = { center: [...fakeCar.center, 0.75], size: fakeCar.size, rotation: [0, 0, 0, 1] };
    expect(overlap(found.cuboid, truth).iou3d).toBeGreaterThan(0.5);
    expect(found.track.static).toBe(true);
    h.press("Shift+KeyF");
    await done(h);
    expect(h.state.suggestions.count).toBe(1);
    h.press("$mod+Shift+KeyF");
    await vi.waitFor(() => expect(h.state.jobs[0]?.label.message).toBe("job.suggest-through"));
    await done(h);
    expect(h.state.suggestions.count).toBe(1);
    h.press("$mod+Shift+Enter");
    expect(h.history.transactions).toHaveLength(1);
    expect(h.state.moment.tracks.map(({ track }) => [track.name, track.static])).toEqual([["car-1", true]]);
    h.press("$mod+Shift+KeyF");
    await vi.waitFor(() => expect(h.state.jobs[0]?.label.message).toBe("job.suggest-through"));
    await done(h);
    expect(h.state.notice?.label.message).toBe("notice.suggest-none");
    h.session.undo();
    expect(h.labels()).toBe("");
  });

  it("does nothing when cancelled", async () => {
    const h = await createHarness({ frameCount: 8 });
    h.press("$mod+Shift+KeyF");
    await vi.waitFor(() => expect(h.state.jobs[0]?.label.message).toBe("job.suggest-through"));
    h.state.jobs[0].cancel();
    await done(h);
    expect(h.state.suggestions.count).toBe(0);
    expect(h.state.notice).toBeUndefined();
  });

  it("is as sure as the mean of its frames; all that are sure enough are accepted, but where labels stand", async () => {
    const sure = suggestion("a", [5, 9], 0.8);
    const mixed: Suggestion = {
      ...suggestion("b", [5, 9], 0.8, 30),
      keyframes: suggestion("b", [5, 9], 0.8, 30).keyframes.map((each, i) => ({ ...each, confidence: i * 0.8 })),
    };
    const h = await suggested(sure, mixed, suggestion("c", [5, 9], 0.8, 50));
    expect([h.state.suggestions.count, h.state.suggestions.sureCount]).toEqual([3, 2]);
    expect(here(h)).toEqual([]);
    h.press("Semicolon");
    await h.settled();
    expect(h.state.frameIndex).toBe(5);
    expect(here(h)).toEqual(["a", "c"]);
    h.session.suggestions.accept(["track:c"]);
    h.session.suggestions.change({ add: [suggestion("d", [5, 9], 0.8, 50)] });
    expect(here(h)).toEqual(["a"]);
    h.press("$mod+Shift+Enter");
    expect(h.history.transactions).toHaveLength(2);
    expect(h.state.moment.tracks).toHaveLength(2);
    expect(h.document.keyframes("track:a").map(({ source }) => source)).toEqual(["algorithm", "algorithm"]);
  });
});

describe("suggesting objects of the shown frame (rule S2)", () => {
  const proposedHere = async (h: Harness): Promise<void> => {
    await vi.waitFor(() => expect(h.state.jobs).toEqual([]), { timeout: 20_000 });
  };

  it("finds the car of the street, anew each time, and not again where it was dismissed or is labeled", async () => {
    const h = await createHarness();
    h.press("Shift+KeyF");
    expect(h.state.jobs.map(({ label }) => label.message)).toEqual(["job.suggest"]);
    await proposedHere(h);
    const [found] = h.state.suggestions.here;
    const truth: Cuboid<"world"> = { center: [...fakeCar.center, 0.75], size: fakeCar.size, rotation: [0, 0, 0, 1] };
    expect(overlap(found.cuboid, truth).iou3d).toBeGreaterThan(0.5);
    expect(countsAt(h.state.frame!, [found.cuboid])[0]).toBeGreaterThan(100);
    h.press("Shift+KeyF");
    await proposedHere(h);
    expect(h.state.suggestions.count).toBe(1);
    h.press("Shift+Enter").press("Shift+KeyF");
    await proposedHere(h);
    expect(h.state.suggestions.here).toEqual([]);
    h.session.undo();
    h.press("Shift+Quote").press("Alt+Shift+KeyF");
    await proposedHere(h);
    expect(h.state.suggestions.here).toEqual([]);
    expect(h.state.notice?.label.message).toBe("notice.suggest-none");
  });

  it("does nothing when cancelled, and leads to the first of what was missed", async () => {
    const h = await createHarness();
    h.press("Shift+KeyF");
    h.state.jobs[0].cancel();
    await proposedHere(h);
    expect(h.state.suggestions.count).toBe(0);
    h.press("Alt+Shift+KeyF");
    await proposedHere(h);
    expect(h.state.suggestions.focusedId).toBe(h.state.suggestions.here[0].track.id);
    expect(h.state.viewRequest.kind).toBe("focus-suggestion");
  });
});
