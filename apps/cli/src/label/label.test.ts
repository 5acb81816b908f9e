import { createTrack, decodeJournal } from "@sweepmark/document";
import { invert, overlap, transformPoint, type Cuboid } from "@sweepmark/geometry";
import {
  defaultOntology,
  ontologyFileToText,
  parseLabelFile,
  type Keyframe,
  type Ontology,
  type SceneInfo,
} from "@sweepmark/schema";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Io } from "../io.ts";
import { writerLock } from "../server/writer-lock.ts";
import { cli, scratch, type Ran } from "../test-support.ts";
import { atDesk } from "./desk.ts";

const frame = 4;

describe("rule 12: `label` edits labels as the workbench does", () => {
  let dir: Awaited<ReturnType<typeof scratch>>;
  let scene: SceneInfo;
  let car: Cuboid<"world">;
  const journalPath = (): string => join(dir.dir, "drive.mcap.sweepmark", "journal.jsonl");
  const label = (...argv: readonly string[]): Promise<Ran> =>
    cli(["label", argv[0], "drive.mcap", ...argv.slice(1)], dir.dir);
  const messages = async (): Promise<readonly string[]> =>
    decodeJournal(await readFile(journalPath(), "utf8")).transactions.map((each) => each.label.message);

  beforeAll(async () => {
    dir = await scratch();
    await cli(["simulate", "-o", "drive.mcap", "--seconds", "1", "--beams", "32"], dir.dir);
    const truth = parseLabelFile(await readFile(join(dir.dir, "drive.truth.json"), "utf8"));
    scene = truth.scene;
    const cars = new Set(
      truth.records.flatMap((each) => (each.kind === "track" && each.classId === "car" ? each.id : [])),
    );
    const ego = scene.frames[frame].worldFromEgo.translation;
    const offM = ({ cuboid }: Keyframe): number => Math.hypot(cuboid!.center[0] - ego[0], cuboid!.center[1] - ego[1]);
    car = truth.records
      .filter((each): each is Keyframe => each.kind === "keyframe" && each.cuboid !== null && cars.has(each.trackId))
      .filter(
        ({ at, trackId }) =>
          at === scene.frames[frame].at ||
          truth.records.some((each) => each.kind === "track" && each.id === trackId && each.static),
      )
      .toSorted((a, b) => offM(a) - offM(b))[0].cuboid!;
  }, 120_000);
  afterAll(() => dir.remove());

  it("a click makes a fitted cuboid, a transaction on the disk", async () => {
    const at = transformPoint(invert(scene.frames[frame].worldFromEgo), car.center).map((value) => value.toFixed(3));
    const { code, out, err } = await label(
      "click",
      "--frame",
      String(frame),
      "--at",
      at.join(","),
      "--class",
      "car",
      "--json",
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const made = JSON.parse(out) as { at: string; track: { name: string } } & Cuboid<"world">;
    expect(made.track.name).toBe("car-1");
    expect(made.at).toBe(String(scene.frames[frame].at));
    expect(overlap(made, car).iou3d).toBeGreaterThan(0.6);
    expect(await messages()).toEqual(["edit.createTrack"]);
  }, 60_000);

  it("propagating and estimating are one transaction each, and say what they say in the workbench", async () => {
    const { code, out } = await label("propagate", "--track", "car-1", "--json");
    expect(code).toBe(0);
    const { tracks } = JSON.parse(out) as { tracks: readonly { done: boolean; frames: number; notices: string[] }[] };
    expect(tracks).toMatchObject([{ name: "car-1", done: true, frames: scene.frames.length }]);
    expect((await label("estimate")).code).toBe(0);
    const said = await messages();
    expect(said).toHaveLength(3);
    expect(said[0]).toBe("edit.createTrack");
  }, 60_000);

  it("the ego poses are corrected in the labels", async () => {
    const { code, out } = await label("correct-ego", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ frames: scene.frames.length, undetermined: 0 });
    expect((await messages()).at(-1)).toBe("edit.setEgoCorrection");
  }, 60_000);

  it("another ontology keeps the classes in use; `check` warns of what is not as it asks", async () => {
    expect(await label("ontology", "--from", "kitti")).toMatchObject({ code: 3, err: "kept: car, 1 tracks have it\n" });
    const ontology: Ontology = {
      ...defaultOntology,
      objects: defaultOntology.objects.map((each) =>
        each.id === "car" ? { ...each, sizeRange: { min: [6, 1, 1], max: [9, 3, 3] }, usualSize: [7, 2, 2] } : each,
      ),
      rules: { rangeM: 1 },
    };
    await writeFile(join(dir.dir, "classes.json"), ontologyFileToText(ontology));
    expect(await label("ontology", "--from", "classes.json")).toMatchObject({ code: 0, err: "" });
    const { code, out } = await cli(["check", "drive.mcap.sweepmark"], dir.dir);
    expect(code).toBe(0);
    expect(out).toMatch(
      /warning rule-size track:\w+: car-1: length [\d.]+ m, allowed 6\.00 to 9\.00 m \(frame 0, 10 of 10 frames\)/,
    );
    expect(out).toMatch(/warning rule-rangem track:\w+: car-1: \d+ m from ego, labels end at 1 m/);
    await writeFile(join(dir.dir, "bad.json"), "{}");
    expect(await label("ontology", "--from", "bad.json")).toMatchObject({ code: 1 });
    expect((await label("ontology", "--from", "coco")).err).toContain("Data sets are sweepmark, nuscenes, kitti");
  }, 60_000);

  it("what is not there is a bad argument, by name, and nothing is written", async () => {
    const before = await readFile(journalPath(), "utf8");
    for (const [argv, words] of [
      [["propagate", "--track", "van-7"], "no track is called so"],
      [["click", "--frame", "0", "--at", "1,2", "--class", "car"], "Expected x,y,z in metres"],
      [["click", "--frame", "0", "--at", "1,2,3", "--class", "blob"], "no class is meant by that"],
    ] as const) {
      const { code, err } = await label(...argv);
      expect(code).toBe(2);
      expect(err).toContain(words);
    }
    const { code, err } = await label("click", "--frame", "99", "--at", "1,2,3", "--class", "car");
    expect({ code, err }).toEqual({
      code: 1,
      err: `sweepmark: frame 99: the log's frames are 0 to ${scene.frames.length - 1}.\n`,
    });
    expect(await readFile(journalPath(), "utf8")).toBe(before);
  }, 60_000);

  it("nothing is appended once somebody else has taken the labels over", async () => {
    const before = await readFile(journalPath(), "utf8");
    const io: Io = {
      out: () => undefined,
      err: () => undefined,
      watched: "pipe",
      env: { CI: "1", XDG_CACHE_HOME: dir.dir },
      cwd: dir.dir,
      signal: new AbortController().signal,
    };
    const edited = atDesk(io, ["drive.mcap"], {}, async ({ session, labelsDir }) => {
      const other = writerLock(labelsDir);
      await other.acquire("a tab", "token", "steal");
      session.run(createTrack, { classId: "car", at: scene.frames[0].at, cuboid: car });
    });
    await expect(edited).rejects.toThrow(/somebody else has taken these labels over/);
    expect(await readFile(journalPath(), "utf8")).toBe(before);
    await rm(join(dir.dir, "drive.mcap.sweepmark", "writer.lock"));
  }, 60_000);

  it("nothing is edited while somebody else does", async () => {
    const labels = join(dir.dir, "held");
    await mkdir(labels);
    const lock = {
      id: "x",
      pid: process.ppid,
      host: hostname(),
      holder: "a tab",
      since: "2026-01-01T00:00:00Z",
      tokenHash: "",
    };
    await writeFile(join(labels, "writer.lock"), JSON.stringify(lock));
    const { code, err } = await label("correct-ego", "--labels", "held");
    expect(code).toBe(1);
    expect(err).toContain("these labels are being edited (a tab, since 2026-01-01T00:00:00Z)");
  }, 60_000);

  it("what has no label is suggested, and taken in one edit as a machine's", async () => {
    const before = await messages();
    const { code, out } = await label("suggest", "--least", "0.4", "--json");
    expect(code).toBe(0);
    const { tracks } = JSON.parse(out) as { tracks: readonly { name: string; confidence: number }[] };
    expect(tracks.length).toBeGreaterThan(3);
    expect(Math.min(...tracks.map(({ confidence }) => confidence))).toBeGreaterThanOrEqual(0.4);
    expect(await messages()).toEqual([...before, "edit.acceptSuggestions"]);
    expect((await label("suggest", "--least", "50")).code).toBe(2);
  }, 120_000);
});
