export { encodeJournalLine, journalVersion, parseTransaction, transactionToJson } from "./codec.ts";
export { createJournalReader, decodeJournal, type JournalReader } from "./journal-reader.ts";
export { indexedDbStore } from "./indexed-db-store.ts";
export { createJournal, JournalRefusedError, type Journal, type JournalOptions } from "./journal.ts";
export { memoryStore } from "./memory-store.ts";
export { readJournal } from "./read-journal.ts";
