/** A log that was open here before. Labels never depend on it: they are found by the log's digest. */
export interface Recent {
  readonly digest: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly openedAt: number;
  readonly frames: number;
  readonly tracks: number;
  /** Where the browser gives one: opens the same file again after the person allows it. */
  readonly handle?: FileSystemFileHandle;
}

const databaseName = "sweepmark-workbench";
const storeName = "recents";
const most = 8;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName, { keyPath: "digest" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no storage"));
  });
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const request = work(database.transaction(storeName, mode).objectStore(storeName));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("no storage"));
    });
  } finally {
    database.close();
  }
}

/** Newest first. Empty where the browser keeps nothing. */
export async function loadRecents(): Promise<readonly Recent[]> {
  const all = await within("readonly", (store) => store.getAll() as IDBRequest<Recent[]>).catch(() => []);
  return all.toSorted((a, b) => b.openedAt - a.openedAt).slice(0, most);
}

export async function rememberRecent(recent: Recent): Promise<void> {
  await within("readwrite", (store) => store.put(recent)).catch(() => undefined);
}

export async function forgetRecent(digest: string): Promise<void> {
  await within("readwrite", (store) => store.delete(digest)).catch(() => undefined);
}
