import { describe, expect, it } from "vitest";
import { cuboidYaw, type Cuboid } from "@sweepmark/geometry";
import { fakeCar } from "../fake-log.ts";
import { createHarness, type Harness } from "../harness.ts";

const only = (h: Harness): Cuboid<"world"> => {
  expect(h.state.moment.tracks).toHaveLength(1);
  return h.state.moment.tracks[0].cuboid;
};
const [cx, cy] = fakeCar.center;
const [length, width, height] = fakeCar.size;

describe("draw-cuboid (rules 10 and 11)", () => {
  it("shows the rectangle standing on the ground while it is drawn, aligned with the view", async () => {
    const h = (await createHarness()).press("KeyN").expectTool("draw-cuboid");
    h.dragTo([-10, -9], [-4, -7]).expectState("drawing");
    expect(h.captured).toBe(true);
    const box = only(h);
    expect(box.size).toEqual([expect.closeTo(6, 1), expect.closeTo(2, 1), 1.6]);
    expect(box.center[2] - 0.8).toBeCloseTo(0, 3);
    expect(Math.cos(cuboidYaw(box))).toBeCloseTo(1, 6);
    expect(h.labels()).toBe("");
    h.press("Escape").expectState("idle").expectTool("draw-cuboid");
    expect(h.state.moment.tracks).toHaveLength(0);
    h.press("Escape").expectTool("select");
  });

  it("fits to the points on release, names, selects, and returns to select", async () => {
    const h = (await createHarness()).press("KeyN");
    // Drawn 0.3 m too large all round.
    h.drag([cx - length / 2 - 0.3, cy - width / 2 - 0.3], [cx + length / 2 + 0.3, cy + width / 2 + 0.3]);
    h.expectTool("select");
    const box = only(h);
    expect(h.state.selectedId).toBe(h.state.moment.tracks[0].track.id);
    expect(h.session.undoLabel).toEqual({ message: "edit.createTrack", params: { name: "car-1" } });
    // The sides that the sensor saw are taken from the points; how far the others are is weighed by assist.
    expect(Math.abs(box.center[0] - box.size[0] / 2 - (cx - length / 2))).toBeLessThan(0.12);
    expect(Math.abs(box.center[1] - box.size[1] / 2 - (cy - width / 2))).toBeLessThan(0.12);
    expect(Math.abs(box.size[0] - length)).toBeLessThan(0.6);
    expect(box.center[2] - box.size[2] / 2).toBeCloseTo(0, 1);
    expect(Math.abs(box.size[2] - height)).toBeLessThan(0.12);
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe("");
    expect(h.state.selectedId).toBeUndefined();
  });

  it("points the way ego goes, whichever way it was drawn", async () => {
    for (const [from, to] of [
      [
        [-4, -7],
        [-10, -9],
      ],
      [
        [-10, -7],
        [-4, -9],
      ],
    ] as const) {
      const h = (await createHarness()).press("KeyN");
      h.drag([...from], [...to]);
      expect(Math.cos(cuboidYaw(only(h)))).toBeCloseTo(1, 6);
    }
  });

  it("places a class-sized cuboid by a click", async () => {
    const h = (await createHarness()).press("Digit3").press("KeyN");
    h.click(-10, -8);
    expect(h.state.moment.tracks[0].track).toMatchObject({ classId: "truck", name: "truck-1" });
    expect(only(h)).toMatchObject({ size: [8, 2.5, 3.2] });
    expect(only(h).center[0]).toBeCloseTo(-10, 1);
  });

  it("makes an object's cuboid by a click on one of its points, in one step of undo", async () => {
    const h = (await createHarness()).press("KeyN");
    // The point on the car's near side that lies under the pointer in the view from above.
    h.click(cx - length / 2, cy).expectTool("select");
    const box = only(h);
    expect(Math.hypot(box.center[0] - cx, box.center[1] - cy)).toBeLessThan(0.4);
    expect(Math.abs(box.size[0] - length)).toBeLessThan(0.8);
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe("");
    expect(h.state.selectedId).toBeUndefined();
  });

  describe("shows what a click would make (rule 29)", () => {
    const rested = async (h: Harness): Promise<Harness> => {
      await h.schedule.advance(100);
      h.schedule.runIdle();
      return h;
    };
    const overCar = async (): Promise<Harness> =>
      rested((await createHarness()).press("KeyN").pointerMove(cx - length / 2, cy));

    it("once the pointer rests on an object, in no list, and takes it", async () => {
      const h = (await createHarness()).press("KeyN").pointerMove(cx - length / 2, cy);
      expect(h.state.preview).toBeUndefined();
      await rested(h);
      const { preview } = h.state;
      expect([preview?.classId, h.state.moment.tracks, h.labels()]).toEqual(["car", [], ""]);
      h.click(cx - length / 2, cy);
      expect(only(h)).toBe(preview?.cuboid);
      expect(h.state.preview).toBeUndefined();
    });

    it("as the click makes it without", async () => {
      const h = await overCar();
      const shown = h.state.preview?.cuboid;
      const without = (await createHarness()).press("KeyN").click(cx - length / 2, cy);
      expect(shown).toEqual(only(without));
    });

    it("not before it rests, not over the ground, and not over what has a cuboid", async () => {
      const h = (await createHarness()).press("KeyN").pointerMove(cx - length / 2, cy);
      await h.schedule.advance(30);
      h.pointerMove(cx - length / 2, cy + 0.2);
      await h.schedule.advance(50);
      h.schedule.runIdle();
      expect(h.state.preview).toBeUndefined();
      await rested(h.pointerMove(-10, -8));
      expect(h.state.preview).toBeUndefined();
      h.click(cx - length / 2, cy, { modifiers: { shift: true } });
      await rested(h.pointerMove(cx - length / 2, cy));
      expect(h.state.preview).toBeUndefined();
    });

    it("until the pointer moves or leaves, the frame changes, Esc, or a rectangle is drawn", async () => {
      const ways: readonly ((h: Harness) => unknown)[] = [
        (h) => h.pointerMove(cx, cy + 3),
        (h) => h.session.leaveView(),
        (h) => h.press("ArrowRight"),
        (h) => h.press("Escape"),
        (h) => h.pointerDown(cx - length / 2, cy).pointerMove(cx + 3, cy + 2),
      ];
      for (const end of ways) {
        const h = await overCar();
        expect(h.state.preview).toBeDefined();
        end(h);
        await h.settled();
        expect(h.state.preview).toBeUndefined();
      }
    });

    it("of the class that is chosen, as soon as the tool is", async () => {
      const h = (await createHarness()).pointerMove(cx - length / 2, cy).press("KeyN");
      await rested(h);
      expect(h.state.preview?.classId).toBe("car");
      await rested(h.press("Digit2"));
      expect(h.state.preview?.classId).not.toBe("car");
      h.click(cx - length / 2, cy);
      expect(h.state.moment.tracks[0].track.classId).toBe(h.state.classId);
    });
  });

  it("forgets a press that is cancelled", async () => {
    const h = (await createHarness()).press("KeyN");
    h.pointerDown(cx - length / 2, cy)
      .expectState("pressed")
      .press("Escape")
      .expectState("idle");
    expect(h.labels()).toBe("");
  });

  it("keeps drawing with Shift; the number key then is about the next one", async () => {
    const h = (await createHarness()).press("KeyN");
    h.click(-10, -8, { modifiers: { shift: true } }).expectTool("draw-cuboid");
    h.press("Digit5").click(-5, -8, { modifiers: { shift: true } });
    expect(h.state.moment.tracks.map(({ track }) => track.name).toSorted()).toEqual(["car-1", "pedestrian-1"]);
  });

  it("leaves the other mouse buttons to the camera", async () => {
    const h = (await createHarness()).press("KeyN");
    h.pointerDown(-10, -8, { button: 2 });
    expect(h.captured).toBe(false);
    h.pointerUp(-10, -8, { button: 2 });
    expect(h.state.moment.tracks).toHaveLength(0);
  });
});

const points = (h: Harness): number[][] =>
  (h.state.moment.laneBoundaries[0]?.points ?? []).map((point) => point.map((part) => Math.round(part * 10) / 10));

const drawing = async (): Promise<Harness> =>
  (await createHarness()).press("KeyL").click(0, -4).click(5, -4).pointerMove(9, -5);

describe("draw-lane (rules 12 to 14)", () => {
  it("shows the line with a rubber band; clicks snap to ground points", async () => {
    const h = await drawing();
    h.expectState("drawing");
    expect(h.labels()).toBe("");
    expect(points(h)).toEqual([
      [0, -4, 0],
      [5, -4, 0],
      [9, -5, 0],
    ]);
    h.press("Escape");
    // 0.06 m beside a point of the cloud: the point is meant.
    h.press("KeyL").click(0.06, -4.05).click(5, -4).press("Enter");
    const created = h.document.laneBoundaries().find(({ name }) => name === "lane-2");
    expect(created?.points[0]).toEqual([expect.closeTo(0, 4), expect.closeTo(-4, 4), expect.closeTo(0, 4)]);
  });

  it("leaves drags to the camera between clicks", async () => {
    const h = await drawing();
    h.pointerDown(9, -5);
    expect(h.captured).toBe(false);
    h.pointerMove(15, -5).pointerUp(15, -5).press("Enter");
    expect(points(h)).toHaveLength(2);
  });

  it("Enter finishes, selects and returns to select; undo takes it away", async () => {
    const h = await drawing();
    h.press("Enter").expectTool("select");
    expect(points(h)).toEqual([
      [0, -4, 0],
      [5, -4, 0],
    ]);
    expect(h.state.selectedId).toBe(h.state.moment.laneBoundaries[0].id);
    expect(h.session.undoLabel).toEqual({ message: "edit.createLaneBoundary", params: { name: "lane-1" } });
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe("");
  });

  it("a double-click finishes with its own point once", async () => {
    const h = await drawing();
    h.doubleClick(9, -5);
    expect(points(h)).toHaveLength(3);
    h.expectTool("select");
  });

  it("Backspace and undo take the last click back, to nothing", async () => {
    const h = await drawing();
    h.press("Backspace").press("Enter").expectState("idle");
    expect(h.labels()).toBe("");
    h.click(0, -4).click(5, -4).click(9, -4).press("$mod+KeyZ").press("Enter");
    expect(points(h)).toHaveLength(2);
  });

  it("Esc forgets one point, but keeps a line", async () => {
    const h = (await createHarness()).press("KeyL").click(0, -4).press("Escape");
    expect(h.labels()).toBe("");
    h.expectTool("draw-lane").click(0, -4).click(5, -4).press("Escape").expectTool("select");
    expect(points(h)).toHaveLength(2);
  });

  it("goes on in the next frame", async () => {
    const h = await drawing();
    h.press("ArrowRight");
    await h.settled();
    h.expectState("drawing").click(9, -4).press("Enter");
    expect(points(h)).toHaveLength(3);
  });

  it("number keys choose lane classes, also for a selected boundary", async () => {
    const h = (await createHarness()).press("KeyL").press("Digit4").click(0, -4).click(5, -4).press("Enter");
    expect(h.document.laneBoundaries()[0].classId).toBe("solid-yellow");
    h.press("Digit2");
    expect(h.document.laneBoundaries()[0].classId).toBe("dashed-white");
  });

  it("the hints name only keys that work now", async () => {
    const h = (await createHarness()).press("KeyL");
    expect(h.state.hints.map(({ keys }) => keys)).toEqual(["Mouse", "Escape"]);
    h.click(0, -4);
    expect(h.state.hints.map(({ keys }) => keys)).toEqual(["Mouse", "Backspace", "Escape"]);
    h.click(5, -4);
    expect(h.state.hints.map(({ keys }) => keys)).toEqual(["Mouse", "Enter", "Backspace"]);
  });
});
