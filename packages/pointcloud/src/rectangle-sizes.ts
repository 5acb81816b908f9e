import { openShare, turner, type RectangleEvidence } from "./rectangle-evidence.ts";
import { farthestM, judgeOf, placesOf } from "./rectangle-judge.ts";

/** What is tried on one look at an object: every yaw with every length and width. */
export interface RectangleSizes {
  readonly yawsRad: readonly number[];
  readonly lengthsM: readonly number[];
  readonly widthsM: readonly number[];
}

/**
 * [yaws × lengths × widths] what the best place of each rectangle costs, size aside; Infinity where none has the place of the
 * evidence in it. What several looks at one object say together is their sum.
 */
export function costsOfSizes(
  evidence: RectangleEvidence,
  { yawsRad, lengthsM, widthsM }: RectangleSizes,
): Float64Array {
  const turn = turner(evidence, [farthestM(Math.max(...lengthsM)), farthestM(Math.max(...widthsM))]);
  const judge = judgeOf(openShare(evidence));
  const costs = new Float64Array(yawsRad.length * lengthsM.length * widthsM.length).fill(Infinity);
  let at = 0;
  for (const yawRad of yawsRad) {
    const turned = turn(yawRad);
    for (const lengthM of lengthsM)
      for (const widthM of widthsM) {
        for (const [lowU, highU, lowV, highV] of turned.bounds) {
          const vs = placesOf(lowV, highV, widthM);
          for (const u of placesOf(lowU, highU, lengthM))
            for (const v of vs) {
              const [u0, v0] = [u - lengthM / 2, v - widthM / 2];
              const cost = judge(turned, u0, u0 + lengthM, v0, v0 + widthM, 0, costs[at]);
              if (cost < costs[at]) costs[at] = cost;
            }
        }
        at++;
      }
  }
  return costs;
}
