import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readerOf } from "../../test-support/ros.ts";
import { defaultLimits } from "../limits.ts";
import { LogError } from "../types.ts";
import { fromBase64 } from "./base64.ts";
import { bytesOf, messagesOf, numberOf, numbersOf, stampOf, truthOf } from "./fields.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

const schema = JSON.stringify({ type: "object", properties: { a: { type: "number" }, b: {} } });
const read = (value: unknown, limits = defaultLimits) =>
  readerOf("x.M", schema, "json", limits).read(
    new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)),
  );

describe("JSON messages", () => {
  it("times, bytes, numbers, lists and messages", () => {
    const fields = read({
      timestamp: { sec: 1_747_930_377, nsec: 5 },
      data: "AQID",
      n: [1, null, "NaN", "-Infinity", 2.5],
      flag: true,
      list: [{ x: 1 }, { x: "Infinity" }],
      nothing: null,
    });
    expect(stampOf(fields, "timestamp")).toBe(1_747_930_377_000_000_005n);
    expect([...bytesOf(fields, "data")]).toEqual([1, 2, 3]);
    expect(numbersOf(fields, "n")).toEqual([1, NaN, NaN, -Infinity, 2.5]);
    expect(truthOf(fields, "flag")).toBe(true);
    expect(messagesOf(fields, "list").map((m) => numberOf(m, "x"))).toEqual([1, Infinity]);
    expect(fields.has("nothing")).toBe(false);
  });
  it("times that are none are absent, as zero is", () => {
    for (const timestamp of [
      { sec: "today" },
      { sec: 1, nsec: "Infinity" },
      "2026-01-01T00:00:00Z",
      { sec: 0, nsec: 0 },
      { sec: 1e300 },
    ])
      expect(stampOf(read({ timestamp }), "timestamp")).toBeUndefined();
  });
  it("what is no JSON, no object, no base64, too deep or too long is a bad message", () => {
    expect(() => read("{")).toThrow(/does not fit its schema: it is no JSON \(/);
    expect(() => read("[1]")).toThrow(/it is no JSON object/);
    expect(() => bytesOf(read({ data: "§" }), "data")).toThrow(
      /the field 'data' is a text of 1 characters that is no base64/,
    );
    expect(() => read(`{"a":${"[".repeat(100)}${"]".repeat(100)}}`)).toThrow(/it nests too deep/);
    expect(() => read({ a: "x".repeat(20) }, { ...defaultLimits, maxJsonBytes: 10 })).toThrow(
      /28 bytes of JSON; the limit is 10/,
    );
  });
  it("a schema says its fields, or that it does not say", () => {
    expect([...(readerOf("x.M", schema, "json").fieldNames ?? [])]).toEqual(["a", "b"]);
    expect(readerOf("x.M", "", "json").fieldNames).toBeUndefined();
    expect(readerOf("x.M", "{}", "json").fieldNames).toBeUndefined();
    expect(() => readerOf("x.M", "{", "json")).toThrow(/The schema 'x.M' cannot be understood: it is no JSON/);
    expect(() => readerOf("x.M", "3", "json")).toThrow(/it is no JSON object/);
  });
  it("rule 14: never throws anything but a LogError, for any bytes", () => {
    const reader = readerOf("x.M", schema, "json");
    let failed = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 30 }),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          try {
            expect(reader.read(bytes)).toBeInstanceOf(Map);
          } catch (error) {
            expect(error).toBeInstanceOf(LogError);
            failed++;
          }
        },
      ),
    );
    expect(failed).toBeGreaterThan(10);
  });
});

describe("base64", () => {
  it("gives back any bytes, with and without padding, in both alphabets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        for (const variant of [text, text.replace(/=+$/, ""), Buffer.from(bytes).toString("base64url")])
          expect([...(fromBase64(variant) ?? [NaN])]).toEqual([...bytes]);
      }),
    );
  });
  it("refuses what is none", () => {
    for (const text of ["A", "AAAAA", "A===", "AA\n=", "AA=A", "ĀAAA"]) expect(fromBase64(text)).toBeUndefined();
  });
});
