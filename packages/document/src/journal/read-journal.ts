import type { JournalContent, JournalLoadOptions, Transaction } from "../types.ts";
import { createTurns } from "../turns.ts";
import { createJournalReader } from "./journal-reader.ts";

/**
 * Reads a journal from its pieces, of `total` bytes together, and lets the page draw and answer in between.
 * Rejects with the signal's reason when it fires, and with what `pieces` rejects with.
 */
export async function readJournal(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { signal, onProgress }: JournalLoadOptions = {},
  total?: number,
): Promise<JournalContent> {
  const transactions: Transaction[] = [];
  const reader = createJournalReader((transaction) => transactions.push(transaction));
  let done = 0;
  const turns = createTurns();
  for await (const bytes of pieces) {
    signal?.throwIfAborted();
    reader.push(bytes);
    done += bytes.length;
    if (!turns.over) continue;
    onProgress?.(done, Math.max(done, total ?? done));
    await turns.next();
  }
  signal?.throwIfAborted();
  return { transactions, ...reader.end() };
}
