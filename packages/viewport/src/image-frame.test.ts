import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameImage, panBy, toImage, toView, unzoomed, zoomAt } from "./image-frame.ts";

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
});
