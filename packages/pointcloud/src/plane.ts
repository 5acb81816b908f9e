/** `[a, b, c]` of z = a·x + b·y + c. */
export type Plane = readonly [a: number, b: number, c: number];

const rounds = 5;
/** A sample this far off the plane counts half. */
const softM = 0.15;

/**
 * The plane through most of the samples: least squares, reweighted by 1 / (1 + (residual / 0.15 m)²) (Cauchy) for five
 * rounds, starting level at the median height. Fewer than 10 samples, or all on a line: level at the median. None: z = 0.
 *
 * @param samples [count × 3] x, y, z.
 */
export function fitPlane(samples: ArrayLike<number>): Plane {
  const count = Math.floor(samples.length / 3);
  if (count === 0) return [0, 0, 0];
  const heights = Float64Array.from({ length: count }, (_, i) => samples[3 * i + 2]).toSorted();
  let plane: Plane = [0, 0, heights[count >> 1]];
  if (count < 10) return plane;
  for (let round = 0; round < rounds; round++) plane = leastSquares(samples, plane) ?? plane;
  return plane;
}

function leastSquares(samples: ArrayLike<number>, [a, b, c]: Plane): Plane | undefined {
  let [w, wx, wy, wz, wxx, wxy, wyy, wxz, wyz] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const [x, y, z] = [samples[i], samples[i + 1], samples[i + 2]];
    const off = (z - a * x - b * y - c) / softM;
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
