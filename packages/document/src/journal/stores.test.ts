import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import "fake-indexeddb/auto";
import { keyframe, box, track } from "../../test/arbitraries.ts";
import { created } from "../changes.ts";
import type { JournalStore, Transaction } from "../types.ts";
import { indexedDbStore } from "./indexed-db-store.ts";
import { memoryStore } from "./memory-store.ts";

const made = (id: string): Transaction => ({
  id,
  actor: "ada",
  label: { message: "edit.test" },
  at: "",
  changes: [created(track(id)), created(keyframe(id, 0, box(0)))],
});
const idsOf = async (store: JournalStore, digest: string): Promise<readonly string[]> => {
  const { transactions, problems } = await store.load(digest);
  expect(problems).toEqual([]);
  return transactions.map(({ id }) => id);
};

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe.each([
  ["memory", memoryStore],
  ["IndexedDB", () => indexedDbStore("test")],
])("the %s store", (_, make) => {
  it("gives back what was appended, in order, by value", async () => {
    const store = make();
    expect(await idsOf(store, "d")).toEqual([]);
    await store.append("d", [made("b"), made("a")]);
    await store.append("d", []);
    await store.append("d", [made("0")]);
    expect(await idsOf(store, "d")).toEqual(["b", "a", "0"]);
    expect((await store.load("d")).transactions[0]).toEqual(made("b"));
  });

  it("takes a transaction once, within a batch and across (rule 23)", async () => {
    const store = make();
    await store.append("d", [made("a"), made("a")]);
    await store.append("d", [made("a"), made("b")]);
    expect(await idsOf(store, "d")).toEqual(["a", "b"]);
  });

  it("keeps scenes apart", async () => {
    const store = make();
    await store.append("d", [made("a")]);
    await store.append("e", [made("a"), made("b")]);
    expect([await idsOf(store, "d"), await idsOf(store, "e")]).toEqual([["a"], ["a", "b"]]);
  });
});

describe("the IndexedDB store", () => {
  it("is found again by another instance", async () => {
    await indexedDbStore("test").append("d", [made("a")]);
    expect(await idsOf(indexedDbStore("test"), "d")).toEqual(["a"]);
    expect(await idsOf(indexedDbStore("other"), "d")).toEqual([]);
  });

  it("asks for strict durability", async () => {
    const asked: unknown[] = [];
    const original = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      asked.push([mode, options?.durability]);
      return original.call(this, stores, mode, options);
    };
    await indexedDbStore("test")
      .append("d", [made("a")])
      .finally(() => (IDBDatabase.prototype.transaction = original));
    expect(asked).toContainEqual(["readwrite", "strict"]);
    expect(asked).not.toContainEqual(["readwrite", undefined]);
  });

  it("writes a batch whole or not at all, and can go on after a failure", async () => {
    const store = indexedDbStore("test");
    const unwritable = { ...made("b"), at: 1n } as unknown as Transaction;
    await expect(store.append("d", [made("a"), unwritable])).rejects.toThrow(/BigInt/);
    expect(await idsOf(store, "d")).toEqual([]);
    const add = IDBObjectStore.prototype.add;
    let left = 1;
    IDBObjectStore.prototype.add = function (value, key) {
      if (left-- === 0) throw new DOMException("no room left", "QuotaExceededError");
      return add.call(this, value, key);
    };
    const batch = store.append("d", [made("a"), made("b")]).finally(() => (IDBObjectStore.prototype.add = add));
    await expect(batch).rejects.toThrow("no room left");
    expect(await idsOf(store, "d")).toEqual([]);
    await store.append("d", [made("a")]);
    expect(await idsOf(store, "d")).toEqual(["a"]);
  });

  it("lets a newer tab upgrade, and then fails with a reason", async () => {
    const store = indexedDbStore("test");
    await store.append("d", [made("a")]);
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open("test", 1);
      request.onsuccess = () => (request.result.close(), resolve());
      request.onerror = () => reject(request.error ?? new Error("not opened"));
    });
    await new Promise<void>((resolve) => {
      const upgrade = indexedDB.open("test", 2);
      upgrade.onsuccess = () => (upgrade.result.close(), resolve());
    });
    // A newer version is there now: this program must fail with a reason, not hang.
    await expect(store.append("d", [made("b")])).rejects.toThrow(/version/i);
  });
});
