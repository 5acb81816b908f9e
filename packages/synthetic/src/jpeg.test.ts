import { decode } from "jpeg-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createJpegEncoder } from "./jpeg.ts";
import { createRandom } from "./random.ts";

/** Largest difference of a channel at a pixel, after jpeg-js has read the bytes. */
function worst(rgb: Uint8Array, width: number, height: number, quality: number): number {
  const picture = decode(createJpegEncoder(quality).encode(rgb, width, height), {
    useTArray: true,
    formatAsRGBA: false,
  });
  expect([picture.width, picture.height]).toEqual([width, height]);
  let difference = 0;
  for (let i = 0; i < rgb.length; i++) difference = Math.max(difference, Math.abs(rgb[i] - picture.data[i]));
  return difference;
}

describe("jpeg (read back by jpeg-js)", () => {
  it("keeps any flat colour and any size", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        byte,
        byte,
        byte,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (r, g, b, width, height) => {
          const rgb = new Uint8Array(width * height * 3).map((_, i) => [r, g, b][i % 3]);
          expect(worst(rgb, width, height, 95)).toBeLessThanOrEqual(4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps a smooth ramp within a few levels", () => {
    const [width, height] = [96, 64];
    const rgb = new Uint8Array(width * height * 3).map(
      (_, i) => (Math.floor(i / 3) % width) * 2 + Math.floor(i / 3 / width),
    );
    expect(worst(rgb, width, height, 92)).toBeLessThanOrEqual(6);
  });

  it("survives noise, the worst case for the buffer", () => {
    const random = createRandom(1);
    const [width, height] = [208, 160];
    const rgb = new Uint8Array(width * height * 3).map(() => random.next() * 256);
    const grey = rgb.map((_, i) => rgb[i - (i % 3)]);
    expect(worst(grey, width, height, 100)).toBeLessThanOrEqual(12);
  });
});
