import { describe, expect, it } from "vitest";
import { cuboidYaw, timestampNs, type Cuboid } from "@sweepmark/geometry";
import { cuboidHandles, yawRingRadius } from "../handles.ts";
import { carRecords, createHarness, type Harness } from "../harness.ts";

const start = timestampNs(1_700_000_000_000_000_000n);
const box: Cuboid<"world"> = { center: [12, 3, 0.8], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] };
const shown = (h: Harness, name = "car-1"): Cuboid<"world"> => {
  const found = h.state.moment.tracks.find(({ track }) => track.name === name);
  if (!found) throw new Error(`${name} is not shown`);
  return found.cuboid;
};
const withCar = async (): Promise<Harness> => {
  const h = await createHarness({ records: carRecords(start) });
  return h.click(12, 3, { z: 1.6 });
};
/** An eye that sees the car from beside, so that its top can be pulled. */
const fromBeside = (h: Harness): Harness => {
  h.eye = [12, -20, 12];
  return h;
};

it("a click on a keyframe's mark goes to its frame; the selection stays (rule 25)", async () => {
  const later: Cuboid<"world"> = { center: [12, -9, 0.8], size: [4.5, 1.9, 1.6], rotation: [0, 0, 0, 1] };
  const at = timestampNs(1_700_000_000_000_000_000n);
  const tick = timestampNs(at + 1_000_000_000n);
  const h = await createHarness({ records: [...carRecords(at), ...carRecords(tick, later).slice(1)] });
  h.session.select("track:car-1");
  h.pointerMove(12, -9).click(12, -9);
  await h.settled();
  expect(h.state.frame?.index).toBe(10);
  expect(h.state.selectedId).toBe("track:car-1");
  // The mark of the shown frame lies under the cuboid, which means the cuboid.
  h.click(12, -9);
  await h.settled();
  expect(h.state.frame?.index).toBe(10);
  h.session.select(undefined);
  h.click(12, 3);
  await h.settled();
  expect(h.state.frame?.index).toBe(10);
  expect(h.history.transactions).toHaveLength(0);
});

describe("select: clicks (rule 5)", () => {
  it("selects the nearest cuboid and deselects on nothing", async () => {
    const h = await withCar();
    expect(h.state.selectedId).toBe("track:car-1");
    h.click(30, -8);
    expect(h.state.selectedId).toBeUndefined();
  });

  it("leaves presses beside the selection to the camera", async () => {
    const h = await withCar();
    h.pointerDown(30, -8);
    expect(h.captured).toBe(false);
    h.pointerMove(20, -8).expectState("idle").pointerUp(20, -8);
    expect(h.state.selectedId).toBe("track:car-1");
  });

  it("cycles through overlapping cuboids with more clicks on the same spot", async () => {
    const inner: Cuboid<"world"> = { ...box, size: [2, 1, 1], center: [12, 3, 0.5] };
    const h = await createHarness({ records: [...carRecords(start), ...carRecords(start, inner, "car-2")] });
    const ids: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++) ids.push(h.click(12.5, 3.2, { z: 1 }).state.selectedId);
    expect(ids).toEqual(["track:car-1", "track:car-2", "track:car-1"]);
  });

  it("double-click focuses what the first click took", async () => {
    const inner: Cuboid<"world"> = { ...box, size: [2, 1, 1], center: [12, 3, 0.5] };
    const h = await createHarness({ records: [...carRecords(start), ...carRecords(start, inner, "car-2")] });
    const { serial } = h.state.viewRequest;
    h.doubleClick(12.5, 3.2, { z: 1 });
    expect(h.state.selectedId).toBe("track:car-1");
    expect(h.state.viewRequest).toEqual({ serial: serial + 1, kind: "focus-selection" });
  });

  it("does not hit what is hidden", async () => {
    const h = await createHarness({ records: carRecords(start) });
    h.session.setHidden("track:car-1", "hidden");
    h.click(12, 3, { z: 1.6 });
    expect(h.state.selectedId).toBeUndefined();
  });

  it("hits the cuboid where it is at the image's own time", async () => {
    const later = timestampNs(start + 1_000_000_000n);
    const moved: Cuboid<"world"> = { ...box, center: [22, 3, 0.8] };
    const [track, first] = carRecords(start);
    const second = carRecords(later, moved)[1];
    const h = await createHarness({ records: [track, first, second] });
    const image = { view: { kind: "image", cameraId: "front" }, at: timestampNs(start + 500_000_000n) } as const;
    expect(h.click(12, 3, { z: 0.8, ...image }).state.selectedId).toBeUndefined();
    expect(h.click(17, 3, { z: 0.8, ...image }).state.selectedId).toBe("track:car-1");
    h.pointerDown(17, 3, { z: 0.8, ...image });
    expect(h.captured).toBe(false);
  });

  it("hits a track that begins or ends between frame and image where it is at the frame, as it is drawn", async () => {
    const h = await createHarness({ records: carRecords(start) });
    const early = { view: { kind: "image", cameraId: "front" }, at: timestampNs(start - 10_000_000n) } as const;
    expect(h.click(12, 3, { z: 0.8, ...early }).state.selectedId).toBe("track:car-1");
    h.click(30, -8);
    const [track, first] = carRecords(start);
    const absent = { ...carRecords(timestampNs(start + 5_000_000n))[1], cuboid: null } as typeof first;
    const ended = await createHarness({ records: [track, first, absent] });
    const late = { ...early, at: timestampNs(start + 10_000_000n) };
    expect(ended.click(12, 3, { z: 0.8, ...late }).state.selectedId).toBe("track:car-1");
  });

  it("hovers and says what a press would do", async () => {
    const h = await createHarness({ records: carRecords(start) });
    h.pointerMove(12, 3, { z: 1.6 });
    expect(h.state.hoveredId).toBe("track:car-1");
    h.pointerMove(30, -8);
    expect(h.state.hoveredId).toBeUndefined();
  });
});

describe("select: moving a cuboid (rule 6)", () => {
  it("points before it drags, and drags by the total delta in the ground plane", async () => {
    const h = await withCar();
    h.pointerDown(12.4, 3.2, { z: 1.6 }).expectState("pointing");
    expect(h.captured).toBe(true);
    h.pointerMove(12.41, 3.2, { z: 1.6 }).expectState("pointing");
    h.pointerMove(14.4, 4.2, { z: 1.6 }).expectState("dragging");
    expect(h.state.dragging).toBe(true);
    expect(shown(h).center[0]).toBeCloseTo(14, 6);
    expect(shown(h).center[1]).toBeCloseTo(4, 6);
    expect(h.history.transactions).toHaveLength(0);
    h.pointerUp(14.4, 4.2, { z: 1.6 }).expectState("idle");
    expect(h.state.dragging).toBe(false);
    expect(h.session.undoLabel).toEqual({ message: "edit.moveTrack", params: { name: "car-1" } });
    expect(shown(h).center).toEqual([expect.closeTo(14, 6), expect.closeTo(4, 6), expect.closeTo(0.8, 6)]);
  });

  it("keeps to the cuboid's own axis with Shift", async () => {
    const h = await withCar();
    h.drag([12.4, 3.2], [15.4, 3.9], { z: 1.6, modifiers: { shift: true } });
    expect(shown(h).center).toEqual([expect.closeTo(15, 6), expect.closeTo(3, 9), expect.closeTo(0.8, 9)]);
  });

  it("moves along z with Alt", async () => {
    const h = fromBeside(await withCar());
    // From beside the ray meets the right side; the same ray with 0.5 m more height at the side's plane.
    h.pointerDown(11.2, 2.05, { z: 0.9 }).pointerMove(11.2, 2.05, { z: 1.4, modifiers: { alt: true } });
    h.pointerUp(11.2, 2.05, { z: 1.4, modifiers: { alt: true } });
    expect(shown(h).center).toEqual([expect.closeTo(12, 6), expect.closeTo(3, 6), expect.closeTo(1.3, 2)]);
  });

  it("works from however far the eye is, as an orthographic one may be", async () => {
    const h = await withCar();
    h.eye = [12, 3, 3000];
    h.drag([12, 3], [32, 3], { z: 1.6 });
    expect(shown(h).center[0]).toBeCloseTo(32, 6);
  });

  it("is put back by Esc, and a later release does nothing", async () => {
    const h = await withCar();
    const before = h.labels();
    h.dragTo([12.4, 3.2], [20, 3], { z: 1.6 }).press("Escape");
    expect(shown(h)).toEqual(box);
    h.pointerUp(20, 3, { z: 1.6 });
    expect(h.labels()).toBe(before);
    expect(h.state.selectedId).toBe("track:car-1");
  });

  it("ends with the frame it began in", async () => {
    const h = await withCar();
    const before = h.labels();
    h.dragTo([12.4, 3.2], [20, 3], { z: 1.6 }).press("ArrowRight").expectState("idle");
    await h.settled();
    expect(h.state.frameIndex).toBe(1);
    expect(h.labels()).toBe(before);
  });

  it("makes a keyframe at the frame that is shown", async () => {
    const h = await withCar();
    h.session.goTo(10);
    await h.settled();
    h.drag([12.4, 3.2], [16.4, 3.2], { z: 1.6 });
    expect(h.document.keyframes("track:car-1").map(({ at }) => at)).toEqual([start, h.state.frames[10].at]);
    h.session.goTo(5);
    await h.settled();
    expect(shown(h).center[0]).toBeCloseTo(14, 6);
  });
});

describe("select: handles (rule 7)", () => {
  it("pulls a face; the opposite one stays", async () => {
    const h = await withCar();
    h.drag([14.25, 3], [15.05, 3], { z: 0.8 });
    expect(shown(h).size).toEqual([expect.closeTo(5.3, 3), 1.9, 1.6]);
    expect(shown(h).center[0] - shown(h).size[0] / 2).toBeCloseTo(9.75, 6);
    expect(h.session.undoLabel?.message).toBe("edit.resizeTrack");
  });

  it("pulls both faces with Shift", async () => {
    const h = await withCar();
    h.drag([14.25, 3], [14.75, 3], { z: 0.8, modifiers: { shift: true } });
    expect(shown(h).size[0]).toBeCloseTo(5.5, 3);
    expect(shown(h).center[0]).toBeCloseTo(12, 6);
  });

  it("never makes a cuboid thinner than 0.1 m", async () => {
    const h = await withCar();
    h.drag([14.25, 3], [2, 3], { z: 0.8 });
    expect(shown(h).size[0]).toBeCloseTo(0.1, 9);
    expect(shown(h).center[0] - 0.05).toBeCloseTo(9.75, 6);
  });

  it("takes the body where a face is seen end-on: the middle of the car from above moves it", async () => {
    const h = await createHarness({ records: carRecords(start) });
    h.eye = [12, 3, 25];
    h.click(12, 3, { z: 1.6 }).drag([12, 3], [13, 3], { z: 1.6 });
    expect(shown(h).size).toEqual([4.5, 1.9, 1.6]);
    expect(shown(h).center[0]).toBeCloseTo(13, 6);
  });

  it("pulls the top from beside; the bottom stays on the ground", async () => {
    const h = fromBeside(await withCar());
    h.drag([12, 3], [12, 3], { z: 1.6 });
    h.pointerDown(12, 3, { z: 1.6 }).pointerMove(12, 3, { z: 2.2 }).pointerUp(12, 3, { z: 2.2 });
    expect(shown(h).size[2]).toBeCloseTo(2.2, 2);
    expect(shown(h).center[2] - shown(h).size[2] / 2).toBeCloseTo(0, 6);
  });

  it("turns by the knob: freely, in 15° steps, finely", async () => {
    const radius = yawRingRadius(box);
    const end = (degrees: number): [number, number] => [
      12 + radius * Math.cos((degrees * Math.PI) / 180),
      3 + radius * Math.sin((degrees * Math.PI) / 180),
    ];
    const turn = async (degrees: number, modifiers = {}): Promise<number> => {
      const h = await withCar();
      h.pointerDown(...end(0)).pointerMove(...end(degrees), { modifiers });
      h.pointerUp(...end(degrees), { modifiers });
      expect(h.session.undoLabel?.message).toBe("edit.turnTrack");
      return (cuboidYaw(shown(h)) * 180) / Math.PI;
    };
    expect(await turn(40)).toBeCloseTo(40, 6);
    expect(await turn(170)).toBeCloseTo(170, 6);
    expect(await turn(40, { ctrl: true })).toBeCloseTo(45, 6);
    expect(await turn(40, { shift: true })).toBeCloseTo(8, 6);
  });

  it("gives the six faces and the knob, in front on the ground", () => {
    const handles = cuboidHandles(box);
    expect(handles.map(({ key }) => key)).toEqual(["yaw", "front", "rear", "left", "right", "top", "bottom"]);
    expect(handles[0].position).toEqual([12 + yawRingRadius(box), 3, 0]);
    expect(handles[1].position).toEqual([14.25, 3, 0.8]);
  });
});

describe("read only (rule 3)", () => {
  it("selects but takes no drag, no tool, no command, and says why", async () => {
    const h = await withCar();
    const before = h.labels();
    h.session.setReadOnly({ message: "read-only.other-tab" });
    expect(h.session.handles()).toEqual([]);
    h.drag([12.4, 3.2], [16, 3], { z: 1.6 });
    expect(h.captured).toBe(false);
    h.session.setTool("draw-cuboid");
    h.expectTool("select");
    h.session.commit({ message: "x" }, [{ id: "track:car-1", before: h.document.get("track:car-1") }]);
    expect(h.labels()).toBe(before);
    expect(h.state.notice?.label).toEqual({ message: "read-only.other-tab" });
    h.click(30, -8);
    expect(h.state.selectedId).toBeUndefined();
    h.session.setReadOnly(undefined);
    h.session.setTool("draw-cuboid");
    h.expectTool("draw-cuboid");
  });
});
