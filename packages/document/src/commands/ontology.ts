import {
  ontologyId,
  type AttributeDefinition,
  type AttributeValue,
  type Attributes,
  type ObjectClass,
  type Ontology,
  type OntologyRecord,
} from "@sweepmark/schema";
import { replaced } from "../changes.ts";
import { sameValue } from "../equal.ts";
import { laneClassUse, ontologyUse, type ClassUse } from "../ontology-use.ts";
import type { Change, Command, DocumentReader } from "../types.ts";
import { automaticNumber, nextName } from "./common.ts";

export interface SetOntologyArgs {
  readonly ontology: Ontology;
  /** By id of a class now: the class of the new ontology that its tracks get. A class not named keeps its id. */
  readonly classes?: Readonly<Record<string, string>>;
  /** By id of a class now, by attribute id: the attribute that its values are of from now on; null: they are taken away. */
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

/**
 * Another ontology, and the labels that it concerns, in one transaction. Nothing that labels say loses its meaning: a
 * class, lane class, attribute or choice that is in use, and neither mapped nor (attributes) taken away, is kept.
 */
export const setOntology: Command<SetOntologyArgs> = {
  id: "ontology.set",
  label(document, args) {
    const count = setOntology.plan(document, args).filter(({ after }) => after?.kind === "track").length;
    return count === 0 ? { message: "edit.setOntology" } : { message: "edit.setOntologyAndLabels", params: { count } };
  },
  plan(document, args) {
    const ways = waysOf(document, args);
    const ontology = completed(document, args.ontology, ways);
    const labels = mappedLabels(document, ways);
    if (sameValue(document.ontology, ontology)) return labels;
    const after: OntologyRecord = { id: ontologyId, kind: "ontology", ontology };
    const before = document.ontologyRecord;
    return [before ? replaced(before, after) : { id: ontologyId, after }, ...labels];
  },
};

/** What becomes of a class that is in use: of its tracks, and of what is said by each attribute (null: taken away). */
interface Way {
  readonly use: ClassUse;
  readonly classId: string;
  readonly attributes: ReadonlyMap<string, string | null>;
}

/** The mapping as it can be had: one to something that is not there, or that values do not fit, is none. */
function waysOf(document: DocumentReader, args: SetOntologyArgs): ReadonlyMap<string, Way> {
  const { ontology, classes = {}, attributes = {} } = args;
  const asked = new Map(ontology.objects.map((each) => [each.id, each]));
  return new Map(
    [...ontologyUse(document)].map(([id, use]) => {
      const wanted = Object.hasOwn(classes, id) ? classes[id] : id;
      const classId = asked.has(wanted) ? wanted : id;
      const definitions = asked.get(classId)?.attributes ?? [];
      const mapping = attributes[id] ?? {};
      const ways = [...use.attributes].map(([attributeId, { values }]) => {
        const to = Object.hasOwn(mapping, attributeId) ? mapping[attributeId] : attributeId;
        const target = definitions.find((each) => each.id === to);
        const holds = target !== undefined && [...values].every((value) => fits(target, value));
        return [attributeId, to === null || holds ? to : attributeId] as const;
      });
      return [id, { use, classId, attributes: new Map(ways) }];
    }),
  );
}

/** Whether a value is of an attribute's kind. A choice takes any word, and is given it (a blank one says nothing). */
function fits({ type }: AttributeDefinition, value: AttributeValue): boolean {
  if (type.kind === "choice" || type.kind === "text") return typeof value === "string";
  return typeof value === type.kind;
}

/** The ontology that {@link setOntology} gives: the one asked for, with what must be kept of the one there is. */
export const completeOntology = (document: DocumentReader, args: SetOntologyArgs): Ontology =>
  completed(document, args.ontology, waysOf(document, args));

function completed(document: DocumentReader, asked: Ontology, ways: ReadonlyMap<string, Way>): Ontology {
  const objects = new Map(asked.objects.map((each) => [each.id, each]));
  for (const [id, way] of ways) {
    const known = document.ontology.objects.find((each) => each.id === id);
    const target = objects.get(way.classId);
    if (target) objects.set(way.classId, withUsed(target, known, way));
    else if (known) objects.set(id, withFreeMarks(withUsed(known, known, way), [...objects.values()]));
  }
  const used = laneClassUse(document);
  const lanes = document.ontology.lanes.filter(({ id }) => used.has(id) && asked.lanes.every((each) => each.id !== id));
  return { ...asked, objects: [...objects.values()], lanes: [...asked.lanes, ...lanes] };
}

/** A kept class gives up the letter and the number key that the new ontology has given to another. */
function withFreeMarks({ digit, ...kept }: ObjectClass, others: readonly ObjectClass[]): ObjectClass {
  const own = kept.id.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  const letters = [kept.letter, ...own, ..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const letter = letters.find((each) => others.every((other) => other.letter !== each)) ?? kept.letter;
  const keepsDigit = digit !== undefined && others.every((other) => other.digit !== digit);
  return { ...kept, letter, ...(keepsDigit ? { digit } : {}) };
}

/** The class with the attributes and choices that the tracks need which are, or become, of it. */
function withUsed(target: ObjectClass, known: ObjectClass | undefined, { use, attributes }: Way): ObjectClass {
  const definitions = new Map(target.attributes.map((each) => [each.id, each]));
  for (const [id, to] of attributes) {
    if (to === null) continue;
    const values = [...(use.attributes.get(id)?.values ?? [])];
    const there = definitions.get(to);
    const kept =
      there && values.every((value) => fits(there, value)) ? there : known?.attributes.find((each) => each.id === id);
    if (kept) definitions.set(to, withChoices(kept, values));
  }
  return { ...target, attributes: [...definitions.values()] };
}

function withChoices(definition: AttributeDefinition, used: readonly AttributeValue[]): AttributeDefinition {
  const { type } = definition;
  if (type.kind !== "choice") return definition;
  const more = used.filter(
    (value): value is string => typeof value === "string" && value.trim() !== "" && !type.values.includes(value),
  );
  return more.length === 0 ? definition : { ...definition, type: { ...type, values: [...type.values, ...more] } };
}

function mappedLabels(document: DocumentReader, ways: ReadonlyMap<string, Way>): readonly Change[] {
  const changes: Change[] = [];
  const names = document.tracks().map(({ name }) => ({ name }));
  for (const track of document.tracks()) {
    const way = ways.get(track.classId);
    if (!way) continue;
    const after = { ...track, classId: way.classId, attributes: mappedAttributes(track.attributes, way) };
    if (way.classId !== track.classId && automaticNumber(track.classId, track.name) !== undefined) {
      after.name = nextName(way.classId, names);
      names.push({ name: after.name });
    }
    if (!sameValue(track, after)) changes.push(replaced(track, after));
    for (const keyframe of document.keyframes(track.id)) {
      const attributes = mappedAttributes(keyframe.attributes, way);
      if (!sameValue(attributes, keyframe.attributes)) changes.push(replaced(keyframe, { ...keyframe, attributes }));
    }
  }
  return changes;
}

/** Under their new ids; where two become one, what was said under that id already counts. */
function mappedAttributes(said: Attributes, { attributes }: Way): Attributes {
  const result: Record<string, AttributeValue> = {};
  for (const [id, value] of Object.entries(said)) {
    const to = attributes.get(id);
    if (typeof to === "string" && (to === id || !Object.hasOwn(said, to))) result[to] = value;
  }
  return result;
}
