import { egoCorrectionOf, setEgoCorrection, switchEgoCorrection } from "@sweepmark/document";
import { correctedFromLogged, timestampNs, transformCuboid, vec, type EgoShift } from "@sweepmark/geometry";
import type { EgoMatches } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { correctEgoPose, summaryOf } from "./correct-ego.ts";
import { carRecords, createHarness } from "./harness.ts";

const at = (index: number) => timestampNs(1_700_000_000_000_000_000n + 100_000_000n * BigInt(index));
const shifts: readonly EgoShift[] = Array.from({ length: 30 }, (_, index) => ({
  at: at(index),
  ego: [0.5 * index, 0, 0],
  shift: [0, 0.02 * index, 0],
  yawRad: 0,
}));
const matchesOf = (determined: "all" | "none"): EgoMatches => ({
  matches: shifts.map((shift, index) => ({
    index,
    at: shift.at,
    shift,
    determined: index === 0 || determined === "all",
    beforeM: 0.1,
    afterM: 0.05,
  })),
  skipped: [],
});

describe("rule 32: a correction of the ego pose moves sensor data and labels together", () => {
  it("the frame, the labels and the counts are in the corrected world at once, and back by undo", async () => {
    const harness = await createHarness({ records: carRecords(at(10)) });
    harness.session.goTo(10);
    await harness.settled();
    const before = { frame: harness.state.frame!, labels: harness.labels() };
    harness.session.run(setEgoCorrection, { shifts });
    const { frame, moment } = harness.state;
    expect(frame!.worldFromEgo.translation).toEqual([5, expect.closeTo(0.2, 9), 0]);
    expect(frame!.sweeps[0].positions).toBe(before.frame.sweeps[0].positions);
    const [{ cuboid }] = moment.tracks;
    expect(cuboid.center[1]).toBeCloseTo(3.2, 9);
    await harness.settled();
    harness.session.undo();
    expect(harness.state.frame).toBe(before.frame);
    expect(harness.labels()).toBe(before.labels);
  });

  it("frames that come later are corrected too, and what is on comes from the labels", async () => {
    const harness = await createHarness({
      records: [...carRecords(at(10)), { id: "ego-correction", kind: "ego-correction", enabled: true, shifts }],
    });
    harness.session.goTo(20);
    await harness.settled();
    expect(harness.state.frame!.worldFromEgo.translation[1]).toBeCloseTo(0.4, 9);
    harness.session.run(switchEgoCorrection, { to: "off" });
    expect(harness.state.frame!.worldFromEgo.translation[1]).toBe(0);
  });

  it("an accumulated cloud is made anew with the correction", async () => {
    const harness = await createHarness();
    harness.session.accumulate("start");
    await harness.settled();
    harness.log.accumulations[0].deliver();
    await harness.settled();
    expect(harness.log.accumulations[0].request.correction).toEqual([]);
    harness.session.run(setEgoCorrection, { shifts });
    await harness.settled();
    expect(harness.log.accumulations[1].request.correction).toBe(egoCorrectionOf(harness.document)!.shifts);
  });
});

describe("rule 33: following the vehicle is a job; what it found is one edit", () => {
  it("leaves moving objects out, and is applied as a whole", async () => {
    const harness = await createHarness({ records: carRecords(at(10)) });
    const running = correctEgoPose(harness.session);
    await harness.settled();
    const [asked] = harness.log.egoMatchings;
    expect(asked.request.exclude).toHaveLength(1);
    asked.deliver(matchesOf("all"));
    const found = await running;
    expect(harness.history.transactions).toHaveLength(1);
    expect(summaryOf(found!)).toEqual({
      frames: 30,
      undetermined: 0,
      driftM: expect.closeTo(0.58, 9),
      beforeM: 0.1,
      afterM: 0.05,
    });
    const moved = transformCuboid(correctedFromLogged(shifts, at(10)), {
      center: [12, 3, 0.8],
      size: [4.5, 1.9, 1.6],
      rotation: [0, 0, 0, 1],
    });
    const [{ id }] = harness.document.tracks();
    expect(vec.distance(harness.document.keyframes(id)[0].cuboid!.center, moved.center)).toBeLessThan(1e-9);
  });

  it("cancelled it does nothing; a failure is said; where nothing tells, nothing is corrected", async () => {
    const harness = await createHarness();
    const cancelled = correctEgoPose(harness.session);
    await harness.settled();
    harness.state.jobs[0].cancel();
    expect(await cancelled).toBeUndefined();
    const failed = correctEgoPose(harness.session);
    await harness.settled();
    harness.log.egoMatchings[1].fail(new Error("no poses"));
    expect(await failed).toBeUndefined();
    expect(harness.state.notice?.label).toEqual({ message: "notice.match-ego-failed", params: { reason: "no poses" } });
    const undetermined = correctEgoPose(harness.session);
    await harness.settled();
    harness.log.egoMatchings[2].deliver(matchesOf("none"));
    expect(await undetermined).toBeUndefined();
    expect(harness.state.notice?.label.message).toBe("notice.match-ego-undetermined");
    expect(egoCorrectionOf(harness.document)).toBeUndefined();
  });
});

it("a key shows the one world and the other", async () => {
  const harness = await createHarness({ records: carRecords(at(10)) });
  harness.session.goTo(10);
  await harness.settled();
  const labels = harness.labels();
  harness.press("Alt+KeyP");
  expect(harness.labels()).toBe(labels);
  harness.session.run(setEgoCorrection, { shifts });
  harness.press("Alt+KeyP");
  expect(harness.state.frame!.worldFromEgo.translation[1]).toBe(0);
  expect(harness.state.moment.tracks[0].cuboid.center[1]).toBeCloseTo(3, 9);
  harness.press("Alt+KeyP");
  expect(harness.state.frame!.worldFromEgo.translation[1]).toBeCloseTo(0.2, 9);
});
