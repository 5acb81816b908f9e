import type { Ontology } from "@sweepmark/schema";
import type { Baselines } from "./baselines.ts";
import type { ClickScore } from "./clicks.ts";
import type { Labour } from "./labeler.ts";
import type { ObjectResult } from "./run.ts";

/** Of some IoUs: their median, and the shares of those that are at least 0.5 and 0.7. null: there are none. */
export interface IouSummary {
  readonly median: number | null;
  readonly half: number | null;
  readonly good: number | null;
}

/** Of the clicks of one class whose objects have so many points in the clicked frame. */
export interface ClickRow {
  readonly classId: string;
  readonly bin: string;
  readonly count: number;
  readonly first: IouSummary;
  readonly refit: IouSummary;
  readonly estimated: IouSummary;
  /** Share of centres within 0.2 m, from above: of people and two-wheelers, whose IoU says little. */
  readonly near?: number;
}

/** Per 100 object-frames; beside it what the baselines took. */
export interface LabourRow extends Baselines {
  readonly classId: string;
  /** By the points in an object's best frame. */
  readonly bin: string;
  readonly objects: number;
  readonly frames: number;
  readonly creations: number;
  /** Of the creations those whose click was not good enough and was set. */
  readonly adjusted: number;
  /** Beyond creation, begun by a click and begun by a true cuboid. */
  readonly byClick: number;
  readonly byHand: number;
}

export interface BenchReport {
  readonly clicks: readonly ClickRow[];
  /** Of vehicles with 50 points or more. */
  readonly vehicleClicks: Omit<ClickRow, "classId" | "bin">;
  readonly labour: readonly LabourRow[];
  readonly all: Omit<LabourRow, "classId" | "bin">;
  /** Marked static because propagation found them to stand still, and of these those that were taken back. */
  readonly markedStatic: number;
  readonly takenBack: number;
  /** Vehicles that stand still by their true poses, and of these those that took no correction beyond creation. */
  readonly parked: { readonly objects: number; readonly byClick: number; readonly byHand: number };
  /** Objects of which some frame was not good in the end. */
  readonly unfinished: number;
}

export const bins = ["<10", "10-49", "50-199", ">=200"] as const;
export const binOf = (points: number): (typeof bins)[number] =>
  bins[points < 10 ? 0 : points < 50 ? 1 : points < 200 ? 2 : 3];
const nearM = 0.2;
/** Shorter: people and two-wheelers. From this length on: vehicles. */
const smallM = 2.5;
const vehicleM = 4;
const vehiclePoints = 50;

export function reportOf(results: readonly ObjectResult[], { objects }: Ontology): BenchReport {
  const lengthOf = new Map(objects.map(({ id, usualSize }) => [id, usualSize[0]]));
  const clicked = results.flatMap(({ classId, clicks }) => clicks.map((score) => ({ classId, ...score })));
  const isVehicle = (classId: string): boolean => (lengthOf.get(classId) ?? 0) >= vehicleM;
  const rowsOf = <Item, Row>(
    items: readonly Item[],
    place: (item: Item) => readonly [classId: string, points: number],
    row: (items: readonly Item[], classId: string) => Row,
  ): (Row & { classId: string; bin: string })[] =>
    objects.flatMap(({ id }) =>
      bins.flatMap((bin) => {
        const inside = items.filter((item) => place(item)[0] === id && binOf(place(item)[1]) === bin);
        return inside.length > 0 ? [{ classId: id, bin, ...row(inside, id) }] : [];
      }),
    );
  const parked = results.filter((each) => each.stands && isVehicle(each.classId));
  const labours = results.flatMap(({ byClick, byHand }) => [byClick, byHand]);
  return {
    clicks: rowsOf(
      clicked,
      ({ classId, points }) => [classId, points],
      (scores, classId) => clickRow(scores, (lengthOf.get(classId) ?? 0) < smallM ? "small" : "large"),
    ),
    vehicleClicks: clickRow(
      clicked.filter(({ classId, points }) => isVehicle(classId) && points >= vehiclePoints),
      "large",
    ),
    labour: rowsOf(results, ({ classId, bestPoints }) => [classId, bestPoints], labourRow),
    all: labourRow(results),
    markedStatic: results.filter(({ byHand }) => byHand.static !== "no").length,
    takenBack: results.filter(({ byHand }) => byHand.static === "taken back").length,
    parked: {
      objects: parked.length,
      byClick: parked.filter(({ byClick }) => byClick.corrected.length === 0).length,
      byHand: parked.filter(({ byHand }) => byHand.corrected.length === 0).length,
    },
    unfinished: labours.filter(({ finished }) => !finished).length,
  };
}

function clickRow(scores: readonly ClickScore[], kind: "small" | "large"): Omit<ClickRow, "classId" | "bin"> {
  return {
    count: scores.length,
    first: summaryOf(scores.map(({ firstIou }) => firstIou)),
    refit: summaryOf(scores.map(({ refitIou }) => refitIou)),
    estimated: summaryOf(scores.map(({ estimatedIou }) => estimatedIou)),
    ...(kind === "small" && { near: scores.filter(({ firstOffM }) => firstOffM <= nearM).length / scores.length }),
  };
}

function summaryOf(ious: readonly number[]): IouSummary {
  if (ious.length === 0) return { median: null, half: null, good: null };
  const sorted = ious.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  const share = (least: number): number => ious.filter((iou) => iou >= least).length / ious.length;
  return { median, half: share(0.5), good: share(0.7) };
}

function labourRow(results: readonly ObjectResult[]): Omit<LabourRow, "classId" | "bin"> {
  const frames = results.reduce((sum, each) => sum + each.frames, 0);
  const per100 = (count: (result: ObjectResult) => number): number =>
    frames === 0 ? 0 : (100 * results.reduce((sum, each) => sum + count(each), 0)) / frames;
  const corrections = (labour: Labour): number => labour.corrected.length;
  return {
    objects: results.length,
    frames,
    creations: per100(() => 1),
    adjusted: per100(({ byClick }) => (byClick.adjusted ? 1 : 0)),
    byClick: per100(({ byClick }) => corrections(byClick)),
    byHand: per100(({ byHand }) => corrections(byHand)),
    greedy: per100(({ baselines }) => baselines.greedy),
    sameRule: per100(({ baselines }) => baselines.sameRule),
    sensorGreedy: per100(({ baselines }) => baselines.sensorGreedy),
    sensorSameRule: per100(({ baselines }) => baselines.sensorSameRule),
    constantVelocity: per100(({ baselines }) => baselines.constantVelocity),
    copying: per100(({ baselines }) => baselines.copying),
  };
}
