import { createDocument, momentAt } from "@sweepmark/document";
import { overlap, vec } from "@sweepmark/geometry";
import { defaultOntology } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, keyframe, sceneOf, stamp, straight, time, track } from "../test/scenes.ts";
import { csvRows } from "./csv-rows.ts";
import { formats, readTracks, TracksFileError, type Scene } from "./index.ts";

async function readBack(scene: Scene, id: "native" | "csv" | "arrow") {
  const { files } = await formats.find((format) => format.id === id)!.write(scene);
  return readTracks(files[0].name, files[0].bytes);
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const head = "timestamp_ns,track_id,class,length,width,height,world_x,world_y,world_z,world_yaw,confidence";

describe("reading tracks (rule 12)", () => {
  it("gives back every frame of what an export wrote", async () => {
    const frames = Array.from({ length: 6 }, (_, i) => stamp(i, [i, 0, 0]));
    const scene = sceneOf(frames, [
      track("a"),
      keyframe("a", 1, box([10, 3, 0.75], 0.3), { source: "model", confidence: 0.5 }),
      keyframe("a", 4, null),
      track("=b"),
      keyframe("=b", 0, box([20, -3, 0.75], -2)),
      keyframe("=b", 5, box([30, -4, 0.75], -2.5)),
    ]);
    for (const id of ["native", "csv", "arrow"] as const) {
      const { records, faults } = await readBack(scene, id);
      expect(faults).toEqual([]);
      const back = createDocument(defaultOntology, records);
      for (const { at } of frames) {
        const [found, expected] = [back, scene.document].map((each) => momentAt(each, at).tracks);
        expect(found.map((each) => each.track.id).toSorted()).toEqual(expected.map((each) => each.track.id).toSorted());
        for (const { track: same, cuboid } of expected) {
          const other = found.find((each) => each.track.id === same.id)!;
          expect(vec.distance(other.cuboid.center, cuboid.center)).toBeLessThan(1e-8);
          expect(overlap(other.cuboid, cuboid).iou3d).toBeCloseTo(1, 6);
        }
      }
    }
  });

  it("knows the world of a label file and of an Arrow file", async () => {
    expect((await readBack(straight, "native")).worldName).toBe("map");
    expect((await readBack(straight, "arrow")).worldName).toBe("map");
    expect((await readBack(straight, "csv")).worldName).toBeUndefined();
  });

  it("takes a table of another program: a yaw, lines that end with LF, no frame index", () => {
    const rows = [
      "1700000000000000001,7,Car,4,2,1.5,10,3,0.75,1.5,0.9",
      "1700000000100000001,7,Car,4,2,1.5,11,3,0.75,1.5,",
    ];
    const { records } = readTracks("p.csv", bytes([head, ...rows].join("\n")));
    expect(records).toMatchObject([
      { kind: "track", id: "7", classId: "Car", rigid: true },
      { at: time(0), source: "model", confidence: 0.9, cuboid: { rotation: [0, 0, Math.sin(0.75), Math.cos(0.75)] } },
      { at: time(1), cuboid: { center: [11, 3, 0.75] } },
    ]);
    expect(records[2]).not.toHaveProperty("confidence");
  });

  it("says that a track is absent where only others have rows", () => {
    const row = (at: number, id: string) => `${time(at)},${id},car,4,2,1.5,10,3,0.75,0,0.9`;
    const { records } = readTracks("p.csv", bytes([head, row(0, "a"), row(1, "b"), row(2, "a")].join("\n")));
    const said = records.flatMap((each) =>
      each.kind === "keyframe" ? [[each.trackId, each.at, each.cuboid !== null]] : [],
    );
    expect(said).toEqual([
      ["a", time(0), true],
      ["a", time(1), false],
      ["a", time(2), true],
      ["b", time(1), true],
      ["b", time(2), false],
    ]);
  });

  it("leaves out rows that hold no cuboid, and says which and why", () => {
    const bad = [
      "1,a,car,4,-2,1.5,10,3,0.75,0,",
      "soon,a,car,4,2,1.5,10,3,0.75,0,",
      "1,a,car,4,2,1.5,,3,0.75,0,",
      "1,a,car,4,2,1.5,1,3,0.75,0,7",
    ];
    const { records, faults } = readTracks("p.csv", bytes([head, ...bad].join("\r\n")));
    expect(records).toEqual([]);
    expect(faults).toHaveLength(4);
    expect(faults[0]).toBe("row 1: cuboid.size[1]: expected a length above 0 m");
    expect(faults[1]).toMatch(/^row 2: at: expected nanoseconds/);
  });

  it("refuses what holds no tracks, with what is wrong", () => {
    for (const [name, text, words] of [
      ["a.txt", "", "expected a .json, .csv or .arrow file"],
      ["a.csv", "x,y\n1,2", "no column timestamp_ns, track_id"],
      ["a.csv", "", "no column timestamp_ns"],
      ["a.json", "{}", "expected a Sweepmark label file"],
      ["a.arrow", "not arrow", "not an Arrow file"],
    ] as const) {
      const read = (): unknown => readTracks(name, bytes(text));
      expect(read).toThrow(TracksFileError);
      expect(read).toThrow(words);
    }
  });

  it("reads any cells back that are quoted as RFC 4180 says", () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
        fc.constantFrom("\n", "\r\n"),
        (rows, end) => {
          const quoted = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",") + end);
          expect(csvRows(quoted.join(""))).toEqual(rows);
        },
      ),
    ));
});
