import { describe, expect, it } from "vitest";
import { setStatic } from "@sweepmark/document";
import { timestampNs } from "@sweepmark/geometry";
import { fakeSlope } from "./fake-log.ts";
import { carRecords, createHarness, type Harness } from "./harness.ts";

const start = timestampNs(1_700_000_000_000_000_000n);
const harness = (): Promise<Harness> => createHarness({ records: carRecords(start), frameCount: 100 });

async function shown(h: Harness): Promise<Harness> {
  h.press("KeyM").log.accumulations[0].deliver();
  return h.settled();
}

async function goTo(h: Harness, index: number): Promise<void> {
  h.session.goTo(index);
  await h.settled();
}

describe("the accumulated cloud (rule 19)", () => {
  it("is asked for around the shown frame, without moving objects, as a job with progress", async () => {
    const h = await harness();
    await goTo(h, 40);
    h.press("KeyM");
    const [{ request }] = h.log.accumulations;
    expect(request).toMatchObject({ index: 40, before: { frames: 15 }, after: { frames: 14 }, voxelM: 0.05 });
    expect(request.exclude).toHaveLength(1);
    expect(h.state.jobs.map(({ label }) => label)).toEqual([{ message: "job.accumulate", params: { frames: 30 } }]);
    expect(h.state.accumulation).toMatchObject({ phase: "working", cloud: undefined });
    h.log.accumulations[0].deliver();
    await h.settled();
    expect(h.state.accumulation).toMatchObject({
      phase: "shown",
      stale: false,
      cloud: { firstFrame: 25, lastFrame: 54 },
    });
    expect(h.state.jobs).toEqual([]);
    h.press("KeyM");
    expect(h.state.accumulation).toMatchObject({ phase: "off", cloud: undefined });
  });

  it("stays while steps are inside of its window, and follows when they have ended outside", async () => {
    const h = await shown(await harness());
    const { cloud } = h.state.accumulation;
    await goTo(h, 29);
    await h.schedule.advance(1000);
    expect(h.log.accumulations).toHaveLength(1);
    for (const index of [30, 31, 32]) await goTo(h, index);
    expect(h.log.accumulations).toHaveLength(1);
    await h.schedule.advance(1000);
    expect(h.log.accumulations.map(({ request }) => request.index)).toEqual([0, 32]);
    // The one before is shown until the next is there; leaving its window too gives it up.
    expect(h.state.accumulation).toMatchObject({ phase: "working", cloud });
    await goTo(h, 80);
    await h.schedule.advance(1000);
    expect(h.log.accumulations[1].signal?.aborted).toBe(true);
    h.log.accumulations[2].deliver();
    await h.settled();
    expect(h.state.accumulation).toMatchObject({ phase: "shown", cloud: { firstFrame: 65, lastFrame: 94 } });
    expect(h.state.jobs).toEqual([]);
  });

  it("waits while playing", async () => {
    const h = await shown(await harness());
    h.session.play();
    await h.schedule.advance(4000);
    expect(h.state.frame?.index).toBeGreaterThan(30);
    expect(h.log.accumulations).toHaveLength(1);
    h.session.pause();
    await h.schedule.advance(1000);
    expect(h.log.accumulations).toHaveLength(2);
  });

  it("ends with its job, and says why where it failed", async () => {
    const h = await harness();
    h.press("KeyM").state.jobs[0].cancel();
    await h.settled();
    expect(h.state.accumulation.phase).toBe("off");
    expect(h.log.accumulations[0].signal?.aborted).toBe(true);
    h.press("KeyM").log.accumulations[1].fail(new Error("no motion"));
    await h.settled();
    expect(h.state.accumulation.phase).toBe("off");
    expect(h.state.notice?.label).toEqual({ message: "notice.accumulate-failed", params: { reason: "no motion" } });
  });

  it("is made anew by what changes its points, not by its colours", async () => {
    const h = await shown(await harness());
    h.session.setAccumulation({ colorMode: "age" });
    expect(h.state.accumulation).toMatchObject({ colorMode: "age", phase: "shown" });
    h.session.setAccumulation({ sweeps: Infinity });
    expect(h.log.accumulations[1].request).toMatchObject({ before: { frames: 0 }, after: { frames: 99 } });
    h.session.setAccumulation({ movingObjects: "kept" });
    expect(h.log.accumulations[1].signal?.aborted).toBe(true);
    expect(h.log.accumulations[2].request.exclude).toBeUndefined();
    h.press("KeyM").session.setAccumulation({ voxelM: 0.1 });
    expect(h.log.accumulations).toHaveLength(3);
  });

  it("is stale once a moving object is another, until it is made anew", async () => {
    const h = await shown(await harness());
    h.session.select("track:car-1");
    h.press("KeyW");
    expect(h.state.accumulation.stale).toBe(false);
    await h.schedule.advance(1000);
    expect(h.state.accumulation.stale).toBe(true);
    h.press("$mod+KeyZ");
    h.press("Shift+KeyM").log.accumulations[1].deliver();
    await h.settled();
    expect(h.state.accumulation).toMatchObject({ stale: false, phase: "shown" });
    h.session.run(setStatic, { trackId: "track:car-1", at: start, static: true });
    expect(h.state.accumulation.stale).toBe(true);
    expect(h.log.accumulations).toHaveLength(2);
  });

  it("is the ground that is pointed at and drawn on", async () => {
    const h = await harness();
    h.eye = [100, 0, 25];
    const far = { z: fakeSlope(100) };
    const draw = (): number => {
      h.press("KeyL").click(100, 2, far).click(104, 2, far).press("Enter");
      return h.document.laneBoundaries().at(-1)?.points[0][2] ?? NaN;
    };
    // The sweep ends at 50 m: a plane goes on.
    expect(draw()).toBeCloseTo(0, 1);
    h.press("KeyM").log.accumulations[0].deliver();
    await h.settled();
    expect(draw()).toBeCloseTo(2, 1);
  });
});
