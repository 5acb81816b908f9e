import type { Quaternion } from "@sweepmark/geometry";

/** 0 for −0: the same pose is the same text. */
export const plainZero = (value: number): number => (value === 0 ? 0 : value);

/** The one of q and −q that is written: w ≥ 0; where w = 0, the last component that is not 0 is positive. */
export function canonicalQuaternion(q: Quaternion): Quaternion {
  const leading = [q[3], q[2], q[1], q[0]].find((component) => component !== 0) ?? 1;
  const sign = leading < 0 ? -1 : 1;
  const size = Math.hypot(...q) * sign;
  return [plainZero(q[0] / size), plainZero(q[1] / size), plainZero(q[2] / size), plainZero(q[3] / size)];
}

/** Rounded to `decimals`, without trailing zeros, exponent or −0: `1.5`, `0`, `-12.000000001`. */
export function decimalText(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  // From 1e21 on toFixed gives an exponent; no length in metres gets there.
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** By UTF-16 code unit: the same everywhere, unlike a locale's order. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
