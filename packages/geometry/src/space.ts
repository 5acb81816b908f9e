/**
 * The words for where and when. A *space* is a coordinate system, a *frame* is a moment (never the other way round).
 *
 * Axes: x forward, y left, z up in `world`, `ego`, `lidar`, `box`, `scene` (REP-103); x right, y down, z forward in
 * `camera`. `scene` is `world` moved near the origin; it is the only space that may be stored as float32.
 */
export type Space = "world" | "ego" | "lidar" | "camera" | "box" | "scene";

/** Nanoseconds since the log's clock epoch. Seconds exist only in the last line before a screen. */
export type TimestampNs = bigint & { readonly __unit: "ns" };

export const timestampNs = (value: bigint): TimestampNs => value as TimestampNs;

/** Seconds from `from` to `to`. Exact to 1 ns for spans below 104 days, since only the difference becomes a number. */
export const secondsBetween = (from: TimestampNs, to: TimestampNs): number => Number(to - from) / 1e9;

/** Milliseconds from `from` to `to` (positive: `to` is later). */
export const millisecondsBetween = (from: TimestampNs, to: TimestampNs): number => Number(to - from) / 1e6;

export type Vec2 = readonly [x: number, y: number];
export type Vec3 = readonly [x: number, y: number, z: number];

/** A position in space `S`, metres. */
export type Point<S extends Space> = Vec3 & { readonly __point?: S };

/** A direction or displacement in space `S`. */
export type Direction<S extends Space> = Vec3 & { readonly __direction?: S };
