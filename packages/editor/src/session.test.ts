import { describe, expect, it } from "vitest";
import { timestampNs } from "@sweepmark/geometry";
import { carRecords, createHarness } from "./harness.ts";
import { settle } from "./fake-schedule.ts";

const start = timestampNs(1_700_000_000_000_000_000n);

describe("session", () => {
  it("shows the first frame, with the labels and then the counts of that time", async () => {
    const h = await createHarness({ records: carRecords(start) });
    expect(h.state).toMatchObject({ frameIndex: 0, loading: false, selectedId: undefined });
    expect(h.state.frame?.index).toBe(0);
    expect(h.state.moment.tracks).toHaveLength(1);
    expect(h.state.pointCounts.size).toBe(0);
    h.schedule.runIdle();
    expect(h.state.pointCounts.get("track:car-1")).toBeGreaterThan(100);
  });

  it("steps to a cached frame in one turn and makes the moment once", async () => {
    const h = await createHarness({ records: carRecords(start) });
    const { revision } = h.state;
    h.press("ArrowRight");
    await Promise.resolve();
    expect(h.state).toMatchObject({ frameIndex: 1, loading: false, revision: revision + 1 });
    expect(h.state.moment.at).toBe(h.state.frames[1].at);
    expect(h.state.frames[1]).toMatchObject({ exact: true });
  });

  it("selects, nudges as one transaction, undoes and redoes by name", async () => {
    const h = await createHarness({ records: carRecords(start) });
    const before = h.labels();
    h.click(12, 3, { z: 1.6 });
    expect(h.state.selectedId).toBe("track:car-1");
    h.press("KeyW").press("KeyW").press("KeyA");
    expect(h.labels()).toBe(before);
    expect(h.state.moment.tracks[0].cuboid.center[0]).toBeCloseTo(12.2);
    await h.schedule.advance(700);
    expect(h.history.transactions).toHaveLength(1);
    expect(h.session.undoLabel).toEqual({ message: "edit.moveTrack", params: { name: "car-1" } });
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
    expect(h.session.redoLabel?.message).toBe("edit.moveTrack");
    h.press("$mod+KeyY");
    expect(h.state.moment.tracks[0].cuboid.center[1]).toBeCloseTo(3.1);
    await settle();
  });
});
