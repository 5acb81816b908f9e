import { describe, expect, it } from "vitest";
import {
  defaultOntology,
  labelFileToText,
  ontologyFileToText,
  ontologyPresets,
  parseOntologyFile,
  type Ontology,
} from "./index.ts";

describe("an ontology as a file", () => {
  it("comes back as it was, and out of a label file", () => {
    for (const { ontology } of ontologyPresets)
      expect(parseOntologyFile(ontologyFileToText(ontology))).toEqual(ontology);
    const file = {
      scene: { digest: "sha256:0", logName: "a.mcap", frames: [] },
      ontology: defaultOntology,
      records: [],
    };
    expect(parseOntologyFile(labelFileToText(file))).toEqual(defaultOntology);
  });

  it.each([
    ["{", "not JSON"],
    ["null", 'format: found none, expected "sweepmark-ontology"'],
    ['{"format":"coco"}', 'format: found "coco", expected "sweepmark-ontology"'],
    ['{"format":"sweepmark-ontology","version":9}', "version: found 9, this program reads 1"],
    ['{"format":"sweepmark-ontology","version":1,"ontology":{"objects":[],"lanes":[]}}', "ontology.objects: "],
  ])("names what is wrong with %s", (text, words) => {
    expect(() => parseOntologyFile(text)).toThrow(words);
  });

  it("takes no classes that contradict each other", () => {
    const [car, van, ...others] = defaultOntology.objects;
    const twice: Ontology = { ...defaultOntology, objects: [car, { ...van, id: "car" }, ...others] };
    expect(() => parseOntologyFile(ontologyFileToText(twice))).toThrow("class car: class id twice (car)");
    const [lane, ...lanes] = defaultOntology.lanes;
    const lanesTwice: Ontology = { ...defaultOntology, lanes: [lane, lane, ...lanes] };
    expect(() => parseOntologyFile(ontologyFileToText(lanesTwice))).toThrow(
      `class ${lane.id}: class id twice (${lane.id})`,
    );
  });
});
