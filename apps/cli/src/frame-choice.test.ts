import { defaultOntology, labelFileToText } from "@sweepmark/schema";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, scratch } from "./test-support.ts";

let dir: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ dir, remove } = await scratch());
  await cli(["simulate", "-o", "drive.mcap", "--seconds", "2", "--beams", "4"], dir);
  const { out } = await cli(["info", "drive.mcap", "--json"], dir);
  const { digest } = (JSON.parse(out) as { log: { digest: string } }).log;
  const scene = { digest, logName: "drive.mcap", frames: [] };
  await writeFile(join(dir, "labels.json"), labelFileToText({ scene, ontology: defaultOntology, records: [] }));
}, 60_000);
afterAll(() => remove());

const verbs = [
  ["info", ["info", "drive.mcap"]],
  ["check", ["check", "drive.mcap"]],
  ["export", ["export", "labels.json", "-o", "out", "--format", "native", "--force"]],
  [
    "export of a named log",
    ["export", "labels.json", "-o", "out", "--format", "native", "--force", "--log", "drive.mcap"],
  ],
] as const;

describe.each(verbs)("rule 15: %s takes how a log is made into frames", (_, argv) => {
  it("a lidar, a world, a rate and deskewing that the log can give", async () => {
    const choice = ["--lidar", "/lidar_top/points", "--world", "map", "--rate", "5", "--deskew"];
    const { code, err } = await cli([...argv, ...choice], dir);
    expect([code, err]).toEqual([0, ""]);
  });
  it("a lidar or a world that it does not have: exit 2, and those that it has", async () => {
    const lidar = await cli([...argv, "--lidar", "/rear"], dir);
    expect([lidar.code, lidar.out]).toEqual([2, ""]);
    expect(lidar.err).toMatch(/no readable lidar topic '\/rear'; found: '\/lidar_top\/points'/);
    const world = await cli([...argv, "--world", "odom"], dir);
    expect([world.code, world.out]).toEqual([2, ""]);
    expect(world.err).toMatch(/'odom'.*'map'/);
  });
  it.each(["0", "-1", "fast", "1e9"])("a rate of %s is none", async (rate) => {
    const { code, err } = await cli([...argv, `--rate=${rate}`], dir);
    expect(code).toBe(2);
    expect(err).toContain("such as 2 or 0.5");
  });
});

it("rule 15: a rate leaves sweeps out", async () => {
  const { out } = await cli(["info", "drive.mcap", "--rate", "5", "--json"], dir);
  expect(JSON.parse(out)).toMatchObject({ log: { frames: { count: 10 } } });
});

it("rule 15: labels are not exported into another world than theirs", async () => {
  const scene = { digest: "", logName: "", worldName: "odom", frames: [] };
  await writeFile(join(dir, "odom.json"), labelFileToText({ scene, ontology: defaultOntology, records: [] }));
  const { code, err } = await cli(["export", "odom.json", "-o", "out", "--format", "csv", "--world", "map"], dir);
  expect([code, err]).toEqual([2, "sweepmark: The labels are in the space 'odom', not in 'map'.\n"]);
});
