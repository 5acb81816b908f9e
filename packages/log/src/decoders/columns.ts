import type { PointType } from "./decoder.ts";

/** One field of packed points that follow each other without gaps. */
export interface Column {
  /** Borrowed: starts with the first point. */
  readonly data: Uint8Array;
  readonly strideBytes: number;
  /** Of the field in a point. */
  readonly offset: number;
  readonly type: PointType;
}

type Numbers = Float32Array | Float64Array | Uint16Array;

/**
 * Copies the field of the first `into.length` points. A loop for each type: through a table of readers each value costs a
 * call, which is no longer inlined once a process has met several types (0.6–1.5 ms against 0.16 at 123 000 points).
 */
export function copyColumn<T extends Numbers>({ data, strideBytes, offset, type }: Column, into: T): T {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = into.length;
  let at = offset;
  switch (type) {
    case "f32":
      for (let i = 0; i < count; i++, at += strideBytes) into[i] = view.getFloat32(at, true);
      break;
    case "f64":
      for (let i = 0; i < count; i++, at += strideBytes) into[i] = view.getFloat64(at, true);
      break;
    case "u8":
      for (let i = 0; i < count; i++, at += strideBytes) into[i] = view.getUint8(at);
      break;
    case "i8":
      for (let i = 0; i < count; i++, at += strideBytes) into[i] = view.getInt8(at);
      break;
    case "u16":
      for (let i = 0; i < count; i++, at += strideBytes) into[i] = view.getUint16(at, true);
      break;
    case "i16":
      for (let i = 0; i < count; i++, at += strideBytes) into[i] = view.getInt16(at, true);
      break;
    case "u32":
      for (let i = 0; i < count; i++, at += strideBytes) into[i] = view.getUint32(at, true);
      break;
    case "i32":
      for (let i = 0; i < count; i++, at += strideBytes) into[i] = view.getInt32(at, true);
      break;
  }
  return into;
}
