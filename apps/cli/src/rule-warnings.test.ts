import { createDocument, createTrack, setEgoCorrection } from "@sweepmark/document";
import { identityPose, timestampNs } from "@sweepmark/geometry";
import { defaultOntology, type Ontology, type SceneInfo } from "@sweepmark/schema";
import { expect, it } from "vitest";
import { ruleWarnings } from "./rule-warnings.ts";

const at = timestampNs(1n);
const scene: SceneInfo = { digest: "", logName: "", frames: [{ index: 0, at, worldFromEgo: identityPose }] };
const ontology: Ontology = { ...defaultOntology, rules: { rangeM: 50, minPoints: 5 } };

/** A car that the lidar sees 40 m ahead. */
const carAt = (x: number) => {
  const document = createDocument(ontology, []);
  const cuboid = { center: [x, 0, 0], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] } as const;
  document.apply(createTrack.plan(document, { classId: "car", at, cuboid }));
  return document;
};
const codes = (document: ReturnType<typeof carAt>): readonly string[] =>
  ruleWarnings([...document.records()], ontology, scene).map(({ code }) => code);

it("a label out of range is warned of, once for all frames; points, which only the log knows, are not", () => {
  expect(codes(carAt(40))).toEqual([]);
  expect(codes(carAt(60))).toEqual(["rule-rangem"]);
  expect(ruleWarnings([...carAt(60).records()], { ...ontology, rules: {} }, scene)).toEqual([]);
});

it("the range is that of ego as the labels have it", () => {
  const document = carAt(40);
  const shift = { at, ego: [0, 0, 0], shift: [100, 0, 0], yawRad: 0 } as const;
  document.apply(setEgoCorrection.plan(document, { shifts: [shift] }));
  expect(codes(document)).toEqual([]);
});
