import { cuboidFoot, vec, type TimestampNs } from "@sweepmark/geometry";
import { expect, it } from "vitest";
import { box, keyframe, ontology, time, track } from "../test/arbitraries.ts";
import { createDocument } from "./document.ts";
import { trackAt } from "./moment.ts";
import { trajectoryOf } from "./trajectory.ts";

const keyframes = [
  keyframe("a", 0, box(0)),
  keyframe("a", 10, box(9, { center: [9, 4, 1] })),
  keyframe("a", 20, box(12, { center: [12, 12, 1] })),
  keyframe("a", 25, null),
  keyframe("a", 40, box(30)),
];

it("is straight from keyframe to keyframe, a part for each run (rule 4)", () => {
  const parts = trajectoryOf(track("a"), keyframes);
  expect(parts).toEqual([
    {
      kind: "between",
      points: [
        [0, 0, 0],
        [9, 4, 0],
        [12, 12, 0],
      ],
    },
  ]);
  expect(trajectoryOf(track("a"), keyframes)).toBe(parts);
  expect(trajectoryOf(track("a", { static: true }), keyframes)).toEqual([]);
});

it("is where the track is at its times, on curves and past the ends (rules 27, 28)", () => {
  const of = track("a", { interpolation: "smooth", beyond: "constant-velocity" });
  const document = createDocument(ontology, [of, ...keyframes]);
  const parts = trajectoryOf(of, keyframes);
  expect(parts.map(({ kind, points }) => [kind, points.length])).toEqual([
    ["beyond", 13],
    ["between", 25],
    ["beyond", 13],
  ]);
  const at = (ticks: number) =>
    trackAt(document, "track:a", (time(0) + BigInt(Math.round(ticks * 1e8))) as TimestampNs);
  for (const [part, start, end] of [
    [0, 0, -10],
    [1, 0, 20],
    // An absence ends what goes on.
    [2, 20, 25],
  ]) {
    const { points } = parts[part];
    for (const [i, point] of points.entries()) {
      const here = at(start + ((end - start) * i) / (points.length - 1));
      if (here) expect(vec.distance(point, cuboidFoot(here.cuboid))).toBeLessThan(1e-6);
    }
  }
});
