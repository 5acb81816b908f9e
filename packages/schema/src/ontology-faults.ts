import type { AttributeDefinition, Ontology } from "./ontology.ts";

/** What is wrong with an ontology, where, in a word that catalogs have a sentence for. */
export interface OntologyFault {
  readonly fault:
    | "class-without-name"
    | "class-id-twice"
    | "class-letter-twice"
    | "class-digit-twice"
    | "size-range-empty"
    | "usual-size-outside"
    | "attribute-without-name"
    | "attribute-id-twice"
    | "choice-twice"
    | "choice-empty"
    | "number-range-empty";
  readonly classId: string;
  readonly attributeId?: string;
  /** The value in question: the letter, the digit, the axis. */
  readonly value?: string;
}

const axes = ["length", "width", "height"] as const;

/** Faults in the order of the classes, lane classes last. What the schema refuses (an empty list, a size of 0) is not looked for again. */
export function ontologyFaults({ objects, lanes }: Ontology): readonly OntologyFault[] {
  const faults: OntologyFault[] = [];
  const seen = { id: new Set<string>(), letter: new Set<string>(), digit: new Set<string>() };
  for (const { id: classId, name, letter, digit, usualSize, sizeRange, attributes } of objects) {
    if (name.trim() === "") faults.push({ fault: "class-without-name", classId });
    for (const [key, value] of [
      ["id", classId],
      ["letter", letter],
      ["digit", digit === undefined ? undefined : String(digit)],
    ] as const) {
      if (value === undefined) continue;
      if (seen[key].has(value)) faults.push({ fault: `class-${key}-twice`, classId, value });
      seen[key].add(value);
    }
    for (const [axis, axisName] of axes.entries()) {
      if (!sizeRange) continue;
      const [least, most, usual] = [sizeRange.min[axis], sizeRange.max[axis], usualSize[axis]];
      if (least > most) faults.push({ fault: "size-range-empty", classId, value: axisName });
      else if (usual < least || usual > most) faults.push({ fault: "usual-size-outside", classId, value: axisName });
    }
    const attributeIds = attributes.map(({ id }) => id);
    for (const [index, attribute] of attributes.entries()) {
      const place = { classId, attributeId: attribute.id };
      if (attribute.name.trim() === "") faults.push({ fault: "attribute-without-name", ...place });
      if (attributeIds.indexOf(attribute.id) < index) faults.push({ fault: "attribute-id-twice", ...place });
      faults.push(...typeFaults(attribute).map((found) => ({ ...found, ...place })));
    }
  }
  const laneIds = lanes.map(({ id }) => id);
  for (const [index, { id: classId, name }] of lanes.entries()) {
    if (name.trim() === "") faults.push({ fault: "class-without-name", classId });
    if (laneIds.indexOf(classId) < index) faults.push({ fault: "class-id-twice", classId, value: classId });
  }
  return faults;
}

function typeFaults({ type }: AttributeDefinition): readonly Pick<OntologyFault, "fault" | "value">[] {
  if (type.kind === "number") {
    const { min = -Infinity, max = Infinity } = type;
    return min > max ? [{ fault: "number-range-empty" }] : [];
  }
  if (type.kind !== "choice") return [];
  if (type.values.some((value) => value.trim() === "")) return [{ fault: "choice-empty" }];
  const twice = type.values.find((value, index) => type.values.indexOf(value) < index);
  return twice === undefined ? [] : [{ fault: "choice-twice", value: twice }];
}
