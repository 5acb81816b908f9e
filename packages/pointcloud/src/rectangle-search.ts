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
const coarseSizes = [-1, 0, 1];
const fineSizes = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];

/**
 * The best rectangle around the place that the evidence was gathered for (the origin): all yaws in steps of 5°, sizes
 * around the usual one and as the points cover, every way to lay them over the points; then finer around the best.
 */
export function searchRectangle(evidence: RectangleEvidence, prior: RectanglePrior): FoundRectangle {
  const turn = turner(evidence);
  const open = openShare(evidence);
  const at = (yawRad: number, sizes: readonly number[], stepM: number): FoundRectangle =>
    bestAt(turn(yawRad), yawRad, prior, open, sizes, stepM);
  const { heading } = prior;
  const coarse = yawsToTry(heading).map((yawRad) => at(yawRad, coarseSizes, 0.4));
  const starts = coarse.toSorted((a, b) => a.cost - b.cost).slice(0, 3);
  const fine = starts.flatMap(({ yawRad, cost }, i) =>
    (cost < starts[0].cost + 1.5 || i === 0 ? [0, ...fineRad] : []).flatMap((off) =>
      heading && Math.abs(yawRad + off - heading.yawRad) > heading.toleranceRad + 1e-9
        ? []
        : at(yawRad + off, fineSizes, 0.15),
    ),
  );
  return fine.reduce((a, b) => (b.cost < a.cost ? b : a));
}

function yawsToTry(heading: RectanglePrior["heading"]): readonly number[] {
  const count = heading ? Math.ceil((2 * heading.toleranceRad) / coarseRad) + 1 : Math.round(Math.PI / coarseRad);
  if (count === 1 && heading) return [heading.yawRad];
  const from = heading ? heading.yawRad - heading.toleranceRad : 0;
  const step = heading ? (2 * heading.toleranceRad) / (count - 1) : coarseRad;
  return Array.from({ length: count }, (_, k) => from + k * step);
}

/** The best size and place at one yaw. */
function bestAt(
  turned: TurnedEvidence,
  yawRad: number,
  { lengthM, widthM, spread }: RectanglePrior,
  open: (corners: Float64Array) => number,
  sizes: readonly number[],
  stepM: number,
): FoundRectangle {
  const { sensorU, sensorV } = turned;
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const corners = new Float64Array(8);
  let best: FoundRectangle = { center: [0, 0], lengthM, widthM, yawRad, cost: Infinity };
  let bestCost = Infinity;
  for (const [lowU, highU, lowV, highV] of turned.bounds) {
    for (const [length, costOfLength] of sizesOf(lengthM, spread[0], highU - lowU, sizes)) {
      if (costOfLength >= bestCost) continue;
      const us = placesOf(lowU, highU, length, stepM);
      for (const [width, costOfWidth] of sizesOf(widthM, spread[1], highV - lowV, sizes)) {
        const costOfSize = costOfLength + costOfWidth;
        if (costOfSize >= bestCost) continue;
        const vs = placesOf(lowV, highV, width, stepM);
        for (const u of us)
          for (const v of vs) {
            const u0 = u - length / 2;
            const u1 = u + length / 2;
            const v0 = v - width / 2;
            const v1 = v + width / 2;
            let cost = costOfSize + weights.out * (1 - turned.own(u0, u1, v0, v1));
            if (cost >= bestCost) continue;
            const free = turned.free(u0 + marginM, u1 - marginM, v0 + marginM, v1 - marginM);
            cost += (weights.free * free) / (length * width);
            if (cost >= bestCost) continue;
            cost += weights.other * turned.other(u0 + marginM, u1 - marginM, v0 + marginM, v1 - marginM);
            if (cost >= bestCost) continue;
            cost += weights.sides * (1 - nearSides(turned, u0, u1, v0, v1, sensorU, sensorV));
            if (cost >= bestCost) continue;
            for (let k = 0; k < 4; k++) {
              const cu = k === 0 || k === 3 ? u0 : u1;
              const cv = k < 2 ? v0 : v1;
              corners[2 * k] = c * cu - s * cv;
              corners[2 * k + 1] = s * cu + c * cv;
            }
            cost += weights.open * open(corners);
            if (cost >= bestCost) continue;
            bestCost = cost;
            best = { center: [c * u - s * v, s * u + c * v], lengthM: length, widthM: width, yawRad, cost };
          }
      }
    }
  }
  return best;
}

/** Share of the body's points along the sides that face the sensor. */
function nearSides(
  turned: TurnedEvidence,
  u0: number,
  u1: number,
  v0: number,
  v1: number,
  sensorU: number,
  sensorV: number,
): number {
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

/** Sizes to try along an axis with what each costs: around the usual one, and what the points cover. */
function sizesOf(
  usualM: number,
  spread: number,
  coveredM: number,
  sizes: readonly number[],
): readonly (readonly [sizeM: number, cost: number])[] {
  if (spread === 0) return [[usualM, 0]];
  const tried = sizes.map((k) => usualM * Math.exp(k * spread));
  const covered = coveredM + 2 * slackM;
  if (covered > 0.6 * usualM && covered < 1.6 * usualM) tried.push(covered);
  return tried.map((sizeM) => [sizeM, weights.size * (Math.log(sizeM / usualM) / spread) ** 2]);
}

/** Centres to try along an axis: from where the low ends meet to where the high ends do, with the place inside. */
function placesOf(lowM: number, highM: number, sizeM: number, stepM: number): readonly number[] {
  const atLow = lowM - slackM + sizeM / 2;
  const atHigh = highM + slackM - sizeM / 2;
  const steps = Math.min(24, Math.max(1, Math.ceil(Math.abs(atHigh - atLow) / stepM)));
  return Array.from({ length: steps + 1 }, (_, k) => atLow + ((atHigh - atLow) * k) / steps).filter(
    (center) => Math.abs(center) <= sizeM / 2 + besideM,
  );
}
