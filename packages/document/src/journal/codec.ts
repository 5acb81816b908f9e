import { describeIssues, documentRecordToJson, parseDocumentRecord } from "@sweepmark/schema";
import { z } from "zod";
import type { JournalContent, Transaction } from "../types.ts";
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

/** JSON value → transaction. Throws a ZodError; its paths are those of {@link describeIssues}. */
export function parseTransaction(value: unknown): Transaction {
  const { changes, ...rest } = transactionSchema.parse(value);
  return {
    ...rest,
    changes: changes.map(({ id, before, after }) => ({
      id,
      ...(before !== undefined && { before: parseDocumentRecord(before) }),
      ...(after !== undefined && { after: parseDocumentRecord(after) }),
    })),
  };
}

const head = (crc: string): string => `{"v":${journalVersion},"crc":"${crc}","transaction":`;
const headPattern = /^\{"v":(\d+),"crc":"([0-9a-f]{8})","transaction":/;
const encoder = new TextEncoder();

/**
 * One transaction as one line of JSON with its newline: `{"v":1,"crc":"…","transaction":{…}}`. The checksum is the
 * CRC-32 of the transaction's own text in UTF-8, so a line is checked before it is parsed.
 */
export function encodeJournalLine(transaction: Transaction): string {
  const text = JSON.stringify(transactionToJson(transaction));
  return `${head(crc32Hex(encoder.encode(text)))}${text}}\n`;
}

/**
 * Journal text → transactions in order, each id once.
 * - A line that is torn or whose checksum is wrong is dropped and named in `problems`; blank lines are nothing.
 * - A whole line that says something unknown here (a newer version, another kind of record) ends the reading: `blocked`
 *   says why, and nothing may be appended, since what follows it builds on it.
 */
export function decodeJournal(text: string): JournalContent {
  const transactions: Transaction[] = [];
  const seen = new Set<string>();
  const problems: string[] = [];
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const number = index + 1;
    const found = headPattern.exec(line);
    const body = found && line.endsWith("}") ? line.slice(found[0].length, -1) : undefined;
    if (!found || body === undefined || crc32Hex(encoder.encode(body)) !== found[2]) {
      const torn = index === lines.length - 1;
      problems.push(torn ? `line ${number}: torn off, dropped` : `line ${number}: damaged (checksum), dropped`);
      continue;
    }
    const result = readBody(Number(found[1]), body);
    if (typeof result === "string") return { transactions, problems, blocked: `line ${number}: ${result}` };
    if (!seen.has(result.id)) transactions.push(result);
    seen.add(result.id);
  }
  return { transactions, problems };
}

/** The transaction, or why this program cannot read it. */
function readBody(version: number, body: string): Transaction | string {
  if (version > journalVersion)
    return `written by a newer Sweepmark (journal version ${version}; this one reads up to ${journalVersion})`;
  try {
    return parseTransaction(JSON.parse(body));
  } catch (error) {
    if (error instanceof z.ZodError) return `not understood: ${describeIssues(error).join("; ")}`;
    if (error instanceof SyntaxError) return `not understood: ${error.message}`;
    throw error;
  }
}
