import type { TurnedEvidence } from "./rectangle-evidence.ts";

/**
 * What counts against a rectangle, beside its size: shares of the object's cells outside it; of its area that was seen
 * through; other things in it (of the object's cells); of the body's points off the sides that face the sensor; of the
 * directions to it in which nothing of it was seen. Each may be halved or doubled with a change of 0.01–0.04 in the figures
 * of assist's README.
 */
const weights = { out: 8, free: 10, other: 2, sides: 3, open: 3, size: 0.5 };
/** Truth stands this far around the points (assist.md: 0.04–0.2 m). */
export const slackM = 0.08;

/** Widths of the strip along a visible side in which the body's points should lie. */
const stripInM = 0.3;
const stripOutM = 0.1;
/** Rays and neighbours this near to a side say nothing: noise, and the width of the cells. */
const marginM = 0.1;
/** The place that was clicked may lie this far outside. */
const besideM = 0.15;
/** Places of the grid are so far apart, and no more than this along an axis. */
const gridM = 0.4;
const mostSteps = 24;
/** What the points cover is tried as a size from and up to this much of the usual one. */
export const leastOfUsual = 0.6;
export const mostOfUsual = 1.6;

/** The cost of an upright rectangle in turned axes, or anything not below the limit where it is not. */
export type Judge = (
  turned: TurnedEvidence,
  u0: number,
  u1: number,
  v0: number,
  v1: number,
  sizeCost: number,
  limit: number,
) => number;

export function judgeOf(open: (corners: Float64Array) => number): Judge {
  const corners = new Float64Array(8);
  return (turned, u0, u1, v0, v1, sizeCost, limit) => {
    let cost = sizeCost + weights.out * (1 - turned.own(u0, u1, v0, v1));
    if (cost >= limit) return cost;
    const free = turned.free(u0 + marginM, u1 - marginM, v0 + marginM, v1 - marginM);
    cost += (weights.free * free) / ((u1 - u0) * (v1 - v0));
    if (cost >= limit) return cost;
    cost += weights.sides * (1 - nearSides(turned, u0, u1, v0, v1));
    if (cost >= limit) return cost;
    cost += weights.other * turned.other(u0 + marginM, u1 - marginM, v0 + marginM, v1 - marginM);
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

/** Share of the body's points along the sides that face the sensor. */
function nearSides(turned: TurnedEvidence, u0: number, u1: number, v0: number, v1: number): number {
  const { sensorU, sensorV } = turned;
  const seesU = sensorU < u0 || sensorU > u1;
  const seesV = sensorV < v0 || sensorV > v1;
  const fromU = sensorU < u0 ? u0 - stripOutM : u1 - stripInM;
  const fromV = sensorV < v0 ? v0 - stripOutM : v1 - stripInM;
  const toU = fromU + stripInM + stripOutM;
  const toV = fromV + stripInM + stripOutM;
  let share = 0;
  if (seesU) share += turned.body(fromU, toU, v0 - stripOutM, v1 + stripOutM);
  if (seesV) share += turned.body(u0 - stripOutM, u1 + stripOutM, fromV, toV);
  if (seesU && seesV) share -= turned.body(fromU, toU, fromV, toV);
  return Math.min(1, share);
}

/** What a rectangle from one place to another along an axis has at best, wherever it lies along the other. */
export interface Hope {
  /** What the object's cells beside it cost at least. */
  readonly outCost: number;
  /** Share of the body's points along its side that faces the sensor. */
  readonly sideShare: number;
}

export function hopeAlong(turned: TurnedEvidence, axis: "u" | "v", low: number, high: number): Hope {
  const sensor = axis === "u" ? turned.sensorU : turned.sensorV;
  const from = sensor < low ? low - stripOutM : high - stripInM;
  const to = from + stripInM + stripOutM;
  const all = Infinity;
  const own = axis === "u" ? turned.own(low, high, -all, all) : turned.own(-all, all, low, high);
  const side = axis === "u" ? turned.body(from, to, -all, all) : turned.body(-all, all, from, to);
  return { outCost: weights.out * (1 - own), sideShare: sensor < low || sensor > high ? side : 0 };
}

/** What a rectangle costs at least, its size aside. */
export const leastCost = (u: Hope, v: Hope): number =>
  Math.max(u.outCost, v.outCost) + weights.sides * (1 - Math.min(1, u.sideShare + v.sideShare));

/** What a size costs that is not the usual one. */
export const costOfSize = (sizeM: number, usualM: number, spread: number): number =>
  spread === 0 ? 0 : weights.size * (Math.log(sizeM / usualM) / spread) ** 2;

/** Centres to try along an axis: from where the low ends meet to where the high ends do, with the place inside. */
export function placesOf(lowM: number, highM: number, sizeM: number): readonly number[] {
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

/** Along an axis nothing farther from the place is asked for. */
export const farthestM = (usualM: number): number => mostOfUsual * usualM + besideM + stripOutM + 2 * slackM;
