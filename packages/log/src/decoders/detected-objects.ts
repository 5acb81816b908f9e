import { identityQuaternion, normalizeQuaternion, rotate, vec, type Size, type Vec3 } from "@sweepmark/geometry";
import {
  fieldsOf,
  headOf,
  listOf,
  messagesOf,
  numberOf,
  numbersOf,
  quaternionOf,
  textOf,
  vectorOf,
} from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import { fromBase64 } from "../encodings/base64.ts";
import type { Decoder } from "./decoder.ts";
import {
  checkLabelCount,
  isUsablePoint,
  isUsableSize,
  plainId,
  plainText,
  type FramedCuboid,
  type LabelEntity,
} from "./label-sample.ts";

/** autoware_perception_msgs/ObjectClassification.label. */
const autowareClasses = [
  "unknown",
  "car",
  "truck",
  "bus",
  "trailer",
  "motorcycle",
  "bicycle",
  "pedestrian",
  "animal",
  "hazard",
  "over_drivable",
  "under_drivable",
];

const ofAutoware = (...types: readonly string[]): readonly string[] =>
  types.flatMap((type) => [`autoware_perception_msgs/${type}`, `autoware_auto_perception_msgs/${type}`]);

/**
 * Autoware's tracked, detected and predicted objects, of both packages. A detected object has no id; predicted paths are
 * not read. `orientation_availability`: 0 none, 1 the heading may be the opposite, 2 known.
 */
export const autowareObjects: Decoder = {
  schemaNames: ofAutoware("TrackedObjects", "DetectedObjects", "PredictedObjects"),
  role: "labels",
  requiredFields: ["header", "objects"],
  decode(fields, limits) {
    const { at, frameId } = headOf(fields);
    const objects = messagesOf(fields, "objects");
    checkLabelCount(objects.length, "objects", limits);
    const entities = objects.flatMap((object, i): LabelEntity[] => {
      const uuid = uuidOf(fieldsOf(object, "object_id"));
      const cuboid = autowareCuboid(object);
      if (!cuboid) return [];
      return [{ ...whole, id: uuid ?? `#${i}`, lasting: uuid !== undefined, at, frameId, cuboids: [cuboid] }];
    });
    return {
      kind: "labels",
      at,
      mode: "whole",
      deletions: [],
      entities: distinct(entities),
      dropped: objects.length - entities.length,
    };
  },
};

const whole = { lifetimeNs: 0n, frameLocked: false, lines: [] } as const;

/** Writers repeat ids: the later ones lose theirs, so that each cuboid is one of its own. */
function distinct(entities: readonly LabelEntity[]): readonly LabelEntity[] {
  const seen = new Set<string>();
  return entities.map((entity, i) => {
    if (!seen.has(entity.id)) {
      seen.add(entity.id);
      return entity;
    }
    return { ...entity, id: `${entity.id}#${i}`, lasting: false };
  });
}

const uuidBytes = 16;
/** Of a list or of base64: in JSON both may be of any length. */
const longestUuid = 64;

/** unique_identifier_msgs/UUID as 32 hex digits; undefined: absent, all zero, or not 16 bytes. */
function uuidOf(fields: Fields): string | undefined {
  const value = fields.get("uuid");
  if ((typeof value === "string" || Array.isArray(value)) && value.length > longestUuid) return undefined;
  const bytes =
    value instanceof Uint8Array ? value : typeof value === "string" ? fromBase64(value) : numbersOf(fields, "uuid");
  if (bytes?.length !== uuidBytes || bytes.every((byte) => byte === 0)) return undefined;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function autowareCuboid(object: Fields): FramedCuboid | undefined {
  const kinematics = fieldsOf(object, "kinematics");
  const [poseName, twistName] = kinematics.has("initial_pose_with_covariance")
    ? ["initial_pose_with_covariance", "initial_twist_with_covariance"]
    : ["pose_with_covariance", "twist_with_covariance"];
  const pose = fieldsOf(fieldsOf(kinematics, poseName), "pose");
  const normal = normalizeQuaternion(quaternionOf(pose, "orientation"));
  // What is not said (predicted objects) is known.
  const available = kinematics.has("orientation_availability") ? numberOf(kinematics, "orientation_availability") : 2;
  const heading = !normal || available === 0 ? "unknown" : available === 1 ? "sign-unknown" : "known";
  const rotation = heading === "unknown" || !normal ? identityQuaternion : normal;
  const { size, offset } = shapeOf(object);
  const center = vec.add(vectorOf(pose, "position"), rotate(rotation, offset));
  if (!isUsableSize(size) || !isUsablePoint(center)) return undefined;
  const best = messagesOf(object, "classification").reduce<Fields | undefined>(
    (a, b) => (a && numberOf(a, "probability") >= numberOf(b, "probability") ? a : b),
    undefined,
  );
  const label = best ? numberOf(best, "label") : 0;
  const score = numberOf(object, "existence_probability");
  const linear = vectorOf(fieldsOf(fieldsOf(kinematics, twistName), "twist"), "linear");
  return {
    part: "",
    className: autowareClasses[label] ?? `class ${label}`,
    ...(object.has("existence_probability") && Number.isFinite(score) && { score }),
    center,
    size,
    rotation,
    heading,
    // The twist is along the object's own axes, which are not known without its heading.
    ...(heading === "known" && linear.every(Number.isFinite) && { velocity: rotate(rotation, linear) }),
  };
}

/** Shape.type: 0 BOX, 1 CYLINDER (x: diameter), 2 POLYGON (its footprint's bounds along the object's axes). */
function shapeOf(object: Fields): { readonly size: Size; readonly offset: Vec3 } {
  const listed = listOf(object, "shape").length > 0 ? messagesOf(object, "shape")[0] : fieldsOf(object, "shape");
  const type = numberOf(listed, "type");
  const [x, y, z] = vectorOf(listed, "dimensions");
  if (type === 1) return { size: [x, y > 0 ? y : x, z], offset: [0, 0, 0] };
  const corners = messagesOf(fieldsOf(listed, "footprint"), "points");
  if (type !== 2 || corners.length < 3) return { size: [x, y, z], offset: [0, 0, 0] };
  const bounds = ["x", "y"].map((name) => {
    let [min, max] = [Infinity, -Infinity];
    for (const corner of corners) {
      const value = numberOf(corner, name);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return { min, max };
  });
  return {
    size: [bounds[0].max - bounds[0].min, bounds[1].max - bounds[1].min, z],
    offset: [(bounds[0].min + bounds[0].max) / 2, (bounds[1].min + bounds[1].max) / 2, 0],
  };
}

/**
 * vision_msgs/Detection3DArray. Its layout changed over the years, so the fields that are there count: the id is `id`, or
 * `tracking_id` where `is_tracking`; the class is `hypothesis.class_id`, or the result's own `id`. A detection whose own
 * header is empty has that of the array.
 */
export const detections3d: Decoder = {
  schemaNames: ["vision_msgs/Detection3DArray"],
  role: "labels",
  requiredFields: ["header", "detections"],
  decode(fields, limits) {
    const outer = headOf(fields);
    const detections = messagesOf(fields, "detections");
    checkLabelCount(detections.length, "detections", limits);
    const entities = detections.flatMap((detection, i): LabelEntity[] => {
      const inner = headOf(detection);
      const id = detectionId(detection);
      const cuboid = detectedCuboid(detection);
      if (!cuboid) return [];
      return [
        {
          ...whole,
          id: id ?? `#${i}`,
          lasting: id !== undefined,
          at: inner.at ?? outer.at,
          frameId: inner.frameId === "" ? outer.frameId : inner.frameId,
          cuboids: [cuboid],
        },
      ];
    });
    const dropped = detections.length - entities.length;
    return {
      kind: "labels",
      at: outer.at ?? entities[0]?.at,
      mode: "whole",
      deletions: [],
      entities: distinct(entities),
      dropped,
    };
  },
};

const textOrNumber = (fields: Fields, name: string): string => {
  const value = fields.get(name);
  return typeof value === "number" || typeof value === "bigint" ? String(value) : textOf(fields, name);
};

function detectionId(detection: Fields): string | undefined {
  const isTracking = detection.get("is_tracking");
  const id = textOrNumber(detection, isTracking === true || isTracking === 1 ? "tracking_id" : "id");
  return id === "" ? undefined : plainId(id);
}

function detectedCuboid(detection: Fields): FramedCuboid | undefined {
  const bbox = fieldsOf(detection, "bbox");
  const pose = fieldsOf(bbox, "center");
  const center = vectorOf(pose, "position");
  const size = vectorOf(bbox, "size");
  if (!isUsableSize(size) || !isUsablePoint(center)) return undefined;
  const rotation = normalizeQuaternion(quaternionOf(pose, "orientation"));
  const hypotheses = messagesOf(detection, "results").map((result) => {
    const inner = result.has("hypothesis") ? fieldsOf(result, "hypothesis") : result;
    const className = textOrNumber(inner, inner.has("class_id") ? "class_id" : "id");
    return { className: plainText(className), score: numberOf(inner, "score") };
  });
  const best = hypotheses.reduce<(typeof hypotheses)[number] | undefined>(
    (a, b) => (a && a.score >= b.score ? a : b),
    undefined,
  );
  return {
    part: "",
    className: best?.className ?? "",
    ...(best && Number.isFinite(best.score) && { score: best.score }),
    center,
    size,
    rotation: rotation ?? identityQuaternion,
    heading: rotation ? "known" : "unknown",
  };
}
