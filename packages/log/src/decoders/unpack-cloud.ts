import type { TimestampNs } from "@sweepmark/geometry";
import { BufferPool } from "../buffer-pool.ts";
import type { Sweep } from "../types.ts";
import { copyColumn } from "./columns.ts";
import type { CloudSample, PointField, PointType } from "./decoder.ts";
import { areFloats, unpackFloatPoints } from "./float-points.ts";
import { fieldNamed } from "./point-cloud.ts";
import { takePoints } from "./take-points.ts";
import { pointTimes, timeNames } from "./point-times.ts";

/**
 * Drivers write 1e30 and the like for "no return". Nearer than this are also the northings of a map, where a cloud was
 * written in one.
 */
const farthestM = 1e7;
const intensityNames = ["intensity", "intensities", "i", "reflectivity", "reflectance"];
const ringNames = ["ring", "laser_number", "laser_id", "channel", "line", "beam"];

/** The arrays of a {@link Sweep}. */
export type SweepArrays = Pick<
  Sweep,
  "count" | "positions" | "intensity" | "intensityMax" | "ring" | "timeOffsetNs" | "dropped"
>;

/**
 * Packed points → arrays: one pass for the coordinates (and intensity, where all are floats), one for each further field,
 * no object a point. Any stride, offset and type, at any byte of a chunk. `at`: the time that
 * points' times are told from; where the cloud has a `stamp` of its own clock, they are read by that.
 */
export function unpackCloud(cloud: CloudSample, at: TimestampNs, pool = new BufferPool(0)): SweepArrays {
  const field = (names: readonly string[]): PointField | undefined =>
    names.map((name) => fieldNamed(cloud.fields, name)).find((f) => f !== undefined);
  const intensityField = field(intensityNames);
  const ringField = field(ringNames);
  const timeField = field(timeNames);
  const { positions, kept, count, intensity, intensityMax } = unpackPoints(cloud, intensityField, pool);
  const ring = ringField && unpack(cloud, ringField, kept, pool.shorts(count));
  const timeOffsetNs =
    timeField && pointTimes(unpack(cloud, timeField, kept, new Float64Array(count)), timeField, cloud.stamp ?? at);
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

interface Points extends Pick<SweepArrays, "positions" | "count" | "intensity" | "intensityMax"> {
  /** Indices of the points that were kept; undefined: all. */
  readonly kept: Uint32Array | undefined;
}

function unpackPoints(cloud: CloudSample, intensityField: PointField | undefined, pool: BufferPool): Points {
  const [x, y, z] = ["x", "y", "z"].map((name) => fieldNamed(cloud.fields, name));
  if (!x || !y || !z) throw new Error("checkedCloud lets no cloud without x, y, z through");
  const fields = { x, y, z, intensity: intensityField?.type === "f32" ? intensityField : undefined };
  const fused =
    takePoints(cloud, fields, farthestM, pool) ??
    (areFloats(cloud, fields) ? unpackFloatPoints(cloud, fields, farthestM, pool) : undefined);
  const { positions, dropped } = fused ?? unpackPositions(cloud, [x, y, z], pool);
  const count = cloud.count - dropped.length;
  const kept = dropped.length > 0 ? indicesWithout(dropped, cloud.count) : undefined;
  // Their own buffers: a view would carry the dropped tail along.
  const cut = (array: Float32Array, length: number): Float32Array => {
    if (!kept) return array;
    const own = pool.floats(length);
    own.set(array.subarray(0, length));
    pool.give(array.buffer);
    return own;
  };
  const all = { positions: cut(positions, count * 3), count, kept };
  if (!intensityField) return all;
  const intensity = fused?.intensity
    ? cut(fused.intensity, count)
    : unpack(cloud, intensityField, kept, pool.floats(count));
  const intensityMax = fused?.intensityMax ?? largest(intensity);
  return { ...all, intensity, ...(intensityMax !== undefined && { intensityMax }) };
}

function indicesWithout(dropped: readonly number[], count: number): Uint32Array {
  const kept = new Uint32Array(count - dropped.length);
  for (let i = 0, next = 0, k = 0; i < count; i++) {
    if (dropped[next] === i) next++;
    else kept[k++] = i;
  }
  return kept;
}

function unpackPositions(
  cloud: CloudSample,
  [x, y, z]: readonly [PointField, PointField, PointField],
  pool: BufferPool,
) {
  const view = viewOf(cloud);
  const all = pool.floats(cloud.count * 3);
  const dropped: number[] = [];
  const isLittle = cloud.byteOrder === "little";
  const allFloat = x.type === "f32" && y.type === "f32" && z.type === "f32";
  const [readX, readY, readZ] = [x, y, z].map(({ type }) => readers[type]);
  const { count, width, rowBytes, strideBytes } = cloud;
  let out = 0;
  for (let i = 0, row = 0; i < count; row += rowBytes) {
    for (let at = row, end = Math.min(i + width, count); i < end; i++, at += strideBytes) {
      // The branch is the same every time; calling through readers costs three times as much.
      const px = allFloat ? view.getFloat32(at + x.offset, isLittle) : readX(view, at + x.offset, isLittle);
      const py = allFloat ? view.getFloat32(at + y.offset, isLittle) : readY(view, at + y.offset, isLittle);
      const pz = allFloat ? view.getFloat32(at + z.offset, isLittle) : readZ(view, at + z.offset, isLittle);
      if (Math.abs(px) <= farthestM && Math.abs(py) <= farthestM && Math.abs(pz) <= farthestM) {
        all[out] = px;
        all[out + 1] = py;
        all[out + 2] = pz;
        out += 3;
      } else {
        dropped.push(i);
      }
    }
  }
  return { positions: all, dropped };
}

function unpack<T extends Float32Array | Float64Array | Uint16Array>(
  cloud: CloudSample,
  field: PointField,
  kept: Uint32Array | undefined,
  into: T,
): T {
  const { count, width, rowBytes, strideBytes } = cloud;
  const isLittle = cloud.byteOrder === "little";
  if (!kept && width === count && isLittle) return copyColumn({ ...cloud, ...field }, into);
  const view = viewOf(cloud);
  const read = readers[field.type];
  for (let k = 0; k < into.length; k++) {
    const i = kept ? kept[k] : k;
    const at = width === count ? i * strideBytes : Math.floor(i / width) * rowBytes + (i % width) * strideBytes;
    into[k] = read(view, at + field.offset, isLittle);
  }
  return into;
}

function largest(values: Float32Array): number | undefined {
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > max && values[i] !== Infinity) max = values[i];
  return max === -Infinity ? undefined : max;
}

const viewOf = ({ data }: CloudSample): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

type Read = (view: DataView, at: number, isLittle: boolean) => number;

const readers: Readonly<Record<PointType, Read>> = {
  u8: (view, at) => view.getUint8(at),
  i8: (view, at) => view.getInt8(at),
  u16: (view, at, isLittle) => view.getUint16(at, isLittle),
  i16: (view, at, isLittle) => view.getInt16(at, isLittle),
  u32: (view, at, isLittle) => view.getUint32(at, isLittle),
  i32: (view, at, isLittle) => view.getInt32(at, isLittle),
  f32: (view, at, isLittle) => view.getFloat32(at, isLittle),
  f64: (view, at, isLittle) => view.getFloat64(at, isLittle),
};
