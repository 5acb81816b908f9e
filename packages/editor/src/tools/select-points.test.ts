import { fromYaw, timestampNs, vec, type Cuboid, type Face, type Vec2 } from "@sweepmark/geometry";
import { describe, expect, it } from "vitest";
import { fakeCar } from "../fake-log.ts";
import { carRecords, createHarness, type Harness } from "../harness.ts";
import { orthoExtent, orthoRay, orthoYaw, type OrthoSide } from "../ortho.ts";
import type { PointerToolEvent } from "../types.ts";

const start = timestampNs(1_700_000_000_000_000_000n);
const [length, width, height] = fakeCar.size;
const roomM = 0.3;
/** Around the box of points, with room on all sides. */
const loose: Cuboid<"world"> = {
  center: [fakeCar.center[0], fakeCar.center[1], (height + roomM) / 2],
  size: [length + 2 * roomM, width + 2 * roomM, height + roomM],
  rotation: fromYaw(0),
};
const pixelM = 0.02;

const shown = (h: Harness): Cuboid<"world"> => h.state.moment.tracks[0].cuboid;
const withCar = async (cuboid = loose): Promise<Harness> => {
  const h = await createHarness({ records: carRecords(start, cuboid) });
  h.session.select("track:car-1");
  return h;
};

/** A pointer at `[right, up]` metres from the middle of a parallel view of `cuboid`. */
function send(
  h: Harness,
  side: OrthoSide,
  kind: PointerToolEvent["kind"],
  at: Vec2,
  modifiers: Partial<PointerToolEvent["modifiers"]> = {},
  cuboid = loose,
): void {
  h.session.dispatch({
    kind,
    view: { kind: "ortho", side },
    ray: orthoRay(cuboid, side, at),
    at: start,
    pixelM: () => pixelM,
    position: [at[0] / pixelM, -at[1] / pixelM],
    button: 0,
    modifiers: { shift: false, ctrl: false, alt: false, ...modifiers },
    viewYawRad: orthoYaw(cuboid, side),
  });
}

function drag(h: Harness, side: OrthoSide, from: Vec2, to: Vec2, modifiers = {}): void {
  send(h, side, "pointer-down", from);
  send(h, side, "pointer-move", to, modifiers);
  send(h, side, "pointer-up", to, modifiers);
}

function doubleClick(h: Harness, side: OrthoSide, at: Vec2): void {
  for (let i = 0; i < 2; i++) {
    send(h, side, "pointer-down", at);
    send(h, side, "pointer-up", at);
  }
  send(h, side, "double-click", at);
}

/** Where the sides lie, along their own outward axes from the world's origin (the cuboid is not turned). */
function sides({ center, size }: Cuboid<"world">): Readonly<Record<Face, number>> {
  return {
    front: center[0] + size[0] / 2,
    rear: size[0] / 2 - center[0],
    left: center[1] + size[1] / 2,
    right: size[1] / 2 - center[1],
    top: center[2] + size[2] / 2,
    bottom: size[2] / 2 - center[2],
  };
}
const changed = (h: Harness, from = loose): readonly string[] => {
  const [a, b] = [sides(from), sides(shown(h))];
  return (Object.keys(a) as Face[]).filter((face) => Math.abs(a[face] - b[face]) > 1e-6);
};

describe("sides and their points (rule 31)", () => {
  it("Shift+R brings all but the bottom to the points, in one step of undo; again it says that there is nothing", async () => {
    const h = await withCar();
    const before = h.labels();
    h.press("Shift+KeyR");
    expect(changed(h)).toEqual(["front", "rear", "left", "right", "top"]);
    expect(shown(h).size).toEqual([length, width, height].map((each) => expect.closeTo(each, 0.7)));
    h.press("Shift+KeyR");
    expect(h.state.notice?.label).toEqual({ message: "notice.no-point-there", params: { name: "car-1" } });
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
  });

  it("a double-click on an edge of a parallel view brings that side, on a corner both; inside and beside it nothing", async () => {
    for (const [side, at, faces] of [
      ["top", [1, 0], ["front"]],
      ["top", [0, -1], ["right"]],
      ["side", [0, 1], ["top"]],
      ["rear", [-1, 1], ["left", "top"]],
      ["top", [0.1, 0.1], []],
    ] as const) {
      const h = await withCar();
      const before = h.labels();
      const half = orthoExtent(loose, side).map((extent) => extent / 2);
      doubleClick(h, side, [at[0] * half[0], at[1] * half[1]]);
      expect(changed(h)).toEqual(faces);
      h.expectState("idle");
      if (faces.length > 0) h.press("$mod+KeyZ");
      expect([h.labels(), h.state.selectedId]).toEqual([before, "track:car-1"]);
    }
  });

  it("so does one on a handle in the 3D view; elsewhere it focuses as before", async () => {
    const h = await withCar();
    h.eye = [fakeCar.center[0] + 14, fakeCar.center[1], 6];
    const [x, y, z] = [sides(loose).front, loose.center[1], loose.center[2]];
    h.doubleClick(x, y, { z });
    expect(changed(h)).toEqual(["front"]);
    const serial = h.state.viewRequest.serial;
    h.eye = [fakeCar.center[0], fakeCar.center[1], 30];
    h.doubleClick(fakeCar.center[0] - 0.9, fakeCar.center[1] + 0.4, { z: height });
    expect(h.state.viewRequest.serial).toBe(serial + 1);
  });

  it("Ctrl while a side is pulled brings it to the points, while a corner is, both", async () => {
    const h = await withCar();
    const half = loose.size.map((size) => size / 2);
    drag(h, "top", [half[0], 0], [half[0] + 0.2, 0.1], { ctrl: true });
    expect(changed(h)).toEqual(["front"]);
    expect(sides(shown(h)).front).toBeCloseTo(fakeCar.center[0] + length / 2, 0.7);
    h.press("$mod+KeyZ");
    drag(h, "side", [half[0], half[2]], [half[0] + 0.1, half[2] + 0.1], { ctrl: true });
    expect(changed(h)).toEqual(["front", "top"]);
  });

  it("Ctrl while the whole is moved fits it, Shift with its size; Esc puts it back", async () => {
    const beside: Cuboid<"world"> = { ...loose, center: vec.add(loose.center, [0.5, 0.4, 0]), size: [4.4, 1.9, 1.6] };
    const h = await withCar(beside);
    const before = h.labels();
    for (const shift of [false, true]) {
      send(h, "top", "pointer-down", [0.1, 0.1], {}, beside);
      send(h, "top", "pointer-move", [-0.2, -0.1], { ctrl: true, shift }, beside);
      h.expectState("dragging");
      const { center, size } = shown(h);
      expect(Math.hypot(center[0] - fakeCar.center[0], center[1] - fakeCar.center[1])).toBeLessThan(0.25);
      if (shift) expect(size).toEqual(beside.size);
      else expect(size).not.toEqual(beside.size);
      h.session.dispatch({ kind: "cancel" });
      expect([h.labels(), shown(h)]).toEqual([before, beside]);
    }
  });

  it("comma and full stop move the side that the pointer means in, point by point, and out", async () => {
    const h = await withCar();
    const before = h.labels();
    const half = loose.size.map((size) => size / 2);
    h.press("Comma");
    expect(h.labels()).toBe(before);
    send(h, "top", "pointer-move", [half[0] - 0.1, 0.3]);
    expect(h.session.pointedFace).toBe("front");
    h.press("Comma");
    expect(changed(h)).toEqual(["front"]);
    const first = sides(shown(h)).front;
    h.press("Comma");
    expect(sides(shown(h)).front).toBeLessThan(first - 0.015);
    h.press("Period");
    expect(sides(shown(h)).front).toBeCloseTo(first, 1);
    for (let i = 0; i < 3; i++) h.press("$mod+KeyZ");
    expect(h.labels()).toBe(before);
    send(h, "rear", "pointer-move", [0.1, half[2] + 0.4]);
    expect(h.session.pointedFace).toBe("top");
    h.session.leaveView();
    expect(h.session.pointedFace).toBeUndefined();
    // In the 3D view: the side under the pointer.
    h.pointerMove(fakeCar.center[0], fakeCar.center[1], { z: loose.size[2] });
    expect(h.session.pointedFace).toBe("top");
  });
});
