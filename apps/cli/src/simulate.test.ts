import { parseLabelFile } from "@sweepmark/schema";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { cli, scratch } from "./test-support.ts";

let dir: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ dir, remove } = await scratch());
});
afterEach(() => remove());

it("writes a log and its truth, which info, check and export take", async () => {
  const made = await cli(["simulate", "-o", "drive.mcap", "--seconds", "1", "--beams", "8", "--seed", "3"], dir);
  expect(made).toEqual({ code: 0, err: "", out: `${join(dir, "drive.mcap")}\n${join(dir, "drive.truth.json")}\n` });
  expect((await readdir(dir)).toSorted()).toEqual(["drive.mcap", "drive.truth.json"]);

  const told = await cli(["info", "drive.mcap", "--json"], dir);
  const { log } = JSON.parse(told.out) as {
    log: { digest: string; problems: unknown[]; frames: { list: { atNs: string }[] }; cameras: unknown[] };
  };
  const truth = parseLabelFile(await readFile(join(dir, "drive.truth.json"), "utf8"));
  expect(truth.scene).toMatchObject({ digest: log.digest, logName: "drive.mcap" });
  expect(truth.scene.frames.map(({ at }) => String(at))).toEqual(log.frames.list.map(({ atNs }) => atNs));
  expect(log.problems).toEqual([]);
  expect(log.cameras.length).toBe(3);

  expect((await cli(["check", "drive.mcap", "drive.truth.json"], dir)).code).toBe(0);

  const { code, err } = await cli(["export", "drive.truth.json", "-o", "out", "--format", "csv"], dir);
  // The log was found beside the truth; only what a table cannot say is lost.
  expect(code).toBe(3);
  expect(err).not.toContain("point count");
  const rows = (await readFile(join(dir, "out/tracks.csv"), "utf8")).trim().split(/\r?\n/);
  const column = rows[0].split(",").indexOf("num_lidar_points");
  expect(rows.slice(1).reduce((sum, row) => sum + Number(row.split(",")[column]), 0)).toBeGreaterThan(1000);
});

it("does not write over a log, and leaves nothing behind", async () => {
  await writeFile(join(dir, "drive.mcap"), "mine");
  const { code, err } = await cli(["simulate", "-o", "drive.mcap", "--seconds", "1"], dir);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("--force") });
  expect(await readdir(dir)).toEqual(["drive.mcap"]);
  expect(await readFile(join(dir, "drive.mcap"), "utf8")).toBe("mine");
});
