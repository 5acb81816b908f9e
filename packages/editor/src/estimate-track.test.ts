import { cuboidYaw, fromYaw, overlap, type Cuboid } from "@sweepmark/geometry";
import { describe, expect, it, vi } from "vitest";
import { estimateTrack } from "./estimate-track.ts";
import { fakeCar } from "./fake-log.ts";
import { carRecords, createHarness } from "./harness.ts";

const start = 1_700_000_000_000_000_000n;
const at = (index: number) => (start + 100_000_000n * BigInt(index)) as Parameters<typeof carRecords>[0];
const [x, y] = fakeCar.center;
const truth: Cuboid<"world"> = { center: [x, y, fakeCar.size[2] / 2], size: fakeCar.size, rotation: [0, 0, 0, 1] };
const loose: Cuboid<"world"> = { center: [x + 0.3, y - 0.2, 0.85], size: [4.7, 2, 1.7], rotation: fromYaw(0.1) };
const id = "track:car-1";

const withCar = async (cuboid = loose) => {
  const [track, keyframe] = carRecords(at(2), cuboid);
  const h = await createHarness({ frameCount: 8, records: [track, keyframe, carRecords(at(6), cuboid)[1]] });
  const notices: unknown[] = [];
  h.session.store.subscribe(({ notice }, before) => {
    if (notice && notice !== before.notice) notices.push(notice.label);
  });
  h.session.select(id);
  return { h, notices };
};

describe("estimating a track's size and heading (rule 26)", () => {
  it("places all its keyframes anew with one size, in one transaction that undo takes back exactly", async () => {
    const { h } = await withCar();
    const before = h.labels();
    await estimateTrack(h.session, id);
    const cuboids = h.document.keyframes(id).map(({ cuboid }) => cuboid!);
    expect(cuboids).toHaveLength(2);
    expect(cuboids[1].size).toEqual(cuboids[0].size);
    for (const cuboid of cuboids) {
      expect(overlap(cuboid, truth).iou3d).toBeGreaterThan(overlap(loose, truth).iou3d);
      expect(Math.abs(cuboidYaw(cuboid))).toBeLessThan(0.06);
    }
    expect(h.document.keyframes(id).map(({ source }) => source)).toEqual(["human", "human"]);
    expect(h.history.transactions).toHaveLength(1);
    expect(h.session.undoLabel).toMatchObject({
      message: "edit.setShape",
      params: { name: "car-1", count: 2, frames: 5 },
    });
    h.session.undo();
    expect(h.labels()).toBe(before);
  });

  it("is on Alt+R", async () => {
    const { h } = await withCar();
    h.press("Alt+KeyR");
    await vi.waitFor(() => expect(h.session.undoLabel?.message).toBe("edit.setShape"));
  });

  it("cancelled at any frame, leaves the labels as they were", async () => {
    for (const after of [1, 3, 5]) {
      const { h } = await withCar();
      const before = h.labels();
      h.session.store.subscribe(({ jobs }) => {
        for (const job of jobs) if (job.label.message === "job.estimate" && job.done >= after) job.cancel();
      });
      await estimateTrack(h.session, id);
      expect(h.labels()).toBe(before);
      expect(h.state.jobs).toEqual([]);
      expect(h.history.transactions).toEqual([]);
    }
  });

  it("does nothing where the track was edited meanwhile, and says so", async () => {
    const { h, notices } = await withCar();
    let edited = false;
    h.session.store.subscribe(({ jobs }) => {
      if (edited || !jobs.some((job) => job.label.message === "job.estimate" && job.done >= 2)) return;
      edited = true;
      h.session.commit({ message: "test" }, [
        { id: `keyframe:car-1@${at(4)}`, after: { ...carRecords(at(4), truth)[1] } },
      ]);
    });
    await estimateTrack(h.session, id);
    expect(h.document.keyframes(id).map(({ cuboid }) => cuboid)).toEqual([loose, truth, loose]);
    expect(notices).toContainEqual({ message: "notice.estimate-edited", params: { name: "car-1" } });
  });

  it("says where there is nothing to estimate from", async () => {
    const { h, notices } = await withCar({ ...loose, center: [x, y - 9, 0.85] });
    await estimateTrack(h.session, id);
    expect(h.history.transactions).toEqual([]);
    expect(notices).toContainEqual({ message: "notice.estimate-no-points", params: { name: "car-1" } });
  });
});
