import type { TurnedEvidence } from "./rectangle-evidence.ts";
import { costOfSize, placesOf, slackM, type Judge } from "./rectangle-judge.ts";
import type { FoundRectangle, RectanglePrior } from "./rectangle-search.ts";

/** Sizes that are weighed, in deviations from the usual one. */
const weighedSizes = [-1, -0.5, 0, 0.5, 1];
/** What costs more by this is e times less likely; beyond {@link farthestCost} it does not count. */
const likelyCost = 0.5;
const farthestCost = 4 * likelyCost;

/**
 * The mean of the rectangles at the yaw of the best one that are nearly as likely: other sizes, laid from one of its ends to the other. Each side
 * is the mean of theirs, so that the sides that all agree on stay where they are, and what nothing shows is not decided by chance.
 */
export function settled(
  turned: TurnedEvidence,
  best: FoundRectangle,
  { lengthM, widthM, spread }: RectanglePrior,
  judge: Judge,
): FoundRectangle {
  const { cos, sin } = turned;
  const [x, y] = best.center;
  const lengths = weighedAlong(lengthM, spread[0], cos * x + sin * y, best.lengthM);
  const widths = weighedAlong(widthM, spread[1], cos * y - sin * x, best.widthM);
  const limit = best.cost + farthestCost;
  let [sum, sumU0, sumU1, sumV0, sumV1] = [0, 0, 0, 0, 0];
  for (const length of lengths)
    for (const width of widths) {
      const sizeCost = length.cost + width.cost;
      for (const u of length.places)
        for (const v of width.places) {
          const [u0, u1] = [u - length.sizeM / 2, u + length.sizeM / 2];
          const [v0, v1] = [v - width.sizeM / 2, v + width.sizeM / 2];
          const cost = judge(turned, u0, u1, v0, v1, sizeCost, limit);
          if (cost >= limit) continue;
          const weight = Math.exp((best.cost - cost) / likelyCost);
          sum += weight;
          sumU0 += weight * u0;
          sumU1 += weight * u1;
          sumV0 += weight * v0;
          sumV1 += weight * v1;
        }
    }
  if (sum === 0) return best;
  const u = (sumU0 + sumU1) / 2 / sum;
  const v = (sumV0 + sumV1) / 2 / sum;
  return {
    center: [cos * u - sin * v, sin * u + cos * v],
    // A size that is given is kept to the last bit.
    lengthM: spread[0] === 0 ? lengthM : (sumU1 - sumU0) / sum,
    widthM: spread[1] === 0 ? widthM : (sumV1 - sumV0) / sum,
    yawRad: best.yawRad,
    cost: best.cost,
  };
}

function weighedAlong(usualM: number, spread: number, center: number, bestM: number) {
  return (spread === 0 ? [0] : weighedSizes).map((k) => {
    const sizeM = usualM * Math.exp(k * spread);
    const places = placesOf(center - bestM / 2 + slackM, center + bestM / 2 - slackM, sizeM);
    return { sizeM, cost: costOfSize(sizeM, usualM, spread), places };
  });
}
