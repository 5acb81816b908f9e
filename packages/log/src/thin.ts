/** A log whose sweeps come this much faster than asked for is not thinned: which ones would be left out is chance. */
const nearlyAs = 1.1;

/**
 * Positions of the times nearest to a regular grid of `maxRateHz` that begins with the first one; undefined: all, since
 * they come no faster. `times`: [n] nanoseconds, rising; `periodNs`: what usually lies between two. One pass; depends on
 * nothing but the times. Of two that are as near, the earlier; a step of the grid with none near it stays empty.
 */
export function thinned(times: BigInt64Array, periodNs: number, maxRateHz: number): Uint32Array | undefined {
  if (!(maxRateHz > 0)) throw new RangeError(`maxRateHz is ${maxRateHz}; expected a number above 0`);
  const stepNs = 1e9 / maxRateHz;
  if (stepNs < periodNs * nearlyAs) return undefined;
  const kept: number[] = [];
  let [gridOfLast, distanceOfLast] = [-1, Infinity];
  for (let i = 0; i < times.length; i++) {
    const steps = Number(times[i] - times[0]) / stepNs;
    const grid = Math.round(steps);
    const distance = Math.abs(steps - grid);
    if (grid !== gridOfLast) kept.push(i);
    else if (distance < distanceOfLast) kept[kept.length - 1] = i;
    else continue;
    [gridOfLast, distanceOfLast] = [grid, distance];
  }
  // The grid's last step may lie beyond the log: what is nearest to it is only the end.
  const beyondNs = gridOfLast * stepNs - Number(times[times.length - 1] - times[0]);
  if (kept.length > 1 && beyondNs > periodNs / 2) kept.pop();
  return Uint32Array.from(kept);
}
