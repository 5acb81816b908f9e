import type { Limits } from "../limits.ts";
import { quote } from "../problem.ts";
import { badSchema, type Definition, type Definitions, type FieldDefinition, type Primitive } from "./definition.ts";
import type { Fields, Value } from "./encoding.ts";
import type { RosCursor } from "./ros-cursor.ts";
import { badMessage } from "./wire.ts";

/** Reads one thing at the cursor. `minBytes`: it never takes fewer, padding aside. */
interface Part<T extends Value = Value> {
  readonly minBytes: number;
  readonly read: (cursor: RosCursor) => T;
}

/** What is in a structure without fields: nothing (ROS 1), or the byte that IDL asks for (ROS 2). */
export type EmptyStruct = "nothing" | "one-byte";

/**
 * A reader of the schema's root structure, built of closures: no code is generated, so that it runs under a content
 * security policy. Lists are compared with the bytes that are left before anything is made for them.
 */
export function structReader(
  { root, byName }: Definitions,
  empty: EmptyStruct,
  limits: Limits,
): (cursor: RosCursor) => Fields {
  const done = new Map<string, Part<Fields>>();
  let valuesLeft = 0;
  // Structures of nothing can hold each other a hundred times, ten levels deep: no byte of the message is read for them.
  const spend = (values: number): void => {
    valuesLeft -= values;
    if (valuesLeft < 0) throw badMessage(`it has more than ${limits.maxValues} values`);
  };
  const open = new Set<string>();

  function struct(name: string): Part<Fields> {
    const known = done.get(name);
    if (known) return known;
    const definition = byName.get(name);
    if (!definition) throw badSchema(root, `it names the type ${quote(name)}, but does not hold it`);
    if (open.has(name)) throw badSchema(root, `the type ${quote(name)} holds itself`);
    if (open.size >= limits.maxDepth) throw badSchema(root, `it nests deeper than ${limits.maxDepth} types`);
    open.add(name);
    const part = structOf(definition);
    open.delete(name);
    done.set(name, part);
    return part;
  }

  function structOf({ fields }: Definition): Part<Fields> {
    if (fields.length === 0 && empty === "one-byte") {
      return { minBytes: 1, read: (cursor) => (cursor.uint8(), new Map()) };
    }
    const parts = fields.map((field) => ({ name: field.name, ...fieldPart(field) }));
    return {
      minBytes: parts.reduce((sum, { minBytes }) => sum + minBytes, 0),
      read(cursor) {
        spend(1);
        const values = new Map<string, Value>();
        for (const { name, read } of parts) values.set(name, read(cursor));
        return values;
      },
    };
  }

  function fieldPart({ type, multiplicity }: FieldDefinition): Part {
    const isBytes = "primitive" in type && type.primitive === "uint8";
    const one: Part = "primitive" in type ? primitiveParts[type.primitive] : struct(type.struct);
    switch (multiplicity.kind) {
      case "one":
        return one;
      case "fixed": {
        const { count } = multiplicity;
        if (isBytes) return { minBytes: count, read: (cursor) => cursor.bytes(count) };
        return {
          minBytes: count * one.minBytes,
          read(cursor) {
            cursor.mayHold(count, one.minBytes);
            spend(one.minBytes === 0 ? 0 : count);
            return many(cursor, count, one);
          },
        };
      }
      case "list": {
        const { most } = multiplicity;
        if (isBytes) return { minBytes: 4, read: (cursor) => cursor.bytes(cursor.count(most, 1)) };
        return {
          minBytes: 4,
          read(cursor) {
            const count = cursor.count(most, one.minBytes);
            spend(one.minBytes === 0 ? 0 : count);
            return many(cursor, count, one);
          },
        };
      }
    }
  }

  const { read } = struct(root);
  return (cursor) => {
    valuesLeft = limits.maxValues;
    return read(cursor);
  };
}

function many(cursor: RosCursor, count: number, { minBytes, read }: Part): readonly Value[] {
  const values: Value[] = [];
  // Elements without bytes say nothing, and four bytes could ask for four billion of them.
  if (minBytes === 0) return values;
  for (let i = 0; i < count; i++) values.push(read(cursor));
  return values;
}

const time = (cursor: RosCursor, seconds: number): Fields =>
  new Map([
    ["sec", seconds],
    ["nsec", cursor.uint32()],
  ]);

const primitiveParts: Readonly<Record<Primitive, Part>> = {
  bool: { minBytes: 1, read: (c) => c.bool() },
  int8: { minBytes: 1, read: (c) => c.int8() },
  uint8: { minBytes: 1, read: (c) => c.uint8() },
  int16: { minBytes: 2, read: (c) => c.int16() },
  uint16: { minBytes: 2, read: (c) => c.uint16() },
  int32: { minBytes: 4, read: (c) => c.int32() },
  uint32: { minBytes: 4, read: (c) => c.uint32() },
  int64: { minBytes: 8, read: (c) => c.int64() },
  uint64: { minBytes: 8, read: (c) => c.uint64() },
  float32: { minBytes: 4, read: (c) => c.float32() },
  float64: { minBytes: 8, read: (c) => c.float64() },
  string: { minBytes: 4, read: (c) => c.text() },
  wstring: {
    minBytes: 4,
    read() {
      throw badMessage("it holds a wstring, which each DDS vendor writes in its own way");
    },
  },
  // ROS 1's seconds are unsigned, ROS 2's signed; before 2038 it is all one.
  time: { minBytes: 8, read: (c) => time(c, c.uint32()) },
  duration: { minBytes: 8, read: (c) => time(c, c.int32()) },
};
