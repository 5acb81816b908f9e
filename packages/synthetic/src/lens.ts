import { poseToMatrix, type CameraModel, type Direction, type Pose, type Vec2 } from "@sweepmark/geometry";
import { createRandom } from "./random.ts";
import type { Raster } from "./raster.ts";

/** From a sharp pinhole picture to what the camera's lens gives: distortion, smoothing, haze, clouds and grain. */
export interface Lens {
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  readonly focalPx: number;
  readonly cx: number;
  readonly cy: number;
  resolve(raster: Raster, worldFromCamera: Pose<"world", "camera">): Uint8Array;
}

/** Source pixels for each output pixel: the bilinear look-up then smooths the edges. */
const oversampling = 1.25;
const tableStep = 8;

export function createLens(model: CameraModel, unproject: (pixel: Vec2) => Direction<"camera"> | undefined): Lens {
  const { width, height } = model;
  // The lens is smooth: rays on a grid of 8 pixels, linear between, are within 0.02 pixel.
  const columns = Math.ceil(width / tableStep) + 1;
  const rows = Math.ceil(height / tableStep) + 1;
  const rays = new Float64Array(columns * rows * 2);
  let left = 0;
  let right = 0;
  let top = 0;
  let bottom = 0;
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const ray = unproject([i * tableStep, j * tableStep]);
      if (!ray) throw new Error(`the lens has no ray for pixel ${i * tableStep}, ${j * tableStep}`);
      const a = ray[0] / ray[2];
      const b = ray[1] / ray[2];
      rays[(j * columns + i) * 2] = a;
      rays[(j * columns + i) * 2 + 1] = b;
      left = Math.min(left, a);
      right = Math.max(right, a);
      top = Math.min(top, b);
      bottom = Math.max(bottom, b);
    }
  const focalPx = model.fx * oversampling;
  const cx = Math.ceil(-left * focalPx) + 1;
  const cy = Math.ceil(-top * focalPx) + 1;
  const sourceWidth = cx + Math.ceil(right * focalPx) + 3;
  const sourceHeight = cy + Math.ceil(bottom * focalPx) + 3;

  const index = new Int32Array(width * height);
  const weights = new Uint8Array(width * height);
  const slopes = new Float32Array(width * height * 2);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (Math.floor(y / tableStep) * columns + Math.floor(x / tableStep)) * 2;
      const u = (x % tableStep) / tableStep;
      const v = (y % tableStep) / tableStep;
      const below = at + columns * 2;
      const a = (rays[at] * (1 - u) + rays[at + 2] * u) * (1 - v) + (rays[below] * (1 - u) + rays[below + 2] * u) * v;
      const b =
        (rays[at + 1] * (1 - u) + rays[at + 3] * u) * (1 - v) + (rays[below + 1] * (1 - u) + rays[below + 3] * u) * v;
      const sx = a * focalPx + cx;
      const sy = b * focalPx + cy;
      const pixel = y * width + x;
      index[pixel] = Math.floor(sy) * sourceWidth + Math.floor(sx);
      weights[pixel] = Math.round((sx - Math.floor(sx)) * 8) | (Math.round((sy - Math.floor(sy)) * 8) << 4);
      slopes[pixel * 2] = a;
      slopes[pixel * 2 + 1] = b;
    }
  const rgb = new Uint8Array(width * height * 3);

  return {
    sourceWidth,
    sourceHeight,
    focalPx,
    cx,
    cy,
    resolve({ color, nearness }, worldFromCamera) {
      const m = poseToMatrix(worldFromCamera);
      for (let pixel = 0; pixel < index.length; pixel++) {
        const i = index[pixel];
        const wx = weights[pixel] & 15;
        const wy = weights[pixel] >> 4;
        const c00 = color[i];
        const c10 = color[i + 1];
        const c01 = color[i + sourceWidth];
        const c11 = color[i + sourceWidth + 1];
        const w11 = wx * wy;
        const w10 = wx * 8 - w11;
        const w01 = wy * 8 - w11;
        const w00 = 64 - w11 - w10 - w01;
        const rb = (c00 & 0xff00ff) * w00 + (c10 & 0xff00ff) * w10 + (c01 & 0xff00ff) * w01 + (c11 & 0xff00ff) * w11;
        const g6 = (c00 & 0xff00) * w00 + (c10 & 0xff00) * w10 + (c01 & 0xff00) * w01 + (c11 & 0xff00) * w11;
        let r = (rb >> 6) & 0xff;
        let g = (g6 >> 14) & 0xff;
        let b = (rb >> 22) & 0xff;
        const nearest = i + (wx > 4 ? 1 : 0) + (wy > 4 ? sourceWidth : 0);
        const near = nearness[nearest];
        const sx = slopes[pixel * 2];
        const sy = slopes[pixel * 2 + 1];
        if (near === 0) {
          // Clouds on a plane far above.
          const dz = m[2] * sx + m[6] * sy + m[10];
          if (dz > 0.02) {
            const dx = (m[0] * sx + m[4] * sy + m[8]) / dz;
            const dy = (m[1] * sx + m[5] * sy + m[9]) / dz;
            const cloud = cloudAt(dx * 9, dy * 9) * Math.min(1, dz * 4);
            r += (250 - r) * cloud;
            g += (251 - g) * cloud;
            b += (253 - b) * cloud;
          }
        } else {
          if (color[nearest] >>> 31 === 1) {
            const z = 1 / near;
            if (z < 60) {
              const x = m[12] + z * (m[0] * sx + m[4] * sy + m[8]);
              const y = m[13] + z * (m[1] * sx + m[5] * sy + m[9]);
              const grain =
                1 + (grainAt(x * 38, y * 38) * Math.min(0.8, near * 5) + grainAt(x * 1.7, y * 1.7) * 0.5) * 0.085;
              r *= grain;
              g *= grain;
              b *= grain;
            }
          }
          const fog = fogTable[Math.min(1023, (near * 10240) | 0)];
          r += (205 - r) * fog;
          g += (213 - g) * fog;
          b += (222 - b) * fog;
        }
        rgb[pixel * 3] = r > 255 ? 255 : r;
        rgb[pixel * 3 + 1] = g > 255 ? 255 : g;
        rgb[pixel * 3 + 2] = b > 255 ? 255 : b;
      }
      return rgb;
    },
  };
}

/** Share of haze by nearness: half of it at 260 m. */
const fogTable = Float32Array.from({ length: 1024 }, (_, i) => 0.92 * (1 - Math.exp(-10240 / (i + 0.5) / 330)));

const noiseSize = 128;
const noise = (() => {
  const random = createRandom(20250711);
  return Float32Array.from({ length: noiseSize * noiseSize }, () => random.between(-1, 1));
})();

/** Positions are metres in `world` × 38 at most: far from the 32-bit limits of `|`. */
const grainAt = (x: number, y: number): number =>
  noise[(((y + 1e6) & (noiseSize - 1)) << 7) | ((x + 1e6) & (noiseSize - 1))];

function smoothAt(x: number, y: number): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const u = x - i;
  const v = y - j;
  const a = u * u * (3 - 2 * u);
  const b = v * v * (3 - 2 * v);
  const low = grainAt(i, j) * (1 - a) + grainAt(i + 1, j) * a;
  const high = grainAt(i, j + 1) * (1 - a) + grainAt(i + 1, j + 1) * a;
  return low * (1 - b) + high * b;
}

/** [cloudSize × cloudSize] coverage 0–0.85 of fair-weather clouds, half a unit apart. */
const cloudSize = 512;
const clouds = (() => {
  const table = new Float32Array(cloudSize * cloudSize);
  for (let i = 0; i < table.length; i++) {
    const x = (i % cloudSize) / 2;
    const y = Math.floor(i / cloudSize) / 2;
    const value =
      smoothAt(x * 0.12, y * 0.12) * 0.6 + smoothAt(x * 0.31, y * 0.31) * 0.3 + smoothAt(x * 0.8, y * 0.8) * 0.14;
    table[i] = Math.max(0, Math.min(0.85, value * 2.2 - 0.1));
  }
  return table;
})();

/** Folded back and forth, so that the table has no seam. */
function cloudAt(x: number, y: number): number {
  const u = fold(x * 2);
  const v = fold(y * 2);
  const i = Math.floor(u);
  const j = Math.floor(v);
  const at = j * cloudSize + i;
  const a = u - i;
  const b = v - j;
  return (
    (clouds[at] * (1 - a) + clouds[at + 1] * a) * (1 - b) +
    (clouds[at + cloudSize] * (1 - a) + clouds[at + cloudSize + 1] * a) * b
  );
}

function fold(value: number): number {
  const span = cloudSize - 2;
  const wrapped = Math.abs(value) % (2 * span);
  return wrapped < span ? wrapped : 2 * span - wrapped - 1e-6;
}
