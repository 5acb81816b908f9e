import { identityPose, timestampNs } from "@sweepmark/geometry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CachedReader } from "./cached-reader.ts";
import type { FrameSource } from "./frame-source.ts";
import { abortError } from "./problem.ts";
import type { Frame, LogInfo } from "./types.ts";

const frameBytes = 1200;

/** Frames of 1200 bytes, each given out when `release` says so (or at once). */
function fake(hold = false) {
  const loads: number[] = [];
  const aborted: number[] = [];
  const recycled: number[] = [];
  const waiting = new Map<number, () => void>();
  const early = new Map<number, () => void>();
  const source: FrameSource = {
    info: {} as LogInfo,
    async load(index, { signal, onSweeps } = {}) {
      loads.push(index);
      early.set(index, () => onSweeps?.(frameOf(index)));
      if (hold) {
        await new Promise<void>((resolve, reject) => {
          waiting.set(index, resolve);
          signal?.addEventListener("abort", () => {
            aborted.push(index);
            reject(abortError());
          });
        });
      }
      return frameOf(index);
    },
    recycle: ({ index }) => void recycled.push(index),
    scan: () => Promise.resolve([]),
    accumulate: () => Promise.reject(new Error("nobody asks for it here")),
    matchEgo: () => Promise.reject(new Error("nobody asks for it here")),
    close: () => Promise.resolve(),
  };
  return {
    source,
    loads,
    aborted,
    recycled,
    release: (index: number) => waiting.get(index)?.(),
    /** The sweeps of a frame that is being loaded are there. */
    sweepsCome: (index: number) => early.get(index)?.(),
  };
}

function frameOf(index: number): Frame {
  const at = timestampNs(0n);
  const positions = new Float32Array(frameBytes / 4);
  const sweep = { topic: "", at, frameId: "", count: 100, positions, dropped: 0, egoFromLidar: identityPose };
  return { index, at, worldFromEgo: identityPose, sweeps: [sweep], images: [], labels: [], problems: [] };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe("rule 11: frames under a budget", () => {
  it("a cached frame is the same object: nothing is copied", async () => {
    const { source, loads } = fake();
    const reader = new CachedReader(source, 10 * frameBytes);
    const first = await reader.frame(3);
    expect(await reader.frame(3)).toBe(first);
    expect(loads).toEqual([3]);
  });

  it("a look at what is held asks for nothing and keeps nothing", async () => {
    const { source, loads } = fake();
    const reader = new CachedReader(source, 2 * frameBytes);
    const first = await reader.frame(0);
    expect([reader.peek(0), reader.peek(1)]).toEqual([first, undefined]);
    await reader.frame(1);
    reader.peek(0);
    await reader.frame(2);
    expect(reader.peek(0)).toBeUndefined();
    expect(loads).toEqual([0, 1, 2]);
  });

  it("drops the least recently used, never the visible one", async () => {
    const { source } = fake();
    const reader = new CachedReader(source, 3 * frameBytes);
    for (const index of [0, 1, 2, 0, 3]) await reader.frame(index);
    expect(reader.buffered()).toEqual([0, 2, 3]);
    const tiny = new CachedReader(source, 1);
    await tiny.frame(5);
    expect(tiny.buffered()).toEqual([5]);
  });

  it("prefetches nearest first, and stops where the budget is full of nearer frames", async () => {
    const { source, loads } = fake();
    const reader = new CachedReader(source, 4 * frameBytes);
    await reader.frame(10);
    reader.prefetch([11, 12, 13, 14, 15, 16]);
    await settle();
    expect(reader.buffered()).toEqual([10, 11, 12, 13]);
    expect(loads.length).toBeLessThanOrEqual(6);
  });

  it("fetches ahead once the frame that was asked for is on the screen", async () => {
    const { source, loads } = fake();
    const shown: (() => void)[] = [];
    const reader = new CachedReader(source, 10 * frameBytes, (run) => void shown.push(run));
    const frame = reader.frame(10);
    reader.prefetch([11, 12]);
    await frame;
    await settle();
    expect(loads).toEqual([10]);
    for (const run of shown.splice(0)) run();
    await settle();
    expect(loads).toEqual([10, 11, 12]);
  });

  it("what is wanted next outlives what was seen before", async () => {
    const { source } = fake();
    const reader = new CachedReader(source, 4 * frameBytes);
    for (const index of [1, 2, 3, 4]) await reader.frame(index);
    reader.prefetch([5, 6]);
    await settle();
    expect(reader.buffered()).toEqual([3, 4, 5, 6]);
  });

  it("moving on aborts the prefetch that no longer matters; one that still does goes on", async () => {
    const { source, aborted, loads, release } = fake(true);
    const reader = new CachedReader(source, 10 * frameBytes);
    reader.prefetch([1, 2]);
    await settle();
    reader.prefetch([2, 1]);
    await settle();
    expect([loads, aborted]).toEqual([[1], []]);
    reader.prefetch([7]);
    await settle();
    expect([loads, aborted]).toEqual([[1, 7], [1]]);
    release(7);
    await settle();
    expect(reader.buffered()).toEqual([7]);
  });

  it("two who want the same frame share one reading; it is aborted when both have left", async () => {
    const { source, loads, aborted, release } = fake(true);
    const reader = new CachedReader(source, 10 * frameBytes);
    const [a, b] = [new AbortController(), new AbortController()];
    const first = reader.frame(1, { signal: a.signal });
    const second = reader.frame(1, { signal: b.signal });
    await settle();
    a.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    expect([loads, aborted]).toEqual([[1], []]);
    release(1);
    expect((await second).index).toBe(1);
    const third = reader.frame(2, { signal: b.signal });
    await settle();
    b.abort();
    await expect(third).rejects.toMatchObject({ name: "AbortError" });
    expect(aborted).toEqual([2]);
  });

  it("a jump waits for nothing but its own frame, and fetching ahead goes on behind it", async () => {
    const { source, loads, aborted, release } = fake(true);
    const reader = new CachedReader(source, 100 * frameBytes);
    reader.prefetch([1, 2, 3, 4]);
    await settle();
    release(1);
    await settle();
    expect(loads).toEqual([1, 2]);
    const jump = reader.frame(50);
    reader.prefetch([51, 52]);
    await settle();
    // One reading was given up, and none stood between the jump and its frame.
    expect([loads, aborted]).toEqual([[1, 2, 50], [2]]);
    release(50);
    await jump;
    await settle();
    expect(loads).toEqual([1, 2, 50, 51]);
  });

  it("a frame on its way that becomes the visible one is not begun again", async () => {
    const { source, loads, aborted, release } = fake(true);
    const reader = new CachedReader(source, 100 * frameBytes);
    reader.prefetch([1, 2]);
    await settle();
    const frame = reader.frame(1);
    reader.prefetch([2, 3]);
    await settle();
    release(1);
    expect((await frame).index).toBe(1);
    await settle();
    expect([loads, aborted]).toEqual([[1, 2], []]);
  });

  it("a frame for which there is no room is not decoded to be thrown away", async () => {
    const { source, loads } = fake();
    const reader = new CachedReader(source, 4 * frameBytes);
    for (let index = 0; index < 200; index++) {
      await reader.frame(index);
      reader.prefetch(Array.from({ length: 10 }, (_, i) => index + 1 + i));
      await settle();
    }
    expect(loads).toEqual(Array.from({ length: 203 }, (_, i) => i));
  });

  it("a smaller budget is kept at once, a larger one filled", async () => {
    const { source } = fake();
    const reader = new CachedReader(source, 10 * frameBytes);
    await reader.frame(0);
    reader.prefetch([1, 2, 3, 4, 5]);
    await settle();
    reader.setBudget(3 * frameBytes);
    expect(reader.memory).toEqual({ heldBytes: 3 * frameBytes, budgetBytes: 3 * frameBytes });
    expect(reader.buffered()).toEqual([0, 1, 2]);
    reader.setBudget(5 * frameBytes);
    await settle();
    expect(reader.buffered()).toEqual([0, 1, 2, 3, 4]);
  });

  it("tells when what is held has changed, once for what changes together", async () => {
    const { source } = fake();
    const reader = new CachedReader(source, 2 * frameBytes);
    let told = 0;
    const stop = reader.subscribe(() => told++);
    for (const index of [0, 1, 2, 2, 2]) await reader.frame(index);
    await settle();
    expect(told).toBe(3);
    stop();
    await reader.frame(4);
    expect(told).toBe(3);
  });

  it("holds no more than the budget whatever is asked, but for the visible frame", async () => {
    const step = fc.record({ visible: fc.nat(30), wanted: fc.array(fc.nat(30), { maxLength: 12 }), budget: fc.nat(9) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { source } = fake();
        const reader = new CachedReader(source, 5 * frameBytes);
        for (const { visible, wanted, budget } of steps) {
          const frame = reader.frame(visible);
          reader.prefetch(wanted);
          reader.setBudget(budget * frameBytes);
          await frame;
          for (let turn = 0; turn < 50; turn++) await Promise.resolve();
          const { heldBytes } = reader.memory;
          expect(heldBytes).toBe(reader.buffered().length * frameBytes);
          expect(heldBytes).toBeLessThanOrEqual(Math.max(1, budget) * frameBytes);
          expect(reader.buffered()).toContain(visible);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("rule 28: a frame's sweeps come first", () => {
  it("whoever asks for the frame is told, also where it was being fetched ahead, and not of what was given up", async () => {
    const { source, release, sweepsCome } = fake(true);
    const reader = new CachedReader(source, 10 * frameBytes);
    const told: number[] = [];
    const onSweeps = ({ index }: Frame): void => void told.push(index);
    reader.prefetch([1]);
    await settle();
    sweepsCome(1);
    const first = reader.frame(1, { onSweeps });
    expect(told).toEqual([1]);
    release(1);
    await first;
    await reader.frame(1, { onSweeps });
    expect(told).toEqual([1]);
    const abort = new AbortController();
    const second = reader.frame(2, { onSweeps, signal: abort.signal });
    await settle();
    sweepsCome(2);
    abort.abort();
    await expect(second).rejects.toMatchObject({ name: "AbortError" });
    expect(told).toEqual([1, 2]);
    const third = reader.frame(2, { onSweeps });
    await settle();
    expect(told).toEqual([1, 2]);
    sweepsCome(2);
    release(2);
    await third;
    expect(told).toEqual([1, 2, 2]);
  });
});

describe("rule 26: arrays of frames are used again", () => {
  it("when the frame has left the cache and everybody who asked has released it, whichever comes last", async () => {
    const { source, recycled } = fake();
    const reader = new CachedReader(source, frameBytes);
    const first = await reader.frame(0);
    reader.release(first);
    expect(recycled).toEqual([]);
    const second = await reader.frame(1);
    expect(recycled).toEqual([0]);
    await reader.frame(2);
    expect(recycled).toEqual([0]);
    reader.release(second);
    expect(recycled).toEqual([0, 1]);
    reader.release(second);
    expect(recycled).toEqual([0, 1]);
  });

  it("never while one of two still looks, or nobody said that he does not", async () => {
    const { source, recycled } = fake();
    const reader = new CachedReader(source, frameBytes);
    const frame = await reader.frame(0);
    expect(await reader.frame(0)).toBe(frame);
    reader.release(frame);
    await reader.frame(1);
    await reader.frame(2);
    expect(recycled).toEqual([]);
    reader.release(frame);
    expect(recycled).toEqual([0]);
  });

  it("at once where it was only fetched ahead", async () => {
    const { source, recycled } = fake();
    const reader = new CachedReader(source, 2 * frameBytes);
    await reader.frame(0);
    reader.prefetch([1]);
    await settle();
    reader.prefetch([]);
    for (const index of [2, 3]) await reader.frame(index);
    expect(recycled).toEqual([1]);
  });

  it("not before it was handed out to who waits for it, though it is dropped the moment it comes", async () => {
    const { source, recycled, release } = fake(true);
    const reader = new CachedReader(source, 1);
    const [early, late] = [reader.frame(0), reader.frame(1)];
    release(1);
    await late;
    release(0);
    const frame = await early;
    expect([reader.buffered(), recycled]).toEqual([[1], []]);
    reader.release(frame);
    expect(recycled).toEqual([0]);
  });
});
