import { describe, expect, it } from "vitest";
import { createHarness, type Harness } from "./harness.ts";
import { settle } from "./fake-schedule.ts";

const shownIndex = (h: Harness): number | undefined => h.state.frame?.index;

describe("going to a frame (rule 1)", () => {
  it("keeps the last frame until the wanted one is there, and gives up what is no longer wanted", async () => {
    const h = await createHarness({ delivery: "manual" });
    h.log.deliver(0);
    await settle();
    h.session.goTo(5);
    h.session.goTo(9);
    expect(h.log.aborted).toEqual([5]);
    expect(h.log.waiting).toEqual([9]);
    expect(h.state).toMatchObject({ frameIndex: 9, loading: true });
    expect(shownIndex(h)).toBe(0);
    h.log.deliver(9);
    await settle();
    expect(h.state).toMatchObject({ frameIndex: 9, loading: false });
    expect(shownIndex(h)).toBe(9);
  });

  it("steps that come faster than frames: each that is being read is shown, then the last one asked for", async () => {
    const h = await createHarness({ delivery: "manual" });
    h.log.deliver(0);
    await settle();
    for (const index of [1, 2, 3]) h.session.goTo(index);
    expect([h.log.aborted, h.log.waiting]).toEqual([[], [1]]);
    expect(h.state).toMatchObject({ frameIndex: 3, loading: true });
    h.log.deliver(1);
    await settle();
    expect(h.log.waiting).toEqual([3]);
    expect(shownIndex(h)).toBe(1);
    expect(h.state).toMatchObject({ frameIndex: 3, loading: true });
    h.session.goTo(4);
    h.log.fail(3, new Error("damaged"));
    await settle();
    expect(h.state.frameProblem).toBeUndefined();
    h.log.deliver(4);
    await settle();
    expect(shownIndex(h)).toBe(4);
    expect(h.state).toMatchObject({ frameIndex: 4, loading: false });
  });

  it("stepping back to what is shown ends what was being read", async () => {
    const h = await createHarness({ delivery: "manual" });
    h.log.deliver(0);
    await settle();
    h.session.goTo(1);
    h.session.goTo(0);
    expect([h.log.aborted, h.log.waiting]).toEqual([[1], [0]]);
  });

  it("goes no farther than the log", async () => {
    const h = await createHarness({ frameCount: 5 });
    h.session.goTo(99);
    await settle();
    expect(shownIndex(h)).toBe(4);
    h.session.goTo(-3);
    await settle();
    expect(shownIndex(h)).toBe(0);
  });

  it("says why a frame cannot be shown, and goes on", async () => {
    const h = await createHarness({ delivery: "manual" });
    h.log.deliver(0);
    await settle();
    h.session.goTo(1);
    h.log.fail(1, new Error("chunk at 4096: bad checksum"));
    await settle();
    expect(h.state.loading).toBe(false);
    expect(shownIndex(h)).toBe(0);
    expect(h.state.frameProblem).toMatchObject({ code: "frame-unreadable", params: { frame: 1 } });
    h.session.goTo(2);
    expect(h.state.frameProblem).toBeUndefined();
    h.log.deliver(2);
    await settle();
    expect(shownIndex(h)).toBe(2);
  });

  it("hints the frames ahead in the direction of travel, nearest first", async () => {
    const h = await createHarness();
    h.session.goTo(15);
    await settle();
    expect(h.log.prefetched.slice(0, 3)).toEqual([16, 17, 18]);
    expect(h.log.prefetched.slice(-2)).toEqual([14, 13]);
    h.session.goTo(14);
    await settle();
    expect(h.log.prefetched.slice(0, 3)).toEqual([13, 12, 11]);
  });

  it("gives up what was fetched for another place as soon as one leaves it", async () => {
    const h = await createHarness({ delivery: "manual" });
    h.log.deliver(0);
    await settle();
    h.session.goTo(20);
    expect(h.log.prefetched.slice(0, 3)).toEqual([21, 22, 23]);
    h.log.deliver(20);
    await settle();
    h.session.setRate(2);
    h.session.play();
    expect(h.log.prefetched).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29]);
    h.session.pause();
    expect(h.log.prefetched.slice(-2)).toEqual([19, 18]);
  });

  it("says that the log's worker was restarted", async () => {
    const h = await createHarness();
    const params = { reason: "out of memory" };
    h.log.find({ severity: "warning", code: "worker-restarted", message: "It was started again.", params });
    expect(h.state.notice?.label).toEqual({ message: "notice.worker-restarted", params });
    expect(h.state.problemCount).toBe(1);
    h.log.find({ severity: "warning", code: "bad-crc", message: "Found late." });
    expect(h.state).toMatchObject({ problemCount: 2, notice: { serial: 1 } });
  });

  it("learns exact stamps from frames and from a scan", async () => {
    const h = await createHarness();
    expect(h.state.frames.filter(({ exact }) => exact)).toHaveLength(1);
    await h.session.scanFrames();
    expect(h.state.frames.every(({ exact }) => exact)).toBe(true);
    expect(h.state.jobs).toEqual([]);
  });
});

describe("playing (rule 2)", () => {
  it("shows a frame per period of the log, at the rate asked for", async () => {
    const h = await createHarness();
    h.press("Space");
    expect(h.state.playing).toBe(true);
    await h.schedule.advance(500);
    expect(shownIndex(h)).toBe(5);
    h.session.setRate(2);
    await h.schedule.advance(500);
    expect(shownIndex(h)).toBe(15);
    h.press("Space");
    await h.schedule.advance(500);
    expect(shownIndex(h)).toBe(15);
  });

  it("stops at the last frame, starts again from the first, or loops", async () => {
    const h = await createHarness({ frameCount: 5 });
    h.session.play();
    await h.schedule.advance(1000);
    expect(h.state.playing).toBe(false);
    expect(shownIndex(h)).toBe(4);
    h.session.play();
    await h.schedule.advance(50);
    expect(shownIndex(h)).toBe(0);
    h.session.setLooping("loop");
    await h.schedule.advance(600);
    expect(h.state.playing).toBe(true);
    expect(shownIndex(h)).toBe(1);
  });

  it("skips frames rather than fall behind, and never gives up a load for a later one", async () => {
    const h = await createHarness({ delivery: "manual" });
    h.log.deliver(0);
    await settle();
    h.session.play();
    await h.schedule.advance(100);
    expect(h.log.waiting).toEqual([1]);
    await h.schedule.advance(300);
    expect(h.log.waiting).toEqual([1]);
    expect(h.log.aborted).toEqual([]);
    h.log.deliver(1);
    await settle();
    expect(shownIndex(h)).toBe(1);
    expect(h.log.waiting).toEqual([4]);
  });

  it("does not wait out a hole in the log", async () => {
    const h = await createHarness({ periodNs: 60_000_000_000n });
    h.session.play();
    await h.schedule.advance(1050);
    expect(shownIndex(h)).toBe(1);
  });

  it("goes on from where a person goes", async () => {
    const h = await createHarness();
    h.session.play();
    await h.schedule.advance(250);
    h.session.goTo(20);
    await h.schedule.advance(310);
    expect(shownIndex(h)).toBe(23);
  });

  it("ends when the log has ended, also on a frame that cannot be read", async () => {
    const h = await createHarness({ delivery: "manual", frameCount: 3 });
    h.log.deliver(0);
    await settle();
    h.session.play();
    await h.schedule.advance(100);
    h.log.fail(1, new Error("bad"));
    await h.schedule.advance(150);
    expect(h.log.waiting).toEqual([2]);
    h.log.deliver(2);
    await h.schedule.advance(500);
    expect(h.state.playing).toBe(false);
    expect(shownIndex(h)).toBe(2);
  });
});
