import { openShare, turner, type RectangleEvidence, type TurnedEvidence } from "./rectangle-evidence.ts";

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

/**
 * What counts against a rectangle, beside its size: shares of the object's cells outside it; of its area that was seen
 * through; other things in it (of the object's cells); of the body's points off the sides that face the sensor; of the
 * directions to it in which nothing of it was seen. Each may be halved or doubled with a change of 0.01–0.04 in the figures
 * of assist's README.
 */
const weights = { out: 8, free: 10, other: 2, sides: 3, open: 3, size: 0.5 };
/** Truth stands this far around the points (assist.md: 0.04–0.2 m). */
const slackM = 0.08;

/** Widths of the strip along a visible side in which the body's points should lie. */
const stripInM = 0.3;
const stripOutM = 0.1;
/** Rays and neighbours this near to a side say nothing: noise, and the width of the cells. */
const marginM = 0.1;
/** The place that was clicked may lie this far outside. */
const besideM = 0.15;
const coarseRad = (5 * Math.PI) / 180;
const fineRad = [-2.5, -1.5, -0.75, 0.75, 1.5, 2.5].map((degrees) => (degrees * Math.PI) / 180);
/** What the points cover is tried as a size from and up to this much of the usual one. */
const leastOfUsual = 0.6;
const mostOfUsual = 1.6;
/** Sizes of the grid, in deviations from the usual one, and the distance of its places. */
const triedSizes = [-1, 0, 1];
const gridM = 0.4;
const mostSteps = 24;

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
  return best;
}

/** Along an axis nothing farther from the place is asked for. */
const farthestM = (usualM: number): number => mostOfUsual * usualM + besideM + stripOutM + 2 * slackM;

function yawsToTry(heading: RectanglePrior["heading"]): readonly number[] {
  const count = heading ? Math.ceil((2 * heading.toleranceRad) / coarseRad) + 1 : Math.round(Math.PI / coarseRad);
  if (count === 1 && heading) return [heading.yawRad];
  const from = heading ? heading.yawRad - heading.toleranceRad : 0;
  const step = heading ? (2 * heading.toleranceRad) / (count - 1) : coarseRad;
  return Array.from({ length: count }, (_, k) => from + k * step);
}

/** The cost of an upright rectangle in turned axes, or anything not below the limit where it is not. */
type Judge = (
  turned: TurnedEvidence,
  u0: number,
  u1: number,
  v0: number,
  v1: number,
  costOfSize: number,
  limit: number,
) => number;

function judgeOf(open: (corners: Float64Array) => number): Judge {
  const corners = new Float64Array(8);
  return (turned, u0, u1, v0, v1, costOfSize, limit) => {
    let cost = costOfSize + weights.out * (1 - turned.own(u0, u1, v0, v1));
    if (cost >= limit) return cost;
    const free = turned.free(u0 + marginM, u1 - marginM, v0 + marginM, v1 - marginM);
    cost += (weights.free * free) / ((u1 - u0) * (v1 - v0));
    if (cost >= limit) return cost;
    cost += weights.other * turned.other(u0 + marginM, u1 - marginM, v0 + marginM, v1 - marginM);
    if (cost >= limit) return cost;
    cost += weights.sides * (1 - nearSides(turned, u0, u1, v0, v1));
    if (cost >= limit) return cost;
    const { cos, sin } = turned;
    for (let k = 0; k < 4; k++) {
      const u = k === 0 || k === 3 ? u0 : u1;
      const v = k < 2 ? v0 : v1;
      corners[2 * k] = cos * u - sin * v;
      corners[2 * k + 1] = sin * u + cos * v;
    }
    return cost + weights.open * open(corners);
  };
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
    const lengths = triedAlong(lengthM, spread[0], lowU, highU);
    const widths = triedAlong(widthM, spread[1], lowV, highV);
    for (const length of lengths) {
      for (const width of widths) {
        const costOfSize = length.cost + width.cost;
        if (costOfSize >= bestCost) break;
        for (const u of length.places) {
          const u0 = u - length.sizeM / 2;
          for (const v of width.places) {
            const v0 = v - width.sizeM / 2;
            const cost = judge(turned, u0, u0 + length.sizeM, v0, v0 + width.sizeM, costOfSize, bestCost);
            if (cost >= bestCost) continue;
            bestCost = cost;
            const center = [cos * u - sin * v, sin * u + cos * v] as const;
            best = { center, lengthM: length.sizeM, widthM: width.sizeM, yawRad, cost };
          }
        }
      }
    }
  }
  return best;
}

/** Share of the body's points along the sides that face the sensor. */
function nearSides(turned: TurnedEvidence, u0: number, u1: number, v0: number, v1: number): number {
  const { sensorU, sensorV } = turned;
  const seesU = sensorU < u0 || sensorU > u1;
  const seesV = sensorV < v0 || sensorV > v1;
  const [fromU, toU] = sensorU < u0 ? [u0 - stripOutM, u0 + stripInM] : [u1 - stripInM, u1 + stripOutM];
  const [fromV, toV] = sensorV < v0 ? [v0 - stripOutM, v0 + stripInM] : [v1 - stripInM, v1 + stripOutM];
  let share = 0;
  if (seesU) share += turned.body(fromU, toU, v0 - stripOutM, v1 + stripOutM);
  if (seesV) share += turned.body(u0 - stripOutM, u1 + stripOutM, fromV, toV);
  if (seesU && seesV) share -= turned.body(fromU, toU, fromV, toV);
  return Math.min(1, share);
}

interface Tried {
  readonly sizeM: number;
  readonly cost: number;
  /** Centres, metres along the axis. */
  readonly places: readonly number[];
}

/** Sizes to try along an axis with what each costs, the least first: around the usual one, and what the points cover. */
function triedAlong(usualM: number, spread: number, lowM: number, highM: number): readonly Tried[] {
  if (spread === 0) return [{ sizeM: usualM, cost: 0, places: placesOf(lowM, highM, usualM) }];
  const tried = triedSizes.map((k) => usualM * Math.exp(k * spread));
  const covered = highM - lowM + 2 * slackM;
  if (covered > leastOfUsual * usualM && covered < mostOfUsual * usualM) tried.push(covered);
  return tried
    .map((sizeM) => ({ sizeM, cost: costOf(sizeM, usualM, spread), places: placesOf(lowM, highM, sizeM) }))
    .sort((a, b) => a.cost - b.cost);
}

/** What a size costs that is not the usual one. */
const costOf = (sizeM: number, usualM: number, spread: number): number =>
  spread === 0 ? 0 : weights.size * (Math.log(sizeM / usualM) / spread) ** 2;

/** Centres to try along an axis: from where the low ends meet to where the high ends do, with the place inside. */
function placesOf(lowM: number, highM: number, sizeM: number): readonly number[] {
  const atLow = lowM - slackM + sizeM / 2;
  const atHigh = highM + slackM - sizeM / 2;
  const steps = Math.min(mostSteps, Math.max(1, Math.ceil(Math.abs(atHigh - atLow) / gridM)));
  const places: number[] = [];
  for (let k = 0; k <= steps; k++) {
    const center = atLow + ((atHigh - atLow) * k) / steps;
    if (Math.abs(center) <= sizeM / 2 + besideM) places.push(center);
  }
  return places;
}
