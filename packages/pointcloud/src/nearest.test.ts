import { describe, expect, it } from "vitest";
import type { Ray } from "@sweepmark/geometry";
import { nearestToRay } from "./nearest.ts";

const ray: Ray<"lidar"> = { origin: [0, 0, 0], direction: [1, 0, 0] };
/** Orthographic: a pixel is 5 cm. */
const ortho = () => 0.05;
/** Perspective: a pixel is 1 mm at 1 m. */
const perspective = (distanceM: number) => 0.001 * distanceM;

describe("the point under a pointer (rule 3)", () => {
  it("is the one nearest to the ray, in pixels", () => {
    // 10 mm at 10 m is 1 px, 30 mm at 10 m is 3 px.
    const positions = Float32Array.of(10, 0.03, 0, 10, 0.01, 0);
    const hit = nearestToRay(positions, ray, perspective, 8);
    expect(hit?.index).toBe(1);
    expect(hit?.distanceM).toBeCloseTo(10, 6);
    expect(hit?.offPixels).toBeCloseTo(1, 4);
  });

  it("is in front: a car 5 px off wins over the wall behind it right under the pointer", () => {
    const positions = Float32Array.of(20, 0, 0, 10, 0.05, 0);
    expect(nearestToRay(positions, ray, perspective, 8)?.index).toBe(1);
  });

  it("on ground seen at a flat angle is the one under the pointer, not the nearer one beside it", () => {
    const positions = Float32Array.of(49, 0.3, 0, 50, 0.01, 0);
    expect(nearestToRay(positions, ray, perspective, 8)?.index).toBe(1);
  });

  it("is never behind the eye, nor farther off than asked", () => {
    expect(nearestToRay(Float32Array.of(-10, 0, 0), ray, perspective, 8)).toBeUndefined();
    expect(nearestToRay(Float32Array.of(10, 0.081, 0), ray, perspective, 8)).toBeUndefined();
    expect(nearestToRay(Float32Array.of(10, 0.079, 0), ray, perspective, 8)?.index).toBe(0);
    expect(nearestToRay(new Float32Array(0), ray, perspective, 8)).toBeUndefined();
  });

  it("in an orthographic view reaches equally far at every distance", () => {
    expect(nearestToRay(Float32Array.of(1, 0.39, 0), ray, ortho, 8)?.index).toBe(0);
    expect(nearestToRay(Float32Array.of(100, 0.41, 0), ray, ortho, 8)).toBeUndefined();
  });

  it("leaves out what is not accepted, asking only about points within reach", () => {
    const positions = Float32Array.of(10, 0, 0, 10, 0.02, 0, 10, 5, 0);
    const asked: number[] = [];
    const hit = nearestToRay(positions, ray, perspective, 8, (index) => {
      asked.push(index);
      return index !== 0;
    });
    expect(hit?.index).toBe(1);
    expect(asked).toEqual([0, 1]);
  });
});
