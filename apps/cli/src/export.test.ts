import { timestampNs, transformCuboid, type Cuboid, type Pose, type Quaternion, type Vec3 } from "@sweepmark/geometry";
import { openLog } from "@sweepmark/log";
import { defaultOntology, keyframeId, labelFileToText, type LabelRecord } from "@sweepmark/schema";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placeFiles } from "./export.ts";
import { openFileSource } from "./file-source.ts";
import { cli, digestB, scratch } from "./test-support.ts";

const data = new URL("../../../../shared/data/", import.meta.url).pathname;
const bytes = new Uint8Array(0);

describe("where the files go", () => {
  const names = (output: string, kind: "folder" | "unknown", files: readonly string[]) =>
    placeFiles(
      output,
      kind,
      files.map((name) => ({ name, bytes })),
    ).map(({ path }) => path);

  it.each([
    ["a folder takes all", "/x/out", "folder", ["tracks.csv", "lanes.csv"], ["/x/out/tracks.csv", "/x/out/lanes.csv"]],
    ["a name without extension is a folder", "/x/out", "unknown", ["tracks.csv"], ["/x/out/tracks.csv"]],
    ["one file takes the name", "/x/a.csv", "unknown", ["tracks.csv"], ["/x/a.csv"]],
    ["the second one lies beside", "/x/a.csv", "unknown", ["tracks.csv", "lanes.csv"], ["/x/a.csv", "/x/a.lanes.csv"]],
    ["another extension is a folder", "/x/v1.2", "unknown", ["tracks.csv"], ["/x/v1.2/tracks.csv"]],
    ["all in one zip", "/x/a.zip", "unknown", ["tracks.csv", "lanes.csv"], ["/x/a.zip"]],
    ["no name leaves the folder", "/x/out", "folder", ["../../evil.csv"], ["/x/out/evil.csv"]],
  ] as const)("%s", (_, output, kind, files, expected) => {
    expect(names(output, kind, files)).toEqual(expected);
  });
});

interface Truth {
  readonly frames: readonly {
    readonly timestamp_ns: string;
    readonly objects: readonly {
      readonly track_id: string;
      readonly center: Vec3;
      readonly size_lwh: Vec3;
      readonly quaternion_xyzw: Quaternion;
      readonly num_points_counted: number;
    }[];
  }[];
}

describe.skipIf(!existsSync(data))(`with a real log at hand (${data}; skipped where absent)`, () => {
  let dir: string;
  let remove: () => Promise<void>;
  let truth: Truth;
  let digest: string;

  beforeEach(async () => {
    ({ dir, remove } = await scratch());
    const path = join(dir, "ddad_scene_02.foxglove.mcap");
    await copyFile(`${data}ddad_scene_02.foxglove.mcap`, path);
    truth = JSON.parse(readFileSync(`${data}ddad_scene_02.gt.json`, "utf8")) as Truth;
    const source = await openFileSource(path);
    const reader = await openLog(source);
    await reader.scan();
    const { frames } = reader.info;
    digest = reader.info.digest;
    await reader.close();
    await source.close();
    // The truth lies in the lidar's space, which is ego in this log.
    const records: LabelRecord[] = truth.frames.flatMap(({ objects }, index) =>
      objects.flatMap((object): LabelRecord[] => {
        const id = `track:${object.track_id}-${index}`;
        const at = timestampNs(BigInt(truth.frames[index].timestamp_ns));
        const inEgo: Cuboid<"ego"> = {
          center: object.center,
          size: object.size_lwh,
          rotation: object.quaternion_xyzw,
        };
        const worldFromEgo = frames[index].worldFromEgo as Pose<"world", "ego">;
        return [
          { id, kind: "track", name: id, classId: "car", rigid: true, static: false, attributes: {} },
          {
            id: keyframeId(id, at),
            kind: "keyframe",
            trackId: id,
            at,
            cuboid: transformCuboid(worldFromEgo, inEgo),
            attributes: {},
            source: "import",
          },
        ];
      }),
    );
    const scene = { digest, logName: "ddad_scene_02.foxglove.mcap", frames: [] };
    await writeFile(join(dir, "labels.json"), labelFileToText({ scene, ontology: defaultOntology, records }));
  });
  afterEach(() => remove());

  const argv = ["export", "labels.json", "-o", "tracks.csv", "--format", "csv", "--json"];

  it("frames, ego poses and point counts come from it", async () => {
    const { code, out } = await cli(argv, dir);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ log: join(dir, "ddad_scene_02.foxglove.mcap"), losses: [] });
    const [head, ...rows] = (await readFile(join(dir, "tracks.csv"), "utf8")).trim().split(/\r?\n/);
    const columns = head.split(",");
    const cells = rows.map((row) => Object.fromEntries(row.split(",").map((cell, index) => [columns[index], cell])));
    for (const [index, { objects }] of truth.frames.entries())
      for (const object of objects) {
        const name = `track:${object.track_id}-${index}`;
        const row = cells.find((cell) => cell.track_id === name && cell.frame_index === String(index));
        expect(Number(row?.num_lidar_points)).toBe(object.num_points_counted);
        expect(Number(row?.ego_x)).toBeCloseTo(object.center[0], 5);
        expect(Number(row?.ego_y)).toBeCloseTo(object.center[1], 5);
      }
  });

  it("a log of another name is not guessed at, but taken when named", async () => {
    await rename(join(dir, "ddad_scene_02.foxglove.mcap"), join(dir, "drive.mcap"));
    expect(await cli(argv, dir)).toMatchObject({ code: 1, err: expect.stringContaining("--log") });
    expect((await cli([...argv, "--log", "drive.mcap"], dir)).code).toBe(0);
  });

  it("another log than that of the labels is refused, with both ids", async () => {
    const text = await readFile(join(dir, "labels.json"), "utf8");
    await writeFile(join(dir, "labels.json"), text.replace(digest, digestB));
    const { code, err } = await cli([...argv, "--log", "ddad_scene_02.foxglove.mcap"], dir);
    expect(code).toBe(1);
    expect(err).toContain(digest);
    expect(err).toContain(digestB);
  });
});
