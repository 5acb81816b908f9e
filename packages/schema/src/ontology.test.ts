import { timestampNs } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { keyframeId, newTrackId } from "./ids.ts";
import { ontologyFaults, type OntologyFault } from "./ontology-faults.ts";
import { ontologyPresets } from "./ontology-presets.ts";
import {
  classOfDigit,
  defaultOntology,
  nameIn,
  ontologySchema,
  quickClassIds,
  type ObjectClass,
  type Ontology,
} from "./ontology.ts";

describe("the ontology of a new scene", () => {
  it("is valid by its own schema", () => expect(ontologySchema.parse(defaultOntology)).toEqual(defaultOntology));

  it("has each id and each letter once", () => {
    const ids = defaultOntology.objects.map(({ id }) => id);
    const letters = defaultOntology.objects.map(({ letter }) => letter);
    expect(new Set(ids).size).toBe(22);
    expect(new Set(letters).size).toBe(22);
    expect(new Set(defaultOntology.lanes.map(({ id }) => id)).size).toBe(defaultOntology.lanes.length);
  });

  it("has every class of the number keys", () => {
    const ids = new Set(defaultOntology.objects.map(({ id }) => id));
    expect(quickClassIds.filter((id) => !ids.has(id))).toEqual([]);
    expect(quickClassIds).toHaveLength(9);
  });

  it("a choice starts, where it says so, with one of its values", () => {
    for (const { type, initial } of defaultOntology.objects.flatMap(({ attributes }) => attributes))
      if (type.kind === "choice" && initial !== undefined) expect(type.values).toContain(initial);
  });
});

describe("ids (rule 1)", () => {
  it("of a keyframe follow from its track and time", () => {
    expect(keyframeId("track:01H", timestampNs(1_500_000_000_000_000_000n))).toBe("keyframe:01H@1500000000000000000");
    expect(keyframeId("track:a", timestampNs(1n))).not.toBe(keyframeId("track:a", timestampNs(2n)));
  });

  it("of tracks are new each time", () => {
    const ids = Array.from({ length: 100 }, newTrackId);
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => /^track:[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
  });
});

describe("presets (rule 9)", () => {
  it.each(ontologyPresets.map((preset) => [preset.id, preset.ontology] as const))(
    "%s is valid and has no fault",
    (_, preset) => {
      expect(ontologySchema.parse(preset)).toEqual(preset);
      expect(ontologyFaults(preset)).toEqual([]);
      for (const { type } of preset.objects.flatMap(({ attributes }) => attributes))
        if (type.kind === "choice") expect(new Set(type.values).size).toBe(type.values.length);
    },
  );

  it("have the classes that the data sets have", () => {
    const counts = Object.fromEntries(ontologyPresets.map(({ id, ontology }) => [id, ontology.objects.length]));
    expect(counts).toEqual({ sweepmark: 22, nuscenes: 23, kitti: 8, waymo: 4, argoverse2: 30 });
  });
});

describe("the classes of number keys", () => {
  it("are the usual nine, or those that the ontology says and no others", () => {
    expect(classOfDigit(defaultOntology, 5)?.id).toBe("pedestrian");
    const [car, van, ...others] = defaultOntology.objects;
    const own = { ...defaultOntology, objects: [car, { ...van, digit: 5 }, ...others] };
    expect([classOfDigit(own, 5)?.id, classOfDigit(own, 1)]).toEqual(["van", undefined]);
    expect(classOfDigit({ ...defaultOntology, objects: [{ ...car, id: "other" }] }, 1)?.id).toBe("other");
  });

  it("names are those of the language, of its main language, else the usual one", () => {
    const named = { name: "Car", names: { zh: "轿车", "de-AT": "Auto" } };
    expect(["zh-CN", "zh", "de-AT", "de", "en"].map((language) => nameIn(named, language))).toEqual([
      "轿车",
      "轿车",
      "Auto",
      "Car",
      "Car",
    ]);
  });
});

describe("faults of an edited ontology (rule 8)", () => {
  const [car, van, ...others] = defaultOntology.objects;
  const withCar = (more: Partial<ObjectClass>): Ontology => ({
    ...defaultOntology,
    objects: [{ ...car, ...more }, van, ...others],
  });
  const choice = (values: string[]) => [
    { id: "a", name: "A", scope: "track" as const, type: { kind: "choice" as const, values } },
  ];
  it.each<[string, Ontology, Partial<OntologyFault>]>([
    ["a class without a name", withCar({ name: " " }), { fault: "class-without-name" }],
    ["a letter twice", withCar({ letter: "V" }), { fault: "class-letter-twice", classId: "van", value: "V" }],
    ["an id twice", withCar({ id: "van" }), { fault: "class-id-twice", classId: "van" }],
    [
      "a range without sizes",
      withCar({ sizeRange: { min: [5, 1, 1], max: [4, 3, 3] } }),
      { fault: "size-range-empty", value: "length" },
    ],
    [
      "a usual size that is not allowed",
      withCar({ sizeRange: { min: [5, 1, 1], max: [6, 3, 3] } }),
      { fault: "usual-size-outside" },
    ],
    [
      "a choice twice",
      withCar({ attributes: choice(["x", "x"]) }),
      { fault: "choice-twice", attributeId: "a", value: "x" },
    ],
    ["a blank choice", withCar({ attributes: choice([""]) }), { fault: "choice-empty" }],
  ])("%s", (_, edited, fault) => {
    expect(ontologyFaults(edited)[0]).toMatchObject(fault);
  });

  it("a number key twice", () => {
    const twice = {
      ...defaultOntology,
      objects: [
        { ...car, digit: 1 },
        { ...van, digit: 1 },
      ],
    };
    expect(ontologyFaults(twice)).toEqual([{ fault: "class-digit-twice", classId: "van", value: "1" }]);
  });
});
