import { trackAt, createDocument } from "@sweepmark/document";
import {
  compose,
  correctedFromLogged,
  identityPose,
  timestampNs,
  transformCuboid,
  type Cuboid,
  type EgoShift,
  type Pose,
  type TimestampNs,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import {
  classNamed,
  defaultOntology,
  describeIssues,
  labelFileFormat,
  parseLabelFile,
  quaternion,
  timestampCodec,
  vec3,
  type Ontology,
} from "@sweepmark/schema";
import { z } from "zod";

/** What is true of one object in one frame. */
export interface TrueCuboid {
  readonly id: string;
  readonly classId: string;
  readonly cuboid: Cuboid<"world">;
}

/** True labels of a log, from whatever file they came. */
export interface GivenTruth {
  readonly ontology: Ontology;
  /** Stamps that it says something about; undefined: of any time between its keyframes. */
  readonly stamps: readonly TimestampNs[] | undefined;
  /** Class names that no class of the ontology means; their objects are left out. */
  readonly unknownClasses: readonly string[];
  /** @param shifts the correction of the ego pose that the frame is in; by default none. What is true goes with the points. */
  at(frame: Frame, shifts?: readonly EgoShift[]): readonly TrueCuboid[];
}

export class TruthError extends Error {
  override readonly name = "TruthError";
}

const groundTruth = z.object({
  conventions: z.object({ gt_frame: z.string() }),
  frames: z
    .array(
      z.object({
        timestamp_ns: timestampCodec,
        objects: z.array(
          z.object({
            track_id: z.union([z.string(), z.number()]).transform(String),
            class: z.string(),
            center: vec3,
            size_lwh: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).readonly(),
            quaternion_xyzw: quaternion,
          }),
        ),
      }),
    )
    .min(1),
});

/**
 * A native label file, or ground truth by frames (`conventions.gt_frame` names the space of its cuboids: that of a lidar,
 * else ego), told apart by what is in them.
 *
 * @throws TruthError when it is neither, with what is wrong; LabelFileError of a damaged label file.
 */
export function parseTruth(text: string): GivenTruth {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TruthError(`not JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null) {
    if ("format" in value && value.format === labelFileFormat) return ofLabels(text);
    if ("frames" in value && "conventions" in value) return ofGroundTruth(value);
  }
  throw new TruthError(
    `neither a Sweepmark label file ("format": "${labelFileFormat}") nor ground truth ("conventions" and "frames")`,
  );
}

/** As the labels are at each frame's time: between keyframes interpolated, static tracks everywhere. */
function ofLabels(text: string): GivenTruth {
  const { ontology, records } = parseLabelFile(text);
  const document = createDocument(ontology, records);
  const first = new Map(document.tracks().map(({ id }) => [id, document.keyframes(id)[0]?.at]));
  const last = new Map(document.tracks().map(({ id }) => [id, document.keyframes(id).at(-1)?.at]));
  return {
    ontology,
    stamps: undefined,
    unknownClasses: [],
    at: ({ at }, shifts = []) =>
      document.tracks().flatMap(({ id, classId, static: isStatic }): TrueCuboid[] => {
        // What is carried on past the last keyframe nobody has said.
        const said = isStatic || (at >= (first.get(id) ?? at) && at <= (last.get(id) ?? at));
        const moment = said ? trackAt(document, id, at) : undefined;
        return moment ? [{ id, classId, cuboid: transformCuboid(correctedFromLogged(shifts, at), moment.cuboid) }] : [];
      }),
  };
}

function ofGroundTruth(value: unknown): GivenTruth {
  const parsed = groundTruth.safeParse(value);
  if (!parsed.success) throw new TruthError(describeIssues(parsed.error).slice(0, 3).join("; "));
  const { conventions, frames } = parsed.data;
  const ontology = defaultOntology;
  const classIds = new Map<string, string | undefined>();
  for (const { objects } of frames)
    for (const each of objects) classIds.set(each.class, classNamed(ontology, each.class)?.id);
  const byStamp = new Map(frames.map((frame) => [frame.timestamp_ns, frame.objects]));
  return {
    ontology,
    stamps: frames.map(({ timestamp_ns: at }) => timestampNs(at)),
    unknownClasses: [...classIds].flatMap(([name, id]) => (id === undefined ? [name] : [])),
    at(frame) {
      const sweep = frame.sweeps.find(({ frameId }) => frameId === conventions.gt_frame);
      const egoFromGiven = sweep?.egoFromLidar ?? (identityPose as Pose<"ego", "lidar">);
      const worldFromGiven = compose(frame.worldFromEgo, egoFromGiven);
      return (byStamp.get(frame.at) ?? []).flatMap((each): TrueCuboid[] => {
        const classId = classIds.get(each.class);
        if (classId === undefined) return [];
        const given = { center: each.center, size: each.size_lwh, rotation: each.quaternion_xyzw };
        return [{ id: each.track_id, classId, cuboid: transformCuboid(worldFromGiven, given) }];
      });
    },
  };
}
