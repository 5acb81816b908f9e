/** `[a, b, c]` of z = a·x + b·y + c. */
export type Plane = readonly [a: number, b: number, c: number];

/** A sample this far off the plane counts half: wide at first, so that a slope is found, then narrow. */
const softM = [1.2, 0.8, 0.5, 0.3, 0.2, 0.15, 0.15];
const binM = 0.3;

/**
 * The plane through most of the samples: least squares, reweighted by 1 / (1 + (residual / soft)²) (Cauchy), starting
 * level at the most frequent height. Fewer than 10 samples, or all on a line: level there. None: z = 0.
 *
 * @param samples [count × 3] x, y, z.
 */
export function fitPlane(samples: ArrayLike<number>): Plane {
  const count = Math.floor(samples.length / 3);
  if (count === 0) return [0, 0, 0];
  let plane: Plane = [0, 0, mode(samples, count)];
  if (count < 10) return plane;
  for (const soft of softM) plane = leastSquares(samples, plane, soft) ?? plane;
  return plane;
}

/** Mean height of the fullest of overlapping bins; the lower one of equals. */
function mode(samples: ArrayLike<number>, count: number): number {
  const heights = Float64Array.from({ length: count }, (_, i) => samples[3 * i + 2]).toSorted();
  let best = [0, 1];
  for (let low = 0, high = 0; low < count; low++) {
    while (high < count && heights[high] <= heights[low] + binM) high++;
    if (high - low > best[1] - best[0]) best = [low, high];
  }
  const bin = heights.subarray(best[0], best[1]);
  return bin.reduce((sum, z) => sum + z, 0) / bin.length;
}

function leastSquares(samples: ArrayLike<number>, [a, b, c]: Plane, soft: number): Plane | undefined {
  let [w, wx, wy, wz, wxx, wxy, wyy, wxz, wyz] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const [x, y, z] = [samples[i], samples[i + 1], samples[i + 2]];
    const off = (z - a * x - b * y - c) / soft;
    const weight = 1 / (1 + off * off);
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wz += weight * z;
    wxx += weight * x * x;
    wxy += weight * x * y;
    wyy += weight * y * y;
    wxz += weight * x * z;
    wyz += weight * y * z;
  }
  // Around the mean, so that the 2 × 2 system is well conditioned.
  const sxx = wxx - (wx * wx) / w;
  const syy = wyy - (wy * wy) / w;
  const sxy = wxy - (wx * wy) / w;
  const sxz = wxz - (wx * wz) / w;
  const syz = wyz - (wy * wz) / w;
  const determinant = sxx * syy - sxy * sxy;
  if (!(determinant > 1e-6 * (sxx + syy) ** 2)) return undefined;
  const slopeX = (sxz * syy - syz * sxy) / determinant;
  const slopeY = (syz * sxx - sxz * sxy) / determinant;
  return [slopeX, slopeY, (wz - slopeX * wx - slopeY * wy) / w];
}
