import type { AttributeDefinition, Attributes, LabelRecord, Ontology, SceneInfo } from "@sweepmark/schema";
import { keyframeId } from "@sweepmark/schema";

/** Something wrong with labels. Errors make labels unfit for use; warnings are worth a look. */
export interface Fault {
  readonly severity: "error" | "warning";
  /** Stable word. */
  readonly code: string;
  /** Where: `records[3]`, a record's id, a line. */
  readonly place: string;
  readonly message: string;
}

/**
 * Every structural fault of labels: what a reader could trip over, not what a reviewer would see.
 * In the order of the records; one record may have several.
 */
export function structuralFaults(
  records: readonly LabelRecord[],
  ontology: Ontology,
  scene: SceneInfo | undefined,
): Fault[] {
  const faults: Fault[] = [];
  const byId = new Map<string, LabelRecord>();
  const error = (code: string, place: string, message: string) =>
    faults.push({ severity: "error", code, place, message });
  const warning = (code: string, place: string, message: string) =>
    faults.push({ severity: "warning", code, place, message });

  for (const record of records) {
    if (byId.has(record.id)) error("duplicate-id", record.id, "two records have this id");
    else byId.set(record.id, record);
  }
  const objectClasses = new Map(ontology.objects.map((item) => [item.id, item]));
  const laneClasses = new Set(ontology.lanes.map(({ id }) => id));
  const first = scene?.frames.at(0)?.at;
  const last = scene?.frames.at(-1)?.at;
  const keyframeCount = new Map<string, number>();

  const refer = (place: string, field: string, id: string, kind: LabelRecord["kind"]) => {
    const found = byId.get(id);
    if (!found) error("missing-record", place, `${field} ${id} is not there`);
    else if (found.kind !== kind) error("wrong-kind", place, `${field} ${id} is a ${found.kind}, expected a ${kind}`);
  };

  for (const record of records) {
    switch (record.kind) {
      case "track": {
        const objectClass = objectClasses.get(record.classId);
        if (!objectClass) error("unknown-class", record.id, `class "${record.classId}" is not in the ontology`);
        else attributeFaults(record.attributes, objectClass.attributes, "track", record.id, faults);
        break;
      }
      case "keyframe": {
        keyframeCount.set(record.trackId, (keyframeCount.get(record.trackId) ?? 0) + 1);
        if (byId.get(record.trackId)?.kind !== "track")
          error("keyframe-without-track", record.id, `track ${record.trackId} is not there`);
        if (record.id !== keyframeId(record.trackId, record.at))
          error("wrong-id", record.id, `expected ${keyframeId(record.trackId, record.at)}`);
        if (first !== undefined && last !== undefined && (record.at < first || record.at > last))
          error("outside-log", record.id, `${record.at} lies outside the log's frames, ${first} to ${last}`);
        const track = byId.get(record.trackId);
        const objectClass = track?.kind === "track" ? objectClasses.get(track.classId) : undefined;
        if (objectClass) attributeFaults(record.attributes, objectClass.attributes, "keyframe", record.id, faults);
        break;
      }
      case "lane-boundary":
        if (!laneClasses.has(record.classId))
          error("unknown-class", record.id, `lane class "${record.classId}" is not in the ontology`);
        break;
      case "lane":
        refer(record.id, "left boundary", record.leftId, "lane-boundary");
        refer(record.id, "right boundary", record.rightId, "lane-boundary");
        for (const id of record.successorIds) refer(record.id, "successor", id, "lane");
        break;
    }
  }
  for (const record of records)
    if (record.kind === "track" && !keyframeCount.has(record.id))
      warning("track-without-keyframes", record.id, `${record.name} has no keyframe: it is nowhere`);
  return faults;
}

function attributeFaults(
  attributes: Attributes,
  definitions: readonly AttributeDefinition[],
  scope: AttributeDefinition["scope"],
  place: string,
  faults: Fault[],
): void {
  for (const [id, value] of Object.entries(attributes)) {
    const definition = definitions.find((item) => item.id === id);
    if (!definition) {
      faults.push({
        severity: "warning",
        code: "unknown-attribute",
        place,
        message: `attribute "${id}" is not in the ontology`,
      });
      continue;
    }
    if (definition.scope !== scope)
      faults.push({
        severity: "warning",
        code: "attribute-scope",
        place,
        message: `attribute "${id}" belongs to the ${definition.scope}, found on the ${scope}`,
      });
    const { type } = definition;
    const kind = type.kind === "choice" || type.kind === "text" ? "string" : type.kind;
    const message =
      typeof value !== kind
        ? `attribute "${id}" is ${JSON.stringify(value)}, expected a ${kind}`
        : type.kind === "choice" && !type.values.includes(value as string)
          ? `attribute "${id}" is ${JSON.stringify(value)}, expected one of ${type.values.join(", ")}`
          : type.kind === "number" &&
              ((value as number) < (type.min ?? -Infinity) || (value as number) > (type.max ?? Infinity))
            ? `attribute "${id}" is ${value}, outside ${type.min ?? "−∞"} to ${type.max ?? "∞"}`
            : undefined;
    if (message !== undefined) faults.push({ severity: "error", code: "attribute-value", place, message });
  }
}
