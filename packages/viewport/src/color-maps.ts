import { mixOklch, oklchToRgb, rgbOfHex, rgbToOklch, type Rgb } from "./oklch.ts";
import { pointStops, type HexColor, type Theme } from "./palette.ts";

export type ColorMapName = keyof typeof pointStops;

/** Colour at `t` in [0, 1] along evenly spaced stops, interpolated in OKLCH. */
export function colorAt(stops: readonly HexColor[], t: number): Rgb {
  const place = Math.max(0, Math.min(1, t)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const [from, to] = [stops[index], stops[index + 1]].map((hex) => rgbToOklch(rgbOfHex(hex)));
  return oklchToRgb(mixOklch(from, to, place - index));
}

/** [256 × 4] sRGB bytes, the first for the low end of the range. For textures and for points in images. */
export function colorTable(map: ColorMapName, theme: Theme): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    const [r, g, b] = colorAt(pointStops[map][theme], i / 255);
    table.set([Math.round(r * 255), Math.round(g * 255), Math.round(b * 255), 255], i * 4);
  }
  return table;
}

/** The same as a CSS gradient, for the legend. */
export function colorGradient(map: ColorMapName, theme: Theme): string {
  const steps = 24;
  const stops = Array.from({ length: steps + 1 }, (_, i) => {
    const [r, g, b] = colorAt(pointStops[map][theme], i / steps).map((c) => Math.round(c * 255));
    return `rgb(${r} ${g} ${b}) ${((i / steps) * 100).toFixed(2)}%`;
  });
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}

/** Metres over the ground that the height map spans. */
export const heightRange = { minM: -0.3, maxM: 4.2 } as const;
/** Metres from ego, in the plane, that the distance map spans. */
export const distanceRange = { minM: 0, maxM: 70 } as const;
/** Exponent of the intensity map: lane paint stands out without washing out the rest. */
export const intensityPower = 0.5;

/** Value below which `share` of the samples lie, by a histogram of every `stride`-th value. */
export function quantile(values: Float32Array, count: number, max: number, share: number): number {
  if (!(max > 0) || count === 0) return 1;
  const bins = new Uint32Array(1024);
  const stride = Math.max(1, Math.floor(count / 20_000));
  let samples = 0;
  for (let i = 0; i < count; i += stride) {
    const bin = Math.floor((values[i] / max) * 1023);
    if (bin >= 0) {
      bins[Math.min(1023, bin)]++;
      samples++;
    }
  }
  let below = 0;
  for (let bin = 0; bin < 1024; bin++) {
    below += bins[bin];
    if (below >= share * samples) return ((bin + 1) / 1023) * max;
  }
  return max;
}
