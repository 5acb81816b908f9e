import { timestampNs, type Cuboid } from "@sweepmark/geometry";
import type { Attributes, Keyframe, Source } from "./records.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * A JSON value that is, beyond doubt, a whole keyframe as `recordSchema` has it: the same record, 15 times as fast
 * (journals hold a million of them). Undefined for whatever else: the schema then reads it, or says what is wrong.
 */
export function plainKeyframe(value: unknown): Keyframe | undefined {
  if (!isObject(value) || value.kind !== "keyframe") return undefined;
  const { id, trackId, at, source, confidence } = value;
  if (!isId(id) || !isId(trackId) || typeof at !== "string" || !isNanoseconds(at) || !isSource(source))
    return undefined;
  if (confidence !== undefined && !(isFinite(confidence) && confidence >= 0 && confidence <= 1)) return undefined;
  const cuboid = value.cuboid === null ? null : plainCuboid(value.cuboid);
  const attributes = plainAttributes(value.attributes);
  if (cuboid === undefined || attributes === undefined) return undefined;
  const keyframe: Keyframe = { kind: "keyframe", id, trackId, at: timestampNs(BigInt(at)), cuboid, attributes, source };
  return confidence === undefined ? keyframe : { ...keyframe, confidence };
}

function plainCuboid(value: unknown): Cuboid<"world"> | undefined {
  if (!isObject(value)) return undefined;
  const { center, size, rotation } = value;
  if (!isNumbers(center, 3) || !isNumbers(size, 3) || !isNumbers(rotation, 4)) return undefined;
  if (!(size[0] > 0 && size[1] > 0 && size[2] > 0)) return undefined;
  const length = Math.hypot(rotation[0], rotation[1], rotation[2], rotation[3]);
  if (!(Math.abs(length - 1) < 1e-3)) return undefined;
  return { center, size, rotation } as unknown as Cuboid<"world">;
}

function plainAttributes(value: unknown): Attributes | undefined {
  if (!isObject(value)) return undefined;
  // The names of a record of zod; `__proto__` is one that it treats in its own way.
  for (const name in value) {
    const attribute = value[name];
    if (name === "__proto__") return undefined;
    if (typeof attribute !== "string" && typeof attribute !== "boolean" && !isFinite(attribute)) return undefined;
  }
  return value as Attributes;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isId = (value: unknown): value is string => typeof value === "string" && value !== "" && value.length <= 200;

const isFinite = (value: unknown): value is number => Number.isFinite(value);

const isNanoseconds = (text: string): boolean => /^-?\d{1,19}$/.test(text);

const isSource = (value: unknown): value is Source =>
  value === "human" || value === "model" || value === "import" || value === "algorithm";

function isNumbers(value: unknown, length: number): value is readonly number[] {
  return Array.isArray(value) && value.length === length && value.every(isFinite);
}
