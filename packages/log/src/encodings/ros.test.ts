import { parse } from "@foxglove/rosmsg";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rosDefinition } from "../../test-support/ros-definitions.ts";
import { header, readerOf, writeRos, type RosVersion } from "../../test-support/ros.ts";
import { LogError } from "../types.ts";
import type { Value } from "./encoding.ts";
import { bytesOf, headOf, messagesOf, numbersOf, textOf } from "./fields.ts";

// One seed: a run says the same as the one before.
fc.configureGlobal({ seed: 20260 });

const versions = ["ros1", "ros2"] as const;

/** Values that both libraries write alike. Type → its values. */
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  uint8: fc.nat(255),
  int16: fc.integer({ min: -32_768, max: 32_767 }),
  uint16: fc.nat(65_535),
  int32: fc.integer(),
  uint32: fc.nat(0xffffffff),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  float32: fc.float({ noNaN: true }),
  float64: fc.double({ noNaN: true }),
  // @foxglove/cdr counts characters where it should count bytes: other letters have a test of their own.
  string: fc.string({ unit: fc.constantFrom("a", "Z", " ", "#", "\n") }),
};

interface Field {
  readonly type: string;
  readonly array: "" | "[]" | "[3]" | "[<=4]";
}

interface Case {
  readonly text: string;
  readonly value: Record<string, unknown>;
}

/** A random type over random inner types, and a value of it. Lists bounded in ROS 2 only. */
function caseOf(version: RosVersion): fc.Arbitrary<Case> {
  const arrays = version === "ros1" ? (["", "[]", "[3]"] as const) : (["", "[]", "[3]", "[<=4]"] as const);
  const fields = (types: readonly string[]) =>
    fc.array(fc.record<Field>({ type: fc.constantFrom(...types), array: fc.constantFrom<Field["array"]>(...arrays) }), {
      minLength: 1,
      maxLength: 5,
    });
  const leaf = Object.keys(values);
  return fc
    .record({ low: fields(leaf), middle: fields([...leaf, "Low"]), root: fields([...leaf, "Low", "q/Middle"]) })
    .chain(({ low, middle, root }) => {
      const texts = [root, low, middle].map((list) =>
        list.map(({ type, array }, i) => `${type}${array} f${i} # of ${type}`).join("\n"),
      );
      const separator = "=".repeat(80);
      const text = `${texts[0]}\n${separator}\nMSG: p/Low\n${texts[1]}\n${separator}\nMSG: q/Middle\n${texts[2].replaceAll("Low", "p/Low")}`;
      const valueOf = (list: readonly Field[]): fc.Arbitrary<Record<string, unknown>> =>
        fc.record(
          Object.fromEntries(
            list.map(({ type, array }, i) => {
              const one = values[type] ?? valueOf(type === "Low" ? low : middle);
              if (array === "") return [`f${i}`, one];
              const bounds = array === "[3]" ? { minLength: 3, maxLength: 3 } : { maxLength: 4 };
              return [`f${i}`, fc.array(one as fc.Arbitrary<unknown>, bounds)];
            }),
          ),
        );
      return fc.record({ text: fc.constant(text), value: valueOf(root) });
    });
}

/** What we read and what was written, in one form: −0 and 0 are told apart, bytes are lists. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]: [string, Value]) => [k, plain(v)]));
  if (value instanceof Uint8Array || Array.isArray(value)) return Array.from(value, plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}

describe.each(versions)("%s messages by the log's own definitions", (version) => {
  it("any type, nested, with lists and arrays, reads back as Foxglove's library wrote it", () => {
    fc.assert(
      fc.property(caseOf(version), ({ text, value }) => {
        const read = readerOf("p/Root", text, version).read(writeRos(text, version, value));
        expect(plain(read)).toEqual(plain(value));
      }),
      { numRuns: 300 },
    );
  });

  it("finds the same fields as Foxglove's parser in published definitions", () => {
    for (const type of [
      "sensor_msgs/PointCloud2",
      "sensor_msgs/CameraInfo",
      "nav_msgs/Odometry",
      "tf2_msgs/TFMessage",
    ]) {
      const text = rosDefinition(type, version);
      const [root] = parse(text, { ros2: version === "ros2" });
      const expected = root.definitions.filter(({ isConstant }) => !isConstant).map(({ name }) => name);
      expect([...(readerOf(type, text, version).fieldNames ?? [])]).toEqual(expected);
    }
  });

  it("borrows byte lists from the message and reads the header", () => {
    const type = "sensor_msgs/CompressedImage";
    const text = rosDefinition(type, version);
    const at = 1_700_000_000_123_456_789n;
    const bytes = writeRos(text, version, { header: header(at, "/cam"), format: "jpeg", data: Uint8Array.of(1, 2, 3) });
    const read = readerOf(type, text, version).read(bytes);
    expect(headOf(read)).toEqual({ at, frameId: "cam" });
    expect(textOf(read, "format")).toBe("jpeg");
    expect([...bytesOf(read, "data")]).toEqual([1, 2, 3]);
    expect(bytesOf(read, "data").buffer).toBe(bytes.buffer);
  });

  it("rule 14: never throws anything but a LogError, for any bytes and any definition", () => {
    const type = "sensor_msgs/PointCloud2";
    const text = rosDefinition(type, version);
    const field = { name: "x", offset: 0, datatype: 7, count: 1 };
    const good = writeRos(text, version, {
      header: header(5n, "lidar"),
      height: 1,
      width: 1,
      fields: [field, field],
      is_bigendian: false,
      point_step: 4,
      row_step: 4,
      data: new Uint8Array(40),
      is_dense: true,
    });
    const reader = readerOf(type, text, version);
    const damaged = fc.tuple(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length)).map(([at, value, cut]) => {
      const bytes = good.slice();
      bytes[at] = value;
      return bytes.subarray(0, cut);
    });
    const line = fc
      .tuple(fc.nat(text.length), fc.string({ maxLength: 6 }))
      .map(([at, s]) => text.slice(0, at) + s + text.slice(at + 3));
    let failed = 0;
    const allowed = (run: () => unknown): void => {
      try {
        run();
      } catch (error) {
        expect(error).toBeInstanceOf(LogError);
        failed++;
      }
    };
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged), line, (bytes, broken) => {
        allowed(() => reader.read(bytes));
        allowed(() => readerOf(type, broken, version));
      }),
      { numRuns: 500 },
    );
    expect(failed).toBeGreaterThan(200);
  });
});

describe("rule 3: what a message or a definition asks for is compared with what is there", () => {
  const word = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255];
  const ros1 = (text: string, bytes: readonly number[]) => readerOf("p/M", text, "ros1").read(Uint8Array.from(bytes));

  it("a list, a text or an array longer than its message", () => {
    for (const [text, bytes] of [
      ["float64[] a", word(-1)],
      ["uint8[] a", word(-1)],
      ["string a", word(-1)],
      ["string[] a", [...word(3), ...word(0), ...word(0)]],
      ["float64[1000000000] a", word(0)],
      ["Inner[1000000] a\n===\nMSG: p/Inner\nfloat64[1000000] b", word(0)],
    ] as const) {
      expect(() => ros1(text, bytes)).toThrow(
        /does not fit its schema: (a list of \d+ elements needs|it has \d+ bytes, but)/,
      );
    }
  });
  it("four billion elements without bytes", () => {
    expect(ros1("Empty[] a\n===\nMSG: p/Empty\n# nothing", word(-1)).get("a")).toEqual([]);
    expect(ros1("Empty[4000000000] a\n===\nMSG: p/Empty\n", []).get("a")).toEqual([]);
  });
  it("more elements than the definition allows", () => {
    expect(() => readerOf("p/M", "uint8[<=2] a", "ros2").read(Uint8Array.of(0, 1, 0, 0, 3, 0, 0, 0, 1, 2, 3))).toThrow(
      /a list has 3 elements, by its schema at most 2/,
    );
  });
  it("types that hold themselves, or nest too deep", () => {
    expect(() => readerOf("p/M", "M[] a", "ros1")).toThrow(/the type 'p\/M' holds itself/);
    const deep = Array.from({ length: 100 }, (_, i) => `===\nMSG: p/T${i}\nT${i + 1} a`).join("\n");
    expect(() => readerOf("p/M", `T0 a\n${deep}\n===\nMSG: p/T100\nbool b`, "ros1")).toThrow(/deeper than 64/);
  });
});

describe("definitions that are not understood are named with place and reason", () => {
  const reason = (text: string, version: RosVersion = "ros1"): unknown => {
    try {
      readerOf("p/M", text, version);
    } catch (error) {
      if (error instanceof LogError) return error.problem;
    }
    return undefined;
  };
  it("a line that is no field", () => {
    expect(reason("bool a\n\nint32 +x")).toMatchObject({
      code: "bad-schema",
      message: "The schema 'p/M' cannot be understood: line 3 is 'int32 +x', expected a type and a name.",
    });
  });
  it("a type that is not there", () => {
    expect(reason("q/Other a")).toMatchObject({
      message:
        "The schema 'p/M' cannot be understood: the field 'a' of 'p/M' has the type 'q/Other', which it does not hold.",
    });
    // ROS 1 knows no wstring, ROS 2 no bare time.
    expect(reason("wstring a")).toMatchObject({ code: "bad-schema" });
    expect(reason("time a", "ros2")).toMatchObject({ code: "bad-schema" });
  });
});

describe("the wire", () => {
  const read = (bytes: readonly number[], text = "uint8 a\nuint32 b") =>
    readerOf("p/M", text, "ros2").read(Uint8Array.from(bytes));
  it("CDR in either byte order, aligned from behind its header", () => {
    expect([...read([0, 1, 0, 0, 7, 9, 9, 9, 1, 2, 0, 0])]).toEqual([
      ["a", 7],
      ["b", 0x201],
    ]);
    expect([...read([0, 0, 0, 0, 7, 9, 9, 9, 0, 0, 2, 1])]).toEqual([
      ["a", 7],
      ["b", 0x201],
    ]);
  });
  it("other representations are named", () => {
    expect(() => read([0, 3, 0, 0, 7])).toThrow(/its header names the representation 0x0003; read are plain CDR/);
    expect(() => read([0, 1])).toThrow(/it has 2 bytes, a CDR message starts with a header of 4/);
  });
  it("a structure without fields is one byte in ROS 2, none in ROS 1", () => {
    const empty = "p/Empty a\nuint8 b\n===\nMSG: p/Empty\n# nothing";
    expect(read([0, 1, 0, 0, 9, 7], empty).get("b")).toBe(7);
    expect(readerOf("p/M", empty, "ros1").read(Uint8Array.of(7)).get("b")).toBe(7);
  });
  it("ROS 1 bytes behind the last field mean another definition", () => {
    expect(() => readerOf("p/M", "uint8 a", "ros1").read(Uint8Array.of(1, 2))).toThrow(
      /it has 1 bytes more than its schema/,
    );
  });
  it("ROS 2 names with or without /msg/, constants, defaults and bounded texts", () => {
    const text = `string FOO="a # b"\nint32 BAR = -3\nstring<=5 name "x"\nfloat64[<=2] d [1.0, 2.0]\np/msg/In i\r\nIn[] many\n${"=".repeat(80)}\nMSG: p/msg/In\nint16 v 3`;
    const bytes = [0, 1, 0, 0, 2, 0, 0, 0, 97, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 6, 0];
    const fields = read(bytes, text);
    expect(textOf(fields, "name")).toBe("a");
    expect(numbersOf(fields, "d")).toEqual([]);
    expect(messagesOf(fields, "many").map((m) => m.get("v"))).toEqual([6]);
  });
  it("texts are UTF-8", () => {
    const bytes = [...new TextEncoder().encode("né漢🚗")];
    expect(read([0, 1, 0, 0, bytes.length + 1, 0, 0, 0, ...bytes, 0], "string s").get("s")).toBe("né漢🚗");
    const text = readerOf("p/M", "string s", "ros1")
      .read(Uint8Array.of(bytes.length, 0, 0, 0, ...bytes))
      .get("s");
    expect(text).toBe("né漢🚗");
  });
  it("a wstring is not guessed", () => {
    expect(() => read([0, 1, 0, 0, 0, 0, 0, 0], "wstring w")).toThrow(
      /a wstring, which each DDS vendor writes in its own way/,
    );
  });
});
