/** A picture being drawn through a pinhole, with depth. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly focalPx: number;
  readonly cx: number;
  readonly cy: number;
  /** [width × height] red | green << 8 | blue << 16 | flags. */
  readonly color: Uint32Array;
  /** [width × height] 1 / z, 0 where there is only sky. */
  readonly nearness: Float32Array;
  /**
   * Fills a flat convex polygon. `corners`: [n × 3] in `camera`.
   * - `ground` paints over what is there (painter's order) and marks the pixels as ground;
   * - `solid` paints where it is nearer, and only if it faces the camera;
   * - `shadow` darkens ground once.
   */
  fill(corners: Float64Array, count: number, color: number, mode: "ground" | "solid" | "shadow"): void;
}

export const groundFlag = 0x80000000;
export const shadowFlag = 0x40000000;
const nearPlaneM = 0.12;

export const pack = (r: number, g: number, b: number): number =>
  Math.max(0, Math.min(255, r)) | (Math.max(0, Math.min(255, g)) << 8) | (Math.max(0, Math.min(255, b)) << 16);

export function createRaster(width: number, height: number, focalPx: number, cx: number, cy: number): Raster {
  const color = new Uint32Array(width * height);
  const nearness = new Float32Array(width * height);
  const clipped = new Float64Array(3 * 40);
  const leftEdge = new Float64Array(height);
  const rightEdge = new Float64Array(height);

  /** Cuts the polygon at the near plane (Sutherland–Hodgman) into `clipped`; gives the corner count. */
  function clip(corners: Float64Array, count: number): number {
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const a = i * 3;
      const b = ((i + 1) % count) * 3;
      const za = corners[a + 2];
      const zb = corners[b + 2];
      if (za >= nearPlaneM) {
        clipped[kept * 3] = corners[a];
        clipped[kept * 3 + 1] = corners[a + 1];
        clipped[kept * 3 + 2] = za;
        kept++;
      }
      if (za >= nearPlaneM !== zb >= nearPlaneM) {
        const t = (nearPlaneM - za) / (zb - za);
        clipped[kept * 3] = corners[a] + (corners[b] - corners[a]) * t;
        clipped[kept * 3 + 1] = corners[a + 1] + (corners[b + 1] - corners[a + 1]) * t;
        clipped[kept * 3 + 2] = nearPlaneM;
        kept++;
      }
    }
    return kept;
  }

  return {
    width,
    height,
    focalPx,
    cx,
    cy,
    color,
    nearness,
    fill(corners, count, packed, mode) {
      // The plane n · p = d gives 1 / z = n · (u, v, 1) / d, linear in the picture.
      const ux = corners[3] - corners[0];
      const uy = corners[4] - corners[1];
      const uz = corners[5] - corners[2];
      const vx = corners[6] - corners[0];
      const vy = corners[7] - corners[1];
      const vz = corners[8] - corners[2];
      const nx = uy * vz - uz * vy;
      const ny = uz * vx - ux * vz;
      const nz = ux * vy - uy * vx;
      const d = nx * corners[0] + ny * corners[1] + nz * corners[2];
      if (mode === "solid" ? d > -1e-9 : Math.abs(d) < 1e-9) return;
      const kept = clip(corners, count);
      if (kept < 3) return;

      let top = Infinity;
      let bottom = -Infinity;
      for (let i = 0; i < kept; i++) {
        const inverse = focalPx / clipped[i * 3 + 2];
        clipped[i * 3] = clipped[i * 3] * inverse + cx;
        const y = clipped[i * 3 + 1] * inverse + cy;
        clipped[i * 3 + 1] = y;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
      }
      const first = Math.max(0, Math.ceil(top));
      const last = Math.min(height - 1, Math.ceil(bottom) - 1);
      if (first > last) return;
      for (let y = first; y <= last; y++) {
        leftEdge[y] = Infinity;
        rightEdge[y] = -Infinity;
      }
      for (let i = 0; i < kept; i++) {
        const a = i * 3;
        const b = (i + 1 === kept ? 0 : i + 1) * 3;
        const up = clipped[a + 1] <= clipped[b + 1];
        const low = up ? a : b;
        const high = up ? b : a;
        const span = clipped[high + 1] - clipped[low + 1];
        if (span <= 0) continue;
        const slope = (clipped[high] - clipped[low]) / span;
        const from = Math.max(first, Math.ceil(clipped[low + 1]));
        const to = Math.min(last, Math.ceil(clipped[high + 1]) - 1);
        let x = clipped[low] + (from - clipped[low + 1]) * slope;
        for (let y = from; y <= to; y++, x += slope) {
          if (x < leftEdge[y]) leftEdge[y] = x;
          if (x > rightEdge[y]) rightEdge[y] = x;
        }
      }
      const stepX = nx / (d * focalPx);
      const stepY = ny / (d * focalPx);
      const base = nz / d - stepX * cx - stepY * cy;
      for (let y = first; y <= last; y++) {
        const from = Math.max(0, Math.ceil(leftEdge[y]));
        const to = Math.min(width - 1, Math.ceil(rightEdge[y]) - 1);
        if (from > to) continue;
        let index = y * width + from;
        const end = y * width + to;
        let w = base + stepY * y + stepX * from;
        if (mode === "solid") {
          for (; index <= end; index++, w += stepX) {
            if (w > nearness[index]) {
              nearness[index] = w;
              color[index] = packed;
            }
          }
        } else if (mode === "ground") {
          const flagged = (packed | groundFlag) >>> 0;
          for (; index <= end; index++, w += stepX) {
            nearness[index] = w;
            color[index] = flagged;
          }
        } else {
          for (; index <= end; index++) {
            const c = color[index];
            if (c >>> 30 !== 2) continue;
            // ×0.53 red, ×0.56 green, ×0.63 blue: only the sky lights a shadow.
            color[index] =
              ((((c & 0xff) * 136) >> 8) |
                (((((c >> 8) & 0xff) * 143) >> 8) << 8) |
                (((((c >> 16) & 0xff) * 161) >> 8) << 16) |
                groundFlag |
                shadowFlag) >>>
              0;
          }
        }
      }
    },
  };
}
