import { describe, expect, it } from "vitest";
import { Quiet } from "./quiet.ts";

/** Pauses come when the test says so. */
function quietWithPauses() {
  const waiting: (() => void)[] = [];
  const quiet = new Quiet({ soon: (run) => waiting.push(run) });
  const pause = async (): Promise<void> => {
    for (const run of waiting.splice(0)) run();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { quiet, pause };
}

describe("what is done while nobody waits", () => {
  it("comes one at a time, in pauses, and not while work is under way", async () => {
    const { quiet, pause } = quietWithPauses();
    const done: number[] = [];
    for (const n of [1, 2, 3]) {
      quiet.later(() => {
        done.push(n);
        return Promise.resolve();
      });
    }
    let finish = (): void => undefined;
    const work = quiet.busy(() => new Promise<void>((resolve) => (finish = resolve)));
    await pause();
    expect(done).toEqual([]);
    finish();
    await work;
    await pause();
    expect(done).toEqual([1]);
    await pause();
    expect(done).toEqual([1, 2]);
    await quiet.settle();
    expect(done).toEqual([1, 2, 3]);
  });

  it("buffers go back when the last work has ended", async () => {
    const { quiet } = quietWithPauses();
    const given: string[] = [];
    quiet.whenFree(() => given.push("nobody reads"));
    let finish = (): void => undefined;
    const slow = quiet.busy(() => new Promise<void>((resolve) => (finish = resolve)));
    await quiet.busy(() => {
      quiet.whenFree(() => given.push("two read"));
      return Promise.resolve();
    });
    expect(given).toEqual(["nobody reads"]);
    finish();
    await slow;
    expect(given).toEqual(["nobody reads", "two read"]);
  });

  it("what is left is done on demand, until an abort; the rest stays", async () => {
    const { quiet } = quietWithPauses();
    const controller = new AbortController();
    const done: number[] = [];
    for (const n of [1, 2, 3]) {
      quiet.later(() => {
        done.push(n);
        if (n === 2) controller.abort();
        return Promise.resolve();
      });
    }
    await expect(quiet.settle(controller.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(done).toEqual([1, 2]);
    await quiet.settle();
    expect(done).toEqual([1, 2, 3]);
  });

  it("stops with the log", async () => {
    const { quiet, pause } = quietWithPauses();
    let ran = false;
    quiet.later(() => {
      ran = true;
      return Promise.resolve();
    });
    quiet.stop();
    await pause();
    await quiet.settle();
    expect(ran).toBe(false);
  });
});
