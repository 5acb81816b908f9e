import { poseToMatrix, type CameraModel, type Direction, type Pose, type Vec2 } from "@sweepmark/geometry";
import { createRandom } from "./random.ts";
import { pack, type Raster } from "./raster.ts";

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
      for (let pixel = 0, out = 0; pixel < index.length; pixel++, out += 3) {
        const i = index[pixel];
        const below = i + sourceWidth;
        const weight = weights[pixel];
        const wx = weight & 15;
        const wy = weight >> 4;
        const nearest = (wy > 4 ? below : i) + (wx > 4 ? 1 : 0);
        const near = nearness[nearest];
        const flags = color[nearest];
        // Red and blue are added up in one number, 16 bits apart.
        const c00 = color[i];
        const c10 = color[i + 1];
        const c01 = color[below];
        const c11 = color[below + 1];
        let redBlue = c00 & 0xff00ff;
        let green = c00 & 0xff00;
        if (((c00 ^ c10) | (c00 ^ c01) | (c00 ^ c11)) & 0xffffff) {
          const w11 = Math.imul(wx, wy);
          const w10 = (wx << 3) - w11;
          const w01 = (wy << 3) - w11;
          const w00 = 64 - w11 - w10 - w01;
          redBlue =
            ((Math.imul(redBlue, w00) +
              Math.imul(c10 & 0xff00ff, w10) +
              Math.imul(c01 & 0xff00ff, w01) +
              Math.imul(c11 & 0xff00ff, w11)) >>
              6) &
            0xff00ff;
          green =
            ((Math.imul(green, w00) +
              Math.imul(c10 & 0xff00, w10) +
              Math.imul(c01 & 0xff00, w01) +
              Math.imul(c11 & 0xff00, w11)) >>
              6) &
            0xff00;
        }
        // What the colour is blended with, and by how much: 256 is all.
        let share = 0;
        let other = haze;
        if (near === 0) {
          const sx = slopes[pixel * 2];
          const sy = slopes[pixel * 2 + 1];
          const dz = m[2] * sx + m[6] * sy + m[10];
          if (dz > 0.02) {
            // Clouds on a plane far above.
            const scale = 18 / dz;
            const cloud = cloudAt((m[0] * sx + m[4] * sy + m[8]) * scale, (m[1] * sx + m[5] * sy + m[9]) * scale);
            share = dz < 0.25 ? (cloud * dz * 4) | 0 : cloud;
            other = cloudWhite;
          }
        } else {
          // Nearer than 60 m the ground has a grain, coarse and, up close, fine.
          if (flags >>> 31 === 1 && near > 1 / 60) {
            const z = 1 / near;
            const sx = slopes[pixel * 2] * z;
            const sy = slopes[pixel * 2 + 1] * z;
            const x = m[12] + m[0] * sx + m[4] * sy + m[8] * z;
            const y = m[13] + m[1] * sx + m[5] * sy + m[9] * z;
            const fine = near > 0.16 ? 0.8 : near * 5;
            const gain = (256 + (grainAt(x * 38, y * 38) * fine + grainAt(x * 1.7, y * 1.7) * 0.5) * 22) | 0;
            let r = ((redBlue & 0xff) * gain) >> 8;
            let g = ((green >> 8) * gain) >> 8;
            let b = ((redBlue >> 16) * gain) >> 8;
            if (r > 255) r = 255;
            if (g > 255) g = 255;
            if (b > 255) b = 255;
            redBlue = r | (b << 16);
            green = g << 8;
          }
          share = fogTable[near > 0.0999 ? 1023 : (near * 10240) | 0];
        }
        if (share > 0) {
          const own = 256 - share;
          redBlue = (Math.imul(redBlue, own) + Math.imul(other & 0xff00ff, share) + 0x800080) >>> 8;
          green = (Math.imul(green, own) + Math.imul(other & 0xff00, share) + 0x8000) >>> 8;
        }
        rgb[out] = redBlue;
        rgb[out + 1] = green >> 8;
        rgb[out + 2] = redBlue >> 16;
      }
      return rgb;
    },
  };
}

const haze = pack(205, 213, 222);
const cloudWhite = pack(250, 251, 253);

/** Share of haze by nearness, in 256ths: half at 260 m. */
const fogTable = Uint8Array.from({ length: 1024 }, (_, i) => 236 * (1 - Math.exp(-10240 / (i + 0.5) / 330)));

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

/**
 * [cloudSize × cloudSize] coverage of fair-weather clouds in 256ths, up to 0.85; mirrored in both directions, so that it
 * repeats without a seam.
 */
const cloudSize = 1024;
const clouds = (() => {
  const table = new Uint8Array(cloudSize * cloudSize);
  const half = cloudSize / 2;
  for (let j = 0; j < half; j++)
    for (let i = 0; i < half; i++) {
      const x = i / 2;
      const y = j / 2;
      const value =
        smoothAt(x * 0.12, y * 0.12) * 0.6 + smoothAt(x * 0.31, y * 0.31) * 0.3 + smoothAt(x * 0.8, y * 0.8) * 0.14;
      const coverage = Math.max(0, Math.min(0.85, value * 2.2 - 0.1)) * 256;
      for (const row of [j, cloudSize - 1 - j])
        for (const column of [i, cloudSize - 1 - i]) table[row * cloudSize + column] = coverage;
    }
  return table;
})();

/** Coverage in 256ths between the four nearest entries. */
function cloudAt(x: number, y: number): number {
  // 1/16ths of an entry; the offset keeps them positive.
  const u = (x * 16 + 1e8) | 0;
  const v = (y * 16 + 1e8) | 0;
  const i = (u >> 4) & (cloudSize - 1);
  const j = (v >> 4) & (cloudSize - 1);
  const right = (i + 1) & (cloudSize - 1);
  const row = j * cloudSize;
  const below = ((j + 1) & (cloudSize - 1)) * cloudSize;
  const a = u & 15;
  const b = v & 15;
  const high = clouds[row + i] * (16 - a) + clouds[row + right] * a;
  const low = clouds[below + i] * (16 - a) + clouds[below + right] * a;
  return (high * (16 - b) + low * b) >> 8;
}
