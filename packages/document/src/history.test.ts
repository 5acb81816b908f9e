import type { LabelRecord } from "@sweepmark/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, contents, invocation, keyframe, ontology, record, time, track } from "../test/arbitraries.ts";
import { created, replaced } from "./changes.ts";
import { createTrack, editMessages, renameTrack, setCuboid } from "./commands/index.ts";
import { createDocument, DocumentError, type LabelDocument } from "./document.ts";
import { withDraft } from "./draft.ts";
import { createHistory, openHistory, ReadOnlyError, type History, type HistoryOptions } from "./history.ts";
import { decodeJournal, encodeJournalLine } from "./journal/index.ts";
import type { Command, Transaction } from "./types.ts";

const options = (more: Partial<HistoryOptions> = {}): HistoryOptions => {
  let count = more.transactions?.length ?? 0;
  return { actor: "ada", now: () => new Date(0), newId: () => `t${count++}`, ...more };
};
const fresh = (transactions?: readonly Transaction[]): { document: LabelDocument; history: History } => {
  const document = createDocument(ontology);
  return { document, history: createHistory(document, options({ transactions })) };
};
const run = <Args>({ document, history }: ReturnType<typeof fresh>, command: Command<Args>, args: Args) =>
  history.commit(command.label(document, args), command.plan(document, args));

const step = fc.oneof(
  { weight: 5, arbitrary: invocation },
  fc.constantFrom("undo" as const, "redo" as const, "reload" as const),
);

describe("a history", () => {
  it("undoes and redoes like a stack of whole documents, through reloads of its journal (rules 18, 21)", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        let work = fresh();
        /** The naive model: every state in full. */
        let past: (readonly LabelRecord[])[] = [];
        let future: (readonly LabelRecord[])[] = [];
        let now = contents(work.document);
        for (const action of steps) {
          if (action === "reload") {
            const text = work.history.transactions.map(encodeJournalLine).join("");
            const journal = decodeJournal(text);
            expect(journal.problems).toEqual([]);
            work = fresh(journal.transactions);
          } else if (action === "undo") {
            const previous = past.at(-1);
            expect(work.history.undo() !== undefined).toBe(previous !== undefined);
            if (previous) {
              past = past.slice(0, -1);
              future = [...future, now];
              now = previous;
            }
          } else if (action === "redo") {
            const next = future.at(-1);
            expect(work.history.redo() !== undefined).toBe(next !== undefined);
            if (next) {
              future = future.slice(0, -1);
              past = [...past, now];
              now = next;
            }
          } else {
            const changes = action.plan(work.document);
            const expected = contents(withDraft(work.document, changes));
            const label = action.label(work.document);
            if (work.history.commit(label, changes)) {
              expect(work.history.undoLabel).toEqual(label);
              past = [...past, now];
              future = [];
            }
            now = expected;
          }
          expect(withoutNegativeZero(contents(work.document))).toEqual(withoutNegativeZero(now));
          expect(work.history.problem).toBeUndefined();
        }
      }),
    );
  });

  it("keeps the invariants of labels under any commands: each keyframe has its track, each track a cuboid (rule 12)", () => {
    fc.assert(
      fc.property(fc.array(invocation, { maxLength: 20 }), (list) => {
        const work = fresh();
        // Imports bring what they bring; the commands must not make it themselves.
        for (const action of list.filter(({ id }) => id !== "labels.import")) {
          work.history.commit(action.label(work.document), action.plan(work.document));
          for (const { id } of work.document.tracks())
            expect(
              work.document.keyframes(id).some(({ cuboid }) => cuboid),
              `${action.id} left ${id} empty`,
            ).toBe(true);
          for (const one of contents(work.document))
            if (one.kind === "keyframe") expect(work.document.get(one.trackId), action.id).toBeDefined();
        }
      }),
    );
  });

  it("has an English text for every label that a command gives, and no other", () => {
    const used = new Set<string>();
    fc.assert(
      fc.property(fc.array(invocation, { minLength: 20, maxLength: 30 }), (list) => {
        const document = createDocument(ontology);
        for (const { label, plan } of list) {
          const { message, params } = label(document);
          const key = params?.count === undefined ? message : `${message}_${params.count === 1 ? "one" : "other"}`;
          expect(Object.keys(editMessages)).toContain(key);
          const needed = [...editMessages[key].matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]);
          expect(Object.keys(params ?? {})).toEqual(expect.arrayContaining(needed));
          used.add(key.replace(/_(one|other)$/, ""));
          document.apply(plan(document));
        }
      }),
      { numRuns: 400 },
    );
    const known = new Set(Object.keys(editMessages).map((key) => key.replace(/_(one|other)$/, "")));
    expect([...known].filter((key) => !used.has(key))).toEqual([]);
  });

  it("names what undo and redo will do", () => {
    const work = fresh();
    run(work, createTrack, { id: "track:a", classId: "car", at: time(0), cuboid: box(0) });
    run(work, setCuboid, { trackId: "track:a", at: time(1), cuboid: box(5) });
    expect(work.history.undoLabel).toEqual({ message: "edit.moveTrack", params: { name: "car-1" } });
    expect(work.history.redoLabel).toBeUndefined();
    work.history.undo();
    expect(work.history.undoLabel?.message).toBe("edit.createTrack");
    expect(work.history.redoLabel?.message).toBe("edit.moveTrack");
  });

  it("appends undo and redo as transactions that name what they take back (rule 18)", () => {
    const work = fresh();
    run(work, createTrack, { id: "track:a", classId: "car", at: time(0), cuboid: box(0) });
    const heard: (string | undefined)[] = [];
    work.history.subscribe(({ undoes }) => heard.push(undoes));
    work.history.undo();
    work.history.redo();
    expect(work.history.transactions.map(({ id, undoes }) => [id, undoes])).toEqual([
      ["t0", undefined],
      ["t1", "t0"],
      ["t2", "t1"],
    ]);
    expect(heard).toEqual(["t0", "t1"]);
  });

  it("records nothing that changes nothing, and keeps redo then", () => {
    const work = fresh();
    run(work, createTrack, { id: "track:a", classId: "car", at: time(0), cuboid: box(0) });
    run(work, renameTrack, { trackId: "track:a", name: "taxi" });
    work.history.undo();
    expect(run(work, setCuboid, { trackId: "track:a", at: time(0), cuboid: box(0) })).toBeUndefined();
    expect(work.history.redoLabel?.message).toBe("edit.renameTrack");
  });

  it.each([
    ["a NaN", keyframe("a", 0, box(Number.NaN)), "cuboid.center[0]"],
    ["an empty size", keyframe("a", 0, box(0, { size: [0, 1, 1] })), "cuboid.size[0]"],
    ["no rotation", keyframe("a", 0, box(0, { rotation: [0, 0, 0, 0] })), "cuboid.rotation"],
    ["an endless name", track("a", { name: "x".repeat(201) }), "name"],
  ])("refuses %s, which no journal could give back (rule 19)", (_, bad, place) => {
    const work = fresh();
    expect(() => work.history.commit({ message: "edit.test" }, [created(bad)])).toThrow(DocumentError);
    expect(() => work.history.commit({ message: "edit.test" }, [created(bad)])).toThrow(place);
    expect([contents(work.document), work.history.transactions]).toEqual([[], []]);
  });
});

describe("a journal that does not fit", () => {
  const made = (id: string, changes: Transaction["changes"]): Transaction => ({
    id,
    actor: "ada",
    label: { message: "edit.test" },
    at: "",
    changes,
  });

  it("is the same when it is opened in turns, and stops between two when told (rule 40)", async () => {
    const work = fresh();
    for (const name of ["a", "b", "c"]) work.history.commit({ message: "made" }, [created(track(name))]);
    work.history.undo();
    const { transactions } = work.history;
    const document = createDocument(ontology);
    const opened = await openHistory(document, { actor: "ada", transactions });
    expect(contents(document)).toEqual(contents(work.document));
    expect(opened.transactions).toEqual(transactions);
    expect(opened.redoLabel).toEqual({ message: "made" });
    const stopped = new AbortController();
    stopped.abort();
    const half = openHistory(createDocument(ontology), { actor: "ada", transactions, signal: stopped.signal });
    await expect(half).rejects.toThrow("aborted");
  });

  it("is replayed up to the misfit, then read-only, without a crash (rule 22)", () => {
    const { document, history } = fresh([
      made("1", [created(track("a"))]),
      made("2", [replaced(track("a", { name: "lost" }), track("a", { name: "late" }))]),
      made("3", [created(track("b"))]),
    ]);
    expect(document.tracks().map(({ id }) => id)).toEqual(["track:a"]);
    expect(history.problem).toMatchObject({
      code: "journal-mismatch",
      params: { transaction: "2", record: "track:a", left: 2 },
    });
    expect(history.transactions.map(({ id }) => id)).toEqual(["1"]);
    expect(() => history.commit({ message: "edit.test" }, [created(track("c"))])).toThrow(ReadOnlyError);
    expect(() => history.undo()).toThrow(ReadOnlyError);
    expect([history.undoLabel, history.redoLabel]).toEqual([undefined, undefined]);
  });

  it("is read-only as well when it goes on in a form not known here (rule 22)", () => {
    const history = createHistory(
      createDocument(ontology),
      options({ blocked: "line 3: written by a newer Sweepmark" }),
    );
    expect(history.problem).toMatchObject({ code: "journal-blocked", message: "line 3: written by a newer Sweepmark" });
    expect(() => history.commit({ message: "edit.test" }, [created(track("c"))])).toThrow(ReadOnlyError);
  });
});

/** JSON knows no −0: 0 comes back. */
const withoutNegativeZero = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part)));

it("the small world of the tests holds every kind of record", () => {
  const kinds = new Set(fc.sample(record, 100).map(({ kind }) => kind));
  expect(kinds.size).toBe(4);
});
