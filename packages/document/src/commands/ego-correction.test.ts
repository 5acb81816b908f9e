import {
  compose,
  correctedFromLogged,
  cuboidPose,
  invert,
  transformCuboid,
  vec,
  type Cuboid,
  type EgoShift,
  type Pose,
} from "@sweepmark/geometry";
import { egoCorrectionId, type LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, contents, egoShifts, keyframe, ontology, records, time, track } from "../../test/arbitraries.ts";
import { createDocument, type LabelDocument } from "../document.ts";
import { egoCorrectionOf, egoShiftsOf } from "../ego-correction.ts";
import { createHistory } from "../history.ts";
import { importRecords } from "./import.ts";
import { setEgoCorrection, switchEgoCorrection } from "./ego-correction.ts";

const shifts: readonly EgoShift[] = [0, 5, 9].map((tick) => ({
  at: time(tick),
  ego: [5 * tick, 0, 0],
  shift: [0.1 * tick, -0.2 * tick, 0],
  yawRad: 0.002 * tick,
}));

const scene = (more: readonly LabelRecord[] = []): LabelDocument =>
  createDocument(ontology, [
    track("moving"),
    keyframe("moving", 2, box(10)),
    keyframe("moving", 8, box(40)),
    track("parked", { static: true }),
    keyframe("parked", 4, box(25)),
    keyframe("parked", 7, box(25)),
    {
      id: "lane-boundary:kerb",
      kind: "lane-boundary",
      name: "kerb",
      classId: "kerb",
      points: [
        [0.1, 3, 0],
        [45.2, 3, 0],
      ],
      attributes: {},
    },
    ...more,
  ]);

const run = <Args>(
  document: LabelDocument,
  command: { plan(reader: LabelDocument, args: Args): Parameters<LabelDocument["apply"]>[0] },
  args: Args,
): LabelDocument => {
  document.apply(command.plan(document, args));
  return document;
};
const cuboidOf = (document: LabelDocument, id: string): Cuboid<"world"> => {
  const found = document.get(id);
  if (found?.kind !== "keyframe" || !found.cuboid) throw new Error(`no cuboid at ${id}`);
  return found.cuboid;
};

function expectNear(found: Cuboid<"world">, expected: Cuboid<"world">): void {
  expect(vec.distance(found.center, expected.center)).toBeLessThan(1e-6);
  expect(found.size).toEqual(expected.size);
  expect(found.rotation).toEqual(expected.rotation.map((value) => expect.closeTo(value, 9)));
}

describe("rule 37: labels stay on their objects when the correction is switched", () => {
  it("a keyframe goes with the sensor data of its own time", () => {
    const document = run(scene(), setEgoCorrection, { shifts });
    for (const [tick, x] of [
      [2, 10],
      [8, 40],
    ])
      expectNear(
        cuboidOf(document, keyframe("moving", tick, null).id),
        transformCuboid(correctedFromLogged(shifts, time(tick)), box(x)),
      );
  });

  it("a static track goes as one, with that of its first keyframe", () => {
    const document = run(scene(), setEgoCorrection, { shifts });
    const expected = transformCuboid(correctedFromLogged(shifts, time(4)), box(25));
    for (const tick of [4, 7]) expectNear(cuboidOf(document, keyframe("parked", tick, null).id), expected);
  });

  it("a point of a lane goes with that of the time when the vehicle was nearest", () => {
    const document = run(scene(), setEgoCorrection, { shifts });
    const [lane] = document.laneBoundaries();
    expect(lane.points[0]).toEqual([0.1, 3, 0].map((value) => expect.closeTo(value, 9)));
    expect(vec.distance(lane.points[1], [45.2 + 0.9, 3 - 1.8, 0])).toBeLessThan(0.1);
  });

  it("switched off and on again, everything is where it was; the record stays", () => {
    const document = run(scene(), setEgoCorrection, { shifts });
    const on = contents(document);
    run(document, switchEgoCorrection, { to: "off" });
    expect(egoShiftsOf(document)).toEqual([]);
    expect(egoCorrectionOf(document)?.shifts).toEqual(shifts);
    const before = scene();
    for (const { id } of [...before.records()].filter(({ kind }) => kind === "keyframe"))
      expect(vec.distance(cuboidOf(document, id).center, cuboidOf(before, id).center)).toBeLessThan(1e-6);
    run(document, switchEgoCorrection, { to: "on" });
    expect(egoShiftsOf(document)).toEqual(shifts);
    for (const record of on)
      if (record.kind === "keyframe" && record.cuboid)
        expect(vec.distance(cuboidOf(document, record.id).center, record.cuboid.center)).toBeLessThan(1e-6);
  });

  it("in ego of its frame a keyframe never moves, whatever replaces what", () => {
    const worldFromEgo = (tick: number): Pose<"world", "ego"> => ({
      translation: [5 * tick, 0, 0],
      rotation: [0, 0, 0, 1],
    });
    const inEgo = (document: LabelDocument, tick: number): Cuboid<"ego"> => {
      const pose = compose(correctedFromLogged(egoShiftsOf(document), time(tick)), worldFromEgo(tick));
      return transformCuboid(invert(pose), cuboidOf(document, keyframe("moving", tick, null).id));
    };
    fc.assert(
      fc.property(egoShifts, egoShifts, (first, second) => {
        const document = scene();
        const before = inEgo(document, 8);
        for (const next of [first, second, []]) {
          run(document, setEgoCorrection, { shifts: next });
          expect(vec.distance(inEgo(document, 8).center, before.center)).toBeLessThan(1e-6);
          expect(cuboidPose(inEgo(document, 8)).rotation[2]).toBeCloseTo(before.rotation[2], 9);
        }
      }),
    );
  });

  it("undo is exact", () => {
    fc.assert(
      fc.property(records, egoShifts, (all, list) => {
        const document = createDocument(ontology, all);
        const history = createHistory(document, { actor: "a" });
        const before = contents(document);
        history.commit(
          setEgoCorrection.label(document, { shifts: list }),
          setEgoCorrection.plan(document, { shifts: list }),
        );
        history.undo();
        expect(contents(document)).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });

  it("without shifts there is none any more; switching what is not there plans nothing", () => {
    const document = run(scene(), setEgoCorrection, { shifts });
    run(document, setEgoCorrection, { shifts: [] });
    expect(egoCorrectionOf(document)).toBeUndefined();
    expect(switchEgoCorrection.plan(document, { to: "on" })).toEqual([]);
    expect(setEgoCorrection.plan(document, { shifts: [] })).toEqual([]);
  });
});

describe("rule 38: labels that are merged in are carried to the world that is on", () => {
  const other = [track("new"), keyframe("new", 8, box(30))];
  const theirs: LabelRecord = { id: egoCorrectionId, kind: "ego-correction", enabled: true, shifts };
  const id = keyframe("new", 8, null).id;
  const there = transformCuboid(correctedFromLogged(shifts, time(8)), box(30));

  it("from the log's world to the corrected one", () => {
    const document = run(scene(), setEgoCorrection, { shifts });
    expectNear(cuboidOf(run(document, importRecords, { records: other, mode: "merge" }), id), there);
    expect(egoShiftsOf(document)).toEqual(shifts);
  });

  it("from a corrected one to the log's; the correction is kept, switched off", () => {
    const corrected = [track("new"), keyframe("new", 8, there), theirs];
    const document = run(scene(), importRecords, { records: corrected, mode: "merge" });
    expect(vec.distance(cuboidOf(document, id).center, box(30).center)).toBeLessThan(1e-6);
    expect(egoCorrectionOf(document)).toEqual({ ...theirs, enabled: false });
  });

  it("replacing all labels takes theirs with their correction", () => {
    const corrected = [track("new"), keyframe("new", 8, there), theirs];
    const document = run(scene(), importRecords, { records: corrected, mode: "replace" });
    expect(contents(document)).toEqual(contents(createDocument(ontology, corrected)));
  });
});
