import type { JournalStore } from "../types.ts";
import { encodeJournalLine } from "./codec.ts";
import { decodeJournal } from "./journal-reader.ts";

/** A journal that lasts as long as the program: for tests, and for the CLI's short work. Holds text, as the others do. */
export function memoryStore(): JournalStore {
  const lines = new Map<string, Map<string, string>>();
  return {
    kind: "memory",
    load: (digest) => Promise.resolve(decodeJournal([...(lines.get(digest)?.values() ?? [])].join(""))),
    append(digest, transactions) {
      let scene = lines.get(digest);
      if (!scene) lines.set(digest, (scene = new Map()));
      for (const transaction of transactions)
        if (!scene.has(transaction.id)) scene.set(transaction.id, encodeJournalLine(transaction));
      return Promise.resolve();
    },
  };
}
