import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameAround, frameImage, panBy, toImage, toView, unzoomed, zoomAt } from "./image-frame.ts";

const image = { width: 1600, height: 900 };
const view = { width: 400, height: 300 };

describe("how an image lies in its view", () => {
  it("contain shows all of it in the middle, cover fills the view", () => {
    expect(frameImage(image, view, "contain", unzoomed)).toEqual({ scale: 0.25, left: 0, top: 37.5 });
    const cover = frameImage(image, view, "cover", unzoomed);
    expect(cover.scale).toBeCloseTo(1 / 3, 12);
    expect(cover.top).toBeCloseTo(0, 9);
  });

  it("the first pixel's centre lies half a pixel inside", () => {
    expect(toView({ scale: 2, left: 10, top: 20 }, [0, 0])).toEqual([11, 21]);
  });

  it("any zoom at any place: pixels go there and back, and the one under the pointer stays", () => {
    const coordinate = fc.double({ min: 0, max: 300, noNaN: true });
    const factor = fc.double({ min: 0.2, max: 5, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, fc.array(factor, { maxLength: 6 }), (x, y, factors) => {
        let zoom = zoomAt(unzoomed, 3, [200, 150], view);
        for (const f of factors) {
          const before = toImage(frameImage(image, view, "contain", zoom), [x, y]);
          zoom = zoomAt(zoom, f, [x, y], view);
          const frame = frameImage(image, view, "contain", zoom);
          const there = toView(frame, toImage(frame, [x, y]));
          expect(there[0]).toBeCloseTo(x, 6);
          expect(there[1]).toBeCloseTo(y, 6);
          if (zoom.zoom === 1) expect(zoom).toEqual(unzoomed);
          else toImage(frame, [x, y]).forEach((c, i) => expect(c).toBeCloseTo(before[i], 4));
        }
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it("a pan stops where the picture's border reaches the view's", () => {
    const zoomed = zoomAt(unzoomed, 2, [200, 150], view);
    const far = panBy(zoomed, [1e6, -1e6], image, view, "contain");
    const frame = frameImage(image, view, "contain", far);
    expect(frame.left).toBeCloseTo(0, 9);
    expect(frame.top + image.height * frame.scale).toBeCloseTo(view.height, 9);
    expect(panBy(unzoomed, [50, 50], image, view, "contain").shift).toEqual([0, 0]);
  });

  it("a close-up puts the thing into the middle at 60 % of the view, and stays inside the picture", () => {
    const middle = frameAround({ min: [700, 400], max: [900, 500] }, image, view, "contain");
    expect(middle.scale).toBeCloseTo((0.6 * 400) / 200, 9);
    expect(toView(middle, [800, 450])).toEqual([expect.closeTo(200, 9), expect.closeTo(150, 9)]);
    const corner = frameAround({ min: [0, 0], max: [100, 60] }, image, view, "contain");
    expect([corner.left, corner.top]).toEqual([0, 0]);
  });

  it("any close-up is at least as near as the fit, never beyond 3 pixels a pixel, and shows all of the thing", () => {
    const along = fc.double({ min: 0, max: 1600, noNaN: true });
    const down = fc.double({ min: 0, max: 900, noNaN: true });
    fc.assert(
      fc.property(along, along, down, down, (a, b, c, d) => {
        const bounds = { min: [Math.min(a, b), Math.min(c, d)], max: [Math.max(a, b), Math.max(c, d)] } as const;
        const frame = frameAround(bounds, image, view, "contain");
        expect(frame.scale).toBeGreaterThanOrEqual(0.25);
        expect(frame.scale).toBeLessThanOrEqual(3);
        const [left, top] = toView(frame, [bounds.min[0] - 0.5, bounds.min[1] - 0.5]);
        const [right, bottom] = toView(frame, [bounds.max[0] - 0.5, bounds.max[1] - 0.5]);
        expect(Math.min(left, top)).toBeGreaterThan(-2);
        expect(right).toBeLessThan(view.width + 2);
        expect(bottom).toBeLessThan(view.height + 2);
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
