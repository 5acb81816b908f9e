/** CSS pixels from the top left of the view. */
export interface TagBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface TagCandidate {
  /** Higher is placed first. */
  readonly priority: number;
  /** Where the tag points to: the middle of its lower edge. */
  readonly anchor: readonly [x: number, y: number];
  readonly widthPx: number;
  /** Where its upper edge may be instead, below what it names, when there is no room above; only the selection has it. */
  readonly belowPx?: number;
}

export const tagHeightPx = 18;
/** Free space beside a tag, and from one tag's top to the next one's. */
const gapPx = 3;
const stepPx = 21;

/**
 * The tags that fit, by priority: one that would overlap a placed one (closer than 3 px beside it or 21 px above or
 * below it) or leave the view is dropped, never moved, but for one that may stand below. The result has the candidates' order; undefined: dropped.
 */
export function placeTags(candidates: readonly TagCandidate[], view: TagBox): (TagBox | undefined)[] {
  const order = candidates
    .map((candidate, index) => ({ candidate, index }))
    .toSorted((a, b) => b.candidate.priority - a.candidate.priority || a.index - b.index);
  const placed: TagBox[] = [];
  const result: (TagBox | undefined)[] = candidates.map(() => undefined);
  for (const { candidate, index } of order) {
    const above: TagBox = {
      left: candidate.anchor[0] - candidate.widthPx / 2,
      top: candidate.anchor[1] - tagHeightPx,
      width: candidate.widthPx,
      height: tagHeightPx,
    };
    const places = candidate.belowPx === undefined ? [above] : [above, { ...above, top: candidate.belowPx }];
    const box = places.find((place) => within(place, view) && !placed.some((other) => tooClose(place, other)));
    if (!box) continue;
    placed.push(box);
    result[index] = box;
  }
  return result;
}

const within = (box: TagBox, view: TagBox): boolean =>
  box.left >= view.left &&
  box.top >= view.top &&
  box.left + box.width <= view.left + view.width &&
  box.top + box.height <= view.top + view.height;

const tooClose = (a: TagBox, b: TagBox): boolean =>
  a.left < b.left + b.width + gapPx && b.left < a.left + a.width + gapPx && Math.abs(a.top - b.top) < stepPx;
