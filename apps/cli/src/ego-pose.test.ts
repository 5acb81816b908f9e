import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { join } from "node:path";
import { cli, scratch } from "./test-support.ts";

interface Answer {
  readonly ok: boolean;
  readonly frames: readonly {
    readonly index: number;
    readonly shift: readonly number[];
    readonly determined: boolean;
  }[];
  readonly skipped: readonly unknown[];
}

describe("rule 11: `ego-pose` says how far a log's ego poses are off", () => {
  let dir: Awaited<ReturnType<typeof scratch>>;
  const log = (): string => join(dir.dir, "drive.mcap");
  beforeAll(async () => {
    dir = await scratch();
    await cli(["simulate", "-o", log(), "--seconds", "1", "--beams", "32"], dir.dir);
  }, 120_000);
  afterAll(() => dir.remove());

  it("of a synthetic drive by centimetres: its poses are true", async () => {
    const { code, out } = await cli(["ego-pose", log(), "--json"], dir.dir);
    expect(code).toBe(0);
    const { ok, frames, skipped } = JSON.parse(out) as Answer;
    expect(ok).toBe(true);
    expect(skipped).toEqual([]);
    expect(frames).toHaveLength(10);
    expect(frames.every(({ determined }) => determined)).toBe(true);
    expect(Math.max(...frames.map(({ shift }) => Math.hypot(...shift)))).toBeLessThan(0.05);
  }, 60_000);

  it("in a table for people, on stdout", async () => {
    const { code, out, err } = await cli(["ego-pose", log()], dir.dir);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/frame +x m +y m +yaw ° +before m +after m\n/);
    expect(out).toMatch(/Drift: up to 0\.0\d m over 10 frames; not determined in 0\./);
  }, 60_000);
});
