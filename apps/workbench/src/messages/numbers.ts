import type { TimestampNs } from "@sweepmark/geometry";

/**
 * How numbers look (ui.md §2): thin space for thousands, U+2212 for minus, a space before units but not before
 * degrees, never "−0".
 */
export const thinSpace = "\u2009";
export const minus = "\u2212";

/** 8573 → "8 573" with a thin space. */
export function formatCount(value: number): string {
  const digits = Math.abs(Math.round(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);
  return value <= -0.5 ? minus + grouped : grouped;
}

/** Fixed decimals; what rounds to zero has no sign. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? minus + text : text;
}

export const formatMetres = (metres: number, decimals = 2): string => `${formatFixed(metres, decimals)} m`;

export const formatDegrees = (rad: number, decimals = 1): string => `${formatFixed((rad * 180) / Math.PI, decimals)}°`;

/** With its sign always: "+21.2 ms". */
export const formatOffset = (ms: number): string => {
  const text = formatFixed(ms, 1);
  return `${text.startsWith(minus) ? "" : "+"}${text} ms`;
};

/** "4.700 s". */
export const formatSeconds = (seconds: number): string => `${formatFixed(seconds, 3)} s`;

const units = ["B", "kB", "MB", "GB", "TB"];

/** "61.2 MB", decimal units. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${formatFixed(value, power === 0 ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0)} ${units[power]}`;
}

/** "212 MiB": memory comes in powers of two. */
export const formatMemory = (bytes: number): string => `${formatCount(bytes / 1024 ** 2)} MiB`;

/** Remaining time in words of a status line: "4 s", "2 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${formatFixed(seconds / 3600, 1)} h`;
}

/** Nanoseconds as "1556919593.920348000": seconds and nine digits, exactly. */
export function formatStamp(at: TimestampNs): string {
  const value = at < 0n ? -at : at;
  const text = `${value / 1_000_000_000n}.${String(value % 1_000_000_000n).padStart(9, "0")}`;
  return at < 0n ? minus + text : text;
}

/** "14:02:31" of the reader's own clock. */
export const formatClock = (date: Date): string =>
  [date.getHours(), date.getMinutes(), date.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");
