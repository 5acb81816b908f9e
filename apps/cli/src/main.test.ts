import { timestampNs } from "@sweepmark/geometry";
import {
  defaultOntology,
  keyframeId,
  labelFileToText,
  parseLabelFile,
  type LabelFile,
  type LabelRecord,
} from "@sweepmark/schema";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cli, digestA, journalLine, scratch } from "./test-support.ts";

let dir: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ dir, remove } = await scratch());
});
afterEach(() => remove());

const at = (ms: number) => timestampNs(BigInt(ms) * 1_000_000n);
const upright = [0, 0, 0, 1] as const;

const track: LabelRecord = {
  id: "track:a",
  kind: "track",
  name: "car-1",
  classId: "car",
  rigid: true,
  static: false,
  attributes: {},
};
const keyframe = (ms: number, x: number): LabelRecord => ({
  id: keyframeId("track:a", at(ms)),
  kind: "keyframe",
  trackId: "track:a",
  at: at(ms),
  cuboid: { center: [x, 2, 1], size: [4, 2, 1.5], rotation: upright },
  attributes: {},
  source: "human",
});

/** Three frames at 10 Hz, ego one metre further at each; one car that drives 2 m from first to last. */
const labels = (records: readonly LabelRecord[] = [track, keyframe(0, 10), keyframe(200, 12)]): LabelFile => ({
  scene: {
    digest: digestA,
    logName: "drive.mcap",
    worldName: "map",
    frames: [0, 1, 2].map((index) => ({
      index,
      at: at(index * 100),
      worldFromEgo: { translation: [index, 0, 0], rotation: upright },
    })),
  },
  ontology: defaultOntology,
  records,
});

/** As a program wrote it: records have their keys in the schema's order. */
const labelText = (records?: readonly LabelRecord[]) =>
  labelFileToText(parseLabelFile(labelFileToText(labels(records))));

const write = (name: string, text: string) => writeFile(join(dir, name), text);

describe("help", () => {
  it("of the program", async () => {
    const { code, out, err } = await cli(["--help"], dir);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatchSnapshot();
  });

  it.each(["open", "info", "simulate", "export", "check"])("of %s", async (verb) => {
    const { code, out } = await cli([verb, "--help"], dir);
    expect(code).toBe(0);
    expect(out).toMatchSnapshot();
  });
});

it("rule 5: a verb loads what it needs when it is called", async () => {
  const text = await readFile(new URL("./main.ts", import.meta.url), "utf8");
  const loaded = [...text.matchAll(/^import .* from "(.+)";$/gm)].map(([, target]) => target);
  expect(loaded).toEqual(["commander", "./io.ts"]);
});

describe("rule 2: exit codes", () => {
  it.each([
    ["0 for the version", ["--version"], 0],
    ["2 without a verb", [], 2],
    ["2 for an unknown verb", ["frobnicate"], 2],
    ["2 for an unknown option", ["info", "x.mcap", "--frob"], 2],
    ["2 for a missing argument", ["info"], 2],
    ["2 for one argument too many", ["simulate", "a.mcap", "-o", "b.mcap"], 2],
    ["2 for a missing output", ["simulate"], 2],
    ["2 for a number that is none", ["open", "x.mcap", "--port", "8o80"], 2],
    ["2 for an unknown format", ["export", "labels.json", "-o", "out", "--format", "kitti"], 2],
    ["2 for an inverted range", ["export", "labels.json", "-o", "out", "--format", "csv", "--frames", "9:3"], 2],
    ["2 for a range past the end", ["export", "labels.json", "-o", "out", "--format", "csv", "--frames", "7:9"], 2],
    ["2 for writing over a file", ["export", "labels.json", "-o", "labels.json", "--format", "native"], 2],
    ["1 for a log that is not there", ["info", "none.mcap"], 1],
    ["1 for a log that is none", ["info", "labels.json"], 1],
    ["1 for labels that are not there", ["export", "none.json", "-o", "out", "--format", "csv"], 1],
    ["1 for labels that are none", ["export", "broken.json", "-o", "out", "--format", "csv"], 1],
    ["1 for labels with faults", ["check", "broken.json"], 1],
    ["3 for an export with losses", ["export", "labels.json", "-o", "out", "--format", "csv"], 3],
    ["0 for one without", ["export", "labels.json", "-o", "out", "--format", "native"], 0],
    ["0 for sound labels", ["check", "labels.json"], 0],
  ])("%s", async (_, argv, expected) => {
    await write("labels.json", labelText());
    await write("broken.json", "{");
    const { code, out, err } = await cli(argv, dir);
    expect({ code, err }).toEqual({ code: expected, err: expect.any(String) });
    expect(err).not.toContain("internal error");
    // Failures are told on stderr; `check` tells faults as its result.
    if (code === 1 && argv[0] !== "check") expect({ out, told: err !== "" }).toEqual({ out: "", told: true });
  });
});

describe("export", () => {
  it("writes a row per object and frame, in world and in ego", async () => {
    await write("labels.json", labelText());
    const { code, out, err } = await cli(["export", "labels.json", "-o", "out", "--format", "csv"], dir);
    expect(code).toBe(3);
    expect(out).toContain(join(dir, "out", "tracks.csv"));
    expect(err).toContain("lidar point count");
    const [head, ...rows] = (await readFile(join(dir, "out", "tracks.csv"), "utf8")).trim().split(/\r?\n/);
    const columns = head.split(",");
    const value = (row: string, name: string) => row.split(",")[columns.indexOf(name)];
    expect(rows.length).toBe(3);
    expect(rows.map((row) => Number(value(row, "world_x")))).toEqual([10, 11, 12]);
    expect(rows.map((row) => Number(value(row, "ego_x")))).toEqual([10, 10, 10]);
    expect(rows.map((row) => value(row, "timestamp_ns"))).toEqual(["0", "100000000", "200000000"]);
    expect(rows.map((row) => value(row, "state"))).toEqual(["keyframe", "interpolated", "keyframe"]);
  });

  it("rule 3: --json; and --frames", async () => {
    await write("labels.json", labelText());
    const argv = ["export", "labels.json", "-o", "out", "--format", "arrow", "--frames", "1:1", "--json"];
    const { code, out } = await cli(argv, dir);
    expect(code).toBe(3);
    const answer = JSON.parse(out) as { files: { path: string; sizeBytes: number }[]; losses: { code: string }[] };
    expect(answer).toMatchObject({ tool: "sweepmark", schema: 1, ok: true, format: "arrow", log: null });
    expect(answer.losses.map(({ code: loss }) => loss)).toContain("no-point-counts");
    for (const { path, sizeBytes } of answer.files) expect((await readFile(path)).length).toBe(sizeBytes);
  });

  it("native gives the labels back as they were", async () => {
    const text = labelText();
    await write("labels.json", text);
    await cli(["export", "labels.json", "-o", "copy.json", "--format", "native"], dir);
    expect(await readFile(join(dir, "copy.json"), "utf8")).toBe(text);
  });

  it("rule 4: refuses to write over files, and does with --force", async () => {
    await write("labels.json", labelText());
    const argv = ["export", "labels.json", "-o", "copy.json", "--format", "native"];
    await write("copy.json", "mine");
    const refused = await cli(argv, dir);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("--force");
    expect(await readFile(join(dir, "copy.json"), "utf8")).toBe("mine");
    expect((await cli([...argv, "--force"], dir)).code).toBe(0);
    expect(await readFile(join(dir, "copy.json"), "utf8")).toBe(labelText());
    expect((await readdir(dir)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("takes a label folder; what its journal lost is told", async () => {
    const folder = join(dir, "drive.mcap.sweepmark");
    await mkdir(folder);
    const { scene } = JSON.parse(labelText()) as { scene: object };
    await writeFile(join(folder, "scene.json"), JSON.stringify(scene));
    await writeFile(join(folder, "journal.jsonl"), journalLine("1", "car-7") + journalLine("2").slice(0, 30));
    const argv = ["export", "drive.mcap.sweepmark", "-o", "out.json", "--format", "native"];
    const { code, err } = await cli(argv, dir);
    expect(code).toBe(3);
    expect(err).toContain("line 2");
    expect(await readFile(join(dir, "out.json"), "utf8")).toContain("car-7");
  });

  it("a folder without labels is said so", async () => {
    await mkdir(join(dir, "empty"));
    const { code, err } = await cli(["export", "empty", "-o", "out", "--format", "csv"], dir);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("no labels here") });
  });
});

describe("check", () => {
  const faultsOf = async (records: readonly LabelRecord[]) => {
    await write("labels.json", labelFileToText(labels(records)));
    const { out } = await cli(["check", "labels.json", "--json"], dir);
    const { files } = JSON.parse(out) as { files: { faults: { code: string; place: string }[] }[] };
    return files[0].faults.map(({ code, place }) => `${code} ${place}`);
  };

  it.each<[string, readonly LabelRecord[], readonly string[]]>([
    ["unknown class", [{ ...track, classId: "ufo" } as LabelRecord, keyframe(0, 1)], ["unknown-class track:a"]],
    ["keyframe without track", [keyframe(0, 1)], ["keyframe-without-track keyframe:a@0"]],
    ["keyframe outside the log", [track, keyframe(900, 1)], ["outside-log keyframe:a@900000000"]],
    ["duplicated id", [track, track, keyframe(0, 1)], ["duplicate-id track:a"]],
    ["track without keyframes", [track], ["track-without-keyframes track:a"]],
    [
      "attribute",
      [{ ...track, attributes: { motion: 3 } } as LabelRecord, keyframe(0, 1)],
      ["attribute-scope track:a", "attribute-value track:a"],
    ],
    [
      "lane",
      [
        { id: "lane:1", kind: "lane", leftId: "x", rightId: "track:a", successorIds: [], attributes: {} },
        track,
        keyframe(0, 1),
      ],
      ["missing-record lane:1", "wrong-kind lane:1"],
    ],
    [
      "lane class",
      [
        {
          id: "lane-boundary:1",
          kind: "lane-boundary",
          name: "",
          classId: "dotted",
          points: [
            [0, 0, 0],
            [1, 0, 0],
          ],
          attributes: {},
        },
      ],
      ["unknown-class lane-boundary:1"],
    ],
    ["nothing", [track, keyframe(0, 1)], []],
  ])("names: %s", async (_, records, expected) => {
    expect(await faultsOf(records)).toEqual(expected);
  });

  it("names every bad record with its field, not only the first", async () => {
    const text = labelText().replace('"size":[4,2,1.5]', '"size":[4,-2,1e999]').replace('"rigid":true', '"rigid":1');
    await write("labels.json", text);
    const { code, out } = await cli(["check", "labels.json"], dir);
    expect(code).toBe(1);
    expect(out).toContain("records[0].cuboid.size[1]");
    expect(out).toContain("records[0].cuboid.size[2]");
    expect(out).toContain("records[2].rigid");
  });

  it("says what is neither", async () => {
    await write("notes.txt", "hello");
    const { code, out } = await cli(["check", "notes.txt", "none.json"], dir);
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(
        /notes\.txt: 1 error[\s\S]+neither a label file[\s\S]+none\.json: 1 error[\s\S]+no such file/,
      ),
    });
  });
});
