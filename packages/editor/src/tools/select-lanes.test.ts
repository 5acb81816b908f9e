import { describe, expect, it } from "vitest";
import { timestampNs } from "@sweepmark/geometry";
import { carRecords, createHarness, laneRecord, type Harness } from "../harness.ts";

const start = timestampNs(1_700_000_000_000_000_000n);

const withLane = async (): Promise<Harness> => {
  const lane = laneRecord([
    [0, -4, 0],
    [10, -4, 0],
    [20, -4, 0],
  ]);
  const h = await createHarness({ records: [...carRecords(start), lane] });
  return h.click(5, -4.1);
};
const points = (h: Harness): readonly (readonly number[])[] => h.state.moment.laneBoundaries[0].points;

describe("select: lane boundaries (rule 8)", () => {
  it("are selected within 8 pixels of the line", async () => {
    const h = await withLane();
    expect(h.state.selectedId).toBe("lane-boundary:lane-1");
    h.click(5, -4.5);
    expect(h.state.selectedId).toBeUndefined();
  });

  it("lie under the cars that stand on them, and come with the next click", async () => {
    const lane = laneRecord([
      [0, 3, 0],
      [30, 3, 0],
    ]);
    const h = await createHarness({ records: [...carRecords(start), lane] });
    const ids = [1, 2, 3].map(() => h.click(12.5, 3, { z: 1.6 }).state.selectedId);
    expect(ids).toEqual(["track:car-1", "lane-boundary:lane-1", "track:car-1"]);
  });

  it("move a vertex to the ground under the pointer", async () => {
    const h = await withLane();
    h.drag([10, -4], [11, -5.5]);
    expect(points(h)[1]).toEqual([expect.closeTo(11, 3), expect.closeTo(-5.5, 3), expect.closeTo(0, 3)]);
    expect(h.state.selectedVertex).toBe(1);
    expect(h.session.undoLabel?.message).toBe("edit.moveVertex");
  });

  it("insert at a midpoint by click and by drag", async () => {
    const h = await withLane();
    h.click(5, -4);
    expect(points(h)).toHaveLength(4);
    expect(points(h)[1]).toEqual([5, -4, 0]);
    expect(h.state.selectedVertex).toBe(1);
    h.drag([15, -4], [15, -6]);
    expect(points(h)[3]).toEqual([expect.closeTo(15, 3), expect.closeTo(-6, 3), expect.closeTo(0, 3)]);
    h.press("$mod+KeyZ").press("$mod+KeyZ");
    expect(points(h)).toHaveLength(3);
  });

  it("Delete takes the selected vertex and leaves none selected", async () => {
    const h = await withLane();
    h.click(10, -4);
    expect(h.state.selectedVertex).toBe(1);
    h.press("Delete");
    expect(points(h)).toEqual([
      [0, -4, 0],
      [20, -4, 0],
    ]);
    expect(h.state).toMatchObject({ selectedId: "lane-boundary:lane-1", selectedVertex: undefined });
    h.press("Delete");
    expect(h.state.moment.laneBoundaries).toHaveLength(0);
    expect(h.state.selectedId).toBeUndefined();
  });
});
