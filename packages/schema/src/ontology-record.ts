import { z } from "zod";
import { ontologySchema, type Ontology } from "./ontology.ts";
import { parseRecord, recordSchema, recordToJson, type LabelRecord } from "./records.ts";

/**
 * The ontology as it is edited: one record beside the labels, so that an edit of it is a change like any other, with its
 * undo, in the journal, in one transaction with the labels that it touches. Not there: the scene has the ontology that it began with.
 */
export interface OntologyRecord {
  readonly id: typeof ontologyId;
  readonly kind: "ontology";
  readonly ontology: Ontology;
}

export const ontologyId = "ontology";

/** What a document holds, and a journal writes. */
export type DocumentRecord = LabelRecord | OntologyRecord;

const ontologyRecordSchema = z.object({
  id: z.literal(ontologyId),
  kind: z.literal("ontology"),
  ontology: ontologySchema,
});

export const documentRecordSchema = z.discriminatedUnion("kind", [...recordSchema.options, ontologyRecordSchema]);

/** Record → plain JSON value. The inverse of {@link parseDocumentRecord}. */
export const documentRecordToJson = (record: DocumentRecord): unknown =>
  record.kind === "ontology" ? record : recordToJson(record);

/** JSON value → record. Throws a ZodError. */
export const parseDocumentRecord = (value: unknown): DocumentRecord =>
  (value as { kind?: unknown } | null)?.kind === "ontology" ? ontologyRecordSchema.parse(value) : parseRecord(value);
