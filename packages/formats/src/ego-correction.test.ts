import { createDocument, setEgoCorrection, switchEgoCorrection, type LabelDocument } from "@sweepmark/document";
import { timestampNs, type EgoShift } from "@sweepmark/geometry";
import { defaultOntology, keyframeId, type FrameStamp, type LabelRecord } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { csvFormat } from "./csv.ts";
import { nativeFormat, readNative } from "./native.ts";

const at = (index: number) => timestampNs(1_000_000_000n + 100_000_000n * BigInt(index));
const frames: readonly FrameStamp[] = [0, 1, 2].map((index) => ({
  index,
  at: at(index),
  worldFromEgo: { translation: [2 * index, 0, 0], rotation: [0, 0, 0, 1] },
}));
const shifts: readonly EgoShift[] = frames.map(({ index, at: time, worldFromEgo }) => ({
  at: time,
  ego: worldFromEgo.translation,
  shift: [0.1 * index, 0.3 * index, 0],
  yawRad: 0.01 * index,
}));
const records: readonly LabelRecord[] = [
  { id: "track:a", kind: "track", name: "car-1", classId: "car", rigid: true, static: false, attributes: {} },
  ...frames.map(({ at: time, index }): LabelRecord => ({
    id: keyframeId("track:a", time),
    kind: "keyframe",
    trackId: "track:a",
    at: time,
    cuboid: { center: [10 + 3 * index, 2, 1], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] },
    attributes: {},
    source: "human",
  })),
];

const info = { digest: "d", logName: "drive.mcap", worldName: "map", frames };
const corrected = (): LabelDocument => {
  const document = createDocument(defaultOntology, records);
  document.apply(setEgoCorrection.plan(document, { shifts }));
  return document;
};

async function tracks(document: LabelDocument): Promise<{ rows: Record<string, string>[]; codes: readonly string[] }> {
  const { files, losses } = await csvFormat.write({ info, document });
  const [head, ...lines] = new TextDecoder().decode(files[0].bytes).trim().split("\r\n");
  const names = head.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
  return { rows, codes: losses.map(({ code }) => code) };
}

describe("rule 11: a correction of the ego pose", () => {
  it("leaves every row in ego as it was, and says that world is another one", async () => {
    const before = await tracks(createDocument(defaultOntology, records));
    const after = await tracks(corrected());
    expect(after.rows).toHaveLength(before.rows.length);
    const egoColumns = Object.keys(before.rows[0]).filter((name) => /ego/.test(name));
    expect(egoColumns.length).toBeGreaterThanOrEqual(3);
    after.rows.forEach((row, i) => {
      for (const name of egoColumns) expect(Number(row[name])).toBeCloseTo(Number(before.rows[i][name]), 6);
    });
    expect(after.rows[2]).not.toEqual(before.rows[2]);
    expect(after.codes).toContain("ego-corrected");
    expect(before.codes).not.toContain("ego-corrected");
  });

  it("switched off it is a loss of its own", async () => {
    const document = corrected();
    document.apply(switchEgoCorrection.plan(document, { to: "off" }));
    const { codes } = await tracks(document);
    expect(codes).toContain("ego-correction-off");
    expect(codes).not.toContain("ego-corrected");
  });

  it("is in the native form, with the log's own poses", async () => {
    const document = corrected();
    const { files, losses } = await nativeFormat.write({ info, document });
    expect(losses).toEqual([]);
    const read = readNative(new TextDecoder().decode(files[0].bytes));
    expect(read.scene.frames).toEqual(frames);
    expect(read.records.find(({ kind }) => kind === "ego-correction")).toMatchObject({ enabled: true, shifts });
  });
});
