import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { JournalStore } from "../types.ts";
import { encodeJournalLine } from "./codec.ts";
import { readJournal } from "./read-journal.ts";

const encoder = new TextEncoder();

interface JournalRow {
  readonly scene: string;
  readonly transaction: string;
  /** As {@link encodeJournalLine} writes it: the same text that a file holds, checksum included. */
  readonly line: string;
}

interface JournalDatabase extends DBSchema {
  journal: {
    key: number;
    value: JournalRow;
    indexes: { scene: string; transaction: [string, string] };
  };
}

/**
 * The journal in the browser's IndexedDB: one row a transaction, in the order of appending (auto-incremented key), each
 * scene and transaction once. An append is one transaction of the database with strict durability: it resolves when the
 * browser has flushed it to disk.
 */
export function indexedDbStore(name = "sweepmark"): JournalStore {
  let database: Promise<IDBPDatabase<JournalDatabase>> | undefined;

  function open(): Promise<IDBPDatabase<JournalDatabase>> {
    // A failed opening is forgotten, so that the next append tries again.
    database ??= openDatabase(name, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return database;
  }
  function forget(): void {
    database = undefined;
  }

  return {
    kind: "browser",
    async load(digest, options) {
      const db = await open();
      const rows = await db.getAllFromIndex("journal", "scene", digest);
      return readJournal(
        rows.map(({ line }) => encoder.encode(line)),
        options,
      );
    },
    async append(digest, transactions) {
      const rows = transactions.map((transaction): JournalRow => ({
        scene: digest,
        transaction: transaction.id,
        line: encodeJournalLine(transaction),
      }));
      const db = await open();
      const work = db.transaction("journal", "readwrite", { durability: "strict" });
      const byTransaction = work.store.index("transaction");
      try {
        for (const row of rows)
          if ((await byTransaction.getKey([digest, row.transaction])) === undefined) await work.store.add(row);
      } catch (error) {
        abort(work);
        // The reason of the abort is the one to tell (quota, closed); `done` only repeats it.
        await work.done.catch(() => undefined);
        throw work.error ?? error;
      }
      await work.done;
    },
  };
}

/** All or nothing: what was added before the failure must not stay. */
function abort(work: { abort(): void }): void {
  try {
    work.abort();
  } catch {
    // Aborted already: that was the failure.
  }
}

function openDatabase(name: string, forget: () => void): Promise<IDBPDatabase<JournalDatabase>> {
  return new Promise((resolve, reject) => {
    let givenUp = false;
    const opening = openDB<JournalDatabase>(name, 1, {
      upgrade(db) {
        const store = db.createObjectStore("journal", { autoIncrement: true });
        store.createIndex("scene", "scene");
        store.createIndex("transaction", ["scene", "transaction"], { unique: true });
      },
      blocked() {
        givenUp = true;
        reject(new Error("another tab with an older Sweepmark holds the browser's storage; close it"));
      },
      // A newer tab wants to upgrade: let it, and open again on the next append.
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    });
    // One that opens after all is not used any more, and must not block others in turn.
    opening.then((db) => (givenUp ? db.close() : resolve(db)), reject);
  });
}
