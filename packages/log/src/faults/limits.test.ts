import { describe, expect, it } from "vitest";
import { defaultLimits, maxTextBytes, type Limits } from "../limits.ts";
import { LogError } from "../types.ts";
import { allocations } from "../../test-support/fuzz/trial.ts";
import { encode } from "../../test-support/foxglove.ts";
import { readerOf } from "../../test-support/ros.ts";
import { descriptorSet } from "../../test-support/foxglove.ts";
import { protobuf } from "../encodings/protobuf.ts";
import { Cursor } from "../mcap/records.ts";
import { ProblemList } from "../problem.ts";
import { TransformTree } from "../transform-tree.ts";
import { timestampNs } from "@sweepmark/geometry";

const utf8 = new TextEncoder();
const few: Limits = { ...defaultLimits, maxValues: 1000 };
const schema = (name: string, data: Uint8Array, encoding: string) => ({ id: 1, name, encoding, data });

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(LogError);
    return (error as LogError).problem.message;
  }
  return "nothing was thrown";
}

describe("rule 3: what a message may ask for", () => {
  it("structures of nothing that hold each other a hundred times, level by level (ROS 1)", () => {
    // 100 ^ 8 structures out of no bytes.
    const level = (i: number) =>
      `MSG: a/L${i}\n${Array.from({ length: 100 }, (_, f) => (i === 8 ? "" : `a/L${i + 1} f${f}`)).join("\n")}`;
    const text = `a/L1 top\n${Array.from({ length: 8 }, (_, i) => `===\n${level(i + 1)}`).join("\n")}`;
    const reader = readerOf("a/Root", text, "ros1", few);
    expect(messageOf(() => reader.read(new Uint8Array(0)))).toBe(
      "A message does not fit its schema: it has more than 1000 values.",
    );
  });

  it("more elements and structures than the limit, in every encoding", () => {
    const more = "A message does not fit its schema: it has more than 1000 values.";
    const bytes = new Uint8Array(4 + 4 * 1001);
    new DataView(bytes.buffer).setUint32(0, 1001, true);
    expect(messageOf(() => readerOf("a/List", "float32[] of", "ros1", few).read(bytes))).toBe(more);
    expect(messageOf(() => readerOf("a/List", "string[] of", "ros1", few).read(bytes))).toBe(more);
    const json = utf8.encode(`{"a":[${"[],".repeat(1001)}0]}`);
    expect(messageOf(() => readerOf("a", "{}", "json", few).read(json))).toBe(more);
    const proto = (type: string, limits: Limits) =>
      protobuf.compile(schema(`foxglove.${type}`, descriptorSet, "protobuf"), limits);
    const packed = encode("CameraCalibration", { D: Array(1001).fill(1) });
    expect(messageOf(() => proto("CameraCalibration", few).read(packed))).toBe(more);
    const many = encode("FrameTransforms", { transforms: Array(1001).fill({}) });
    expect(messageOf(() => proto("FrameTransforms", few).read(many))).toBe(more);
    expect(proto("FrameTransforms", defaultLimits).read(many).get("transforms")).toHaveLength(1001);
  });

  it("a text longer than a text may be, before a string is made of it", () => {
    const bytes = new Uint8Array(maxTextBytes + 100);
    new DataView(bytes.buffer).setUint32(0, maxTextBytes + 1, true);
    const said = `it has a text of ${maxTextBytes + 1} bytes; the limit is ${maxTextBytes}`;
    const ros = readerOf("a/Text", "string of\nuint8[95] rest", "ros1");
    expect(messageOf(() => ros.read(bytes))).toContain(said);
    expect(messageOf(() => new Cursor(bytes, 7n).text())).toBe(
      `The text at byte 11 declares ${maxTextBytes + 1} bytes; the limit is ${maxTextBytes}.`,
    );
  });
});

describe("rule 3: what a schema may ask for", () => {
  it("IDL: sequences in sequences, braces in braces, comments and texts without an end", () => {
    const cannot = (text: string): string => messageOf(() => readerOf("a/B", text, "idl"));
    expect(cannot(`struct B { ${"sequence<".repeat(100_000)}`)).toMatch(/its sequences nest deeper than 16/);
    expect(cannot(`union U switch(long) ${"{".repeat(100_000)}`)).toMatch(/its braces nest deeper than 16/);
    for (const text of ["/*".repeat(500_000), '"\\'.repeat(500_000), "'\\".repeat(500_000)]) {
      expect(cannot(text)).toMatch(/^The schema 'a\/B' cannot be understood: /);
    }
    expect(cannot(" ".repeat(1024 * 1024 + 1))).toMatch(/it has 1048577 bytes of IDL; the limit is 1048576/);
  });

  it("protobuf: more fields than any message has", () => {
    // FileDescriptorSet { file { message_type { field {}, field {} … } } }
    const lengthOf = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...lengthOf(n >>> 7)]);
    const part = (number: number, content: Uint8Array): Uint8Array =>
      new Uint8Array(Buffer.concat([Uint8Array.from([(number << 3) | 2, ...lengthOf(content.length)]), content]));
    const fields = new Uint8Array(Buffer.alloc(2 * 200_001, Uint8Array.of(0x12, 0)));
    const set = part(1, part(4, fields));
    expect(messageOf(() => protobuf.compile(schema("a.B", set, "protobuf"), defaultLimits))).toMatch(
      /The schema has more than 200000 fields/,
    );
  });
});

it("a thousand damaged chunks are two hundred problems and one that says so", () => {
  const problems = new ProblemList();
  for (let i = 0; i < 1000; i++)
    problems.add({ severity: "error", code: "damaged-chunk", message: "x.", offset: BigInt(i) });
  problems.add({ severity: "error", code: "no-lidar", message: "y." });
  expect(problems.count).toBe(202);
  expect(problems.all()[200].message).toBe(
    "There are more than 200 problems of the kind 'damaged-chunk'; the first of them are listed.",
  );
});

it("a chain of 20 000 spaces is looked through in no time, and its circle is named in a few words", () => {
  const problems = new ProblemList();
  const tree = new TransformTree(problems);
  const at = timestampNs(0n);
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    const step = { at, parent: `s${i + 1}`, child: `s${i}`, translation: [1, 0, 0], rotation: [0, 0, 0, 1] } as const;
    tree.add(step, at, "constant", "/tf");
  }
  expect(tree.lookup(`s${count}`, "s0", at)?.pose.translation[0]).toBe(count);
  expect(tree.lookup("elsewhere", "s0", at)).toBeUndefined();
  const back = { at, parent: "s0", child: `s${count}`, translation: [0, 0, 0], rotation: [0, 0, 0, 1] } as const;
  tree.add(back, at, "constant", "/tf");
  tree.pathUp("s0");
  expect(problems.all()[0].message).toBe(
    "The transforms go round in a circle: 's0' → 's1' → 's2' → 's3' → 's4' → 's5' → 's6' → 's7' → 's8' → 's9' → 's10' → … → 's0'.",
  );
});

it("the watch on arrays sees those that are made by a number", async () => {
  await expect(allocations.watched(() => Promise.resolve(new Float32Array(100)), 100)).rejects.toThrow(
    "Float32Array of 100 elements; the limit is 100 bytes",
  );
  expect(await allocations.watched(() => Promise.resolve(new Uint8Array(100).length), 100)).toBe(100);
});
