import { timestampNs, type Quaternion, type TimestampNs, type Vec3 } from "@sweepmark/geometry";
import { quote } from "../problem.ts";
import { fromBase64 } from "./base64.ts";
import type { Fields, Value } from "./encoding.ts";
import { badMessage } from "./wire.ts";

/**
 * Accessors with protobuf's defaults: an absent number is 0, an absent text empty, an absent message has no fields. They
 * also know what the encodings write differently: times, bytes, numbers out of range.
 */

const none: Fields = new Map();

export function numberOf(fields: Fields, name: string): number {
  const value = fields.get(name);
  return value === undefined ? 0 : asNumber(value, 0);
}

/** JSON has no NaN and no infinity: they are written as texts. */
function asNumber(value: Value, otherwise: number): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && /^(NaN|[-+]?Infinity)$/.test(value) ? Number(value) : otherwise;
}

export function truthOf(fields: Fields, name: string): boolean {
  const value = fields.get(name);
  return value === true || (typeof value === "number" && value !== 0);
}

export function textOf(fields: Fields, name: string): string {
  const value = fields.get(name);
  return typeof value === "string" ? value : "";
}

/** Borrowed; decoded anew at each call where it is base64 text. Throws a LogError where that is none. */
export function bytesOf(fields: Fields, name: string): Uint8Array {
  const value = fields.get(name);
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "string") return new Uint8Array(0);
  const bytes = fromBase64(value);
  if (bytes) return bytes;
  throw badMessage(`the field ${quote(name)} is a text of ${value.length} characters that is no base64`);
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
  listOf(fields, name).map((value) => asNumber(value, NaN));

/**
 * Nanoseconds of { seconds, nanos } (protobuf), { sec, nsec } (ROS 1, JSON) or { sec, nanosec } (ROS 2); undefined where
 * it is absent, zero or no time at all.
 */
export function stampOf(fields: Fields, name: string): TimestampNs | undefined {
  const stamp = fieldsOf(fields, name);
  const whole = wholeOf(stamp, ["seconds", "sec"]);
  const nanos = wholeOf(stamp, ["nanos", "nsec", "nanosec"]);
  if (whole === undefined || nanos === undefined) return undefined;
  const at = whole * 1_000_000_000n + nanos;
  // Beyond what an int64 holds no stamp is meant, and a BigInt64Array would wrap it.
  return at === 0n || BigInt.asIntN(64, at) !== at ? undefined : timestampNs(at);
}

function wholeOf(fields: Fields, names: readonly string[]): bigint | undefined {
  const name = names.find((candidate) => fields.has(candidate));
  const value = name === undefined ? 0 : fields.get(name);
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}

/** Stamp and space of a message: in its `header` (ROS), or beside its data (Foxglove). */
export function headOf(fields: Fields): { readonly at: TimestampNs | undefined; readonly frameId: string } {
  const header = fields.get("header");
  const [from, stamp] = isFields(header) ? ([header, "stamp"] as const) : ([fields, "timestamp"] as const);
  return { at: stampOf(from, stamp), frameId: plainFrameId(textOf(from, "frame_id")) };
}

/** A leading "/" is ROS 1's old way of writing the same name. */
export const plainFrameId = (frameId: string): string => frameId.replace(/^\//, "");

export function vectorOf(fields: Fields, name: string): Vec3 {
  const vector = fieldsOf(fields, name);
  return [numberOf(vector, "x"), numberOf(vector, "y"), numberOf(vector, "z")];
}

/** Not normalized; [0, 0, 0, 0] where it is absent. */
export function quaternionOf(fields: Fields, name: string): Quaternion {
  const q = fieldsOf(fields, name);
  return [numberOf(q, "x"), numberOf(q, "y"), numberOf(q, "z"), numberOf(q, "w")];
}
