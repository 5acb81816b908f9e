import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reduced, reductionFor } from "./reduction.ts";

describe("rule 16: images are decoded as large as they are seen", () => {
  it("a tile of 210 pixels has a quarter of 1600, an image seen closer up than 1 : 2 all of it", () => {
    expect([0, 210 / 1600, 0.25, 0.26, 0.5, 0.51, 1, 3].map(reductionFor)).toEqual([8, 4, 4, 2, 2, 1, 1, 1]);
  });

  it("never fewer pixels than the screen has, and never twice as many as needed where fewer would do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8000 }), fc.double({ min: 0.001, max: 4, noNaN: true }), (side, scale) => {
        const reduction = reductionFor(scale);
        const { width } = reduced({ width: side, height: side }, reduction);
        if (reduction > 1) expect(width).toBeGreaterThanOrEqual(side * scale - 1e-9);
        if (reduction < 8) expect(2 * reduction * scale).toBeGreaterThan(1);
      }),
    );
  });
});
