import { openShare, turner, type RectangleEvidence, type TurnedEvidence } from "./rectangle-evidence.ts";
import {
  costOfSize,
  farthestM,
  hopeAlong,
  judgeOf,
  leastCost,
  leastOfUsual,
  mostOfUsual,
  placesOf,
  slackM,
  type Hope,
  type Judge,
} from "./rectangle-judge.ts";
import { settled } from "./rectangle-settle.ts";

/** What is known of an object before its points are looked at. */
export interface RectanglePrior {
  readonly lengthM: number;
  readonly widthM: number;
  /** Standard deviations of the logarithms of length and width; 0: kept exactly. */
  readonly spread: readonly [length: number, width: number];
  /** Heading of the length, and how far it may be off. Undefined: any. */
  readonly heading?: { readonly yawRad: number; readonly toleranceRad: number };
}

export interface FoundRectangle {
  readonly center: readonly [x: number, y: number];
  readonly lengthM: number;
  readonly widthM: number;
  readonly yawRad: number;
  /** Less is better; 0 would be perfect. Comparable between searches of one place only. */
  readonly cost: number;
}

const coarseRad = (5 * Math.PI) / 180;
const fineRad = [-2.5, -1.5, -0.75, 0.75, 1.5, 2.5].map((degrees) => (degrees * Math.PI) / 180);
/** Yaws that are far apart are looked at first: the best of them soon bounds what is worth a look at the others. */
const apart = [0, 3, 6, 1, 4, 7, 2, 5, 8];
/** Sizes of the grid, in deviations from the usual one. */
const triedSizes = [-1, 0, 1];

/** What is worse than the best by more than this is not looked at more finely. */
const worthMore = 1.5;
const startCount = 3;

/**
 * The best rectangle around the place that the evidence was gathered for (the origin): all yaws in steps of 5°, sizes
 * around the usual one and as the points cover, every way to lay them over the points; then finer yaws around the best.
 * Finer sizes and places fit the points better and the truth worse, which stands around the points (assist's README: 0.53 at
 * IoU 0.7 instead of 0.50). What costs more than the best so far is given up at the first term that says so, which changes no
 * result. Undefined where no rectangle over the points has the place in it.
 */
export function searchRectangle(evidence: RectangleEvidence, prior: RectanglePrior): FoundRectangle | undefined {
  const turn = turner(evidence, [farthestM(prior.lengthM), farthestM(prior.widthM)]);
  const judge = judgeOf(openShare(evidence));
  const { heading } = prior;
  let least = Infinity;
  const coarse = yawsToTry(heading).flatMap((yawRad) => {
    const found = bestAt(turn(yawRad), yawRad, prior, judge, least + worthMore);
    least = Math.min(least, found?.cost ?? Infinity);
    return found ?? [];
  });
  const starts = coarse.toSorted((a, b) => a.cost - b.cost).slice(0, startCount);
  let best: FoundRectangle | undefined = starts[0];
  for (const { yawRad, cost } of starts) {
    if (cost >= starts[0].cost + worthMore) break;
    for (const off of fineRad) {
      if (heading && Math.abs(yawRad + off - heading.yawRad) > heading.toleranceRad + 1e-9) continue;
      best = bestAt(turn(yawRad + off), yawRad + off, prior, judge, best?.cost ?? Infinity) ?? best;
    }
  }
  return best && settled(turn(best.yawRad), best, prior, judge);
}

function yawsToTry(heading: RectanglePrior["heading"]): readonly number[] {
  const count = heading ? Math.ceil((2 * heading.toleranceRad) / coarseRad) + 1 : Math.round(Math.PI / coarseRad);
  if (count === 1 && heading) return [heading.yawRad];
  const from = heading ? heading.yawRad - heading.toleranceRad : 0;
  const step = heading ? (2 * heading.toleranceRad) / (count - 1) : coarseRad;
  const inOrder = Array.from({ length: count }, (_, k) => from + k * step);
  return apart.flatMap((first) => inOrder.filter((_, k) => k % apart.length === first));
}

/** The best of a grid of sizes and places at one yaw. Undefined: none costs less than the limit. */
function bestAt(
  turned: TurnedEvidence,
  yawRad: number,
  { lengthM, widthM, spread }: RectanglePrior,
  judge: Judge,
  limit: number,
): FoundRectangle | undefined {
  const { cos, sin } = turned;
  let best: FoundRectangle | undefined;
  let bestCost = limit;
  for (const [lowU, highU, lowV, highV] of turned.bounds) {
    const lengths = triedAlong(turned, "u", lengthM, spread[0], lowU, highU);
    const widths = triedAlong(turned, "v", widthM, spread[1], lowV, highV);
    for (const length of lengths) {
      for (const width of widths) {
        const sizeCost = length.cost + width.cost;
        if (sizeCost >= bestCost) break;
        for (const u of length.places) {
          if (sizeCost + u.hope.outCost >= bestCost) continue;
          for (const v of width.places) {
            if (sizeCost + leastCost(u.hope, v.hope) >= bestCost) continue;
            const cost = judge(turned, u.low, u.high, v.low, v.high, sizeCost, bestCost);
            if (cost >= bestCost) continue;
            bestCost = cost;
            const [cu, cv] = [(u.low + u.high) / 2, (v.low + v.high) / 2];
            const center = [cos * cu - sin * cv, sin * cu + cos * cv] as const;
            best = { center, lengthM: length.sizeM, widthM: width.sizeM, yawRad, cost };
          }
        }
      }
    }
  }
  return best;
}

interface Tried {
  readonly sizeM: number;
  readonly cost: number;
  readonly places: readonly Place[];
}

/** From where to where along the axis, metres. */
interface Place {
  readonly low: number;
  readonly high: number;
  readonly hope: Hope;
}

/** Sizes to try along an axis with what each costs, the least first: around the usual one, and what the points cover. */
function triedAlong(
  turned: TurnedEvidence,
  axis: "u" | "v",
  usualM: number,
  spread: number,
  lowM: number,
  highM: number,
): readonly Tried[] {
  const covered = highM - lowM + 2 * slackM;
  const sizes = spread === 0 ? [usualM] : triedSizes.map((k) => usualM * Math.exp(k * spread));
  if (spread > 0 && covered > leastOfUsual * usualM && covered < mostOfUsual * usualM) sizes.push(covered);
  return sizes
    .map((sizeM) => ({
      sizeM,
      cost: costOfSize(sizeM, usualM, spread),
      places: placesOf(lowM, highM, sizeM).map((center) => {
        const [low, high] = [center - sizeM / 2, center + sizeM / 2];
        return { low, high, hope: hopeAlong(turned, axis, low, high) };
      }),
    }))
    .sort((a, b) => a.cost - b.cost);
}
