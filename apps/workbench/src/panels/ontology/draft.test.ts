import { createDocument, setOntology, type LabelDocument } from "@sweepmark/document";
import { timestampNs } from "@sweepmark/geometry";
import {
  defaultOntology,
  keyframeId,
  ontologyPresets,
  type Attributes,
  type LabelRecord,
  type Ontology,
} from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import {
  addAttribute,
  addClass,
  draftOf,
  faultsOf,
  giveDigit,
  keysOf,
  moveClass,
  questionsOf,
  toPreset,
  withClass,
  withObjects,
  withRules,
} from "./draft.ts";

const at = timestampNs(1n);
const track = (name: string, classId: string, attributes: Attributes = {}): readonly LabelRecord[] => [
  { id: `track:${name}`, kind: "track", name, classId, rigid: true, static: false, attributes: {} },
  {
    id: keyframeId(`track:${name}`, at),
    kind: "keyframe",
    trackId: `track:${name}`,
    at,
    cuboid: { center: [0, 0, 0], size: [4, 2, 2], rotation: [0, 0, 0, 1] },
    attributes,
    source: "human",
  },
];
const scene = (): LabelDocument =>
  createDocument(defaultOntology, [
    ...track("a", "car", { motion: "parked", occlusion: "1" }),
    ...track("b", "rider"),
    ...track("c", "pedestrian", { motion: "moving" }),
  ]);
const preset = (id: string): Ontology => ontologyPresets.find((each) => each.id === id)!.ontology;
const ids = ({ objects }: Ontology): readonly string[] => objects.map(({ id }) => id);

describe("an ontology being edited (rule 12)", () => {
  it("adds classes with ids and letters of their own", () => {
    const first = addClass(draftOf(scene()), "Tractor");
    const second = addClass(first.draft, "tractor");
    expect([first.id, second.id]).toEqual(["tractor", "tractor-2"]);
    expect(faultsOf(second.draft)).toEqual([]);
  });

  it("moves a class, and stops at the ends", () => {
    const moved = moveClass(draftOf(scene()), "van", -1);
    expect(ids(moved.ontology).slice(0, 2)).toEqual(["van", "car"]);
    expect(moveClass(moved, "van", -1)).toBe(moved);
  });

  it("gives a number key to one class only", () => {
    const draft = giveDigit(giveDigit(draftOf(scene()), "car", 3), "van", 3);
    expect(draft.ontology.objects.filter(({ digit }) => digit === 3).map(({ id }) => id)).toEqual(["van"]);
    expect([...keysOf(draft.ontology)].map(([id, digit]) => `${digit} ${id}`).toSorted()).toEqual([
      "3 van",
      "4 bus",
      "5 pedestrian",
      "6 bicycle",
      "7 motorcycle",
      "8 rider",
      "9 cone",
    ]);
    expect(faultsOf(draft)).toEqual([]);
  });

  it("takes fields away, in classes and in rules", () => {
    const draft = withClass(withClass(draftOf(scene()), "car", { color: "#50C2FE" }), "car", { color: undefined });
    expect(draft.ontology.objects[0]).toEqual(defaultOntology.objects[0]);
    expect(
      withRules(withRules(draft, { minPoints: 3, mirrors: "included" }), { mirrors: undefined }).ontology.rules,
    ).toEqual({ minPoints: 3 });
  });

  it("asks about classes and attributes in use that are gone, and about nothing else", () => {
    const document = scene();
    const draft = draftOf(document);
    const gone = withObjects(
      draft,
      draft.ontology.objects.filter(({ id }) => id !== "car" && id !== "bus"),
    );
    expect(questionsOf(document, gone)).toMatchObject([
      { classId: "car", targetId: "car", classGone: true, attributeIds: [], use: { tracks: 1, keyframes: 1 } },
    ]);
    expect(questionsOf(document, withClass(draft, "car", { attributes: [] }))).toMatchObject([
      { classId: "car", classGone: false, attributeIds: ["motion", "occlusion"] },
    ]);
    expect(questionsOf(document, addAttribute(draft, "car", "Door open"))).toEqual([]);
  });

  it.each([
    [
      "nuscenes",
      { car: "vehicle.car", pedestrian: "human.pedestrian.adult" },
      { car: { motion: "vehicle" }, pedestrian: { motion: "pedestrian" } },
    ],
    ["kitti", { car: "Car", pedestrian: "Pedestrian", rider: "Cyclist" }, { car: { occlusion: "occluded" } }],
    ["waymo", { pedestrian: "TYPE_PEDESTRIAN", rider: "TYPE_CYCLIST" }, {}],
    ["argoverse2", { car: "REGULAR_VEHICLE", pedestrian: "PEDESTRIAN", rider: "BICYCLIST" }, {}],
  ])("proposes where labels go in %s", (id, classes, attributes) => {
    const document = scene();
    const draft = toPreset(document, preset(id));
    expect(draft.classes).toEqual(classes);
    expect(draft.attributes).toEqual(attributes);
    expect(faultsOf(draft)).toEqual([]);
    document.apply(setOntology.plan(document, draft));
    expect(document.tracks().map(({ classId }) => ids(document.ontology).includes(classId))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("refuses a colour that cannot be seen on one of the canvases", () => {
    const draft = withClass(draftOf(scene()), "car", { color: "#101010" });
    expect(faultsOf(draft)).toEqual([{ fault: "color-unseen", classId: "car", value: "1.0" }]);
    for (const { ontology } of ontologyPresets) expect(faultsOf({ ontology, classes: {}, attributes: {} })).toEqual([]);
  });
});
