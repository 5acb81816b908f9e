import type { TimestampNs } from "@sweepmark/geometry";
import type { PointField } from "./decoder.ts";

/** What drivers call the time of a point, the plainest first. */
export const timeNames = [
  "offset_ns",
  "time_offset_ns",
  "offset_time",
  "time_offset",
  "offset_us",
  "time_us",
  "t",
  "t_ns",
  "t_us",
  "time",
  "time_stamp",
  "timestamp",
  "timestamp_ns",
];

/** A point's time is within a revolution of the stamp, not more: a value beyond is on another clock. */
const widestOffsetNs = 2_000_000_000;
/** A revolution takes 5 ms to 0.5 s: that tells milli-, micro- and nanoseconds apart, a thousand each. */
const spanNs = { min: 5e6, max: 5e8 } as const;
const hourNs = 3_600_000_000_000n;
/** No lidar measures so many points in less than `spanNs.min` / 10: whole numbers that say so are not nanoseconds. */
const manyPoints = 1000;

/** A reading of the numbers: nanoseconds = (value − zero) × scale. `guess`: right only where it gives a revolution. */
interface Clock {
  readonly scale: number;
  readonly zero: number;
  readonly guess?: true;
}

/**
 * Times of points, nanoseconds after the stamp `at`. Whole numbers are nanoseconds, or what the name says;
 * micro- or milliseconds where many points have a revolution's span only as such. Floats are
 * seconds after the stamp, absolute, or within the hour (Velodyne and Hesai drivers); absolute milli-, micro- or
 * nanoseconds (Livox); or such after the stamp, where their span is that of a revolution. Undefined where none of these fits: no time is
 * better than a wrong one.
 */
export function pointTimes(values: Float64Array, { name, type }: PointField, at: TimestampNs): Int32Array | undefined {
  const named = /_(ns|us)$/i.exec(name)?.[1].toLowerCase();
  const isFloat = type === "f32" || type === "f64";
  for (const clock of named ? namedClocks(named, at) : isFloat ? floatClocks(at) : wholeClocks(values)) {
    const offsets = readBy(clock, values);
    if (offsets) return offsets;
  }
  return undefined;
}

function namedClocks(unit: string, at: TimestampNs): readonly Clock[] {
  const scale = unit === "us" ? 1e3 : 1;
  return [
    { scale, zero: 0 },
    { scale, zero: Number(at) / scale },
  ];
}

function wholeClocks(values: Float64Array): readonly Clock[] {
  const nanoseconds = { scale: 1, zero: 0 };
  if (values.length < manyPoints) return [nanoseconds];
  return [...[1, 1e3, 1e6].map((scale) => ({ scale, zero: 0, guess: true }) as const), nanoseconds];
}

function floatClocks(at: TimestampNs): readonly Clock[] {
  // Absolute seconds lose the nanoseconds of the stamp in a double; 0.2 µs is still below what a lidar resolves.
  const absolute = [1e9, 1e6, 1e3, 1].map((scale) => ({ scale, zero: Number(at) / scale }));
  return [
    { scale: 1e9, zero: 0 },
    ...absolute,
    { scale: 1e9, zero: Number(at % hourNs) / 1e9 },
    ...[1e6, 1e3, 1].map((scale) => ({ scale, zero: 0, guess: true }) as const),
  ];
}

function readBy({ scale, zero, guess }: Clock, values: Float64Array): Int32Array | undefined {
  const offsets = new Int32Array(values.length);
  let [min, max] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    const offset = (values[k] - zero) * scale;
    if (!(Math.abs(offset) <= widestOffsetNs)) return undefined;
    offsets[k] = Math.round(offset);
    if (offset < min) min = offset;
    if (offset > max) max = offset;
  }
  const isRevolution = max - min >= spanNs.min && max - min <= spanNs.max && min >= -spanNs.max && max <= spanNs.max;
  return guess && !isRevolution ? undefined : offsets;
}
