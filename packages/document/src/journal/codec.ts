import { documentRecordToJson, parseDocumentRecord, type DocumentRecord } from "@sweepmark/schema";
import { z } from "zod";
import type { Change, Transaction } from "../types.ts";
import { crc32Hex } from "./crc32.ts";

export const journalVersion = 1;

const transactionSchema = z.object({
  id: z.string().min(1).max(200),
  actor: z.string(),
  label: z.object({
    message: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
  at: z.string(),
  changes: z.array(
    z.object({
      id: z.string().min(1),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
    }),
  ),
  undoes: z.string().optional(),
});
const envelopeSchema = transactionSchema.extend({ changes: z.array(z.unknown()) });

/** Transaction → plain JSON value. The inverse of {@link parseTransaction}. */
export const transactionToJson = ({ id, actor, label, at, changes, undoes }: Transaction): unknown => ({
  id,
  actor,
  label,
  at,
  ...(undoes !== undefined && { undoes }),
  changes: changes.map(({ id: recordId, before, after }) => ({
    id: recordId,
    ...(before && { before: documentRecordToJson(before) }),
    ...(after && { after: documentRecordToJson(after) }),
  })),
});

/** JSON value → transaction. Throws a ZodError; its paths are those of `describeIssues`. */
export function parseTransaction(value: unknown): Transaction {
  const envelope = envelopeSchema.safeParse(value);
  const whole =
    envelope.success && envelope.data.changes.every(isChange) ? envelope.data : transactionSchema.parse(value);
  return { ...whole, changes: whole.changes.map((change) => parseChange(change as JsonChange)) };
}

interface JsonChange {
  readonly id: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** As in the schema, which takes a detour for each of a million. */
const isChange = (value: unknown): value is JsonChange =>
  typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" && value.id !== "";

function parseChange({ id, before, after }: JsonChange): Change {
  const was = before === undefined ? undefined : parseDocumentRecord(before);
  const is = after === undefined ? undefined : parseDocumentRecord(after);
  return { id: sharedId(id, is ?? was), ...(was && { before: was }), ...(is && { after: is }) };
}

/** One text instead of two equal ones: a million of them are 70 MB. */
const sharedId = (id: string, record: DocumentRecord | undefined): string => (record?.id === id ? record.id : id);

const head = (crc: string): string => `{"v":${journalVersion},"crc":"${crc}","transaction":`;
export const headPattern = /^\{"v":(\d+),"crc":"([0-9a-f]{8})","transaction":/;
const encoder = new TextEncoder();

/**
 * One transaction as one line of JSON with its newline: `{"v":1,"crc":"…","transaction":{…}}`. The checksum is the
 * CRC-32 of the transaction's own text in UTF-8, so a line is checked before it is parsed.
 */
export function encodeJournalLine(transaction: Transaction): string {
  const text = JSON.stringify(transactionToJson(transaction));
  return `${head(crc32Hex(encoder.encode(text)))}${text}}\n`;
}
