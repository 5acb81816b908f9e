import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  defaultOntology,
  documentRecordToJson,
  ontologyFaults,
  ontologyPresets,
  type LabelRecord,
  type Ontology,
} from "@sweepmark/schema";
import { box, keyframe, ontology, records, track } from "../../test/arbitraries.ts";
import { createDocument, type LabelDocument } from "../document.ts";
import { withDraft } from "../draft.ts";
import { createHistory } from "../history.ts";
import { decodeJournal, encodeJournalLine } from "../journal/index.ts";
import { ontologyUse } from "../ontology-use.ts";
import { completeOntology, setOntology, type SetOntologyArgs } from "./ontology.ts";

const labelsOf = (document: LabelDocument): string => JSON.stringify([...document.records()].map(documentRecordToJson));

const preset = (id: string): Ontology => ontologyPresets.find((each) => each.id === id)!.ontology;

/** Two cars and a truck, with values of the usual attributes. */
const scene = (): LabelDocument =>
  createDocument(defaultOntology, [
    track("a", { name: "car-1", classId: "car", attributes: { note: "parked" } }),
    keyframe("a", 1, box(0.1), { attributes: { motion: "moving", occlusion: "1" } }),
    keyframe("a", 2, box(0.2), { attributes: { motion: "parked" } }),
    track("b", { name: "blue one", classId: "car" }),
    keyframe("b", 1, box(0.3)),
    track("c", { name: "truck-1", classId: "truck" }),
    keyframe("c", 1, box(0.4), { attributes: { motion: "stopped" } }),
  ]);

const classOf = (document: LabelDocument, id: string): string | undefined =>
  document.tracks().find((each) => each.id === id)?.classId;
const idOf = (name: string): string => track(name).id;
const without = (...ids: string[]): Ontology => ({
  ...defaultOntology,
  objects: defaultOntology.objects.filter(({ id }) => !ids.includes(id)),
});

describe("ontology use", () => {
  it("counts tracks and keyframes of classes, and of what is said", () => {
    const car = ontologyUse(scene()).get("car")!;
    expect([car.tracks, car.keyframes]).toEqual([2, 3]);
    expect(car.attributes.get("motion")).toEqual({ tracks: 1, keyframes: 2, values: new Set(["moving", "parked"]) });
    expect(car.attributes.get("note")).toEqual({ tracks: 1, keyframes: 0, values: new Set(["parked"]) });
    expect(ontologyUse(scene()).has("bus")).toBe(false);
  });
});

describe("setOntology (rule 36)", () => {
  it("keeps a class that is in use and was taken away", () => {
    const document = scene();
    document.apply(setOntology.plan(document, { ontology: without("car", "bus") }));
    expect(document.ontology.objects.map(({ id }) => id)).toContain("car");
    expect(document.ontology.objects.map(({ id }) => id)).not.toContain("bus");
    expect(classOf(document, idOf("a"))).toBe("car");
  });

  it("maps the tracks of a class, names that were given by hand stay", () => {
    const document = scene();
    document.apply(setOntology.plan(document, { ontology: without("car"), classes: { car: "truck" } }));
    expect(document.ontology.objects.map(({ id }) => id)).not.toContain("car");
    const names = Object.fromEntries(document.tracks().map(({ id, name, classId }) => [id, `${name} ${classId}`]));
    expect(names[idOf("a")]).toBe("truck-2 truck");
    expect(names[idOf("b")]).toBe("blue one truck");
  });

  it("keeps attributes and choices in use, renames or takes away those that it is told to", () => {
    const document = scene();
    const plain = { ...defaultOntology, objects: defaultOntology.objects.map((each) => ({ ...each, attributes: [] })) };
    const kept = completeOntology(document, { ontology: plain });
    expect(kept.objects.find(({ id }) => id === "car")!.attributes.map(({ id }) => id)).toEqual([
      "motion",
      "occlusion",
    ]);
    const args: SetOntologyArgs = {
      ontology: preset("nuscenes"),
      classes: { car: "vehicle.car", truck: "vehicle.truck" },
      attributes: { car: { motion: "vehicle", occlusion: null }, truck: { motion: "vehicle" } },
    };
    document.apply(setOntology.plan(document, args));
    expect(document.ontology.objects).toEqual(preset("nuscenes").objects);
    expect(document.keyframes(idOf("a")).map(({ attributes }) => attributes)).toEqual([
      { vehicle: "moving" },
      { vehicle: "parked" },
    ]);
  });

  it("does not map to what is not there, nor values to an attribute of another kind", () => {
    const document = scene();
    const [car, ...others] = defaultOntology.objects;
    const numbered = {
      ...car,
      attributes: [{ id: "motion", name: "Motion", scope: "keyframe" as const, type: { kind: "number" as const } }],
    };
    const args = { ontology: { ...defaultOntology, objects: [numbered, ...others] }, classes: { car: "no-such" } };
    document.apply(setOntology.plan(document, args));
    expect(classOf(document, idOf("a"))).toBe("car");
    expect(document.ontology.objects[0].attributes[0].type.kind).toBe("choice");
  });

  it("gives a kept class a letter and no number key that the new ontology has given away", () => {
    const document = scene();
    document.apply(setOntology.plan(document, { ontology: preset("waymo") }));
    expect(document.ontology.objects.map(({ id }) => id)).toEqual([
      "TYPE_VEHICLE",
      "TYPE_PEDESTRIAN",
      "TYPE_CYCLIST",
      "TYPE_SIGN",
      "car",
      "truck",
    ]);
    expect(ontologyFaults(document.ontology)).toEqual([]);
  });

  it("is one step of undo, is journaled, and plans nothing when nothing changes", () => {
    const document = scene();
    const before = [labelsOf(document), document.ontology];
    const history = createHistory(document, { actor: "ada" });
    const args: SetOntologyArgs = { ontology: preset("kitti"), classes: { car: "Car", truck: "Truck" } };
    expect(setOntology.label(document, args)).toEqual({ message: "edit.setOntologyAndLabels", params: { count: 3 } });
    history.commit({ message: "edit.setOntology" }, setOntology.plan(document, args));
    const after = [labelsOf(document), document.ontology];
    history.undo();
    expect([labelsOf(document), document.ontology]).toEqual(before);
    history.redo();
    expect([labelsOf(document), document.ontology]).toEqual(after);
    expect(setOntology.plan(document, { ontology: document.ontology })).toEqual([]);

    const { transactions, problems } = decodeJournal(history.transactions.map(encodeJournalLine).join(""));
    const replayed = scene();
    createHistory(replayed, { actor: "bob", transactions });
    expect(problems).toEqual([]);
    expect([labelsOf(replayed), replayed.ontology]).toEqual(after);
  });

  it("shows in a draft before it is committed", () => {
    const document = scene();
    const draft = withDraft(
      document,
      setOntology.plan(document, { ontology: preset("kitti"), classes: { car: "Car" } }),
    );
    expect(draft.ontology.objects[0].id).toBe("Car");
    expect(document.ontology).toBe(defaultOntology);
    expect(draft.tracks().find(({ id }) => id === idOf("a"))?.classId).toBe("Car");
  });

  it("for any labels, preset and mapping: every label keeps a meaning, values are lost only where told, undo is exact", () => {
    const ids = (of: Ontology): string[] => of.objects.map(({ id }) => id);
    const attributeIds = fc.constantFrom("motion", "occlusion", "vehicle", "occluded", "no-such");
    const arbitrary = fc
      .record({
        labels: records,
        target: fc.constantFrom(...ontologyPresets).map((each) => each.ontology),
      })
      .chain(({ labels, target }) =>
        fc.record({
          labels: fc.constant(labels as readonly LabelRecord[]),
          args: fc.record({
            ontology: fc.constant(target),
            classes: fc.dictionary(fc.constantFrom(...ids(ontology)), fc.constantFrom(...ids(target), "no-such")),
            attributes: fc.dictionary(
              fc.constantFrom(...ids(ontology)),
              fc.dictionary(attributeIds, fc.option(attributeIds, { nil: null })),
            ),
          }),
        }),
      );
    fc.assert(
      fc.property(arbitrary, ({ labels, args }) => {
        const document = createDocument(ontology, labels);
        const known = new Set(ids(ontology));
        const before = labelsOf(document);
        const defined = (of: LabelDocument) => {
          const classes = new Map(
            of.ontology.objects.map((each) => [each.id, new Set(each.attributes.map(({ id }) => id))]),
          );
          return [...ontologyUse(of)].flatMap(([id, { attributes }]) =>
            [...attributes.keys()]
              .filter((attribute) => !classes.get(id)?.has(attribute))
              .map((attribute) => `${id} ${attribute}`),
          );
        };
        const undefinedBefore = new Set(defined(document).map((each) => each.split(" ")[1]));
        const history = createHistory(document, { actor: "ada" });
        history.commit({ message: "edit.setOntology" }, setOntology.plan(document, args));
        for (const { id, classId } of document.tracks())
          if (known.has((labels.find((each) => each.id === id) as { classId: string }).classId))
            expect(ids(document.ontology)).toContain(classId);
        // What no ontology ever defined cannot be defined now.
        expect(defined(document).filter((each) => !undefinedBefore.has(each.split(" ")[1]))).toEqual([]);
        expect(ontologyFaults(document.ontology)).toEqual([]);
        expect(document.tracks()).toHaveLength(labels.filter(({ kind }) => kind === "track").length);
        history.undo();
        expect(labelsOf(document)).toBe(before);
        expect(document.ontology).toBe(ontology);
      }),
      { numRuns: 150 },
    );
  });
});
