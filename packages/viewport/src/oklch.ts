/** sRGB in [0, 1]. */
export type Rgb = readonly [red: number, green: number, blue: number];
/** Lightness [0, 1], chroma, hue in radians. */
export type Oklch = readonly [lightness: number, chroma: number, hueRad: number];

/** `#RRGGBB` → sRGB in [0, 1]. */
export function rgbOfHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** `rgba(…)` of a hex colour for a 2D canvas. */
export function withAlpha(hex: string, alpha: number): string {
  const [r, g, b] = rgbOfHex(hex);
  return `rgba(${Math.round(r * 255)},${Math.round(g * 255)},${Math.round(b * 255)},${alpha})`;
}

const toLinear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const fromLinear = (c: number): number => (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);

/** Björn Ottosson, "A perceptual color space for image processing" (2020). */
export function rgbToOklch(rgb: Rgb): Oklch {
  const [r, g, b] = rgb.map(toLinear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return [lightness, Math.hypot(a, bb), Math.atan2(bb, a)];
}

const clip = (c: number): number => Math.max(0, Math.min(1, fromLinear(Math.max(0, c))));

/** The inverse of {@link rgbToOklch}; colours outside sRGB are clipped per channel. */
export function oklchToRgb([lightness, chroma, hueRad]: Oklch): Rgb {
  const a = chroma * Math.cos(hueRad);
  const b = chroma * Math.sin(hueRad);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Below this chroma a hue is noise: the neighbour's hue is taken. */
const greyChroma = 0.004;

export function mixOklch(from: Oklch, to: Oklch, t: number): Oklch {
  const fromHue = from[1] < greyChroma ? to[2] : from[2];
  const toHue = to[1] < greyChroma ? from[2] : to[2];
  const turn = toHue - fromHue - 2 * Math.PI * Math.round((toHue - fromHue) / (2 * Math.PI));
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, fromHue + turn * t];
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const luminance = (rgb: Rgb): number => {
    const [r, g, bl] = rgb.map(toLinear);
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
