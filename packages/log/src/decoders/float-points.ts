import type { BufferPool } from "../buffer-pool.ts";
import type { CloudSample, PointField } from "./decoder.ts";

/** What one pass over packed points gives. */
export interface FloatPoints {
  /** [count × 3], or longer where points were left out. */
  readonly positions: Float32Array;
  /** [count], or longer; undefined without an intensity field. */
  readonly intensity: Float32Array | undefined;
  /** Largest finite intensity of the points that were kept. Undefined: none is above zero, look for it. */
  readonly intensityMax: number | undefined;
  /** Indices of the points that were left out, ascending. */
  readonly dropped: readonly number[];
}

/** What {@link unpackFloatPoints} reads. */
export interface FloatFields {
  readonly x: PointField;
  readonly y: PointField;
  readonly z: PointField;
  readonly intensity: PointField | undefined;
}

const isLittleMachine = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Whether the points lie as {@link unpackFloatPoints} wants them: nearly every lidar's do. */
export function areFloats({ width, count, byteOrder, strideBytes }: CloudSample, fields: FloatFields): boolean {
  return (
    width === count &&
    byteOrder === "little" &&
    isLittleMachine &&
    strideBytes % 4 === 0 &&
    [fields.x, fields.y, fields.z, fields.intensity ?? fields.x].every((f) => f.type === "f32" && f.offset % 4 === 0)
  );
}

const magnitude = 0x7fffffff;
const infinity = 0x7f800000;

/**
 * Coordinates, intensity and its largest value in one pass, over the bits of the floats: two floats of the same sign
 * compare like their bits (IEEE 754-2019, 5.10), and NaN and infinity are above all. Numbers would be widened and narrowed
 * again, and a DataView looks at each bound (120 000 points: 0.3 ms against 0.85). Points with a coordinate farther than
 * `farthestM`, or not finite, are left out.
 */
export function unpackFloatPoints(
  cloud: CloudSample,
  fields: FloatFields,
  farthestM: number,
  pool: BufferPool,
): FloatPoints {
  const { count } = cloud;
  const words = wordsOf(cloud);
  const stride = cloud.strideBytes >> 2;
  const [x, y, z] = [fields.x.offset >> 2, fields.y.offset >> 2, fields.z.offset >> 2];
  // Without intensity the loop is the same, and copies x to nowhere.
  const w = (fields.intensity ?? fields.x).offset >> 2;
  const floats = pool.floats(count * 3);
  const positions = new Int32Array(floats.buffer, 0, floats.length);
  const intensities = pool.floats(fields.intensity ? count : 0);
  const intensity = new Int32Array(intensities.buffer, 0, intensities.length);
  const [farthest] = new Int32Array(Float32Array.of(farthestM).buffer);
  const dropped: number[] = [];
  let largest = 0;
  let out = 0;
  let next = 0;
  for (let i = 0, at = 0; i < count; i++, at += stride) {
    const px = words[at + x];
    const py = words[at + y];
    const pz = words[at + z];
    if ((px & magnitude) <= farthest && (py & magnitude) <= farthest && (pz & magnitude) <= farthest) {
      positions[out] = px;
      positions[out + 1] = py;
      positions[out + 2] = pz;
      out += 3;
      const value = words[at + w];
      intensity[next++] = value;
      if (value > largest && value < infinity) largest = value;
    } else {
      dropped.push(i);
    }
  }
  return {
    positions: floats,
    intensity: fields.intensity && intensities,
    intensityMax: largest > 0 ? new Float32Array(Int32Array.of(largest).buffer)[0] : undefined,
    dropped,
  };
}

/** The copy of a message up to this size is made in memory that is used again. */
const scratchBytes = 16 * 1024 * 1024;
let scratch = new ArrayBuffer(0);

/**
 * The points as words, borrowed until the next call. A message starts at any byte of its chunk: where that is between two
 * words, it is copied to where a word starts, a tenth of the pass.
 */
function wordsOf({ data, count, strideBytes }: CloudSample): Int32Array {
  const length = Math.min(count * strideBytes, data.byteLength) >> 2;
  if (data.byteOffset % 4 === 0) return new Int32Array(data.buffer, data.byteOffset, length);
  const bytes = length * 4;
  if (bytes > scratchBytes) return new Int32Array(data.slice(0, bytes).buffer);
  if (scratch.byteLength < bytes) scratch = new ArrayBuffer(bytes);
  new Uint8Array(scratch).set(data.subarray(0, bytes));
  return new Int32Array(scratch, 0, length);
}
