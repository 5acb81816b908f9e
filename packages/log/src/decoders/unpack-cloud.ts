import type { TimestampNs } from "@sweepmark/geometry";
import type { Sweep } from "../types.ts";
import { copyColumn } from "./columns.ts";
import type { CloudSample, PointField, PointType } from "./decoder.ts";

/** Farther than any lidar sees; drivers write 1e30 and the like for "no return". */
const farthestM = 1e6;
/** A point's time is within a revolution of the stamp, not more: a value beyond is on another clock. */
const widestOffsetNs = 2_000_000_000;

const intensityNames = ["intensity", "intensities", "i", "reflectivity", "reflectance"];
const ringNames = ["ring", "laser_number", "laser_id", "channel", "line", "beam"];
const timeNames = ["offset_ns", "time_offset_ns", "offset_time", "time_offset", "t", "time", "timestamp"];

/** The arrays of a {@link Sweep}. */
export type SweepArrays = Pick<
  Sweep,
  "count" | "positions" | "intensity" | "intensityMax" | "ring" | "timeOffsetNs" | "dropped"
>;

/**
 * Packed points → arrays: one pass for the coordinates, one for each further field, no object a point. Any stride,
 * offset and type; reads by DataView, since messages lie at any byte of a chunk. `at`: the stamp that times count from.
 */
export function unpackCloud(cloud: CloudSample, at: TimestampNs): SweepArrays {
  const field = (names: readonly string[]): PointField | undefined =>
    names.map((name) => cloud.fields.find((f) => f.name.toLowerCase() === name)).find((f) => f !== undefined);
  const { positions, kept, count } = unpackPositions(cloud);
  const intensityField = field(intensityNames);
  const ringField = field(ringNames);
  const timeField = field(timeNames);
  const intensity = intensityField && unpack(cloud, intensityField, kept, new Float32Array(count));
  const intensityMax = intensity && largest(intensity);
  const ring = ringField && unpack(cloud, ringField, kept, new Uint16Array(count));
  const timeOffsetNs = timeField && unpackTime(cloud, timeField, kept, at, count);
  return {
    count,
    positions,
    ...(intensity && { intensity }),
    ...(intensityMax !== undefined && { intensityMax }),
    ...(ring && { ring }),
    ...(timeOffsetNs && { timeOffsetNs }),
    dropped: cloud.count - count,
  };
}

interface Positions {
  readonly positions: Float32Array;
  readonly count: number;
  /** Indices of the points that were kept; undefined: all. */
  readonly kept: Uint32Array | undefined;
}

function unpackPositions(cloud: CloudSample): Positions {
  const view = viewOf(cloud);
  const [x, y, z] = ["x", "y", "z"].map((name) => cloud.fields.find((f) => f.name === name));
  if (!x || !y || !z) throw new Error("checkedCloud lets no cloud without x, y, z through");
  const all = new Float32Array(cloud.count * 3);
  const dropped: number[] = [];
  const allFloat = x.type === "f32" && y.type === "f32" && z.type === "f32";
  const [readX, readY, readZ] = [readerOf(x.type), readerOf(y.type), readerOf(z.type)];
  let out = 0;
  for (let i = 0, at = 0; i < cloud.count; i++, at += cloud.strideBytes) {
    // The branch is the same every time; calling through readerOf costs three times as much.
    const px = allFloat ? view.getFloat32(at + x.offset, true) : readX(view, at + x.offset);
    const py = allFloat ? view.getFloat32(at + y.offset, true) : readY(view, at + y.offset);
    const pz = allFloat ? view.getFloat32(at + z.offset, true) : readZ(view, at + z.offset);
    if (Math.abs(px) <= farthestM && Math.abs(py) <= farthestM && Math.abs(pz) <= farthestM) {
      all[out] = px;
      all[out + 1] = py;
      all[out + 2] = pz;
      out += 3;
    } else {
      dropped.push(i);
    }
  }
  if (dropped.length === 0) return { positions: all, count: cloud.count, kept: undefined };
  const kept = new Uint32Array(cloud.count - dropped.length);
  for (let i = 0, next = 0, k = 0; i < cloud.count; i++) {
    if (dropped[next] === i) next++;
    else kept[k++] = i;
  }
  // Its own buffer: it is transferred, and a view would carry the dropped tail along.
  return { positions: all.slice(0, out), count: kept.length, kept };
}

function unpack<T extends Float32Array | Float64Array | Uint16Array>(
  cloud: CloudSample,
  field: PointField,
  kept: Uint32Array | undefined,
  into: T,
): T {
  if (!kept) return copyColumn({ ...cloud, ...field }, into);
  const view = viewOf(cloud);
  const read = readerOf(field.type);
  for (let k = 0; k < into.length; k++) into[k] = read(view, (kept ? kept[k] : k) * cloud.strideBytes + field.offset);
  return into;
}

/**
 * Whole numbers are nanoseconds after the stamp. Floats are seconds: after the stamp, or absolute, or within the hour
 * (Velodyne and Hesai drivers). Undefined where none of these fits: no time is better than a wrong one.
 */
function unpackTime(
  cloud: CloudSample,
  field: PointField,
  kept: Uint32Array | undefined,
  at: TimestampNs,
  count: number,
): Int32Array | undefined {
  const values = unpack(cloud, field, kept, new Float64Array(count));
  const isFloat = field.type === "f32" || field.type === "f64";
  const scale = isFloat ? 1e9 : 1;
  const offsets = new Int32Array(count);
  const hourS = Number(at % 3_600_000_000_000n) / 1e9;
  // Absolute seconds lose the nanoseconds of the stamp in a double; 0.2 µs is still below what a lidar resolves.
  const zeros = isFloat ? [0, Number(at) / 1e9, hourS] : [0];
  for (const zero of zeros) {
    let k = 0;
    for (; k < count; k++) {
      const offset = (values[k] - zero) * scale;
      if (!(Math.abs(offset) <= widestOffsetNs)) break;
      offsets[k] = Math.round(offset);
    }
    if (k === count) return offsets;
  }
  return undefined;
}

function largest(values: Float32Array): number | undefined {
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > max && values[i] !== Infinity) max = values[i];
  return max === -Infinity ? undefined : max;
}

const viewOf = ({ data }: CloudSample): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

type Read = (view: DataView, at: number) => number;

const readers: Readonly<Record<PointType, Read>> = {
  u8: (view, at) => view.getUint8(at),
  i8: (view, at) => view.getInt8(at),
  u16: (view, at) => view.getUint16(at, true),
  i16: (view, at) => view.getInt16(at, true),
  u32: (view, at) => view.getUint32(at, true),
  i32: (view, at) => view.getInt32(at, true),
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
};

const readerOf = (type: PointType): Read => readers[type];
