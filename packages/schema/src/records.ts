import { timestampNs, type Cuboid, type EgoShift, type Point, type TimestampNs } from "@sweepmark/geometry";
import { z } from "zod";
import { plainKeyframe } from "./plain-keyframe.ts";

/** The one place where a record's shape is said. JSON holds nanoseconds as decimal strings: they exceed 2^53. */

const finite = z.number().refine(Number.isFinite, "expected a finite number");
const positive = finite.refine((value) => value > 0, "expected a length above 0 m");
export const vec3 = z.tuple([finite, finite, finite]).readonly();

export const timestampCodec = z
  .string()
  .regex(/^-?\d{1,19}$/, "expected nanoseconds as a decimal string")
  .transform((text): TimestampNs => timestampNs(BigInt(text)));

export const quaternion = z
  .tuple([finite, finite, finite, finite])
  .readonly()
  .refine((q) => Math.abs(Math.hypot(...q) - 1) < 1e-3, "expected a unit quaternion [x, y, z, w]");

const cuboid = z.object({
  center: vec3,
  size: z.tuple([positive, positive, positive]).readonly(),
  rotation: quaternion,
});

export const attributeValue = z.union([z.string(), finite, z.boolean()]);
export type AttributeValue = z.infer<typeof attributeValue>;
export type Attributes = Readonly<Record<string, AttributeValue>>;
const attributes = z.record(z.string(), attributeValue);

export const sources = ["human", "model", "import", "algorithm"] as const;
export type Source = (typeof sources)[number];

/** `linear`: straight from keyframe to keyframe. `smooth`: a cubic through them that keeps its velocity at each. */
export const interpolations = ["linear", "smooth"] as const;
export type Interpolation = (typeof interpolations)[number];

/** `held`: stands where it was. `constant-velocity`, `constant-turn`: goes on as it went, for a bounded time. */
export const beyonds = ["held", "constant-velocity", "constant-turn"] as const;
export type Beyond = (typeof beyonds)[number];

/** One object through time. */
export interface Track {
  readonly id: string;
  readonly kind: "track";
  /** What people call it: "car-3". Unique by habit, not by rule; the id is the identity. */
  readonly name: string;
  readonly classId: string;
  /** One size for the whole track: an edit of the size goes to every keyframe. */
  readonly rigid: boolean;
  /** Does not move: the pose of its first keyframe holds at every time, before it too. */
  readonly static: boolean;
  /** How it moves between two keyframes; undefined: linear. */
  readonly interpolation?: Interpolation;
  /** What it does past its keyframes; undefined: held. */
  readonly beyond?: Beyond;
  readonly attributes: Attributes;
}

/** What a person, model or import said about a track at one time. */
export interface Keyframe {
  readonly id: string;
  readonly kind: "keyframe";
  readonly trackId: string;
  readonly at: TimestampNs;
  /** null: the object is absent from `at` on, until the next keyframe. */
  readonly cuboid: Cuboid<"world"> | null;
  readonly attributes: Attributes;
  readonly source: Source;
  /** [0, 1]; only for machine-made keyframes. */
  readonly confidence?: number;
}

export interface LaneBoundary {
  readonly id: string;
  readonly kind: "lane-boundary";
  readonly name: string;
  readonly classId: string;
  /** At least 2, in order along the boundary. */
  readonly points: readonly Point<"world">[];
  readonly attributes: Attributes;
}

export interface Lane {
  readonly id: string;
  readonly kind: "lane";
  readonly leftId: string;
  readonly rightId: string;
  readonly successorIds: readonly string[];
  readonly attributes: Attributes;
}

/**
 * A correction of the log's ego poses, kept with the labels and never written to the log. At most one a scene. While it is
 * enabled, cuboids and lanes are in the corrected world.
 */
export interface EgoCorrection {
  readonly id: typeof egoCorrectionId;
  readonly kind: "ego-correction";
  readonly enabled: boolean;
  /** By rising time, at least one. */
  readonly shifts: readonly EgoShift[];
}

export const egoCorrectionId = "ego-correction";

export type LabelRecord = Track | Keyframe | LaneBoundary | Lane | EgoCorrection;

const id = z.string().min(1).max(200);
const name = z.string().max(200);

export const recordSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("track"),
    id,
    name,
    classId: id,
    rigid: z.boolean(),
    static: z.boolean(),
    interpolation: z.enum(interpolations).optional(),
    beyond: z.enum(beyonds).optional(),
    attributes,
  }),
  z.object({
    kind: z.literal("keyframe"),
    id,
    trackId: id,
    at: timestampCodec,
    cuboid: cuboid.nullable(),
    attributes,
    source: z.enum(sources),
    confidence: finite.min(0).max(1).optional(),
  }),
  z.object({ kind: z.literal("lane-boundary"), id, name, classId: id, points: z.array(vec3).min(2), attributes }),
  z.object({ kind: z.literal("lane"), id, leftId: id, rightId: id, successorIds: z.array(id), attributes }),
  z.object({
    kind: z.literal("ego-correction"),
    id: z.literal(egoCorrectionId),
    enabled: z.boolean(),
    shifts: z
      .array(z.object({ at: timestampCodec, ego: vec3, shift: vec3, yawRad: finite }))
      .min(1)
      .refine((shifts) => shifts.every(({ at }, i) => i === 0 || at > shifts[i - 1].at), "expected rising times"),
  }),
]);

/** The order of a record's fields in JSON, so that the same labels always give the same text. */
const fieldOrder = [
  "kind",
  "id",
  "name",
  "trackId",
  "at",
  "classId",
  "rigid",
  "static",
  "interpolation",
  "beyond",
  "cuboid",
  "points",
  "leftId",
  "rightId",
  "successorIds",
  "enabled",
  "shifts",
  "attributes",
  "source",
  "confidence",
] as const;

/** Record → plain JSON value (nanoseconds become strings, fields in one order). The inverse of {@link parseRecord}. */
export function recordToJson(record: LabelRecord): Record<string, unknown> {
  const fields = record as unknown as Readonly<Record<string, unknown>>;
  const json: Record<string, unknown> = {};
  for (const field of fieldOrder) if (fields[field] !== undefined) json[field] = fields[field];
  if (record.kind === "keyframe") {
    json.at = String(record.at);
    if (record.cuboid) json.cuboid = ordered(record.cuboid, ["center", "size", "rotation"]);
  }
  if (record.kind === "ego-correction") {
    json.shifts = record.shifts.map(({ at, ...shift }) => ({
      at: String(at),
      ...ordered(shift, ["ego", "shift", "yawRad"]),
    }));
    return json;
  }
  json.attributes = ordered(record.attributes, Object.keys(record.attributes).toSorted());
  return json;
}

const ordered = <T extends object>(value: T, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.map((key) => [key, value[key as keyof T]]));

/** JSON value → record. Throws a ZodError whose paths name the field; use {@link describeIssues} for people. */
export const parseRecord = (value: unknown): LabelRecord =>
  plainKeyframe(value) ?? (recordSchema.parse(value) as LabelRecord);

/** "keyframes[7].size[1]: expected a length above 0 m", one line an issue. */
export function describeIssues(error: z.ZodError, prefix = ""): string[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    const place = `${prefix}${path}`.replace(/^\./, "");
    return place === "" ? issue.message : `${place}: ${issue.message}`;
  });
}
