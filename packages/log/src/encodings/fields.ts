import { timestampNs, type Quaternion, type TimestampNs, type Vec3 } from "@sweepmark/geometry";
import type { Fields, Value } from "./encoding.ts";

/** Accessors with protobuf's defaults: an absent number is 0, an absent text empty, an absent message has no fields. */

const none: Fields = new Map();

export function numberOf(fields: Fields, name: string): number {
  const value = fields.get(name);
  return typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : 0;
}

export function textOf(fields: Fields, name: string): string {
  const value = fields.get(name);
  return typeof value === "string" ? value : "";
}

/** Borrowed. */
export function bytesOf(fields: Fields, name: string): Uint8Array {
  const value = fields.get(name);
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

const isFields = (value: Value | undefined): value is Fields => value instanceof Map;

export function fieldsOf(fields: Fields, name: string): Fields {
  const value = fields.get(name);
  return isFields(value) ? value : none;
}

export function listOf(fields: Fields, name: string): readonly Value[] {
  const value = fields.get(name);
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

export const messagesOf = (fields: Fields, name: string): readonly Fields[] => listOf(fields, name).filter(isFields);

export const numbersOf = (fields: Fields, name: string): readonly number[] =>
  listOf(fields, name).map((value) => (typeof value === "number" ? value : NaN));

/** google.protobuf.Timestamp → nanoseconds; undefined where it is absent or zero. */
export function stampOf(fields: Fields, name: string): TimestampNs | undefined {
  const stamp = fieldsOf(fields, name);
  const seconds = stamp.get("seconds");
  const whole = typeof seconds === "bigint" ? seconds : BigInt(Math.trunc(numberOf(stamp, "seconds")));
  const at = whole * 1_000_000_000n + BigInt(Math.trunc(numberOf(stamp, "nanos")));
  // Beyond what an int64 holds no stamp is meant, and a BigInt64Array would wrap it.
  return at === 0n || BigInt.asIntN(64, at) !== at ? undefined : timestampNs(at);
}

export function vectorOf(fields: Fields, name: string): Vec3 {
  const vector = fieldsOf(fields, name);
  return [numberOf(vector, "x"), numberOf(vector, "y"), numberOf(vector, "z")];
}

/** Not normalized; [0, 0, 0, 0] where it is absent. */
export function quaternionOf(fields: Fields, name: string): Quaternion {
  const q = fieldsOf(fields, name);
  return [numberOf(q, "x"), numberOf(q, "y"), numberOf(q, "z"), numberOf(q, "w")];
}
