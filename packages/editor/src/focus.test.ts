import { timestampNs, type Cuboid } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { focusedCuboid, hiddenNow } from "./focus.ts";
import { carRecords, createHarness, laneRecord, type Harness } from "./harness.ts";

const start = timestampNs(1_700_000_000_000_000_000n);
const at = (x: number): Cuboid<"world"> => ({ center: [x, 3, 0.8], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] });
const lane = laneRecord([
  [0, 0, 0],
  [20, 0, 0],
]);
const opened = async (): Promise<Harness> =>
  createHarness({
    records: [
      ...carRecords(start, at(0)),
      ...carRecords(start, at(6), "near"),
      ...carRecords(start, at(20), "far"),
      lane,
    ],
  });
const hidden = (h: Harness): readonly string[] => [...hiddenNow(h.state)].toSorted();

describe("focus mode (rule 34)", () => {
  it("leaves the selected cuboid and what is within 3 m of it, and goes with the selection", async () => {
    const h = (await opened()).press("Alt+KeyZ");
    expect([hidden(h), focusedCuboid(h.state)]).toEqual([[], undefined]);
    h.session.select("track:car-1");
    expect(hidden(h)).toEqual([lane.id, "track:far"]);
    h.session.select("track:far");
    expect(hidden(h)).toEqual([lane.id, "track:car-1", "track:near"]);
    h.session.select(lane.id);
    expect(hidden(h)).toEqual([]);
    h.session.select("track:far");
    h.press("Alt+KeyZ");
    expect(hidden(h)).toEqual([]);
  });

  it("what is not shown is not hit; what a person has hidden stays hidden", async () => {
    const h = await opened();
    h.session.setHidden("track:near", "hidden");
    h.session.select("track:car-1");
    h.press("Alt+KeyZ");
    expect(hidden(h)).toEqual([lane.id, "track:far", "track:near"]);
    h.click(20, 3);
    expect(h.state.selectedId).toBeUndefined();
    h.click(20, 3);
    expect(h.state.selectedId).toBe("track:far");
    expect([...h.state.hiddenIds]).toEqual(["track:near"]);
  });
});
