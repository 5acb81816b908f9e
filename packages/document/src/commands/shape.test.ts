import { defaultOntology } from "@sweepmark/schema";
import { describe, expect, it } from "vitest";
import { box, keyframe, time, track } from "../../test/arbitraries.ts";
import { createDocument } from "../document.ts";
import { setShape } from "./shape.ts";

const size = [4.31, 1.8, 1.5] as const;
const placed = (tick: number) => ({ at: time(tick), cuboid: { ...box(tick + 9), size } });
const document = () =>
  createDocument(defaultOntology, [
    { ...track("a"), rigid: false },
    keyframe("a", 0, box(0)),
    keyframe("a", 2, box(2), { source: "algorithm", confidence: 0.4 }),
    keyframe("a", 4, null),
    keyframe("a", 6, box(6)),
  ]);

describe("a shape that was estimated (rule 44)", () => {
  it("is everywhere, locked; keyframes go where they are told, and stay whose they were", () => {
    const changed = document();
    const args = { trackId: "track:a", size, placed: [placed(0), placed(2)], frameCount: 31 };
    expect(setShape.label(changed, args)).toEqual({
      message: "edit.setShape",
      params: { name: expect.any(String), count: 2, size: "4.31 × 1.80 × 1.50", frames: 31 },
    });
    changed.apply(setShape.plan(changed, args));
    const [first, second, absent, last] = changed.keyframes("track:a");
    expect([first.cuboid, first.source]).toEqual([placed(0).cuboid, "human"]);
    expect([second.cuboid, second.source, second.confidence]).toEqual([placed(2).cuboid, "algorithm", 0.4]);
    expect(absent.cuboid).toBeNull();
    // Not told: it stands where it stood.
    expect(last.cuboid?.size).toEqual(size);
    expect(last.cuboid!.center[2] - size[2] / 2).toBeCloseTo(box(6).center[2] - box(6).size[2] / 2, 9);
    expect(changed.get("track:a")).toMatchObject({ rigid: true });
    expect(setShape.plan(changed, args)).toEqual([]);
  });

  it("of a track that is not there plans nothing", () => {
    expect(setShape.plan(document(), { trackId: "track:b", size, placed: [], frameCount: 0 })).toEqual([]);
  });
});
