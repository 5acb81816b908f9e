import { timestampNs, type Cuboid, type Point } from "@sweepmark/geometry";
import type { Frame, LogCuboid } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { logCuboidUnder, logLabelWords, shownLogCuboids, shownLogLines } from "./log-labels.ts";

const at = timestampNs(7n);
const box = (x: number): Cuboid<"world"> => ({ center: [x, 0, 0], size: [2, 2, 2], rotation: [0, 0, 0, 1] });
const label = (id: string, x: number): LogCuboid => ({ id, at, className: "car", heading: "known", cuboid: box(x) });
const frameOf = (points: readonly Point<"world">[]): Frame => ({
  index: 0,
  at,
  worldFromEgo: { translation: [1000, 0, 0], rotation: [0, 0, 0, 1] },
  sweeps: [],
  images: [],
  labels: [
    { topic: "/near", at, cuboids: [label("a", 1020)], lines: [{ id: "l", at, points }], problems: [] },
    { topic: "/far", at, cuboids: [label("b", 1010), label("c", 1030)], lines: [], problems: [] },
  ],
  problems: [],
});
const nothing = new Set<string>();

describe("rule 17: the log's own labels", () => {
  it("hidden topics are neither drawn nor hovered", () => {
    const frame = frameOf([]);
    const ray = { origin: [1000, 0, 0], direction: [1, 0, 0] } as const;
    expect(logCuboidUnder(ray, frame, nothing)).toEqual({ topic: "/far", id: "b" });
    expect(logCuboidUnder(ray, frame, new Set(["/far"]))).toEqual({ topic: "/near", id: "a" });
    expect(logCuboidUnder(ray, frame, new Set(["/far", "/near"]))).toBeUndefined();
    expect(shownLogCuboids(frame, new Set(["/near"])).map(({ label: { id } }) => id)).toEqual(["b", "c"]);
  });
  it("of a line only the pieces near ego are drawn", () => {
    const points = [0, 500, 950, 1050, 2000, 3000, 1100].map((x): Point<"world"> => [x, 0, 0]);
    const shown = shownLogLines(frameOf(points), nothing);
    expect(shown.map((line) => line.map(([x]) => x))).toEqual([
      [500, 950, 1050, 2000],
      [3000, 1100],
    ]);
    expect(shownLogLines(frameOf(points), new Set(["/near"]))).toEqual([]);
  });
  it("words: class, id, score", () => {
    const shown = { topic: "/t", label: { ...label("17", 0), score: 0.875 } };
    expect(logLabelWords(shown)).toEqual({ name: "car", detail: "17 · 0.88" });
    expect(logLabelWords({ topic: "/t", label: { ...label("17", 0), className: "" } }).name).toBe("?");
  });
});
