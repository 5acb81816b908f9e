import { bytesSource, openLog, type LogReader } from "@sweepmark/log";
import { labelFileToText, recordToJson } from "@sweepmark/schema";
import { moveCuboid, overlap } from "@sweepmark/geometry";
import { simulate } from "@sweepmark/synthetic";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { handOf, type Hand } from "./hand.ts";
import { middleOfLongest, openDesk, type Labour, type Start } from "./labeler.ts";
import { gatherObjects, type TrueObject } from "./objects.ts";
import { parseTruth } from "./truth.ts";

fc.configureGlobal({ seed: 1, endOnFailure: true });

let log: LogReader;
let truthText: string;
/** A moving vehicle, a parked one and a person, each the one with most points. */
let objects: readonly TrueObject[];

beforeAll(async () => {
  const chunks: Uint8Array[] = [];
  const { truth, tracks } = await simulate(
    { seconds: 1, beams: 32, columns: 480, cameras: "none" },
    { write: async (bytes) => void chunks.push(bytes) },
  );
  log = await openLog(bytesSource(Buffer.concat(chunks), "drive.mcap"));
  await log.scan();
  truthText = labelFileToText(truth);
  const all = await gatherObjects(log, parseTruth(truthText), { clickEvery: 100 });
  const most = (is: (object: TrueObject) => boolean): TrueObject =>
    all.filter(is).toSorted((a, b) => b.moments[b.best].points - a.moments[a.best].points)[0];
  const parked = new Set(tracks.filter(({ behaviour }) => behaviour === "parked").map(({ id }) => id));
  objects = [
    most(({ id, classId }) => classId === "car" && !parked.has(id)),
    most(({ id, classId }) => classId === "car" && parked.has(id)),
    most(({ classId }) => classId === "pedestrian"),
  ];
}, 120_000);

interface Labeled {
  readonly labours: readonly Labour[];
  readonly text: string;
}

async function labelAll(hands: readonly Hand[], start: Start): Promise<Labeled> {
  const desk = openDesk(log, parseTruth(truthText).ontology, new AbortController().signal);
  const labours: Labour[] = [];
  for (const [i, hand] of hands.entries()) labours.push(await desk.label(`track:${i}`, hand, start));
  const text = [...desk.session.document.records()].map((each) => JSON.stringify(recordToJson(each))).join("\n");
  await desk.close();
  return { labours, text };
}

const handsOf = (list: readonly TrueObject[]): Hand[] => list.map((object) => handOf(object)!);

/** Everything that was asked of a hand. */
interface Asked {
  readonly set: number[];
  readonly good: boolean[];
}

const recording = (hand: Hand, asked: Asked): Hand => ({
  classId: hand.classId,
  click: hand.click,
  isGood(index, label) {
    const good = hand.isGood(index, label);
    asked.good.push(good);
    return good;
  },
  set(index, label) {
    asked.set.push(index);
    return hand.set(index, label);
  },
});

/** Knows the truth of some frames only, elsewhere lies 50 m beside it; says what is good from a list. */
function poisoned(object: TrueObject, { set, good }: Asked): Hand {
  const moments = object.moments.map((moment) =>
    set.includes(moment.index) ? moment : { ...moment, cuboid: moveCuboid(moment.cuboid, [50, -50, 5]) },
  );
  let said = 0;
  return { ...handOf({ ...object, moments })!, isGood: () => good[said++] };
}

describe("the simulated labeler", () => {
  for (const start of ["click", "hand"] as const)
    it(`begins by ${start} and ends with every frame good, by few corrections`, async () => {
      const { labours } = await labelAll(handsOf(objects), start);
      expect(labours.map(({ finished }) => finished)).toEqual([true, true, true]);
      for (const { corrected } of labours) expect(corrected.length).toBeLessThanOrEqual(3);
      expect(labours[1].static).toBe("yes");
      if (start === "hand") expect(labours.every(({ adjusted }) => !adjusted)).toBe(true);
    });

  it("learns nothing of the truth but what its hand was asked: poisoned elsewhere, the labels are the same", async () => {
    const asked = objects.map((): Asked => ({ set: [], good: [] }));
    const honest = await labelAll(
      handsOf(objects).map((hand, i) => recording(hand, asked[i])),
      "click",
    );
    const blind = await labelAll(
      objects.map((object, i) => poisoned(object, asked[i])),
      "click",
    );
    expect(blind).toEqual(honest);
    // What was set are the corrections, and the first cuboid where the click was not good.
    honest.labours.forEach(({ corrected, adjusted }, i) =>
      expect(asked[i].set).toEqual([...(adjusted ? [objects[i].moments[objects[i].best].index] : []), ...corrected]),
    );
  });

  it("estimates size and heading from one click and propagation, and asks the hand for the click alone", async () => {
    const desk = openDesk(log, parseTruth(truthText).ontology, new AbortController().signal);
    for (const [i, object] of objects.slice(0, 2).entries()) {
      const { classId, click } = handOf(object)!;
      const estimated = await desk.estimate(`track:${i}`, { classId, click });
      const { cuboid, index } = object.moments[object.best];
      expect(overlap(cuboid, estimated(index)).iou3d).toBeGreaterThan(0.6);
      expect(estimated(-50)).toEqual(estimated(object.moments[0].index));
    }
    await desk.close();
  });

  it("is cancelled between two frames of a propagation, with the reason", async () => {
    const controller = new AbortController();
    const desk = openDesk(log, parseTruth(truthText).ontology, controller.signal);
    const labeling = desk.label("track:0", handOf(objects[0])!, "click");
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await expect(labeling).rejects.toThrow("enough");
    await desk.close();
    // The log is not the session's to close.
    expect((await log.frame(0)).index).toBe(0);
  });
});

describe("the frame that is corrected next", () => {
  it("lies in the middle of the longest failing stretch, of equal ones of the first", () => {
    const of = (text: string) => middleOfLongest(Array.from(text, (each) => each === "x"));
    expect(["", "...", "x", ".xx.", "x.xxx.xxx", "xxxxx.xx"].map(of)).toEqual([undefined, undefined, 0, 1, 3, 2]);
  });

  it("always fails, so that correcting ends", () =>
    fc.assert(
      fc.property(fc.array(fc.boolean()), (fails) => {
        const middle = middleOfLongest(fails);
        expect(middle === undefined ? fails.includes(true) : !fails[middle]).toBe(false);
      }),
    ));
});
