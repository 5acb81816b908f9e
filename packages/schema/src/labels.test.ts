import { timestampNs, type Cuboid } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyframeId } from "./ids.ts";
import { labelFileToText, parseLabelFile, parseScene, sceneToJson, type LabelFile } from "./labels.ts";
import { defaultOntology } from "./ontology.ts";
import { egoCorrectionId, parseRecord, sources, type LabelRecord } from "./records.ts";

fc.configureGlobal({ seed: 1 });
// −0 is written as 0, as JSON does.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const text = fc.string({ maxLength: 40, unit: "grapheme" });
const key = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== "__proto__");
const at = fc.bigInt({ min: -(10n ** 18n), max: 4_000_000_000_000_000_000n }).map(timestampNs);
const vec3 = fc.tuple(number, number, number);
const share = fc.double({ min: -1, max: 1, noNaN: true }).map((value) => value + 0);
const rotation = fc
  .tuple(share, share, share, share)
  .filter((q) => Math.hypot(...q) > 1e-3)
  .map((q) => q.map((value) => value / Math.hypot(...q)) as unknown as readonly [number, number, number, number]);
const cuboid = fc.record({ center: vec3, size: fc.tuple(positive, positive, positive), rotation }) as fc.Arbitrary<
  Cuboid<"world">
>;
const attributes = fc.dictionary(key, fc.oneof(text, number, fc.boolean()), { maxKeys: 4, noNullPrototype: true });
const trackId = fc.nat({ max: 99 }).map((n) => `track:${n}`);

const record: fc.Arbitrary<LabelRecord> = fc.oneof(
  fc.record({
    id: trackId,
    kind: fc.constant("track" as const),
    name: text,
    classId: key,
    rigid: fc.boolean(),
    static: fc.boolean(),
    attributes,
  }),
  fc
    .record(
      {
        trackId,
        at,
        cuboid: fc.option(cuboid, { nil: null }),
        attributes,
        source: fc.constantFrom(...sources),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
      },
      { requiredKeys: ["trackId", "at", "cuboid", "attributes", "source"] },
    )
    .map((rest) => ({ id: keyframeId(rest.trackId, rest.at), kind: "keyframe" as const, ...rest })),
  fc.record({
    id: fc.nat().map((n) => `lane-boundary:${n}`),
    kind: fc.constant("lane-boundary" as const),
    name: text,
    classId: key,
    points: fc.array(vec3, { minLength: 2, maxLength: 6 }),
    attributes,
  }),
  fc
    .uniqueArray(at, { minLength: 1, maxLength: 4 })
    .chain((times) =>
      fc.tuple(
        ...times
          .toSorted((a, b) => (a < b ? -1 : 1))
          .map((each) => fc.record({ at: fc.constant(each), ego: vec3, shift: vec3, yawRad: number })),
      ),
    )
    .chain((shifts) =>
      fc.record({
        id: fc.constant(egoCorrectionId),
        kind: fc.constant("ego-correction" as const),
        enabled: fc.boolean(),
        shifts: fc.constant(shifts),
      }),
    ),
  fc.record({
    id: fc.nat().map((n) => `lane:${n}`),
    kind: fc.constant("lane" as const),
    leftId: key,
    rightId: key,
    successorIds: fc.array(key, { maxLength: 3 }),
    attributes,
  }),
);
const records = fc.uniqueArray(record, { selector: ({ id }) => id, maxLength: 12 });
const scene = fc.record(
  {
    digest: text,
    logName: text,
    worldName: text,
    clock: fc.constant("log-times" as const),
    frames: fc.array(fc.record({ index: fc.nat(), at, worldFromEgo: fc.record({ translation: vec3, rotation }) }), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ["digest", "logName", "frames"] },
);
const file: fc.Arbitrary<LabelFile> = fc.record({ scene, ontology: fc.constant(defaultOntology), records });
const sorted = (f: LabelFile): LabelFile => ({
  ...f,
  records: f.records.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
});

describe("the native form (rule 2)", () => {
  it("reads back exactly what was written", () =>
    fc.assert(
      fc.property(file, (f) => {
        expect(parseLabelFile(labelFileToText(f))).toEqual(sorted(f));
      }),
    ));

  it("is the same text whatever the order of the records, one record a line", () =>
    fc.assert(
      fc.property(file, (f) => {
        const written = labelFileToText(f);
        expect(labelFileToText({ ...f, records: f.records.toReversed() })).toBe(written);
        expect(written.split("\n").filter((line) => line.startsWith('{"'))).toHaveLength(f.records.length + 1);
      }),
    ));

  it("the scene alone goes through JSON too", () =>
    fc.assert(
      fc.property(scene, (s) => {
        expect(parseScene(JSON.parse(JSON.stringify(sceneToJson(s))))).toEqual(s);
      }),
    ));
});

/** A small valid file as plain JSON, to be spoiled. */
const plain = () =>
  JSON.parse(
    labelFileToText({
      scene: {
        digest: "sha256:0",
        logName: "drive.mcap",
        frames: [{ index: 0, at: timestampNs(1n), worldFromEgo: { translation: [0, 0, 0], rotation: [0, 0, 0, 1] } }],
      },
      ontology: defaultOntology,
      records: [
        {
          id: keyframeId("track:a", timestampNs(5n)),
          kind: "keyframe",
          trackId: "track:a",
          at: timestampNs(5n),
          cuboid: { center: [1, 2, 3], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] },
          attributes: { motion: "parked" },
          source: "human",
        },
        {
          id: "lane-boundary:b",
          kind: "lane-boundary",
          name: "left",
          classId: "solid-white",
          points: [
            [0, 0, 0],
            [1, 0, 0],
          ],
          attributes: {},
        },
        { id: "track:a", kind: "track", name: "car-1", classId: "car", rigid: true, static: false, attributes: {} },
      ],
    }),
  ) as Record<string, never>;

const spoil = (path: readonly (string | number)[], value: unknown): string => {
  const root = plain();
  let holder: Record<string | number, unknown> = root;
  for (const part of path.slice(0, -1)) holder = holder[part] as never;
  holder[path.at(-1)!] = value;
  return JSON.stringify(root);
};

describe("a damaged file (rule 3: every error names its place)", () => {
  const cases: [name: string, path: (string | number)[], value: unknown, message: RegExp][] = [
    ["a size of zero", ["records", 0, "cuboid", "size", 1], 0, /^records\[0\]\.cuboid\.size\[1\]: .*above 0 m/],
    ["a number that is text", ["records", 0, "cuboid", "center", 2], "3", /^records\[0\]\.cuboid\.center\[2\]: /],
    ["a rotation that is none", ["records", 0, "cuboid", "rotation"], [0, 0, 0, 0], /rotation: .*unit quaternion/],
    ["a time in seconds", ["records", 0, "at"], 1.5, /^records\[0\]\.at: /],
    ["a time with a point", ["records", 0, "at"], "1.5", /^records\[0\]\.at: .*nanoseconds as a decimal string/],
    ["an unknown source", ["records", 0, "source"], "guess", /^records\[0\]\.source: /],
    ["a confidence above 1", ["records", 0, "confidence"], 1.1, /^records\[0\]\.confidence: /],
    ["an attribute that is a list", ["records", 0, "attributes", "motion"], [], /^records\[0\]\.attributes\.motion: /],
    ["a boundary of one point", ["records", 1, "points"], [[0, 0, 0]], /^records\[1\]\.points: /],
    ["an unknown kind", ["records", 2, "kind"], "box", /^records\[2\]\.kind: /],
    ["a record that is a number", ["records", 2], 7, /^records\[2\]: /],
    ["an id that is taken", ["records", 2, "id"], "lane-boundary:b", /^records\[2\]\.id: .*records\[1\]/],
    ["a missing digest", ["scene", "digest"], undefined, /^scene\.digest: /],
    ["an ego that is turned by nothing", ["scene", "frames", 0, "worldFromEgo", "rotation"], [0, 0, 0, 0],
      /^scene\.frames\[0\]\.worldFromEgo\.rotation: .*unit quaternion/],
    ["a class without a size", ["ontology", "objects", 0, "usualSize", 0], -1, /^ontology\.objects\[0\]\.usualSize\[0\]: /],
    ["another format", ["format"], "coco", /^format: expected a Sweepmark label file/],
  ]; // prettier-ignore
  for (const [name, path, value, message] of cases)
    it(name, () => expect(() => parseLabelFile(spoil(path, value))).toThrow(message));

  it("what is not JSON, or not an object, says so without an empty place", () => {
    expect(() => parseLabelFile("{ nope")).toThrow(/^not JSON: /);
    expect(() => parseLabelFile("null")).toThrow(/^[^:]/);
    expect(() => parseLabelFile("[]")).toThrow(/^[^:]/);
  });

  it("a file of a newer version is refused by its number, before anything else is looked at (rule 4)", () => {
    expect(() => parseLabelFile(JSON.stringify({ format: "sweepmark-labels", version: 2, records: "later" }))).toThrow(
      "made by a newer Sweepmark: version 2, this one reads up to 1",
    );
  });

  it("the valid one reads", () => expect(parseLabelFile(JSON.stringify(plain())).records).toHaveLength(3));
});

it("rule 7: the correction of the ego pose is one record, and its shifts rise in time", () => {
  const shift = { at: "5", ego: [0, 0, 0], shift: [0.1, 0, 0], yawRad: 0.01 };
  const value = { id: egoCorrectionId, kind: "ego-correction", enabled: true, shifts: [shift, { ...shift, at: "6" }] };
  expect(parseRecord(value)).toMatchObject({ shifts: [{ at: 5n }, { at: 6n }] });
  expect(() => parseRecord({ ...value, shifts: [shift, shift] })).toThrow("expected rising times");
  expect(() => parseRecord({ ...value, shifts: [] })).toThrow();
  expect(() => parseRecord({ ...value, id: "another" })).toThrow();
});
