import {
  identityQuaternion,
  normalizeQuaternion,
  transformPoint,
  type Pose,
  type Size,
  type Space,
} from "@sweepmark/geometry";
import {
  fieldsOf,
  messagesOf,
  numberOf,
  numbersOf,
  plainFrameId,
  quaternionOf,
  stampOf,
  textOf,
  truthOf,
  vectorOf,
} from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import type { Limits } from "../limits.ts";
import type { Decoder } from "./decoder.ts";
import {
  checkLabelCount,
  isUsablePoint,
  isUsableSize,
  plainId,
  plainText,
  type FramedCuboid,
  type FramedLine,
  type LabelDeletion,
  type LabelEntity,
} from "./label-sample.ts";

/** Metadata keys that writers put the class under; the first that is there counts. */
const classKeys = ["category", "class", "class_name", "classname", "label", "type", "object_type", "category_name"];
const scoreKeys = ["score", "confidence", "probability", "existence_probability"];

/**
 * foxglove.SceneUpdate: an entity lasts until it is replaced, deleted or its lifetime has ended. Cubes are read as
 * cuboids, lines as polylines; the other primitives have no place among labels.
 */
export const sceneUpdate: Decoder = {
  schemaNames: ["foxglove.SceneUpdate"],
  role: "labels",
  requiredFields: ["deletions", "entities"],
  decode(fields, limits) {
    let dropped = 0;
    const drop = (): void => {
      dropped++;
    };
    const deletions = messagesOf(fields, "deletions").map(deletionOf);
    const found = messagesOf(fields, "entities");
    checkLabelCount(found.length + deletions.length, "entities", limits);
    const entities = found.map((entity) => entityOf(entity, limits, drop));
    const stamps = [...entities, ...deletions].flatMap(({ at }) => at ?? []);
    const at = stamps.length === 0 ? undefined : stamps.reduce((a, b) => (b > a ? b : a));
    return { kind: "labels", at, mode: "update", deletions, entities, dropped };
  },
};

/** SceneEntityDeletion.type: 0 MATCHING_ID, 1 ALL. */
const deletionOf = (fields: Fields): LabelDeletion => ({
  id: numberOf(fields, "type") === 1 ? undefined : plainId(textOf(fields, "id")),
  at: stampOf(fields, "timestamp"),
});

function entityOf(fields: Fields, limits: Limits, drop: () => void): LabelEntity {
  const cubes = messagesOf(fields, "cubes");
  const lines = messagesOf(fields, "lines");
  checkLabelCount(cubes.length, "cubes", limits);
  const { className, score } = factsOf(fields);
  return {
    id: plainId(textOf(fields, "id")),
    lasting: true,
    at: stampOf(fields, "timestamp"),
    frameId: plainFrameId(textOf(fields, "frame_id")),
    lifetimeNs: stampOf(fields, "lifetime") ?? 0n,
    frameLocked: truthOf(fields, "frame_locked"),
    cuboids: cubes.flatMap((cube, i): FramedCuboid[] => {
      const { pose, heading } = poseOf(cube);
      const size = sizeOf(cube);
      if (!isUsableSize(size) || !isUsablePoint(pose.translation)) {
        drop();
        return [];
      }
      const part = cubes.length > 1 ? String(i) : "";
      return [
        {
          part,
          className,
          ...(score !== undefined && { score }),
          center: pose.translation,
          size,
          rotation: pose.rotation,
          heading,
        },
      ];
    }),
    lines: lines.flatMap((line, i) => polylinesOf(line, lines.length > 1 ? String(i) : "", limits, drop)),
  };
}

function sizeOf(cube: Fields): Size {
  const [length, width, height] = vectorOf(cube, "size");
  return [length, width, height];
}

function poseOf(fields: Fields): { readonly pose: Pose<Space, Space>; readonly heading: FramedCuboid["heading"] } {
  const pose = fieldsOf(fields, "pose");
  const rotation = normalizeQuaternion(quaternionOf(pose, "orientation"));
  return {
    pose: { translation: vectorOf(pose, "position"), rotation: rotation ?? identityQuaternion },
    heading: rotation ? "known" : "unknown",
  };
}

/** Class and score by the metadata; the first text stands in for a class. */
function factsOf(fields: Fields): { readonly className: string; readonly score: number | undefined } {
  const metadata = new Map(
    messagesOf(fields, "metadata").map((pair) => [textOf(pair, "key").toLowerCase(), textOf(pair, "value")]),
  );
  const first = (keys: readonly string[]): string | undefined =>
    keys.map((key) => metadata.get(key)).find((value) => value !== undefined && value !== "");
  const score = Number(first(scoreKeys) ?? NaN);
  const text = messagesOf(fields, "texts").map((primitive) => textOf(primitive, "text"))[0] ?? "";
  return { className: plainText(first(classKeys) ?? text), score: Number.isFinite(score) ? score : undefined };
}

/** LinePrimitive.type: 0 LINE_STRIP, 1 LINE_LOOP, 2 LINE_LIST (pairs). `indices`, where there are any, choose the points. */
function polylinesOf(line: Fields, part: string, limits: Limits, drop: () => void): FramedLine[] {
  const listed = messagesOf(line, "points");
  const indices = numbersOf(line, "indices");
  checkLabelCount(Math.max(listed.length, indices.length), "points of a line", limits);
  const { pose } = poseOf(line);
  const all = listed.map((point) =>
    transformPoint(pose, [numberOf(point, "x"), numberOf(point, "y"), numberOf(point, "z")] as never),
  );
  const points = indices.length > 0 ? indices.flatMap((i) => (all[i] ? [all[i]] : [])) : all;
  if (points.length < 2) return [];
  if (!points.every(isUsablePoint)) {
    drop();
    return [];
  }
  const type = numberOf(line, "type");
  if (type !== 2) return [{ part, points: type === 1 ? [...points, points[0]] : points }];
  return joined(points).map((chain, k) => ({ part: part === "" && k === 0 ? "" : `${part}.${k}`, points: chain }));
}

/** Pairs of a line list whose ends meet are one polyline. */
function joined<P extends readonly number[]>(points: readonly P[]): P[][] {
  const chains: P[][] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const last = chains.at(-1);
    const end = last?.at(-1);
    if (last && end?.every((v, k) => v === points[i][k])) last.push(points[i + 1]);
    else chains.push([points[i], points[i + 1]]);
  }
  return chains;
}
