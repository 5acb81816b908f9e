import type { Pose, TimestampNs } from "@sweepmark/geometry";
import { z } from "zod";
import { ontologySchema, type Ontology } from "./ontology.ts";
import {
  describeIssues,
  parseRecord,
  quaternion,
  recordToJson,
  timestampCodec,
  vec3,
  type LabelRecord,
} from "./records.ts";

/** One moment of the log: what a per-frame export needs of it. */
export interface FrameStamp {
  readonly index: number;
  /** Header stamp of the reference sweep, or its time in the log (see {@link SceneInfo.clock}). */
  readonly at: TimestampNs;
  readonly worldFromEgo: Pose<"world", "ego">;
}

/** Which log the labels belong to. */
export interface SceneInfo {
  /** Content digest of the log (summary section and size): a renamed log finds its labels. */
  readonly digest: string;
  /** File name of the log when the labels were made; for people, never for identity. */
  readonly logName: string;
  /** The name of the log's fixed space, such as "map"; undefined: no ego motion in the log, world = ego. */
  readonly worldName?: string;
  /** The clock by which all labels have their times, where that is not the header stamps. */
  readonly clock?: "log-times";
  readonly frames: readonly FrameStamp[];
}

/** The native label form: one JSON file that holds everything. */
export interface LabelFile {
  readonly scene: SceneInfo;
  readonly ontology: Ontology;
  readonly records: readonly LabelRecord[];
}

export const labelFileFormat = "sweepmark-labels";
export const labelFileVersion = 1;

const envelope = z.object({
  format: z.literal(labelFileFormat, "expected a Sweepmark label file"),
  version: z.number().int(),
  scene: z.object({
    digest: z.string(),
    logName: z.string(),
    worldName: z.string().optional(),
    clock: z.literal("log-times").optional(),
    frames: z.array(
      z.object({
        index: z.number().int().min(0),
        at: timestampCodec,
        worldFromEgo: z.object({ translation: vec3, rotation: quaternion }),
      }),
    ),
  }),
  ontology: ontologySchema,
  records: z.array(z.unknown()),
});

export const sceneToJson = (scene: SceneInfo): unknown => ({
  ...scene,
  frames: scene.frames.map(({ index, at, worldFromEgo }) => ({
    index,
    at: String(at),
    worldFromEgo: { translation: worldFromEgo.translation, rotation: worldFromEgo.rotation },
  })),
});

export const parseScene = (value: unknown): SceneInfo => envelope.shape.scene.parse(value) as SceneInfo;

/** Records sorted by id and one record a line, so that two versions of a file can be compared line by line. */
export function labelFileToText(file: LabelFile): string {
  const records = file.records.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const head = {
    format: labelFileFormat,
    version: labelFileVersion,
    scene: sceneToJson(file.scene),
    ontology: file.ontology,
  };
  const lines = records.map((record) => JSON.stringify(recordToJson(record)));
  return `${JSON.stringify(head).slice(0, -1)},"records":[\n${lines.join(",\n")}\n]}\n`;
}

export class LabelFileError extends Error {
  override readonly name = "LabelFileError";
}

/** Text → label file. Throws {@link LabelFileError} naming the place: `records[3].cuboid.size[1]: expected …`. */
export function parseLabelFile(text: string): LabelFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new LabelFileError(`not JSON: ${(error as Error).message}`);
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > labelFileVersion)
    throw new LabelFileError(`made by a newer Sweepmark: version ${version}, this one reads up to ${labelFileVersion}`);
  const head = envelope.safeParse(json);
  if (!head.success) throw new LabelFileError(describeIssues(head.error).join("; "));
  const records = head.data.records.map((value, index) => {
    try {
      return parseRecord(value);
    } catch (error) {
      if (error instanceof z.ZodError) throw new LabelFileError(describeIssues(error, `records[${index}]`).join("; "));
      throw error;
    }
  });
  const places = new Map<string, number>();
  for (const [index, { id }] of records.entries()) {
    const first = places.get(id);
    if (first !== undefined)
      throw new LabelFileError(`records[${index}].id: "${id}" is the id of records[${first}] too`);
    places.set(id, index);
  }
  return { scene: head.data.scene as SceneInfo, ontology: head.data.ontology, records };
}
