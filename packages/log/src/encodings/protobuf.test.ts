import * as fc from "fast-check";
import protobufjs from "protobufjs";
import { describe, expect, it } from "vitest";
import "protobufjs/ext/descriptor.js";
import { descriptorSet, encode } from "../../test-support/foxglove.ts";
import { defaultLimits } from "../limits.ts";
import { LogError } from "../types.ts";
import { bytesOf, messagesOf, numberOf, stampOf, textOf } from "./fields.ts";
import { protobuf } from "./protobuf.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

const schema = (name: string, data: Uint8Array = descriptorSet) => ({ id: 1, name, encoding: "protobuf", data });

describe("protobuf by the log's own descriptors", () => {
  it("reads what protobufjs writes, for every scalar type, single and packed", () => {
    const types = {
      double: fc.double({ noNaN: true }),
      float: fc.float({ noNaN: true }),
      int32: fc.integer(),
      sint32: fc.integer(),
      uint32: fc.nat(0xffffffff),
      fixed32: fc.nat(0xffffffff),
      sfixed32: fc.integer(),
      bool: fc.boolean(),
      string: fc.string({ unit: "binary" }),
      bytes: fc.uint8Array(),
    };
    const names = Object.keys(types);
    const single = names.map((type, i) => `${type} one_${type} = ${i + 1};`);
    const many = names.map((type, i) => `repeated ${type} many_${type} = ${i + 300};`);
    const text = `syntax = "proto3"; package t; message M { ${[...single, ...many].join("\n")} M inner = 99; }`;
    const { root } = protobufjs.parse(text, { keepCase: true });
    const set = (
      root as unknown as {
        toDescriptor(edition: string): { constructor: { encode(m: unknown): { finish(): Uint8Array } } };
      }
    ).toDescriptor("proto3");
    const reader = protobuf.compile(schema("t.M", set.constructor.encode(set).finish()), defaultLimits);
    const record = fc.record(
      Object.fromEntries(
        Object.entries(types).flatMap(([type, arbitrary]): [string, fc.Arbitrary<unknown>][] => [
          [`one_${type}`, arbitrary],
          [`many_${type}`, fc.array(arbitrary as fc.Arbitrary<unknown>, { maxLength: 5 })],
        ]),
      ),
    );
    fc.assert(
      fc.property(record, record, (outer, inner) => {
        const bytes = root
          .lookupType("t.M")
          .encode({ ...outer, inner })
          .finish();
        const read = reader.read(new Uint8Array(bytes));
        const defaults: Record<string, unknown> = { one_bool: false, one_string: "" };
        for (const [fields, expected] of [
          [read, outer],
          [read.get("inner") as typeof read, inner],
        ] as const) {
          for (const [name, value] of Object.entries(expected)) {
            const found =
              fields.get(name) ??
              defaults[name] ??
              (name.startsWith("many") ? [] : name === "one_bytes" ? new Uint8Array(0) : 0);
            // −0 is written like 0, and Buffers are Uint8Arrays.
            const plain = (v: unknown): unknown =>
              v instanceof Uint8Array ? [...v] : Array.isArray(v) ? v.map(plain) : typeof v === "number" ? v + 0 : v;
            expect(plain(found)).toEqual(plain(value));
          }
        }
      }),
    );
  });

  it("keeps 64-bit numbers whole", () => {
    const reader = protobuf.compile(schema("foxglove.PointCloud"), defaultLimits);
    const bytes = encode("PointCloud", {
      timestamp: { seconds: 1_700_000_000, nanos: 123_456_789 },
      frame_id: "lidar",
    });
    expect(stampOf(reader.read(bytes), "timestamp")).toBe(1_700_000_000_123_456_789n);
  });

  it("borrows bytes and finds nested messages", () => {
    const reader = protobuf.compile(schema("foxglove.PointCloud"), defaultLimits);
    const bytes = encode("PointCloud", {
      fields: [{ name: "x", offset: 4, type: 7 }, { name: "y" }],
      data: Uint8Array.of(1, 2, 3),
    });
    const fields = reader.read(bytes);
    expect(bytesOf(fields, "data").buffer).toBe(bytes.buffer);
    expect(messagesOf(fields, "fields").map((f) => [textOf(f, "name"), numberOf(f, "offset")])).toEqual([
      ["x", 4],
      ["y", 0],
    ]);
  });

  it("never throws anything but a LogError, for any bytes", () => {
    const reader = protobuf.compile(schema("foxglove.PointCloud"), defaultLimits);
    const good = encode("PointCloud", {
      frame_id: "lidar",
      point_stride: 12,
      fields: [{ name: "x", offset: 0, type: 7 }],
      data: new Uint8Array(40),
    });
    const damaged = fc.tuple(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length)).map(([at, value, cut]) => {
      const bytes = good.slice();
      bytes[at] = value;
      return bytes.subarray(0, cut);
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged), (bytes) => {
        for (const run of [
          () => reader.read(bytes),
          () => protobuf.compile(schema("foxglove.PointCloud", bytes), defaultLimits),
        ]) {
          try {
            run();
          } catch (error) {
            expect(error).toBeInstanceOf(LogError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("stops at the depth limit of a message that holds itself", () => {
    const { root } = protobufjs.parse(`syntax = "proto3"; package t; message M { M inner = 1; }`);
    const set = (
      root as unknown as {
        toDescriptor(edition: string): { constructor: { encode(m: unknown): { finish(): Uint8Array } } };
      }
    ).toDescriptor("proto3");
    const reader = protobuf.compile(schema("t.M", set.constructor.encode(set).finish()), defaultLimits);
    let bytes = new Uint8Array(0);
    for (let i = 0; i < 63; i++) bytes = Uint8Array.from([0x0a, bytes.length, ...bytes]);
    expect(reader.read(bytes).size).toBe(1);
    bytes = new Uint8Array(0);
    for (let i = 0; i < 100; i++)
      bytes = Uint8Array.from([
        0x0a,
        ...(bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]),
        ...bytes,
      ]);
    expect(() => reader.read(bytes)).toThrow(/deeper than 64/);
  });

  it("names a type that the schema does not hold", () => {
    expect(() => protobuf.compile(schema("foxglove.Nothing"), defaultLimits)).toThrow(
      /'foxglove.Nothing'.*does not hold it/,
    );
  });
});
