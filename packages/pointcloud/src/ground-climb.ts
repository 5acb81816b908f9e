import type { Ground } from "./ground.ts";
import type { PlaneShift } from "./sweep-matcher.ts";

/** Ground is compared every so far, up to here from ego: farther away a small tilt is a large height. */
const stepM = 1;
const farthestM = 20;
/** Places that both saw. */
const fewestPlaces = 30;

/**
 * How much higher ego stands than where it was before: the median difference of the ground that both moments saw, each in ego's own axes.
 * undefined: they saw too little of the same.
 *
 * @param beforeFromNow how ego has moved and turned since, along the axes of before.
 */
export function climbM(before: Ground<"ego">, now: Ground<"ego">, beforeFromNow: PlaneShift): number | undefined {
  const cos = Math.cos(beforeFromNow.yawRad);
  const sin = Math.sin(beforeFromNow.yawRad);
  const differences: number[] = [];
  for (let x = -farthestM; x <= farthestM; x += stepM)
    for (let y = -farthestM; y <= farthestM; y += stepM) {
      const thenX = beforeFromNow.x + cos * x - sin * y;
      const thenY = beforeFromNow.y + sin * x + cos * y;
      if (Math.hypot(x, y) > farthestM || Math.hypot(thenX, thenY) > farthestM) continue;
      if (now.evidenceAt(x, y) === "measured" && before.evidenceAt(thenX, thenY) === "measured")
        differences.push(before.heightAt(thenX, thenY) - now.heightAt(x, y));
    }
  if (differences.length < fewestPlaces) return undefined;
  return differences.toSorted((a, b) => a - b)[differences.length >> 1];
}
