import type { ScanStore } from "@sweepmark/log";

/** The scans of files without an index, in the browser's storage: the least recently used go first. */
const databaseName = "sweepmark-scans";
const [bytesStore, usesStore] = ["scans", "uses"] as const;
const mostScans = 32;
const mostBytes = 256 * 1024 * 1024;

interface Use {
  readonly key: string;
  readonly usedAt: number;
  readonly size: number;
}

export const browserScanStore: ScanStore = {
  async load(key) {
    return await within(async (transaction) => {
      const bytes = await answer<Uint8Array | undefined>(transaction.objectStore(bytesStore).get(key));
      if (bytes) noteUse(transaction, key, bytes.length);
      return bytes;
    });
  },
  async save(key, bytes) {
    if (bytes.length > mostBytes / 4) return;
    await within(async (transaction) => {
      transaction.objectStore(bytesStore).put(bytes, key);
      noteUse(transaction, key, bytes.length);
      const uses = await answer<Use[]>(transaction.objectStore(usesStore).getAll());
      for (const old of tooMany(uses)) {
        transaction.objectStore(bytesStore).delete(old);
        transaction.objectStore(usesStore).delete(old);
      }
    });
  },
};

function noteUse(transaction: IDBTransaction, key: string, size: number): void {
  transaction.objectStore(usesStore).put({ key, usedAt: Date.now(), size } satisfies Use);
}

/** Keys that have to go, so that no more than so many scans and bytes stay. */
export function tooMany(uses: readonly Use[]): string[] {
  let [count, bytes] = [0, 0];
  return uses
    .toSorted((a, b) => b.usedAt - a.usedAt)
    .filter(({ size }) => ++count > mostScans || (bytes += size) > mostBytes)
    .map(({ key }) => key);
}

async function within<T>(work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction([bytesStore, usesStore], "readwrite");
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("no storage"));
    });
    const result = await work(transaction);
    await done;
    return result;
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(bytesStore);
      request.result.createObjectStore(usesStore, { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no storage"));
  });
}

const answer = <T>(request: IDBRequest): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error ?? new Error("no storage"));
  });
