import { labelFileToText } from "@sweepmark/schema";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { boundary, box, keyframe, sceneOf, stamp, straight, textOf, track, turning } from "../test/scenes.ts";
import { arrowFormat, csvFormat, formats, lossMessages, nativeFormat, readNative, zipFiles } from "./index.ts";
import type { Loss } from "./types.ts";

/** A scene that loses something in every way. */
const lossy = sceneOf(
  [stamp(0), stamp(1), stamp(2)],
  [
    track("car-1", { name: "=car" }),
    keyframe("car-1", 0, box([0, 0, 0])),
    keyframe("car-1", 0.5, box([1, 0, 0])),
    keyframe("car-1", 1.5, null),
    track("late"),
    keyframe("late", 9, box([0, 0, 0])),
    track("parked", { static: true }),
    keyframe("parked", 0, box([0, 0, 0])),
    track("free", { rigid: false }),
    keyframe("free", 0, box([0, 0, 0])),
    boundary(
      "near",
      [
        [0, 0, 0],
        [1, 0, 0],
      ],
      { attributes: { color: "white" } },
    ),
    boundary("far", [
      [9000, 0, 0],
      [9001, 0, 0],
    ]),
    {
      id: "lane:1",
      kind: "lane",
      leftId: "lane-boundary:near",
      rightId: "lane-boundary:far",
      successorIds: [],
      attributes: {},
    },
  ],
);
const counts = (losses: readonly Loss[]): Record<string, number> =>
  Object.fromEntries(losses.map(({ code, count }) => [code, count]));

describe("losses", () => {
  const expected = {
    "frames-outside-range": 1,
    // At 0.5 and at 9 (after the last frame); the absence at 1.5 has no pose to lose.
    "keyframes-between-frames": 2,
    "tracks-without-rows": 1,
    "track-flags": 2,
    // Frames 0 and 1: car, parked, free.
    "no-point-counts": 6,
    "no-boxes": 2,
    "lanes-out-of-range": 1,
    "lane-topology": 1,
    "lane-attributes": 1,
  };

  it("are all counted by the per-frame tables (rule 9)", async () => {
    const options = { frames: [0, 1] } as const;
    expect(counts((await arrowFormat.write(lossy, options)).losses)).toEqual(expected);
    expect(counts((await csvFormat.write(lossy, options)).losses)).toEqual({ ...expected, "text-escaped": 2 });
  });

  it("have a sentence each, with the number in it", async () => {
    const { losses } = await csvFormat.write(lossy, { frames: [0, 1] });
    // Those of a corrected ego pose exclude each other: ego-correction.test.ts.
    const others = ["ego-corrected", "ego-correction-off"];
    expect([...losses.map(({ code }) => code), ...others].toSorted()).toEqual(Object.keys(lossMessages).toSorted());
    for (const { message, count, params } of losses) {
      expect(message).toContain(String(count));
      expect(message).not.toContain("{{");
      expect(params).toEqual({ count });
    }
  });

  it("are none where nothing is lost", async () => {
    const scene = { ...straight, viewsAt: async () => [] };
    for (const format of formats) expect((await format.write(scene)).losses).toEqual([]);
  });
});

describe("the native format", () => {
  it("carries everything: read(write(scene)) is the scene (rule 10)", async () => {
    for (const scene of [straight, turning, lossy]) {
      const { files, losses } = await nativeFormat.write(scene, { frames: [0, 0] });
      expect([files.map(({ name }) => name), losses]).toEqual([["labels.json"], []]);
      const file = readNative(textOf(files[0].bytes));
      expect(file.scene).toEqual(scene.info);
      expect(file.ontology).toEqual(scene.document.ontology);
      const byId = (list: readonly { readonly id: string }[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      expect(byId(file.records)).toEqual(byId([...scene.document.records()]));
      // Read and written again it is the same text from then on.
      const again = labelFileToText(file);
      expect(labelFileToText(readNative(again))).toBe(again);
    }
  });

  it("stops when told", async () => {
    await expect(nativeFormat.write(straight, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });
});

describe("the list of formats", () => {
  it("has each id once and says what each carries", () => {
    expect(formats.map(({ id, carries }) => [id, carries.join(" ")])).toEqual([
      ["native", "cuboid lane attribute keyframe"],
      ["csv", "cuboid lane attribute"],
      ["arrow", "cuboid lane attribute"],
    ]);
  });
});

describe("zipFiles", () => {
  const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });

  it("holds the files, and is the same bytes every time", () => {
    const files = [file("tracks.csv", "a,b\r\n".repeat(500)), file("lanes.csv", "")];
    const zip = zipFiles(files);
    expect(Object.entries(unzipSync(zip)).map(([name, bytes]) => file(name, textOf(bytes)))).toEqual(files);
    expect(zipFiles(files)).toEqual(zip);
    // MS-DOS date of 1980-01-01, 00:00, in the first local header.
    expect(zip.slice(10, 14)).toEqual(new Uint8Array([0, 0, 0x21, 0]));
  });

  it("refuses two files of one name", () => {
    expect(() => zipFiles([file("a", "1"), file("a", "2")])).toThrow("same name");
  });
});
