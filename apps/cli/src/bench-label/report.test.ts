import { defaultOntology } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import type { Labour } from "./labeler.ts";
import { binOf, reportOf } from "./report.ts";
import type { ObjectResult } from "./run.ts";
import { textOf } from "./text.ts";

const labour = (corrected: readonly number[], adjusted = false): Labour => ({
  adjusted,
  corrected,
  propagations: 1 + corrected.length,
  static: "no",
  finished: true,
});

const result = (classId: string, bestPoints: number, ious: readonly number[]): ObjectResult => ({
  id: classId,
  classId,
  frames: 50,
  bestFrame: 0,
  bestPoints,
  stands: bestPoints > 100,
  clicks: ious.map((firstIou, index) => ({
    index,
    points: bestPoints,
    firstIou,
    firstOffM: 1 - firstIou,
    refitIou: 1,
    estimatedIou: firstIou / 2,
  })),
  byClick: labour([1, 2, 3], true),
  byHand: labour([4]),
  baselines: { greedy: 2, sameRule: 4, sensorGreedy: 6, sensorSameRule: 8, constantVelocity: 10, copying: 12 },
});

describe("the report", () => {
  const report = reportOf(
    [result("car", 300, [0.4, 0.6, 0.8, 0.9]), result("pedestrian", 20, [0.9, 0.5])],
    defaultOntology,
  );

  it("tells classes and bins of points apart, and the centres of what is small", () => {
    expect([0, 9, 10, 49, 50, 199, 200].map(binOf)).toEqual([
      "<10",
      "<10",
      "10-49",
      "10-49",
      "50-199",
      "50-199",
      ">=200",
    ]);
    expect(report.clicks).toEqual([
      {
        classId: "car",
        bin: ">=200",
        count: 4,
        first: { median: 0.7, half: 0.75, good: 0.5 },
        refit: { median: 1, half: 1, good: 1 },
        estimated: { median: 0.35, half: 0, good: 0 },
      },
      {
        classId: "pedestrian",
        bin: "10-49",
        count: 2,
        first: { median: 0.7, half: 1, good: 0.5 },
        refit: { median: 1, half: 1, good: 1 },
        estimated: { median: 0.35, half: 0, good: 0 },
        near: 0.5,
      },
    ]);
    expect(report.vehicleClicks.count).toBe(4);
  });

  it("counts per 100 object-frames, pooled over the frames", () => {
    expect(report.all).toEqual({
      objects: 2,
      frames: 100,
      creations: 2,
      adjusted: 2,
      byClick: 6,
      byHand: 2,
      greedy: 4,
      sameRule: 8,
      sensorGreedy: 12,
      sensorSameRule: 16,
      constantVelocity: 20,
      copying: 24,
    });
  });

  it("counts what stands and took no correction", () => {
    const bare = { ...result("car", 300, []), byHand: labour([]) };
    const standing = [bare, result("car", 300, []), result("pedestrian", 300, []), result("car", 20, [])];
    expect(reportOf(standing, defaultOntology).parked).toEqual({ objects: 2, byClick: 0, byHand: 1 });
    expect(textOf(reportOf(standing, defaultOntology))).toContain("Vehicles that stand: 2, without correction: 1");
  });

  it("in words says how yaw counts, and what is nowhere reached", () => {
    const text = textOf(report);
    expect(text).toContain("yaw counts modulo pi");
    expect(text).toContain("Corrections of a true start: 0.50 of greedy, 0.25 of the same rule.");
    expect(text).not.toContain("in the end");
    const { all, ...others } = report;
    expect(textOf({ all, ...others, unfinished: 3 })).toContain("Not good in every frame in the end: 3.");
  });
});
