import { cuboidYaw, wrapAngle, type Cuboid, type Vec2 } from "@sweepmark/geometry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeCar } from "../fake-log.ts";
import { createHarness, type Harness } from "../harness.ts";

const [cx, cy] = fakeCar.center;
const [length, width, height] = fakeCar.size;
const only = (h: Harness): Cuboid<"world"> => {
  expect(h.state.moment.tracks).toHaveLength(1);
  return h.state.moment.tracks[0].cuboid;
};
const rear = cx - length / 2;
const front = cx + length / 2;
const near = cy - width / 2;
const far = cy + width / 2;
/** To 0.16 m: what a click hits stands over the ground, and the eye looks at it aslant. */
const tenth = 0.5;
const begun = async (): Promise<Harness> => (await createHarness()).press("Shift+KeyN").expectTool("draw-side");

describe("draw-side (rule 30)", () => {
  it("makes a cuboid of a side and a width by three clicks: as clicked, its height from the points", async () => {
    const h = (await begun()).click(rear, near).expectState("side");
    h.pointerMove(front - 1, near);
    expect(h.state.preview?.cuboid.size[0]).toBeCloseTo(length - 1, tenth);
    h.click(front, near).expectState("width").pointerMove(front, far);
    expect(h.state.preview?.cuboid.size.slice(0, 2)).toEqual([
      expect.closeTo(length, tenth),
      expect.closeTo(width, tenth),
    ]);
    expect([h.labels(), h.state.moment.tracks]).toEqual(["", []]);
    h.click(front, far).expectTool("select");
    const made = only(h);
    expect(made.size).toEqual([length, width, height].map((each) => expect.closeTo(each, tenth)));
    expect(Math.hypot(made.center[0] - cx, made.center[1] - cy)).toBeLessThan(0.1);
    expect(made.center[2] - made.size[2] / 2).toBeCloseTo(0, 1);
    expect(h.state.selectedId).toBe(h.state.moment.tracks[0].track.id);
    h.press("$mod+KeyZ");
    expect(h.labels()).toBe("");
  });

  it("takes the sides of any rectangle, clicked either way round; the longer one is along ego's heading", async () => {
    const part = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(part(-10, -4), part(-12, -8)),
        part(-3.1, 3.1),
        fc.constantFrom([4.2, 1.8], [1.8, 4.2]),
        fc.constantFrom(-1, 1),
        async (from, yawRad, [sideM, widthM], hand) => {
          const [along, across]: readonly [Vec2, Vec2] = [
            [Math.cos(yawRad) * sideM, Math.sin(yawRad) * sideM],
            [-hand * Math.sin(yawRad) * widthM, hand * Math.cos(yawRad) * widthM],
          ];
          const h = await begun();
          h.click(from[0], from[1]);
          h.click(from[0] + along[0], from[1] + along[1]);
          // Anywhere on the opposite side.
          h.click(from[0] + 0.3 * along[0] + across[0], from[1] + 0.3 * along[1] + across[1]);
          const { center, size, rotation } = only(h);
          const middle = [0, 1].map((axis) => from[axis] + (along[axis] + across[axis]) / 2);
          expect(Math.hypot(center[0] - middle[0], center[1] - middle[1])).toBeLessThan(0.02);
          expect(size.slice(0, 2)).toEqual([expect.closeTo(4.2, 1), expect.closeTo(1.8, 1)]);
          const yaw = cuboidYaw({ center, size, rotation });
          expect(Math.cos(yaw)).toBeGreaterThan(-1e-6);
          expect(Math.abs(Math.sin(2 * wrapAngle(yaw - yawRad)))).toBeLessThan(0.02);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("has the class's height with few points, and with Enter its usual width, away from ego", async () => {
    const h = (await begun()).click(-10, -8).click(-5.5, -8).press("Enter").expectTool("select");
    expect(only(h).size).toEqual([expect.closeTo(4.5, 1), 1.9, 1.6]);
    expect(only(h).center[1]).toBeCloseTo(-8 - 0.95, 1);
  });

  it("Esc and Backspace step back click by click, to the tool and out of it, and nothing is left", async () => {
    for (const key of ["Escape", "Backspace"]) {
      const h = (await begun()).click(rear, near).click(front, near).expectState("width");
      h.press(key).expectState("side").pointerMove(front, far);
      expect(h.state.preview).toBeDefined();
      h.press(key).expectState("idle").expectTool("draw-side");
      expect([h.state.preview, h.labels(), h.history.transactions]).toEqual([undefined, "", []]);
    }
    expect((await begun()).press("Escape").state.toolId).toBe("select");
  });

  it("forgets everything with the frame and with the tool", async () => {
    const h = (await begun()).click(rear, near).click(front, near).press("ArrowRight");
    await h.settled();
    h.expectState("idle");
    expect(h.state.preview).toBeUndefined();
    h.click(rear, near).press("KeyN").expectTool("draw-cuboid").expectState("idle");
    expect([h.state.preview, h.labels()]).toEqual([undefined, ""]);
  });

  it("leaves drags to the camera, and takes no click twice at one place", async () => {
    const h = (await begun()).click(rear, near).pointerDown(front, near);
    expect(h.captured).toBe(false);
    h.pointerMove(front + 4, near)
      .pointerUp(front + 4, near)
      .expectState("side");
    h.click(rear, near).expectState("side").click(front, near).click(cx, near).expectState("width");
    expect(h.labels()).toBe("");
  });

  it("names only keys that work now; the number keys are about what is drawn", async () => {
    const h = (await begun()).press("Digit3");
    const keys = (): readonly string[] => h.state.hints.map((hint) => hint.keys);
    expect(keys()).toEqual(["Mouse", "Escape"]);
    h.click(-10, -8);
    expect(keys()).toEqual(["Mouse", "Escape"]);
    h.click(-2, -8);
    expect(keys()).toEqual(["Mouse", "Enter", "Escape"]);
    h.press("Enter");
    expect(h.state.moment.tracks[0].track.classId).toBe("truck");
  });
});
