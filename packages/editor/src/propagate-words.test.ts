import type { Propagation, ProposedPose } from "@sweepmark/assist";
import { fromYaw, timestampNs, type Cuboid } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { propagationWords } from "./propagate-words.ts";

const cuboid = (x: number, yawRad = 0): Cuboid<"world"> => ({
  center: [x, 0, 1],
  size: [4, 2, 1.5],
  rotation: fromYaw(yawRad),
});
const poses = (stepM: number, yawRad = 0, confidence = 1): readonly ProposedPose[] =>
  Array.from({ length: 11 }, (_, i) => ({
    index: 5 + i,
    at: timestampNs(100_000_000n * BigInt(i)),
    cuboid: cuboid(i * stepM, yawRad),
    confidence,
  }));
const whole = { from: 5, to: 15, anchors: [{ index: 5, cuboid: cuboid(0) }] };
const ends = { backward: "log-ends", forward: "log-ends" } as const;
const told = (propagation: Partial<Propagation>, range = whole) =>
  propagationWords("car-1", { poses: poses(1), parked: false, stops: ends, ...propagation }, range).map(
    ({ message, params }) => [message.replace("notice.propagate-", ""), params?.frame ?? params?.count],
  );

describe("what is told of a propagation (rule 26)", () => {
  it("nothing where all is well: it reached both ends, goes ahead, and is sure", () => {
    expect(told({})).toEqual([]);
    expect(told({ stops: { backward: "poor-fit", forward: "points-ran-out" } })).toEqual([]);
  });

  it("where it stopped early, in the numbers that are shown, and why", () => {
    const wider = { ...whole, from: 2, to: 30 };
    expect(told({ stops: { backward: "poor-fit", forward: "points-ran-out" } }, wider)).toEqual([
      ["poor-fit", 5],
      ["points-ran-out", 15],
    ]);
    expect(told({}, wider)).toEqual([]);
  });

  it("that it goes backward: 5 m, and most of its way; not who parks", () => {
    expect(told({ poses: poses(1, Math.PI) })).toEqual([["backward", undefined]]);
    expect(told({ poses: poses(0.4, Math.PI) })).toEqual([]);
    expect(told({ poses: poses(1, Math.PI / 2) })).toEqual([]);
  });

  it("that keyframes head against each other, rather than that it goes backward", () => {
    const anchors = [
      { index: 5, cuboid: cuboid(0) },
      { index: 12, cuboid: cuboid(7, 3.1) },
    ];
    expect(told({ poses: poses(1, Math.PI) }, { ...whole, anchors })).toEqual([["turns-round", undefined]]);
  });

  it("how many frames are doubtful, and that it stands still", () => {
    expect(told({ poses: poses(0, 0, 0.4), parked: true })).toEqual([
      ["doubts", 11],
      ["parked", undefined],
    ]);
  });
});
