import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timestampNs } from "@sweepmark/geometry";
import { carRecords, createHarness, laneRecord, type Harness } from "./harness.ts";

const start = timestampNs(1_700_000_000_000_000_000n);

/** Places that mean something to some tool, and places that do not. */
const place = fc.oneof(
  fc.constantFrom<[number, number]>(
    [12, 3],
    [12.4, 3.2],
    [14.25, 3],
    [9.75, 3],
    [12, 3.95],
    [10, -4],
    [5, -4],
    [0, -4],
  ),
  fc.tuple(fc.double({ min: -12, max: 30, noNaN: true }), fc.double({ min: -12, max: 12, noNaN: true })),
);
const modifiers = fc.record({ shift: fc.boolean(), ctrl: fc.boolean(), alt: fc.boolean() });
const tool = fc.constantFrom("select", "draw-cuboid", "draw-lane");
const selection = fc.constantFrom(undefined, "track:car-1", "lane-boundary:lane-1");
const z = fc.constantFrom(0, 0.8, 1.6);
const gesture = fc.record({ tool, selection, modifiers, z, from: place, moves: fc.array(place, { maxLength: 4 }) });

interface Gesture {
  readonly tool: string;
  readonly selection: string | undefined;
  readonly modifiers: { readonly shift: boolean; readonly ctrl: boolean; readonly alt: boolean };
  readonly z: number;
  readonly from: readonly [number, number];
  readonly moves: readonly (readonly [number, number])[];
}

const setUp = (): Promise<Harness> =>
  createHarness({
    records: [
      ...carRecords(start),
      laneRecord([
        [0, -4, 0],
        [10, -4, 0],
        [20, -4, 0],
      ]),
    ],
  });

function begin(h: Harness, { tool: toolId, selection: id, modifiers: held, z: height, from, moves }: Gesture): void {
  h.session.select(id);
  h.session.setTool(toolId);
  const extra = { modifiers: held, z: height };
  h.pointerDown(from[0], from[1], extra);
  for (const [x, y] of moves) h.pointerMove(x, y, extra);
}

describe("gestures", () => {
  it("any gesture that is cancelled leaves the labels as they were (rule 9)", async () => {
    const h = await setUp();
    const before = h.labels();
    fc.assert(
      fc.property(gesture, (random) => {
        begin(h, random);
        h.session.dispatch({ kind: "cancel" });
        const [x, y] = random.moves.at(-1) ?? random.from;
        h.pointerUp(x, y);
        expect(h.labels()).toBe(before);
        expect(h.session.inGesture).toBe(false);
        expect(h.session.document).toBe(h.document);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it("any gesture that is finished is one transaction, and undo gives back the records", async () => {
    const h = await setUp();
    const before = h.labels();
    let committed = 0;
    fc.assert(
      fc.property(gesture, (random) => {
        begin(h, random);
        const [x, y] = random.moves.at(-1) ?? random.from;
        const { length } = h.history.transactions;
        h.pointerUp(x, y, { modifiers: random.modifiers, z: random.z });
        h.session.dispatch({ kind: "cancel" });
        const added = h.history.transactions.length - length;
        expect(added).toBeLessThanOrEqual(1);
        committed += added;
        if (added === 1) {
          const after = h.labels();
          h.session.undo();
          expect(h.labels()).toBe(before);
          h.session.redo();
          expect(h.labels()).toBe(after);
          h.session.undo();
        }
        expect(h.labels()).toBe(before);
      }),
      { numRuns: 60, seed: 7 },
    );
    // Otherwise the law was tested on gestures that do nothing.
    expect(committed).toBeGreaterThan(15);
  });
});
