import { timestampNs, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import { defaultOntology, keyframeId, type LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TrackMoment } from "@sweepmark/document";
import { differencesOf } from "./differences.ts";
import { carRecords, createHarness, type Harness } from "./harness.ts";
import { predictionsOf, showPredictions, type PredictedTracks } from "./predictions.ts";

const at = (frame: number): TimestampNs => timestampNs(1_700_000_000_000_000_000n + 100_000_000n * BigInt(frame));
const box = (x: number, y = -5): Cuboid<"world"> => ({
  center: [x, y, 0.8],
  size: [4, 2, 1.6],
  rotation: [0, 0, 0, 1],
});

function tracked(name: string, classId: string, said: Readonly<Record<number, Cuboid<"world"> | null>>): LabelRecord[] {
  const id = `track:${name}`;
  const keyframes = Object.entries(said).map(([frame, cuboid]): LabelRecord => {
    const stamp = at(Number(frame));
    const confidence = { ...(cuboid && { confidence: 0.9 }) };
    return {
      id: keyframeId(id, stamp),
      kind: "keyframe",
      trackId: id,
      at: stamp,
      cuboid,
      attributes: {},
      source: "human",
      ...confidence,
    };
  });
  return [{ id, kind: "track", name, classId, rigid: true, static: false, attributes: {} }, ...keyframes];
}
const file = (records: readonly LabelRecord[], more: Partial<PredictedTracks> = {}): PredictedTracks => ({
  records,
  faults: [],
  ...more,
});
const notices = (h: Harness): readonly string[] => {
  const said: string[] = [];
  h.session.store.subscribe(({ notice }, before) => {
    if (notice && notice !== before.notice) said.push(notice.label.message);
  });
  return said;
};

describe("predictions of a file (rule S4)", () => {
  it("are a model's suggestions, classes by id or name; the same ids each time", () => {
    const theirs = { ...defaultOntology, objects: [{ ...defaultOntology.objects[0], id: "7", name: "Van" }] };
    const records = [
      ...tracked("a", "car", { 0: box(10) }),
      ...tracked("b", "7", { 0: box(20) }),
      ...tracked("c", "8", { 0: box(30) }),
    ];
    const { suggestions, unknown } = predictionsOf(file(records, { ontology: theirs }), defaultOntology);
    expect(suggestions.map(({ track }) => track.classId)).toEqual(["car", "van"]);
    expect(suggestions.flatMap(({ keyframes }) => keyframes.map(({ source }) => source))).toEqual(["model", "model"]);
    expect([...unknown]).toEqual([["8", 1]]);
    expect(predictionsOf(file(records, { ontology: theirs }), defaultOntology).suggestions).toEqual(suggestions);
  });

  it("are shown beside labels, accepted as a whole or in one frame, and never shown again", async () => {
    const h = await createHarness({ records: carRecords(at(0)) });
    const before = h.labels();
    const records = [
      ...tracked("a", "car", { 0: box(10), 4: box(14) }),
      ...tracked("b", "car", { 0: box(40), 4: box(44) }),
    ];
    await showPredictions(h.session, "p.json", file(records));
    expect(h.state.suggestions.here.map(({ source, confidence }) => [source, confidence])).toEqual([
      ["model", 0.9],
      ["model", 0.9],
    ]);
    h.press("Semicolon").press("Enter");
    expect(h.history.transactions).toHaveLength(1);
    h.press("Semicolon").press("Alt+Enter");
    const made = h.document.tracks().filter(({ id }) => id !== "track:car-1");
    const sources = made.map(({ id }) => h.document.keyframes(id).map(({ source }) => source));
    expect(sources.toSorted((a, b) => a.length - b.length)).toEqual([["human"], ["human", "model"]]);
    await showPredictions(h.session, "p.json", file(records));
    expect(h.state.suggestions.here).toEqual([]);
    h.session.undo();
    h.session.undo();
    expect(h.labels()).toBe(before);
    expect(h.state.suggestions.here).toHaveLength(2);
  });

  it("are told what they lack: time, classes, rows, the world", async () => {
    const h = await createHarness();
    const said = notices(h);
    const records = [...tracked("a", "car", { 0: box(10), 5000: box(14) }), ...tracked("b", "blob", { 0: box(40) })];
    await showPredictions(h.session, "p.csv", file(records, { faults: ["row 3: no"] }));
    expect(said).toEqual([
      "notice.predictions-faults",
      "notice.predictions-outside",
      "notice.labels-no-class",
      "notice.predictions",
    ]);
    await showPredictions(h.session, "p.csv", file(tracked("z", "car", { 9000: box(1) })));
    await showPredictions(h.session, "p.csv", file(records, { worldName: "odom" }));
    expect(said.slice(-2)).toEqual(["notice.predictions-none", "notice.predictions-world"]);
    expect(h.state.suggestions.count).toBe(1);
  });
});

describe("differences of labels and predictions (rule S5)", () => {
  const moment = (id: string, cuboid: Cuboid<"world">): TrackMoment => ({
    track: { id, kind: "track", name: id, classId: "car", rigid: true, static: false, attributes: {} },
    cuboid,
    state: "keyframe",
    source: "human",
    attributes: {},
  });
  const moments = (prefix: string) =>
    fc
      .array(fc.tuple(fc.double({ min: 0, max: 15, noNaN: true }), fc.double({ min: 0, max: 6, noNaN: true })), {
        maxLength: 6,
      })
      .map((places) => places.map(([x, y], i) => moment(`${prefix}${i}`, box(x, y))));

  it("match one to one: each is in one difference at most, and those alike in none", () =>
    fc.assert(
      fc.property(moments("l"), moments("p"), (labels, predictions) => {
        const all = differencesOf(labels, predictions, 1.1);
        for (const [side, own] of [
          ["labelId", labels],
          ["predictionId", predictions],
        ] as const)
          expect(all.flatMap((each) => each[side] ?? []).toSorted()).toEqual(
            own.map(({ track }) => track.id).toSorted(),
          );
        expect(
          differencesOf(
            labels,
            labels.map((each) => ({ ...each })),
            0.5,
          ),
        ).toEqual([]);
      }),
      { seed: 1, numRuns: 50 },
    ));

  it("are gone through where they begin, forward and backward", async () => {
    const h = await createHarness({ records: [...tracked("car-1", "car", { 0: box(10), 20: box(10), 21: null })] });
    const records = [
      ...tracked("a", "car", { 0: box(10), 8: box(10), 9: box(12.5), 20: box(12.5), 21: null }),
      ...tracked("b", "car", { 12: box(50), 20: box(50), 21: null }),
    ];
    await showPredictions(h.session, "p.json", file(records));
    const said = notices(h);
    const places: (number | string | undefined)[][] = [];
    for (const key of ["Backslash", "Backslash", "Backslash", "Shift+Backslash"]) {
      h.press(key);
      await h.settled();
      places.push([h.state.frameIndex, said.at(-1)]);
    }
    expect(places).toEqual([
      [9, "notice.difference-overlap"],
      [12, "notice.difference-prediction"],
      [12, "notice.no-more-differences"],
      [9, "notice.difference-overlap"],
    ]);
    expect(h.state.suggestions.focusedId).toBe(h.state.suggestions.here[0].track.id);
  });
});
