import { afterEach, describe, expect, it, vi } from "vitest";
import { drive } from "../test-support/drive.ts";
import { open } from "../test-support/open.ts";
import { Breath } from "./breath.ts";
import { Stream } from "./stream.ts";

afterEach(() => vi.restoreAllMocks());

describe("rule 12: an abort is heard between sensors", () => {
  it("takes a turn of the event loop after 4 ms of work, not before", async () => {
    let now = 0;
    let turns = 0;
    const breath = new Breath(
      () => now,
      async () => void turns++,
    );
    for (const [at, expected] of [
      [1, 0],
      [3.9, 0],
      [4, 1],
      [7.9, 1],
      [8, 2],
    ] as const) {
      now = at;
      await breath.take();
      expect(turns).toBe(expected);
    }
  });

  it("an abort that comes as a message while the lidar is decoded spares the images", async () => {
    const log = await open(drive(4));
    const decode = Stream.prototype.sample;
    let now = performance.now();
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const decoded: string[] = [];
    let abort: AbortController | undefined;
    vi.spyOn(Stream.prototype, "sample").mockImplementation(async function (this: Stream, at, signal) {
      now += 5;
      // As a message to a worker: not before the next turn of its event loop.
      setImmediate(() => abort?.abort());
      const sample = await decode.call(this, at, signal);
      decoded.push(this.topic);
      return sample;
    });
    await log.frame(1);
    const whole = decoded.splice(0);
    expect(whole.length).toBeGreaterThan(1);
    abort = new AbortController();
    await expect(log.frame(2, { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(decoded).toEqual([log.info.lidarTopic]);
  });
});
