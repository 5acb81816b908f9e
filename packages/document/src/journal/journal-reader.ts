import { describeIssues } from "@sweepmark/schema";
import { z } from "zod";
import type { JournalContent, Transaction } from "../types.ts";
import { headPattern, journalVersion, parseTransaction } from "./codec.ts";
import { crc32Hex } from "./crc32.ts";

/** Reads a journal piece by piece, however its bytes are cut: one of several hundred megabytes is never one text. */
export interface JournalReader {
  push(bytes: Uint8Array): void;
  /** What was wrong with it. Nothing may be pushed after this. */
  end(): Omit<JournalContent, "transactions">;
}

/**
 * Journal bytes → transactions in order, each id once, given to `each` as they are read.
 * - A line that is torn or whose checksum is wrong is dropped and named in `problems`; blank lines are nothing.
 * - A whole line that says something unknown here (a newer version, another kind of record) ends the reading: `blocked`
 *   says why, and nothing may be appended, since what follows it builds on it.
 */
export function createJournalReader(each: (transaction: Transaction) => void): JournalReader {
  const seen = new Set<string>();
  const problems: string[] = [];
  let blocked: string | undefined;
  /** The beginning of a line whose end has not come yet. */
  let pieces: Uint8Array[] = [];
  let number = 0;

  function take(line: Uint8Array, torn: boolean): void {
    number++;
    const text = decoder.decode(line);
    if (blocked !== undefined || text.trim() === "") return;
    const head = headPattern.exec(text);
    // The head is ASCII: as many bytes as characters.
    const body = head && text.endsWith("}") ? line.subarray(head[0].length, -1) : undefined;
    if (!head || !body || crc32Hex(body) !== head[2]) {
      problems.push(torn ? `line ${number}: torn off, dropped` : `line ${number}: damaged (checksum), dropped`);
      return;
    }
    const result = readBody(Number(head[1]), text.slice(head[0].length, -1));
    if (typeof result === "string") blocked = `line ${number}: ${result}`;
    else if (!seen.has(result.id)) {
      seen.add(result.id);
      each(result);
    }
  }

  return {
    push(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
        take(joined(pieces, bytes.subarray(start, end)), false);
        pieces = [];
        start = end + 1;
      }
      // A copy: what was pushed belongs to the caller.
      if (start < bytes.length) pieces.push(bytes.slice(start));
    },
    end() {
      if (pieces.length > 0) take(joined(pieces, new Uint8Array()), true);
      pieces = [];
      return blocked === undefined ? { problems } : { problems, blocked };
    },
  };
}

/** The whole journal as {@link createJournalReader} reads it. */
export function decodeJournal(journal: string | Uint8Array): JournalContent {
  const transactions: Transaction[] = [];
  const reader = createJournalReader((transaction) => transactions.push(transaction));
  reader.push(typeof journal === "string" ? new TextEncoder().encode(journal) : journal);
  return { transactions, ...reader.end() };
}

const newline = 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function joined(pieces: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  if (pieces.length === 0) return last;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, last.length));
  let at = 0;
  for (const piece of [...pieces, last]) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
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
