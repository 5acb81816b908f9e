import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { transformCuboid, type Cuboid } from "./cuboid.ts";
import { overlap } from "./overlap.ts";
import { fromYaw } from "./quaternion.ts";

fc.configureGlobal({ seed: 1 });
const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const side = fc.double({ min: 0.2, max: 8, noNaN: true });
const upright = fc
  .record({ center: fc.tuple(number(4), number(4), number(2)), size: fc.tuple(side, side, side), yaw: number(4) })
  .map(({ center, size, yaw }): Cuboid<"world"> => ({ center, size, rotation: fromYaw(yaw) }));

const box = ([x, y, z, l, w, h, yaw]: readonly number[]): Cuboid<"world"> => ({
  center: [x, y, z],
  size: [l, w, h],
  rotation: fromYaw(yaw),
});

describe("overlap", () => {
  it("is 1 with itself, also turned by half a turn", () =>
    fc.assert(
      fc.property(upright, number(4), (a, yaw) => {
        expect(overlap(a, a).iou3d).toBeCloseTo(1, 9);
        const flipped = { ...a, rotation: fromYaw(yaw + Math.PI) };
        expect(overlap({ ...a, rotation: fromYaw(yaw) }, flipped).bev).toBeCloseTo(1, 9);
      }),
    ));

  it("does not care who is first, nor where north is", () =>
    fc.assert(
      fc.property(upright, upright, number(1000), number(4), (a, b, shift, yaw) => {
        const here = overlap(a, b);
        expect(overlap(b, a).iou3d).toBeCloseTo(here.iou3d, 9);
        const change = { translation: [shift, -shift, shift] as const, rotation: fromYaw(yaw) };
        const there = overlap(transformCuboid(change, a), transformCuboid(change, b));
        expect(there.iou3d).toBeCloseTo(here.iou3d, 8);
        expect(there.bev).toBeCloseTo(here.bev, 8);
      }),
    ));

  it("lies in [0, 1] and in 3D is at most what it is from above", () =>
    fc.assert(
      fc.property(upright, upright, (a, b) => {
        const { bev, iou3d } = overlap(a, b);
        expect(iou3d).toBeGreaterThanOrEqual(0);
        expect(bev).toBeLessThanOrEqual(1 + 1e-12);
        expect(iou3d).toBeLessThanOrEqual(bev + 1e-12);
      }),
    ));

  const file = new URL("../../../../shared/reference/iou.json", import.meta.url);
  it.skipIf(!existsSync(file))("agrees with shapely within 1e-9 (needs ../shared/reference/iou.json)", () => {
    const { pairs } = JSON.parse(readFileSync(file, "utf8")) as {
      pairs: { a: number[]; b: number[]; iou3d: number; iou_bev: number }[];
    };
    expect(pairs.length).toBeGreaterThan(300);
    for (const { a, b, iou3d, iou_bev } of pairs) {
      const found = overlap(box(a), box(b));
      expect(Math.abs(found.iou3d - iou3d)).toBeLessThan(1e-9);
      expect(Math.abs(found.bev - iou_bev)).toBeLessThan(1e-9);
    }
  });
});
