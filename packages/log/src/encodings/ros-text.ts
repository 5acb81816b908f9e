import type { SchemaRecord } from "../mcap/records.ts";
import { quote } from "../problem.ts";
import {
  badSchema,
  maxDefinitions,
  maxFields,
  plainTypeName,
  type Definition,
  type Definitions,
  type FieldDefinition,
  type FieldType,
  type Multiplicity,
  type Primitive,
} from "./definition.ts";

/** The two dialects differ in the meaning of `byte`, and in how times are called. */
export type RosVersion = "ros1" | "ros2";

const shared = {
  bool: "bool",
  int8: "int8",
  uint8: "uint8",
  int16: "int16",
  uint16: "uint16",
  int32: "int32",
  uint32: "uint32",
  int64: "int64",
  uint64: "uint64",
  float32: "float32",
  float64: "float64",
  string: "string",
  char: "uint8",
} as const;

const primitives: Readonly<Record<RosVersion, Readonly<Record<string, Primitive>>>> = {
  ros1: { ...shared, byte: "int8", time: "time", duration: "duration" },
  // Writers leave these two out of the schema, since every tool knows them.
  ros2: {
    ...shared,
    byte: "uint8",
    wstring: "wstring",
    "builtin_interfaces/Time": "time",
    "builtin_interfaces/Duration": "duration",
  },
};

interface Written {
  readonly typeName: string;
  readonly name: string;
  readonly multiplicity: Multiplicity;
}

const fieldLine =
  /^(?<type>[A-Za-z][\w/]*)(?:<=\d+)?(?:\[(?<bound><=)?(?<count>\d*)\])?\s+(?<name>[A-Za-z_]\w*)\s*(?<rest>.*)$/;

/**
 * The structures of a ros1msg or ros2msg schema (wiki.ros.org/msg, docs.ros.org "About interfaces"; concatenated as
 * MCAP's registry says: each further one after a line of "=" and a line "MSG: name"). Constants and defaults are skipped.
 */
export function parseRosText(schema: SchemaRecord, version: RosVersion): Definitions {
  const fail = (what: string) => badSchema(schema.name, what);
  const root = plainTypeName(schema.name);
  const written = new Map<string, Written[]>();
  let fields: Written[] = [];
  written.set(root, fields);
  let total = 0;
  const lines = new TextDecoder().decode(schema.data).split(/\r?\n/);
  for (const [i, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || /^={3,}$/.test(line)) continue;
    const header = /^MSG:\s*(\S+)$/.exec(line);
    if (header) {
      const name = plainTypeName(header[1]);
      // The same type twice is the same text twice.
      written.set(name, (fields = []));
      if (written.size > maxDefinitions) throw fail(`it holds more than ${maxDefinitions} types`);
      continue;
    }
    const groups = fieldLine.exec(line)?.groups;
    if (!groups) throw fail(`line ${i + 1} is ${quote(line)}, expected a type and a name`);
    if (groups["rest"].startsWith("=")) continue;
    if (++total > maxFields) throw fail(`it holds more than ${maxFields} fields`);
    const { type, name, count, bound } = groups;
    fields.push({ typeName: type, name, multiplicity: multiplicityOf(count, bound) });
  }
  const byName = new Map<string, Definition>();
  for (const [name, list] of written) {
    const resolved = list.map((field): FieldDefinition => {
      const type = typeOf(field.typeName, name, written, version);
      if (type) return { name: field.name, type, multiplicity: field.multiplicity };
      throw fail(
        `the field ${quote(field.name)} of ${quote(name)} has the type ${quote(field.typeName)}, which it does not hold`,
      );
    });
    byName.set(name, { name, fields: resolved });
  }
  return { root, byName };
}

/** Groups of the pattern that did not take part are undefined, whatever their type says. */
function multiplicityOf(count: string | undefined, bound: string | undefined): Multiplicity {
  if (count === undefined) return { kind: "one" };
  if (count === "" || bound !== undefined) return { kind: "list", most: count === "" ? Infinity : Number(count) };
  return { kind: "fixed", count: Number(count) };
}

/** A name without a package is of the package where it is said; `Header` is everybody's. */
function typeOf(
  typeName: string,
  inside: string,
  written: ReadonlyMap<string, unknown>,
  version: RosVersion,
): FieldType | undefined {
  const plain = plainTypeName(typeName);
  const known = primitives[version];
  if (Object.hasOwn(known, plain)) return { primitive: known[plain] };
  const here = `${inside.slice(0, inside.lastIndexOf("/") + 1)}${plain}`;
  if (Object.hasOwn(known, here)) return { primitive: known[here] };
  const name = [plain, here, `std_msgs/${plain}`].find((candidate) => written.has(candidate));
  return name === undefined ? undefined : { struct: name };
}
