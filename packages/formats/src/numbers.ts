import type { Quaternion } from "@sweepmark/geometry";

/** 0 for −0: the same pose is the same text. */
export const plainZero = (value: number): number => (value === 0 ? 0 : value);

/** Parts of a quaternion below this are rounding noise: they turn 100 m by less than a nanometre. */
const noise = 1e-12;

/**
 * The one of q and −q that is written, unit: w > 0; where w = 0, the last component that is not 0 is positive. Noise is
 * written as 0, since it would decide the sign of a half turn.
 */
export function canonicalQuaternion(q: Quaternion): Quaternion {
  const size = Math.hypot(...q);
  const part = (index: 0 | 1 | 2 | 3): number => (Math.abs(q[index] / size) < noise ? 0 : q[index] / size);
  const [x, y, z, w] = [part(0), part(1), part(2), part(3)];
  const leading = [w, z, y, x].find((component) => component !== 0) ?? 1;
  const sign = leading < 0 ? -1 : 1;
  return [plainZero(x * sign), plainZero(y * sign), plainZero(z * sign), plainZero(w * sign)];
}

/** In (−π, π]: a half turn is π, whatever the noise. */
export const canonicalYaw = (yawRad: number): number => (yawRad < noise - Math.PI ? Math.PI : plainZero(yawRad));

/** Rounded to `decimals`, without trailing zeros, exponent or −0: `1.5`, `0`, `-12.000000001`. */
export function decimalText(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  // From 1e21 on toFixed gives an exponent; no length in metres gets there.
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** By UTF-16 code unit: the same everywhere, unlike a locale's order. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
