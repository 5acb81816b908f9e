import { z } from "zod";
import { attributeValue } from "./records.ts";

const size = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).readonly();

/** Names in other languages, by language tag ("zh-CN"). Exports keep the id. */
const names = z.record(z.string().min(2), z.string().min(1)).optional();

export const attributeSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  names,
  /** Said once for the whole track, or anew at each keyframe (it then holds until the next). */
  scope: z.enum(["track", "keyframe"]),
  type: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("choice"), values: z.array(z.string()).min(1) }),
    z.object({ kind: z.literal("number"), min: z.number().optional(), max: z.number().optional() }),
    z.object({ kind: z.literal("boolean") }),
    z.object({ kind: z.literal("text") }),
  ]),
  initial: attributeValue.optional(),
  /** Labels without it are unfinished: shown, never refused. */
  required: z.boolean().optional(),
});

export const objectClassSchema = z.object({
  id: z.string().min(1).max(200),
  name: z.string(),
  names,
  /** One character: the stable key of the class in chips and tags. */
  letter: z.string().min(1).max(2),
  /** `[length, width, height]` metres of a usual one: what a new cuboid starts from. */
  usualSize: size,
  /** Sizes that are plausible, `[length, width, height]` metres, both inclusive. Others are shown where they occur, not refused. */
  sizeRange: z.object({ min: size, max: size }).optional(),
  /** The number key that chooses the class. Where no class has one, the usual nine have them. */
  digit: z.number().int().min(1).max(9).optional(),
  /** Colour of the class when a project overrides the palette. `#RRGGBB`. */
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .optional(),
  attributes: z.array(attributeSchema),
});

export const laneClassSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** How it is painted; decides colour and dash. */
  paint: z.enum(["white", "yellow", "kerb", "virtual"]),
  pattern: z.enum(["solid", "dashed", "double", "none"]),
});

/** What the project asks of labels: shown to labelers where it matters. What is not there, the project leaves open. */
export const rulesSchema = z.object({
  /** Whether a vehicle's mirrors are inside of its cuboid: nuScenes leaves them out, Waymo takes them in. */
  mirrors: z.enum(["included", "excluded"]).optional(),
  /** What stands still has one pose for the whole drive, or (where localisation drifts) one for each frame. */
  standing: z.enum(["one-pose", "per-frame"]).optional(),
  /** Lidar points that a cuboid must hold. */
  minPoints: z.number().int().min(0).optional(),
  /** Objects farther from ego than this are not labelled, metres. */
  rangeM: z.number().positive().optional(),
});

export const ontologySchema = z.object({
  objects: z.array(objectClassSchema).min(1),
  lanes: z.array(laneClassSchema),
  rules: rulesSchema.optional(),
});

export type Ontology = z.infer<typeof ontologySchema>;
export type ObjectClass = z.infer<typeof objectClassSchema>;
export type LaneClass = z.infer<typeof laneClassSchema>;
export type ProjectRules = z.infer<typeof rulesSchema>;
export type AttributeDefinition = z.infer<typeof attributeSchema>;

type Row = readonly [id: string, name: string, letter: string, length: number, width: number, height: number];

/** Usual sizes: rounded medians of nuScenes, KITTI and Argoverse 2 annotations. */
const objectRows: readonly Row[] = [
  ["car", "Car", "C", 4.5, 1.9, 1.6],
  ["van", "Van", "V", 5.1, 2.0, 2.1],
  ["pickup", "Pickup", "U", 5.5, 2.1, 1.9],
  ["truck", "Truck", "T", 8.0, 2.5, 3.2],
  ["trailer", "Trailer", "L", 10.0, 2.6, 3.6],
  ["bus", "Bus", "B", 11.5, 2.9, 3.3],
  ["tram", "Tram", "N", 16.0, 2.6, 3.5],
  ["construction-vehicle", "Construction vehicle", "X", 6.5, 2.7, 3.1],
  ["emergency-vehicle", "Emergency vehicle", "E", 6.0, 2.3, 2.6],
  ["motorcycle", "Motorcycle", "M", 2.1, 0.8, 1.4],
  ["bicycle", "Bicycle", "Y", 1.8, 0.6, 1.2],
  ["rider", "Rider", "R", 1.8, 0.7, 1.8],
  ["pedestrian", "Pedestrian", "P", 0.7, 0.7, 1.75],
  ["wheelchair", "Wheelchair or stroller", "W", 1.1, 0.7, 1.3],
  ["scooter", "Scooter", "S", 1.2, 0.6, 1.7],
  ["animal", "Animal", "Z", 0.9, 0.4, 0.7],
  ["cone", "Cone", "O", 0.4, 0.4, 0.8],
  ["barrier", "Barrier", "F", 0.5, 2.0, 1.0],
  ["pole", "Pole or bollard", "I", 0.3, 0.3, 1.2],
  ["sign", "Traffic sign", "G", 0.2, 0.8, 0.8],
  ["debris", "Debris", "D", 0.6, 0.6, 0.4],
  ["unknown", "Unknown", "?", 1.0, 1.0, 1.0],
];

const motion: AttributeDefinition = {
  id: "motion",
  name: "Motion",
  scope: "keyframe",
  type: { kind: "choice", values: ["moving", "stopped", "parked"] },
};
const occlusion: AttributeDefinition = {
  id: "occlusion",
  name: "Occlusion",
  scope: "keyframe",
  type: { kind: "choice", values: ["0", "1", "2", "3"] },
};
const movable = new Set(objectRows.slice(0, 16).map(([classId]) => classId));

/** The ontology of a new scene: 22 object classes (the palette's) and the lane boundaries of the field. */
export const defaultOntology: Ontology = {
  objects: objectRows.map(([id, name, letter, length, width, height]) => ({
    id,
    name,
    letter,
    usualSize: [length, width, height] as const,
    attributes: movable.has(id) ? [motion, occlusion] : [occlusion],
  })),
  lanes: [
    { id: "solid-white", name: "Solid white", paint: "white", pattern: "solid" },
    { id: "dashed-white", name: "Dashed white", paint: "white", pattern: "dashed" },
    { id: "double-white", name: "Double white", paint: "white", pattern: "double" },
    { id: "solid-yellow", name: "Solid yellow", paint: "yellow", pattern: "solid" },
    { id: "dashed-yellow", name: "Dashed yellow", paint: "yellow", pattern: "dashed" },
    { id: "double-yellow", name: "Double yellow", paint: "yellow", pattern: "double" },
    { id: "kerb", name: "Kerb", paint: "kerb", pattern: "solid" },
    { id: "virtual", name: "Virtual", paint: "virtual", pattern: "none" },
  ],
};

/** The classes of the number keys 1…9 where the ontology gives none, in this order. */
export const quickClassIds = ["car", "van", "truck", "bus", "pedestrian", "bicycle", "motorcycle", "rider", "cone"];

/** The class of a number key. An ontology that gives keys to classes gives all of them. */
export function classOfDigit({ objects }: Ontology, digit: number): ObjectClass | undefined {
  if (objects.some((each) => each.digit !== undefined)) return objects.find((each) => each.digit === digit);
  return objects.find(({ id }) => id === quickClassIds[digit - 1]) ?? objects[digit - 1];
}

/** A class or attribute as people of a language call it; `name` where it has no other. */
export const nameIn = (
  { name, names: others }: { readonly name: string; readonly names?: Readonly<Record<string, string>> | undefined },
  language: string,
): string => others?.[language] ?? others?.[language.split("-")[0]] ?? name;
