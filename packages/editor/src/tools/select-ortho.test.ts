import {
  fromYaw,
  rotate,
  timestampNs,
  transformPoint,
  cuboidPose,
  vec,
  type Cuboid,
  type Vec2,
  type Vec3,
} from "@sweepmark/geometry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carRecords, createHarness, type Harness } from "../harness.ts";
import { orthoAxes, orthoExtent, orthoRay, orthoYaw, type OrthoSide } from "../ortho.ts";
import type { PointerToolEvent } from "../types.ts";

const start = timestampNs(1_700_000_000_000_000_000n);
const box: Cuboid<"world"> = { center: [12, 3, 0.8], size: [4.5, 1.9, 1.6], rotation: fromYaw(0.7) };
const sides: readonly OrthoSide[] = ["top", "side", "rear"];
const pixelM = 0.02;

const shown = (h: Harness): Cuboid<"world"> => h.state.moment.tracks[0].cuboid;
const withCar = async (): Promise<Harness> => {
  const h = await createHarness({ records: carRecords(start, box) });
  h.session.select("track:car-1");
  return h;
};

/** A pointer at `[right, up]` metres from the middle of a view of `box`. */
function send(
  h: Harness,
  side: OrthoSide,
  kind: PointerToolEvent["kind"],
  at: Vec2,
  modifiers: Partial<PointerToolEvent["modifiers"]> = {},
): { readonly captured: boolean; readonly cursor?: string } {
  return h.session.dispatch({
    kind,
    view: { kind: "ortho", side },
    ray: orthoRay(box, side, at),
    at: start,
    pixelM: () => pixelM,
    position: [at[0] / pixelM, -at[1] / pixelM],
    button: 0,
    modifiers: { shift: false, ctrl: false, alt: false, ...modifiers },
    viewYawRad: orthoYaw(box, side),
  });
}

function drag(h: Harness, side: OrthoSide, from: Vec2, to: Vec2, modifiers = {}): void {
  send(h, side, "pointer-down", from);
  send(h, side, "pointer-move", to, modifiers);
  send(h, side, "pointer-up", to, modifiers);
}

/** A point of the box before, in half sizes, as a place in world. */
const corner = (cuboid: Cuboid<"world">, [x, y, z]: Vec3): Vec3 =>
  transformPoint(cuboidPose(cuboid), [
    (x * cuboid.size[0]) / 2,
    (y * cuboid.size[1]) / 2,
    (z * cuboid.size[2]) / 2,
  ] as Vec3);

describe("parallel views of the selection (rule 27)", () => {
  it("have right-handed axes in the cuboid's own; left is left from the rear", () => {
    for (const side of sides) {
      const { right, up, into } = orthoAxes(box, side);
      expect(vec.distance(vec.cross(right, up), vec.scale(into, -1))).toBeLessThan(1e-12);
    }
    const left = rotate(box.rotation, [0, 1, 0]);
    expect(vec.dot(orthoAxes(box, "rear").right, left)).toBeCloseTo(-1);
    expect(vec.dot(orthoAxes(box, "top").up, left)).toBeCloseTo(1);
    expect(vec.dot(orthoAxes(box, "side").into, left)).toBeCloseTo(1);
  });

  it("an edge follows the pointer and the opposite one stays, in each view", async () => {
    for (const side of sides) {
      const h = await withCar();
      const [width, height] = orthoExtent(box, side);
      drag(h, side, [width / 2, 0.1], [width / 2 + 0.5, 0.3]);
      expect(orthoExtent(shown(h), side)[0]).toBeCloseTo(width + 0.5);
      expect(orthoExtent(shown(h), side)[1]).toBeCloseTo(height);
      const kept: Vec3 = side === "rear" ? [0, 1, 0] : [-1, 0, 0];
      expect(vec.distance(corner(shown(h), kept), corner(box, kept))).toBeLessThan(1e-9);
    }
  });

  it("a corner moves two faces; Shift keeps the centre", async () => {
    const h = await withCar();
    const [length, height] = orthoExtent(box, "side");
    drag(h, "side", [-length / 2, height / 2], [-length / 2 - 0.4, height / 2 + 0.2]);
    expect(shown(h).size).toEqual([expect.closeTo(length + 0.4), box.size[1], expect.closeTo(height + 0.2)]);
    expect(vec.distance(corner(shown(h), [1, 0, -1]), corner(box, [1, 0, -1]))).toBeLessThan(1e-9);
    h.session.undo();
    drag(h, "side", [-length / 2, height / 2], [-length / 2 - 0.4, height / 2 + 0.2], { shift: true });
    expect(shown(h).size).toEqual([expect.closeTo(length + 0.8), box.size[1], expect.closeTo(height + 0.4)]);
    expect(vec.distance(shown(h).center, box.center)).toBeLessThan(1e-9);
  });

  it("what is inside moves it in the view's plane, as far as the pointer goes; undo gives it back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sides),
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: -9, max: 9, noNaN: true }),
        async (side, right, up) => {
          fc.pre(Math.hypot(right, up) > 0.2);
          const h = await withCar();
          const before = h.labels();
          drag(h, side, [0.1, 0.1], [0.1 + right, 0.1 + up]);
          const axes = orthoAxes(box, side);
          const by = vec.add(vec.scale(axes.right, right), vec.scale(axes.up, up));
          expect(vec.distance(shown(h).center, vec.add(box.center, by))).toBeLessThan(1e-6);
          expect(shown(h).size).toEqual(box.size);
          h.session.undo();
          expect(h.labels()).toBe(before);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("the knob in the top view turns it; Esc puts it back at every point", async () => {
    const h = await withCar();
    const before = h.labels();
    const radius = box.size[0] / 2 + 0.12 * box.size[0];
    for (const stop of ["pointing", "dragging"] as const) {
      send(h, "top", "pointer-down", [radius, 0]);
      h.expectState("pointing");
      if (stop === "dragging") send(h, "top", "pointer-move", [0, radius]);
      h.expectState(stop);
      h.session.dispatch({ kind: "cancel" });
      expect(h.labels()).toBe(before);
      expect(shown(h)).toEqual(box);
    }
    drag(h, "top", [radius, 0], [0, radius]);
    expect(Math.abs(vec.dot(rotate(shown(h).rotation, [1, 0, 0]), rotate(box.rotation, [0, 1, 0])))).toBeCloseTo(1);
  });

  it("a press beside it means nothing, selects nothing, and says so by the cursor", async () => {
    const h = await withCar();
    const before = h.labels();
    expect(send(h, "side", "pointer-down", [6, 3]).captured).toBe(false);
    send(h, "side", "pointer-up", [6, 3]);
    expect([h.state.selectedId, h.labels()]).toEqual(["track:car-1", before]);
    expect(send(h, "side", "pointer-move", [6, 3]).cursor).toBe("default");
    expect(send(h, "side", "pointer-move", [0, 0]).cursor).toBe("move");
    expect(send(h, "side", "pointer-move", [box.size[0] / 2, 0.2]).cursor).toBe("ew-resize");
    expect(send(h, "side", "pointer-move", [0.3, box.size[2] / 2]).cursor).toBe("ns-resize");
  });

  it("W A S D act in the view under the pointer: from the side up is higher", async () => {
    const h = await withCar();
    send(h, "rear", "pointer-move", [0, 0]);
    h.press("KeyW").press("KeyD");
    const { right } = orthoAxes(box, "rear");
    const by = vec.add(vec.scale(right, 0.1), [0, 0, 0.1]);
    expect(vec.distance(shown(h).center, vec.add(box.center, by))).toBeLessThan(1e-9);
    h.session.leaveView();
    expect(h.session.viewUp).toBe("away");
  });
});
