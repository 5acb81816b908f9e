import { describe, expect, it } from "vitest";
import type { JournalStore, SaveState, Transaction } from "../types.ts";
import { createJournal, JournalRefusedError } from "./journal.ts";
import { memoryStore } from "./memory-store.ts";

const made = (id: string): Transaction => ({ id, actor: "ada", label: { message: "edit.test" }, at: "", changes: [] });

/** A store whose writes end when the test says so. */
function heldStore() {
  const writes: { readonly ids: readonly string[]; resolve(): void; reject(error: Error): void }[] = [];
  const store: JournalStore = {
    kind: "memory",
    load: () => Promise.resolve({ transactions: [], problems: [] }),
    append: (_, transactions) =>
      new Promise((resolve, reject) => writes.push({ ids: transactions.map(({ id }) => id), resolve, reject })),
  };
  return { store, writes };
}

function setUp() {
  const { store, writes } = heldStore();
  const states: SaveState[] = [];
  const timers: { readonly ms: number; readonly work: () => void; cancelled?: true }[] = [];
  const journal = createJournal(store, "d", {
    onState: (state) => states.push(state),
    retryDelaysMs: [100, 1000],
    now: () => new Date(7),
    schedule(work, ms) {
      const timer: (typeof timers)[number] = { ms, work };
      timers.push(timer);
      return () => (timer.cancelled = true);
    },
  });
  return { journal, writes, states, timers };
}
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

describe("a journal", () => {
  it("writes at once, one write in flight, and groups what comes meanwhile (rule 24)", async () => {
    const { journal, writes, states } = setUp();
    expect(journal.state).toEqual({ kind: "saved" });
    for (const id of ["1", "2", "3"]) journal.append(made(id));
    expect(writes.map(({ ids }) => ids)).toEqual([["1"]]);
    expect(journal.state).toEqual({ kind: "saving", pending: 3 });
    writes[0].resolve();
    await turn();
    expect(writes.map(({ ids }) => ids)).toEqual([["1"], ["2", "3"]]);
    expect(journal.state).toEqual({ kind: "saving", pending: 2 });
    writes[1].resolve();
    await turn();
    expect(journal.state).toEqual({ kind: "saved", at: new Date(7) });
    expect(journal.pending).toEqual([]);
    // "saved" is said only at the end, never between.
    expect(states.filter(({ kind }) => kind === "saved")).toHaveLength(1);
  });

  it("says that it failed, why and how much, and retries with growing delay until it works (rule 25)", async () => {
    const { journal, writes, states, timers } = setUp();
    journal.append(made("1"));
    writes[0].reject(new Error("disk full"));
    await turn();
    expect(journal.state).toEqual({ kind: "failed", pending: 1, reason: "disk full" });
    journal.append(made("2"));
    expect(journal.state).toEqual({ kind: "failed", pending: 2, reason: "disk full" });
    expect(writes).toHaveLength(1);
    for (const expected of [100, 1000, 1000]) {
      expect(timers.at(-1)?.ms).toBe(expected);
      timers.at(-1)?.work();
      expect(writes.at(-1)?.ids).toEqual(["1", "2"]);
      expect(journal.state.kind).toBe("failed");
      if (timers.length === 3) break;
      writes.at(-1)?.reject(new Error("disk full"));
      await turn();
    }
    writes.at(-1)?.resolve();
    await turn();
    expect(journal.state.kind).toBe("saved");
    const afterFailure = states.slice(states.findIndex(({ kind }) => kind === "failed"));
    expect(new Set(afterFailure.map(({ kind }) => kind))).toEqual(new Set(["failed", "saved"]));
    journal.append(made("3"));
    writes.at(-1)?.reject(new Error("again"));
    await turn();
    expect(timers.at(-1)?.ms).toBe(100);
  });

  it("stops retrying when the store refuses, keeps what is pending, and goes on when asked (rule 25)", async () => {
    const { journal, writes, timers } = setUp();
    journal.append(made("1"));
    writes[0].reject(new JournalRefusedError("another tab took over"));
    await turn();
    expect([journal.state, timers]).toEqual([{ kind: "failed", pending: 1, reason: "another tab took over" }, []]);
    journal.append(made("2"));
    expect(writes).toHaveLength(1);
    expect(journal.pending.map(({ id }) => id)).toEqual(["1", "2"]);
    const settled = journal.settled();
    expect(writes[1].ids).toEqual(["1", "2"]);
    writes[1].resolve();
    await settled;
    expect(journal.state.kind).toBe("saved");
  });

  it("settles when all is durable", async () => {
    const { journal, writes } = setUp();
    await journal.settled();
    journal.append(made("1"));
    journal.append(made("2"));
    let done = false;
    const settled = journal.settled().then(() => (done = true));
    writes[0].resolve();
    await turn();
    expect(done).toBe(false);
    writes[1].resolve();
    await settled;
    expect(done).toBe(true);
  });

  it("settling takes a waiting retry at once, and rejects with the reason when it fails", async () => {
    const { journal, writes, timers } = setUp();
    journal.append(made("1"));
    writes[0].reject(new Error("offline"));
    await turn();
    const settled = journal.settled();
    expect(writes).toHaveLength(2);
    expect(timers[0].cancelled).toBe(true);
    writes[1].reject(new Error("still offline"));
    await expect(settled).rejects.toThrow("still offline");
  });

  it("closed, stops retrying and says so to who waits", async () => {
    const { journal, writes, timers, states } = setUp();
    journal.append(made("1"));
    writes[0].reject(new Error("offline"));
    await turn();
    const count = states.length;
    journal.close();
    expect(timers[0].cancelled).toBe(true);
    await expect(journal.settled()).rejects.toThrow("closed");
    expect(states).toHaveLength(count);
  });

  it("takes a store that throws instead of rejecting", async () => {
    const states: SaveState[] = [];
    const store: JournalStore = {
      ...memoryStore(),
      append() {
        throw new Error("no storage");
      },
    };
    const journal = createJournal(store, "d", {
      onState: (state) => states.push(state),
      schedule: () => () => undefined,
    });
    journal.append(made("1"));
    await turn();
    expect(states.at(-1)).toEqual({ kind: "failed", pending: 1, reason: "no storage" });
  });
});
