import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cli, scratch } from "./test-support.ts";
import { run } from "./main.ts";

let dir: string;
let remove: () => Promise<void>;

/** A drive, and as its truth one car and one pedestrian of it, those with most frames. */
beforeAll(async () => {
  ({ dir, remove } = await scratch());
  await cli(["simulate", "-o", "drive.mcap", "--seconds", "1", "--beams", "16"], dir);
  const lines = (await readFile(join(dir, "drive.truth.json"), "utf8")).split("\n");
  const parse = (line: string) => JSON.parse(line.replace(/,$/, "")) as Record<string, unknown>;
  const records = lines.slice(1, lines.indexOf("]}")).map(parse);
  const tracks = ["car", "pedestrian"].map((classId) => {
    const count = (id: unknown) => records.filter(({ trackId }) => trackId === id).length;
    const ids = records.filter((each) => each.kind === "track" && each.classId === classId).map(({ id }) => id);
    return ids.toSorted((a, b) => count(b) - count(a))[0];
  });
  const kept = records.filter(({ id, trackId }) => tracks.includes(id) || tracks.includes(trackId));
  await writeFile(join(dir, "few.json"), `${lines[0]}\n${kept.map((each) => JSON.stringify(each)).join(",\n")}\n]}\n`);
}, 120_000);
afterAll(() => remove());

it("labels a log against its truth, and tells what it took as one JSON object", async () => {
  const { code, out, err } = await cli(["bench", "label", "drive.mcap", "--truth", "few.json", "--json"], dir);
  expect([code, err]).toEqual([0, ""]);
  const answer = JSON.parse(out) as {
    readonly ok: boolean;
    readonly all: { readonly objects: number; readonly frames: number; readonly creations: number };
    readonly objects: readonly { readonly classId: string; readonly byHand: { readonly corrected: number[] } }[];
  };
  expect(answer.ok).toBe(true);
  expect(answer.objects.map(({ classId }) => classId).toSorted()).toEqual(["car", "pedestrian"]);
  expect(answer.all.objects).toBe(2);
  expect(answer.all.creations).toBeCloseTo(200 / answer.all.frames, 9);
});

it("names what it cannot take for truth", async () => {
  const bench = (truth: string) => cli(["bench", "label", "drive.mcap", "--truth", truth], dir);
  await writeFile(join(dir, "other.json"), "{}");
  const strange = { conventions: { gt_frame: "a" }, frames: [{ timestamp_ns: "5", objects: [] }] };
  await writeFile(join(dir, "strange.json"), JSON.stringify(strange));
  expect(await bench("none.json")).toMatchObject({ code: 1, err: expect.stringContaining("none.json") as string });
  expect((await bench("other.json")).err).toContain("neither a Sweepmark label file");
  expect((await bench("strange.json")).err).toContain("none of its 1 stamps is a frame of drive.mcap");
  expect((await cli(["bench", "label", "drive.mcap"], dir)).code).toBe(2);
  expect((await cli(["bench"], dir)).code).toBe(2);
});

it("stops when it is interrupted", async () => {
  const interrupt = new AbortController();
  let err = "";
  const going = run(["bench", "label", "drive.mcap", "--truth", "few.json"], {
    out: () => {},
    err: (text) => {
      err += text;
      if (text.includes("Labeling")) interrupt.abort();
    },
    watched: "terminal",
    env: { CI: "1", XDG_CACHE_HOME: dir },
    cwd: dir,
    signal: interrupt.signal,
  });
  expect(await going).toBe(1);
  expect(err).toContain("sweepmark: interrupted.");
});
