import { createDocument, trackAt } from "@sweepmark/document";
import { interpolateCuboid, timestampNs, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import type { ExcludedPath } from "@sweepmark/log";
import { defaultOntology, type LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { movingPaths, movingSources } from "./moving-paths.ts";

fc.configureGlobal({ seed: 5 });
const at = (step: number): TimestampNs => timestampNs(1_000_000n + BigInt(Math.round(step * 1000)));
const box = (x: number): Cuboid<"world"> => ({ center: [x, 2 * x, 1], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] });

/** What the log does with a path between its samples. */
function along({ samples }: ExcludedPath, time: TimestampNs): Cuboid<"world"> | undefined {
  const next = samples.findIndex((sample) => sample.at >= time);
  if (samples[next]?.at === time) return samples[next].cuboid ?? undefined;
  const [before, after] = [samples[next - 1], samples[next]];
  if (!before?.cuboid || !after?.cuboid) return undefined;
  return interpolateCuboid(before.cuboid, after.cuboid, Number(time - before.at) / Number(after.at - before.at));
}

it("are where the labels are, at every time of the window; static objects have none (rule 19)", () => {
  let checked = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 6 }),
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 15 })),
      fc.boolean(),
      (steps, present, [first, length], isStatic) => {
        const track: LabelRecord = {
          id: "track:a",
          kind: "track",
          name: "a",
          classId: "car",
          rigid: true,
          static: isStatic,
          attributes: {},
        };
        const keyframes = steps.map((step, i): LabelRecord => ({
          id: `keyframe:a@${at(step)}`,
          kind: "keyframe",
          trackId: "track:a",
          at: at(step),
          cuboid: present[i] ? box(step * step) : null,
          attributes: {},
          source: "human",
        }));
        const document = createDocument(defaultOntology, [track, ...keyframes]);
        const [path] = movingPaths(document, at(first), at(first + length));
        if (isStatic) expect([path, movingSources(document)]).toEqual([undefined, []]);
        if (isStatic) return;
        for (let step = first; step <= first + length; step += 0.25) {
          const expected = trackAt(document, "track:a", at(step))?.cuboid;
          const found = path && along(path, at(step));
          expect(found === undefined).toBe(expected === undefined);
          if (!expected || !found) continue;
          checked++;
          expected.center.forEach((value, axis) => expect(found.center[axis]).toBeCloseTo(value, 6));
        }
      },
    ),
  );
  expect(checked).toBeGreaterThan(300);
});

it("follow curves and what goes on past keyframes within a centimetre (rule 19)", () => {
  const second = (s: number): TimestampNs => timestampNs(1_700_000_000_000_000_000n + BigInt(Math.round(s * 1e9)));
  const key = (s: number, x: number, y: number): LabelRecord => ({
    id: `keyframe:a@${second(s)}`,
    kind: "keyframe",
    trackId: "track:a",
    at: second(s),
    cuboid: { center: [x, y, 1], size: [4, 2, 1.5], rotation: [0, 0, 0, 1] },
    attributes: {},
    source: "human",
  });
  const document = createDocument(defaultOntology, [
    {
      id: "track:a",
      kind: "track",
      name: "a",
      classId: "car",
      rigid: true,
      static: false,
      interpolation: "smooth",
      beyond: "constant-velocity",
      attributes: {},
    },
    key(2, 0, 0),
    key(3, 10, 0),
    key(4.5, 22, 6),
    key(6, 22, 20),
  ]);
  const [path] = movingPaths(document, second(0), second(7));
  for (let s = 0; s <= 7; s += 0.013) {
    const expected = trackAt(document, "track:a", second(s))?.cuboid;
    const found = along(path, second(s));
    expect(found === undefined).toBe(expected === undefined);
    for (const axis of [0, 1])
      expect(Math.abs((found?.center[axis] ?? 0) - (expected?.center[axis] ?? 0))).toBeLessThan(0.01);
  }
});
