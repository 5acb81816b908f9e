import { fromYaw, timestampNs, transformCuboid, type Cuboid, type Pose } from "@sweepmark/geometry";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linkProposals, type FrameProposals, type ProposedCuboid } from "./index.ts";

fc.configureGlobal({ seed: 1, numRuns: 30 });
const stepNs = 200_000_000n;
const at = (index: number) => timestampNs(1_700_000_000_000_000_000n + stepNs * BigInt(index));
const seen = (x: number, y: number, yawRad = 0, more: Partial<ProposedCuboid> = {}): ProposedCuboid => ({
  classId: "car",
  cuboid: { center: [x, y, 0.8], size: [4.5, 1.9, 1.6], rotation: fromYaw(yawRad) },
  confidence: 0.8,
  pointCount: 100,
  ...more,
});
const frames = (...found: readonly (readonly ProposedCuboid[])[]): readonly FrameProposals[] =>
  found.map((each, index) => ({ index, at: at(index), found: each }));
const indices = (all: readonly FrameProposals[]): readonly (readonly number[])[] =>
  linkProposals(all).map((chain) => chain.map(({ index }) => index));

const proposal = fc
  .tuple(
    fc.double({ min: -40, max: 40, noNaN: true }),
    fc.double({ min: -40, max: 40, noNaN: true }),
    fc.double({ min: -3, max: 3, noNaN: true }),
  )
  .map(([x, y, yawRad]) => seen(x, y, yawRad));
const drives = fc.array(fc.array(proposal, { maxLength: 6 }), { maxLength: 8 }).map((found) => frames(...found));

describe("linking proposals over time (rule 33)", () => {
  it("puts every proposal into one chain, and no two of a frame into the same", () =>
    fc.assert(
      fc.property(drives, (all) => {
        const chains = linkProposals(all);
        const linked = chains.flat().map(({ index, cuboid }) => `${index} ${String(cuboid.center)}`);
        expect(linked.toSorted()).toEqual(
          all.flatMap(({ index, found }) => found.map(({ cuboid }) => `${index} ${String(cuboid.center)}`)).toSorted(),
        );
        for (const chain of chains) {
          const said = chain.map(({ index }) => index);
          expect(said).toEqual([...new Set(said)].toSorted((a, b) => a - b));
        }
      }),
    ));

  it("links the same in a world that is moved and turned", () =>
    fc.assert(
      fc.property(drives, fc.double({ min: -3, max: 3, noNaN: true }), (all, yawRad) => {
        const pose: Pose<"world", "world"> = { translation: [310, -120, 4], rotation: fromYaw(yawRad) };
        const moved = all.map((frame) => ({
          ...frame,
          found: frame.found.map((each) => ({
            ...each,
            cuboid: transformCuboid(pose, each.cuboid) as Cuboid<"world">,
          })),
        }));
        expect(indices(moved)).toEqual(indices(all));
      }),
    ));

  it("follows what drives past what stands, whichever way round they were found", () => {
    const drive = Array.from({ length: 12 }, (_, i) => [seen(-20 + 3 * i, 0, i % 3 === 0 ? Math.PI : 0), seen(0, 3.2)]);
    const all = frames(...drive.map((found, i) => (i % 2 === 0 ? found : found.toReversed())));
    const chains = linkProposals(all);
    expect(chains).toHaveLength(2);
    for (const chain of chains) expect(new Set(chain.map(({ cuboid }) => cuboid.center[1])).size).toBe(1);
  });

  it("waits a second for what is hidden, and no longer", () => {
    const parked = (from: number, to: number) =>
      frames(...Array.from({ length: 14 }, (_, i) => (i < from || i > to ? [seen(5, 5)] : [])));
    expect(indices(parked(3, 6))).toHaveLength(1);
    expect(indices(parked(3, 9))).toHaveLength(2);
  });

  it("takes no person for a car", () => {
    const person = seen(0, 0, 0, { classId: "pedestrian", cuboid: { ...seen(0, 0).cuboid, size: [0.7, 0.7, 1.7] } });
    expect(indices(frames([seen(0, 0)], [person]))).toEqual([[0], [1]]);
  });
});
