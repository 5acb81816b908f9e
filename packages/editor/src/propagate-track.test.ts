import { describe, expect, it } from "vitest";
import { fakeCar } from "./fake-log.ts";
import { carRecords, createHarness } from "./harness.ts";
import { propagateTrack } from "./propagate-track.ts";

const start = 1_700_000_000_000_000_000n;
const at = (index: number) => (start + 100_000_000n * BigInt(index)) as Parameters<typeof carRecords>[0];
const [x, y] = fakeCar.center;
const box = { center: [x, y, fakeCar.size[2] / 2], size: fakeCar.size, rotation: [0, 0, 0, 1] } as const;
const id = "track:car-1";

const withCar = async (index = 4) => {
  const h = await createHarness({ frameCount: 10, records: carRecords(at(index), box) });
  const notices: unknown[] = [];
  h.session.store.subscribe(({ notice }, before) => {
    if (notice && notice !== before.notice) notices.push(notice.label);
  });
  h.session.select(id);
  return { h, notices };
};

describe("propagating a track (rule 25)", () => {
  it("proposes keyframes around a person's, in one transaction that undo takes back exactly", async () => {
    const { h } = await withCar();
    const before = h.labels();
    await propagateTrack(h.session, id, "both");
    const keyframes = h.document.keyframes(id);
    expect(keyframes.map((each) => [each.at, each.source])).toEqual([
      [at(0), "algorithm"],
      [at(4), "human"],
      [at(9), "algorithm"],
    ]);
    expect(keyframes[1].cuboid).toEqual(box);
    expect(keyframes[0].confidence).toBeGreaterThan(0.5);
    expect(h.history.transactions).toHaveLength(1);
    expect(h.session.undoLabel).toEqual({ message: "edit.propagate", params: { name: "car-1", count: 9 } });
    h.session.undo();
    expect(h.labels()).toBe(before);
  });

  it("goes one way only where that is asked for, and not past an absence", async () => {
    const { h } = await withCar();
    h.session.goTo(4);
    await h.settled();
    await propagateTrack(h.session, id, "forward");
    expect(h.document.keyframes(id).map((each) => each.at)).toEqual([at(4), at(9)]);
    await propagateTrack(h.session, id, "backward");
    expect(h.document.keyframes(id).map((each) => each.at)).toEqual([at(0), at(4), at(9)]);
  });

  it("cancelled at any frame, leaves the labels as they were", async () => {
    for (const after of [1, 4, 8]) {
      const { h } = await withCar();
      const before = h.labels();
      h.session.store.subscribe(({ jobs }) => {
        for (const job of jobs) if (job.label.message === "job.propagate" && job.done >= after) job.cancel();
      });
      await propagateTrack(h.session, id, "both");
      expect(h.labels()).toBe(before);
      expect(h.state.jobs).toEqual([]);
      expect(h.history.transactions).toEqual([]);
    }
  });

  it("does nothing where the track was edited meanwhile, and says so", async () => {
    const { h, notices } = await withCar();
    let edited = false;
    h.session.store.subscribe(({ jobs }) => {
      if (edited || !jobs.some((job) => job.label.message === "job.propagate" && job.done >= 2)) return;
      edited = true;
      h.session.goTo(4);
      h.session.commit({ message: "test" }, [
        { id: `keyframe:car-1@${at(7)}`, after: { ...carRecords(at(7), box)[1] } },
      ]);
    });
    await propagateTrack(h.session, id, "both");
    expect(h.document.keyframes(id).every(({ source }) => source === "human")).toBe(true);
    expect(notices).toContainEqual({ message: "notice.propagate-edited", params: { name: "car-1" } });
  });

  it("accept makes all of them a person's; done anew, only an algorithm's give way", async () => {
    const { h } = await withCar();
    await propagateTrack(h.session, id, "both");
    h.press("Shift+KeyK");
    expect(
      h.document.keyframes(id).every(({ source, confidence }) => source === "human" && confidence === undefined),
    ).toBe(true);
    const accepted = h.labels();
    await propagateTrack(h.session, id, "both");
    expect(h.labels()).toBe(accepted);
  });

  it("says where two keyframes in a row head against each other, and only then", async () => {
    const { h, notices } = await withCar();
    h.session.goTo(7);
    await h.settled();
    h.press("KeyK").press("KeyG");
    await propagateTrack(h.session, id, "both");
    expect(notices).toContainEqual({
      message: "notice.propagate-turns-round",
      params: { name: "car-1", from: 4, to: 7 },
    });
    const told = notices.length;
    h.press("KeyG");
    await propagateTrack(h.session, id, "both");
    expect(notices.slice(told)).toEqual([{ message: "notice.propagate-parked", params: { name: "car-1" } }]);
  });

  it("is not for static tracks", async () => {
    const { h, notices } = await withCar();
    h.press("KeyP");
    await propagateTrack(h.session, id, "both");
    expect(notices).toEqual([{ message: "notice.propagate-static", params: { name: "car-1" } }]);
  });
});
