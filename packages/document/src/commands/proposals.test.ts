import { describe, expect, it } from "vitest";
import { box, keyframe, time, track } from "../../test/arbitraries.ts";
import { createDocument } from "../document.ts";
import { defaultOntology } from "@sweepmark/schema";
import { acceptTrack, proposeKeyframes } from "./proposals.ts";

const algorithm = (tick: number, more: object = {}) =>
  keyframe("a", tick, box(tick), { source: "algorithm", confidence: 0.4, ...more });
const document = () =>
  createDocument(defaultOntology, [
    track("a"),
    keyframe("a", 0, box(0)),
    algorithm(1),
    algorithm(2, { attributes: { note: "x" } }),
    keyframe("a", 4, box(4)),
    algorithm(6),
  ]);
const said = (changed: ReturnType<typeof document>) =>
  changed.keyframes("track:a").map(({ at, source, confidence }) => `${at} ${source} ${confidence ?? "-"}`);

describe("proposals", () => {
  it("take the place of an algorithm's keyframes between two times, and of nobody else's", () => {
    const changed = document();
    const proposals = [0, 2, 3, 4].map((tick) => ({ at: time(tick), cuboid: box(9), confidence: 0.8 }));
    changed.apply(
      proposeKeyframes.plan(changed, { trackId: "track:a", from: time(0), to: time(5), proposals, frameCount: 4 }),
    );
    expect(said(changed)).toEqual([
      `${time(0)} human -`,
      `${time(2)} algorithm 0.4`,
      `${time(3)} algorithm 0.8`,
      `${time(4)} human -`,
      `${time(6)} algorithm 0.4`,
    ]);
  });

  it("never leave a track without a cuboid", () => {
    const alone = createDocument(defaultOntology, [track("a"), algorithm(1)]);
    const args = { trackId: "track:a", from: time(0), to: time(5), proposals: [], frameCount: 0 };
    expect(proposeKeyframes.plan(alone, args)).toEqual([]);
  });

  it("are a person's once accepted, without a confidence", () => {
    const changed = document();
    changed.apply(acceptTrack.plan(changed, { trackId: "track:a" }));
    expect(said(changed).every((each) => each.endsWith("human -"))).toBe(true);
  });
});
