import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeTags, tagHeightPx, type TagBox, type TagCandidate } from "./place-tags.ts";

const view: TagBox = { left: 0, top: 40, width: 800, height: 500 };
const candidate = (x: number, y: number, priority: number, widthPx = 60): TagCandidate => ({
  anchor: [x, y],
  priority,
  widthPx,
});
const anyCandidates = fc.array(
  fc.record({
    anchor: fc.tuple(fc.double({ min: -50, max: 850, noNaN: true }), fc.double({ min: -50, max: 650, noNaN: true })),
    priority: fc.integer({ min: 0, max: 50 }),
    widthPx: fc.integer({ min: 16, max: 160 }),
  }),
  { maxLength: 60 },
);

describe("rule 6: tags are placed by priority, dropped on overlap, never moved", () => {
  it("of two at one place the more important one stays", () => {
    const [low, high] = placeTags([candidate(100, 100, 1), candidate(110, 105, 2)], view);
    expect(low).toBeUndefined();
    expect(high).toEqual({ left: 80, top: 105 - tagHeightPx, width: 60, height: tagHeightPx });
  });

  it("needs 3 px beside and 21 px above", () => {
    const both = (b: TagCandidate): boolean => placeTags([candidate(100, 100, 2), b], view)[1] !== undefined;
    expect(both(candidate(162, 100, 1))).toBe(false);
    expect(both(candidate(163, 100, 1))).toBe(true);
    expect(both(candidate(100, 120, 1))).toBe(false);
    expect(both(candidate(100, 121, 1))).toBe(true);
  });

  it("never lies over what the page has at the edges", () => {
    expect(placeTags([candidate(100, 57, 1)], view)).toEqual([undefined]);
    expect(placeTags([candidate(100, 58, 1)], view)[0]?.top).toBe(40);
  });

  it("stands below its cuboid where it may and there is no room above", () => {
    const selected: TagCandidate = { ...candidate(100, 45, 2), belowPx: 90 };
    expect(placeTags([selected], view)[0]).toMatchObject({ left: 70, top: 90 });
    expect(placeTags([{ ...selected, anchor: [100, 80] }], view)[0]?.top).toBe(80 - tagHeightPx);
    expect(placeTags([{ ...selected, belowPx: 530 }], view)).toEqual([undefined]);
  });

  it("any: placed ones are at their anchors, inside, apart; a dropped one has a reason that is as important", () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        const boxes = placeTags(candidates, view);
        const apart = (a: TagBox, b: TagBox): boolean =>
          a.left >= b.left + b.width + 3 || b.left >= a.left + a.width + 3 || Math.abs(a.top - b.top) >= 21;
        boxes.forEach((box, i) => {
          const { anchor, widthPx, priority } = candidates[i];
          const wanted = {
            left: anchor[0] - widthPx / 2,
            top: anchor[1] - tagHeightPx,
            width: widthPx,
            height: tagHeightPx,
          };
          if (box) {
            expect(box).toEqual(wanted);
            boxes.forEach((other, k) => {
              if (other && k !== i) expect(apart(box, other)).toBe(true);
            });
            return;
          }
          const leaves =
            wanted.left < view.left ||
            wanted.top < view.top ||
            wanted.left + wanted.width > view.left + view.width ||
            wanted.top + wanted.height > view.top + view.height;
          const blocked = boxes.some(
            (other, k) => other && candidates[k].priority >= priority && !apart(wanted, other),
          );
          expect(leaves || blocked).toBe(true);
        });
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
