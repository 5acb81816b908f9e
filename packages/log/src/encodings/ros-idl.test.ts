import { parseRos2idl } from "@foxglove/ros2idl-parser";
import { MessageReader, MessageWriter } from "@foxglove/rosmsg2-serialization";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readerOf } from "../../test-support/ros.ts";
import { LogError } from "../types.ts";
import type { Value } from "./encoding.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

/** As rosidl writes .idl files out of .msg files, and MCAP recorders put them together. */
const text = `${"=".repeat(80)}
IDL: demo_msgs/msg/Demo
// generated from rosidl_adapter/resource/msg.idl.em
#include "builtin_interfaces/msg/Time.idl"
#include "demo_msgs/msg/Part.idl"

module demo_msgs {
  module msg {
    typedef double double__3[3];
    typedef demo_msgs::msg::Part Part__2[2];
    module Demo_Constants {
      const uint8 KIND_A = 1;
      @verbatim (language="comment", text="a ; } text" "and more (of it)")
      const string NAME = "x";
    };
    @verbatim (language="comment", text=
      "The message. (With parentheses)")
    struct Demo {
      @verbatim (language="comment", text="a stamp")
      builtin_interfaces::msg::Time stamp;
      @default (value=TRUE)
      boolean flag;
      @unit (value="m")
      double__3 size;
      octet raw;
      sequence<uint8> data;
      sequence<float, 8> some;
      string name;
      string<20> code;
      short s;
      unsigned short us;
      long l;
      unsigned long ul;
      long long ll;
      unsigned long long ull;
      Part__2 pair;
      sequence<demo_msgs::msg::Part> parts;
    };
  };
};

${"=".repeat(80)}
IDL: demo_msgs/msg/Part
module demo_msgs {
  module msg {
    struct Part {
      /* a block
         comment */
      float x;
      double y;
      int8 z;
    };
  };
};

${"=".repeat(80)}
IDL: builtin_interfaces/msg/Time
module builtin_interfaces {
  module msg {
    struct Time {
      int32 sec;
      uint32 nanosec;
    };
  };
};
`;

const name = "demo_msgs/msg/Demo";

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]: [string, Value]) => [k, plain(v)]));
  if (value instanceof Uint8Array || Array.isArray(value)) return Array.from(value, plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k === "nanosec" ? "nsec" : k, plain(v)]));
  return value;
}

const part = fc.record({
  x: fc.float({ noNaN: true }),
  y: fc.double({ noNaN: true }),
  z: fc.integer({ min: -128, max: 127 }),
});
const demo = fc.record({
  stamp: fc.record({ sec: fc.nat(), nanosec: fc.nat(999_999_999) }),
  flag: fc.boolean(),
  size: fc.array(fc.double({ noNaN: true }), { minLength: 3, maxLength: 3 }),
  raw: fc.nat(255),
  data: fc.uint8Array(),
  some: fc.array(fc.float({ noNaN: true }), { maxLength: 8 }),
  name: fc.constantFrom("", "a", "bc", "def"),
  code: fc.constantFrom("", "long text"),
  s: fc.integer({ min: -32_768, max: 32_767 }),
  us: fc.nat(65_535),
  l: fc.integer(),
  ul: fc.nat(0xffffffff),
  ll: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ull: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  pair: fc.array(part, { minLength: 2, maxLength: 2 }),
  parts: fc.array(part, { maxLength: 3 }),
});

describe("ROS 2 messages by IDL", () => {
  it("reads what Foxglove's libraries write, with typedefs, bounds, comments and annotations", () => {
    const definitions = parseRos2idl(text);
    const root = definitions.findIndex((d) => d.name === name);
    // The library takes the first definition for the root.
    const ordered = [definitions[root], ...definitions.filter((_, i) => i !== root)];
    const writer = new MessageWriter(ordered);
    const theirs = new MessageReader(ordered);
    const ours = readerOf(name, text, "idl");
    fc.assert(
      fc.property(demo, (value) => {
        // The writer takes ROS 1's name of the nanoseconds, the reader gives ROS 2's.
        const stamp = { ...value.stamp, nsec: value.stamp.nanosec };
        const bytes = writer.writeMessage({ ...value, stamp }).slice();
        expect(plain(ours.read(bytes))).toEqual(plain(theirs.readMessage(bytes)));
        expect(plain(ours.read(bytes))).toEqual(plain(value));
      }),
    );
  });

  it("enums are 32 bits, constants are sizes, built-in times need no text", () => {
    const idl = `module m { module msg {
      const unsigned long N = 2; enum Kind { A, B }; union U switch (long) { case 1: long a; };
      struct M { Kind k; uint8 d[N]; uint8 grid[2][3]; builtin_interfaces::msg::Time t; ::m::msg::In in; In also, more; };
      struct In { boolean b; };
    }; };`;
    const bytes = [0, 1, 0, 0, 1, 0, 0, 0, 7, 8, 1, 2, 3, 4, 5, 6, 9, 0, 0, 0, 5, 0, 0, 0, 1, 0, 1];
    expect(plain(readerOf("m/msg/M", idl, "idl").read(Uint8Array.from(bytes)))).toEqual({
      k: 1,
      d: [7, 8],
      grid: [1, 2, 3, 4, 5, 6],
      t: { sec: 9, nsec: 5 },
      in: { b: true },
      also: { b: false },
      more: { b: true },
    });
  });

  it("names line and reason of what it does not understand", () => {
    const reason = (idl: string): string => {
      try {
        readerOf("m/msg/M", idl, "idl");
      } catch (error) {
        if (error instanceof LogError) return error.problem.message.replace(/^.*understood: /, "");
        throw error;
      }
      return "";
    };
    expect(reason("module m {\n struct M { long }; };")).toBe("line 2 has '}', expected a name.");
    expect(reason("module m { struct M { long a; };")).toBe(
      "line 1 has the end, expected a module, struct, enum, typedef, const or union.",
    );
    expect(reason("struct M { q::N a; };")).toBe("the member 'a' has the type 'q::N', which it does not hold.");
    expect(reason("struct M { long double a; };")).toBe(
      "the member 'a' has the type 'long double', which it does not hold.",
    );
    expect(reason("struct M { @optional long a; };")).toBe("the struct 'M' has an optional member, which is not read.");
    expect(reason("struct M { sequence<sequence<long>> a; };")).toBe(
      "it holds sequences of sequences, which are not read.",
    );
    expect(reason("struct M { long a[n]; };")).toBe("line 1 has 'n', expected a size.");
    expect(reason("struct Other { long a; };")).toBe("it does not hold the struct 'm/M'.");
    expect(reason(`${"module a { ".repeat(20)}`)).toBe("its modules nest deeper than 16.");
  });

  it("rule 14: never throws anything but a LogError, for any text", () => {
    const cut = fc.tuple(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 4 }));
    let failed = 0;
    fc.assert(
      fc.property(cut, ([at, length, put]) => {
        try {
          readerOf(name, text.slice(0, at) + put + text.slice(at + length), "idl");
        } catch (error) {
          expect(error).toBeInstanceOf(LogError);
          failed++;
        }
      }),
      { numRuns: 500 },
    );
    expect(failed).toBeGreaterThan(100);
  });
});
