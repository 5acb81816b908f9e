import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, changesOf, edits, keyframe, ontology, records, track } from "../../test/arbitraries.ts";
import { created } from "../changes.ts";
import { createDocument } from "../document.ts";
import { sameValue } from "../equal.ts";
import type { Transaction } from "../types.ts";
import { encodeJournalLine, parseTransaction, transactionToJson } from "./codec.ts";
import { crc32Hex } from "./crc32.ts";
import { createJournalReader, decodeJournal } from "./journal-reader.ts";

const made = (id: string, more: Partial<Transaction> = {}): Transaction => ({
  id,
  actor: "ada",
  label: { message: "edit.moveTrack", params: { name: "car-1", count: 2 } },
  at: "2026-01-02T03:04:05.678Z",
  changes: [created(track("ü→𝄞")), created(keyframe("a", 1, box(0.1)))],
  ...more,
});
const decoder = new TextDecoder();
const bytesOf = (...transactions: readonly Transaction[]): Uint8Array =>
  new TextEncoder().encode(transactions.map(encodeJournalLine).join(""));
const decode = (bytes: Uint8Array) => decodeJournal(decoder.decode(bytes));
const idsOf = (bytes: Uint8Array): readonly string[] => decode(bytes).transactions.map(({ id }) => id);

/** A line as it would be written with a right checksum around any body. */
const lineOf = (body: string, version = 1): string =>
  `{"v":${version},"crc":"${crc32Hex(new TextEncoder().encode(body))}","transaction":${body}}\n`;

describe("a journal line", () => {
  it("is one line of JSON with version and checksum (rule 20)", () => {
    const line = encodeJournalLine(made("1", { changes: [created(track("a"))] }));
    expect(line).toMatchInlineSnapshot(`
      "{"v":1,"crc":"0d7c32da","transaction":{"id":"1","actor":"ada","label":{"message":"edit.moveTrack","params":{"name":"car-1","count":2}},"at":"2026-01-02T03:04:05.678Z","changes":[{"id":"track:a","after":{"kind":"track","id":"track:a","name":"a","classId":"car","rigid":true,"static":false,"attributes":{}}}]}}
      "
    `);
    expect(JSON.parse(line)).toMatchObject({ v: 1, transaction: { id: "1" } });
  });

  it("gives every transaction back by value", () => {
    fc.assert(
      fc.property(records, edits, fc.option(fc.string(), { nil: undefined }), (start, list, undoes) => {
        const changes = changesOf(createDocument(ontology, start), list);
        const transaction = made("1", { changes, ...(undoes !== undefined && { undoes }) });
        expect(sameValue(parseTransaction(transactionToJson(transaction)), transaction)).toBe(true);
        const { transactions, problems } = decodeJournal(encodeJournalLine(transaction));
        expect(problems).toEqual([]);
        expect(sameValue(transactions, [transaction])).toBe(true);
      }),
    );
  });

  it("has the checksum of zip and PNG", () => {
    expect(crc32Hex(new TextEncoder().encode("123456789"))).toBe("cbf43926");
    expect(crc32Hex(new Uint8Array())).toBe("00000000");
  });
});

describe("a journal read piece by piece", () => {
  it("says the same however its bytes are cut (rule 39)", () => {
    const text = `${encodeJournalLine(made("1"))}\n{"torn": ünd weg\n${encodeJournalLine(made("2"))}${lineOf("{}").slice(0, -9)}`;
    const bytes = new TextEncoder().encode(text);
    const whole = decodeJournal(bytes);
    expect(whole.transactions.map(({ id }) => id)).toEqual(["1", "2"]);
    expect(whole.problems).toHaveLength(2);
    const cuts = fc.array(fc.nat({ max: bytes.length }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (places) => {
        const read: Transaction[] = [];
        const reader = createJournalReader((transaction) => read.push(transaction));
        const ends = [...places.toSorted((a, b) => a - b), bytes.length];
        const scratch = new Uint8Array(bytes.length);
        ends.reduce((from, to) => {
          // The same buffer for each piece, as a stream may hand it out.
          scratch.set(bytes.subarray(from, to));
          reader.push(scratch.subarray(0, to - from));
          return to;
        }, 0);
        expect({ transactions: read, ...reader.end() }).toEqual(whole);
      }),
    );
  });
});

describe("a journal torn by a crash", () => {
  const whole = [made("1"), made("2", { undoes: "1" }), made("3")];
  const bytes = bytesOf(...whole);
  const ends = whole.map((_, index) => bytesOf(...whole.slice(0, index + 1)).length);

  it("at any byte keeps every whole line before, and says what it dropped (rule 21)", () => {
    for (let length = 0; length <= bytes.length; length++) {
      const content = decode(bytes.subarray(0, length));
      // The last newline alone may be missing: the line is whole without it.
      const kept = ends.filter((end) => end - 1 <= length).length;
      expect(content.transactions.map(({ id }) => id)).toEqual(["1", "2", "3"].slice(0, kept));
      const torn = length > (ends[kept - 1] ?? 0);
      expect(content.problems).toEqual(torn ? [`line ${kept + 1}: torn off, dropped`] : []);
      expect(content.blocked).toBeUndefined();
    }
  });

  it("and healed with a newline goes on (rule 21)", () => {
    for (let length = ends[0] + 1; length < ends[1] - 1; length += 7) {
      const healed = new Uint8Array([...bytes.subarray(0, length), 10, ...bytesOf(made("4"))]);
      expect(idsOf(healed)).toEqual(["1", "4"]);
      expect(decode(healed).problems).toEqual(["line 2: damaged (checksum), dropped"]);
    }
  });

  it("with any bit flipped never gives back another transaction", () => {
    for (let offset = 0; offset < bytes.length; offset += 5) {
      const flipped = bytes.slice();
      flipped[offset] ^= 1 << (offset % 8);
      const { transactions } = decode(flipped);
      // A flipped digit of the version makes the journal a newer one (blocked), which is as safe.
      for (const transaction of transactions) expect(whole.some((one) => sameValue(one, transaction))).toBe(true);
    }
  });
});

describe("reading on", () => {
  it("takes a transaction once, however often it was appended (rule 23)", () => {
    expect(idsOf(bytesOf(made("1"), made("2"), made("1"), made("2"), made("3")))).toEqual(["1", "2", "3"]);
  });

  it("skips blank lines", () => {
    expect(decodeJournal(`\n${encodeJournalLine(made("1"))}\n\n`)).toMatchObject({ problems: [] });
  });

  it("stops at a newer version (rule 22)", () => {
    const text = encodeJournalLine(made("1")) + lineOf('{"id":"2"}', 2) + encodeJournalLine(made("3"));
    const content = decodeJournal(text);
    expect(content.transactions.map(({ id }) => id)).toEqual(["1"]);
    expect(content.blocked).toBe("line 2: written by a newer Sweepmark (journal version 2; this one reads up to 1)");
  });

  it("stops at a whole line that it does not understand, naming the place (rule 22)", () => {
    const alien = { id: "mesh:1", kind: "mesh" };
    const body = JSON.stringify({
      ...(transactionToJson(made("2")) as object),
      changes: [{ id: "mesh:1", after: alien }],
    });
    const { blocked, transactions } = decodeJournal(encodeJournalLine(made("1")) + lineOf(body));
    expect(transactions).toHaveLength(1);
    expect(blocked).toMatch(/^line 2: not understood: kind/);
    expect(decodeJournal(lineOf("{]")).blocked).toMatch(/^line 1: not understood/);
  });
});
