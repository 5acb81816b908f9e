import { identityPose, timestampNs } from "@sweepmark/geometry";
import { defaultOntology, labelFileToText, parseLabelFile, type SceneInfo } from "@sweepmark/schema";
import { readFile, writeFile } from "node:fs/promises";
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

describe.each(verbs)("rule 7: %s takes how a log is made into frames", (_, argv) => {
  it("a lidar, a world, a rate and deskewing that the log can give", async () => {
    const choice = ["--lidar", "/lidar_top/points", "--world", "map", "--rate", "5", "--clock", "stamps", "--deskew"];
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

it("rule 7: a rate leaves sweeps out", async () => {
  const { out } = await cli(["info", "drive.mcap", "--rate", "5", "--json"], dir);
  expect(JSON.parse(out)).toMatchObject({ log: { frames: { count: 10 } } });
});

it("rule 7: labels are not exported into another world than theirs", async () => {
  const scene = { digest: "", logName: "", worldName: "odom", frames: [] };
  await writeFile(join(dir, "odom.json"), labelFileToText({ scene, ontology: defaultOntology, records: [] }));
  const { code, err } = await cli(["export", "odom.json", "-o", "out", "--format", "csv", "--world", "map"], dir);
  expect([code, err]).toEqual([2, "sweepmark: The labels are in the space 'odom', not in 'map'.\n"]);
});

describe("rule 7: labels keep their clock", () => {
  const stamped = { digest: "", logName: "", frames: [{ index: 0, at: timestampNs(5n), worldFromEgo: identityPose }] };
  const write = (name: string, scene: Partial<SceneInfo>) =>
    writeFile(
      join(dir, name),
      labelFileToText({ scene: { ...stamped, ...scene }, ontology: defaultOntology, records: [] }),
    );
  it("they are not exported by another one", async () => {
    await write("stamped.json", {});
    await write("recorded.json", { clock: "log-times" });
    const by = async (file: string, clock: string) =>
      await cli(["export", file, "-o", "clocks", "--format", "csv", "--force", "--clock", clock], dir);
    expect((await by("stamped.json", "stamps")).code).toBe(0);
    expect((await by("recorded.json", "log-times")).code).toBe(0);
    expect(await by("stamped.json", "log-times")).toMatchObject({
      code: 2,
      err: "sweepmark: The labels have their times by the header stamps, not by the log's times (--clock stamps).\n",
    });
    expect((await by("recorded.json", "stamps")).code).toBe(2);
  });
  it("an export goes by it, and says so again", async () => {
    const { out } = await cli(["info", "drive.mcap", "--clock", "log-times", "--json"], dir);
    const { digest, clock, frames } = (
      JSON.parse(out) as { log: { digest: string; clock: string; frames: { list: { atNs: string }[] } } }
    ).log;
    expect(clock).toBe("log-times");
    await write("of-drive.json", { digest, logName: "drive.mcap", clock: "log-times" });
    await cli(["export", "of-drive.json", "-o", "native.json", "--format", "native", "--force"], dir);
    const { scene } = parseLabelFile(await readFile(join(dir, "native.json"), "utf8"));
    expect(scene.clock).toBe("log-times");
    expect(scene.frames.map(({ at }) => String(at))).toEqual(frames.list.map(({ atNs }) => atNs));
    expect((await cli(["info", "drive.mcap", "--clock", "log-times"], dir)).out).toContain(
      "times are those of the log",
    );
  });
  it("nothing is edited by another one", async () => {
    const at = ["--frame", "0", "--at", "12,0,0.5", "--class", "car", "--labels", "labels.sweepmark"];
    await cli(["label", "click", "drive.mcap", ...at, "--clock", "log-times"], dir);
    const { code, err } = await cli(["label", "click", "drive.mcap", ...at], dir);
    expect([code, err]).toEqual([
      2,
      "sweepmark: The labels have their times by the log's times, not by the header stamps (--clock log-times).\n",
    ]);
  });
  it("a clock that there is not is a bad argument", async () => {
    expect((await cli(["info", "drive.mcap", "--clock", "sun"], dir)).code).toBe(2);
  });
});
