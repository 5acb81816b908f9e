import { ontologyUse, type ClassUse, type DocumentReader, type SetOntologyArgs } from "@sweepmark/document";
import {
  classNamed,
  classOfDigit,
  ontologyFaults,
  type AttributeDefinition,
  type LaneClass,
  type ObjectClass,
  type Ontology,
  type OntologyFault,
  type ProjectRules,
} from "@sweepmark/schema";
import { classContrast, leastClassContrast } from "@sweepmark/viewport";

/** The ontology as it is being edited, and where the labels of classes and attributes go that it has no more. */
export type OntologyDraft = Required<SetOntologyArgs>;

export const draftOf = ({ ontology }: DocumentReader): OntologyDraft => ({ ontology, classes: {}, attributes: {} });

export const withObjects = (draft: OntologyDraft, objects: readonly ObjectClass[]): OntologyDraft => ({
  ...draft,
  ontology: { ...draft.ontology, objects: [...objects] },
});

export const withLanes = (draft: OntologyDraft, lanes: readonly LaneClass[]): OntologyDraft => ({
  ...draft,
  ontology: { ...draft.ontology, lanes: [...lanes] },
});

export const withRules = (draft: OntologyDraft, patch: ProjectRules): OntologyDraft => {
  const rules = Object.fromEntries(
    Object.entries({ ...draft.ontology.rules, ...patch }).filter(([, value]) => value !== undefined),
  ) as ProjectRules;
  return { ...draft, ontology: { ...draft.ontology, rules } };
};

/** A patch of `undefined` takes the field away. */
export function withClass(draft: OntologyDraft, classId: string, patch: Partial<ObjectClass>): OntologyDraft {
  const changed = (each: ObjectClass): ObjectClass =>
    Object.fromEntries(
      Object.entries({ ...each, ...patch }).filter(([, value]) => value !== undefined),
    ) as unknown as ObjectClass;
  return withObjects(
    draft,
    draft.ontology.objects.map((each) => (each.id === classId ? changed(each) : each)),
  );
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");

/** The first of a family that is not taken: "tractor", "tractor-2", … */
function free(base: string, taken: readonly string[]): string {
  if (!taken.includes(base)) return base;
  let count = 2;
  while (taken.includes(`${base}-${count}`)) count++;
  return `${base}-${count}`;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** A class by its name, with an id and a letter of its own, in the size of a car; at the end of the list. */
export function addClass(draft: OntologyDraft, name: string): { readonly draft: OntologyDraft; readonly id: string } {
  const { objects } = draft.ontology;
  const id = free(
    slug(name) || "class",
    objects.map((each) => each.id),
  );
  const used = objects.map(({ letter }) => letter);
  const letter =
    [...name.toUpperCase(), ...letters].find((each) => letters.includes(each) && !used.includes(each)) ?? "?";
  const added: ObjectClass = { id, name, letter, usualSize: [4.5, 1.9, 1.6], attributes: [] };
  return { draft: withObjects(draft, [...objects, added]), id };
}

/** A solid white line by its name, with an id of its own; at the end of the list. */
export function addLaneClass(draft: OntologyDraft, name: string): OntologyDraft {
  const { lanes } = draft.ontology;
  const id = free(
    slug(name) || "lane",
    lanes.map((each) => each.id),
  );
  return withLanes(draft, [...lanes, { id, name, paint: "white", pattern: "solid" }]);
}

export function moveClass(draft: OntologyDraft, classId: string, by: -1 | 1): OntologyDraft {
  const objects = [...draft.ontology.objects];
  const at = objects.findIndex(({ id }) => id === classId);
  const to = at + by;
  if (at < 0 || to < 0 || to >= objects.length) return draft;
  [objects[at], objects[to]] = [objects[to], objects[at]];
  return withObjects(draft, objects);
}

/** The class of each number key: as the ontology says, else the usual ones. */
export const keysOf = (ontology: Ontology): ReadonlyMap<string, number> =>
  new Map(
    [9, 8, 7, 6, 5, 4, 3, 2, 1].flatMap((digit) => {
      const found = classOfDigit(ontology, digit);
      return found ? [[found.id, digit] as const] : [];
    }),
  );

/** A key that another class has goes over to this one. The usual keys, which no class says, stay with all others. */
export function giveDigit(draft: OntologyDraft, classId: string, digit: number | undefined): OntologyDraft {
  const keys = keysOf(draft.ontology);
  const objects = draft.ontology.objects.map(({ digit: _digit, ...each }) => {
    const own = keys.get(each.id);
    const next = each.id === classId ? digit : own === digit ? undefined : own;
    return next === undefined ? each : { ...each, digit: next };
  });
  return withObjects(draft, objects);
}

export function addAttribute(draft: OntologyDraft, classId: string, name: string): OntologyDraft {
  const attributes = draft.ontology.objects.find(({ id }) => id === classId)?.attributes ?? [];
  const id = free(
    slug(name) || "attribute",
    attributes.map((each) => each.id),
  );
  const added: AttributeDefinition = { id, name, scope: "keyframe", type: { kind: "boolean" } };
  return withClass(draft, classId, { attributes: [...attributes, added] });
}

/** Another list of classes; labels of the present ones go where names and choices say that they belong. */
export function toPreset(document: DocumentReader, ontology: Ontology): OntologyDraft {
  const classes: Record<string, string> = {};
  const attributes: Record<string, Record<string, string>> = {};
  for (const [classId, use] of ontologyUse(document)) {
    const known = document.ontology.objects.find(({ id }) => id === classId);
    const target = [classId, known?.name ?? ""]
      .map((name) => meant(ontology, name))
      .find((found) => found !== undefined);
    if (!target) continue;
    if (target.id !== classId) classes[classId] = target.id;
    const mapped = Object.fromEntries(
      [...use.attributes].flatMap(([id, { values }]) => {
        if (target.attributes.some((each) => each.id === id)) return [];
        const like = target.attributes.find(
          ({ type }) => type.kind === "choice" && [...values].every((value) => type.values.includes(String(value))),
        );
        return like ? [[id, like.id]] : [];
      }),
    );
    if (Object.keys(mapped).length > 0) attributes[classId] = mapped;
  }
  return { ontology, classes, attributes };
}

/** By name, else by the last part of a class's own ("vehicle.car" for "car"), else of the same usual class. */
function meant(ontology: Ontology, name: string): ObjectClass | undefined {
  const bare = (text: string): string =>
    slug(
      text
        .split(".")
        .at(-1)
        ?.replace(/^type_/i, "") ?? "",
    );
  return (
    classNamed(ontology, name) ??
    ontology.objects.find((each) => bare(each.id) === bare(name)) ??
    ontology.objects.find((each) => classNamed({ objects: [fakeOf(name)], lanes: [] }, each.id) !== undefined)
  );
}

/** A class of the usual ontology, so that its synonyms are looked through: "TYPE_CYCLIST" means a rider. */
const fakeOf = (id: string): ObjectClass => ({ id, name: id, letter: "?", usualSize: [1, 1, 1], attributes: [] });

/** A class in use that the draft has no more, or an attribute that the class has no more where its labels go. */
export interface Question {
  readonly classId: string;
  readonly use: ClassUse;
  readonly known: ObjectClass | undefined;
  /** Where its tracks go; itself: it is kept. */
  readonly targetId: string;
  readonly classGone: boolean;
  readonly attributeIds: readonly string[];
}

export function questionsOf(document: DocumentReader, draft: OntologyDraft): readonly Question[] {
  const now = new Map(draft.ontology.objects.map((each) => [each.id, each]));
  return [...ontologyUse(document)].flatMap(([classId, use]): readonly Question[] => {
    const known = document.ontology.objects.find(({ id }) => id === classId);
    const classGone = !now.has(classId);
    const wanted = draft.classes[classId] ?? classId;
    const targetId = now.has(wanted) ? wanted : classId;
    const target = now.get(targetId);
    const has = new Set((target ?? known)?.attributes.map(({ id }) => id));
    const defined = new Set(known?.attributes.map(({ id }) => id));
    const attributeIds = [...use.attributes.keys()].filter((id) => defined.has(id) && !has.has(id));
    return classGone || attributeIds.length > 0 ? [{ classId, use, known, targetId, classGone, attributeIds }] : [];
  });
}

export type DraftFault =
  | OntologyFault
  | {
      readonly fault: "color-unseen";
      readonly classId: string;
      readonly attributeId?: undefined;
      readonly value: string;
    };

/** What must be put right before the draft can be applied. */
export const faultsOf = ({ ontology }: OntologyDraft): readonly DraftFault[] => [
  ...ontologyFaults(ontology),
  ...ontology.objects.flatMap(({ id, color }) =>
    color !== undefined && classContrast(color) < leastClassContrast
      ? [{ fault: "color-unseen" as const, classId: id, value: classContrast(color).toFixed(1) }]
      : [],
  ),
];
