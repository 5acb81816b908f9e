import type { Limits } from "../limits.ts";
import { logError, quote } from "../problem.ts";
import { LogError } from "../types.ts";
import { WireReader } from "./wire.ts";

/** A field of a message type, out of the log's own schema. */
export interface FieldType {
  readonly name: string;
  readonly repeated: boolean;
  /** FieldDescriptorProto.Type: 1 double … 18 sint64. */
  readonly type: number;
  /** Name of the message type, for type 11, as it is written in `scope`. */
  readonly typeName: string;
  readonly scope: string;
}

export interface MessageType {
  readonly name: string;
  readonly byNumber: ReadonlyMap<number, FieldType>;
}

const maxTypes = 10_000;
/** Over all types of a schema. */
const maxFields = 200_000;

/**
 * The message types of a serialized google.protobuf.FileDescriptorSet, by full name. A field scan of descriptor.proto
 * (whose own numbers never change) instead of protobufjs: its decoders are generated with `Function`, which a page
 * with a content security policy refuses, and its reflection is ten times this file.
 */
export function parseDescriptorSet(bytes: Uint8Array, limits: Limits): ReadonlyMap<string, MessageType> {
  const types = new Map<string, MessageType>();
  const budget = { fields: maxFields };
  try {
    each(bytes, (number, reader) => {
      if (number !== 1) return false;
      parseFile(reader.part(), types, limits, budget);
      return true;
    });
  } catch (error) {
    if (error instanceof LogError && error.problem.code === "bad-message") {
      throw logError("bad-schema", `The schema is no FileDescriptorSet: ${error.problem.message}`);
    }
    throw error;
  }
  return types;
}

/** Calls `take` at each field; what it does not read (returns false) is skipped. */
function each(bytes: Uint8Array, take: (number: number, reader: WireReader) => boolean): void {
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const tag = reader.uint32();
    const wireType = tag & 7;
    if (!take(tag >>> 3, reader)) reader.skip(wireType);
  }
}

function parseFile(bytes: Uint8Array, types: Map<string, MessageType>, limits: Limits, budget: FieldBudget): void {
  let scope = "";
  const messages: Uint8Array[] = [];
  each(bytes, (number, reader) => {
    if (number === 2) scope = `.${reader.text()}`;
    else if (number === 4) messages.push(reader.part());
    else return false;
    return true;
  });
  for (const message of messages) parseType(message, scope, { types, limits, depth: 0, budget });
}

/** What is left of the limit, for the whole schema. */
interface FieldBudget {
  fields: number;
}

interface Into {
  readonly budget: FieldBudget;
  readonly types: Map<string, MessageType>;
  readonly limits: Limits;
  readonly depth: number;
}

function parseType(bytes: Uint8Array, scope: string, into: Into): void {
  const { types, limits, depth } = into;
  if (depth > limits.maxDepth || types.size >= maxTypes) {
    throw logError(
      "bad-schema",
      `The schema has more than ${maxTypes} types, or nests deeper than ${limits.maxDepth}.`,
    );
  }
  let name = "";
  const nested: Uint8Array[] = [];
  const fields: Uint8Array[] = [];
  each(bytes, (number, reader) => {
    if (number === 1) name = reader.text();
    else if (number === 2) fields.push(reader.part());
    else if (number === 3) nested.push(reader.part());
    else return false;
    return true;
  });
  into.budget.fields -= fields.length;
  if (into.budget.fields < 0) throw logError("bad-schema", `The schema has more than ${maxFields} fields.`);
  const fullName = `${scope}.${name}`;
  types.set(fullName, { name: fullName, byNumber: new Map(fields.map((field) => parseField(field, fullName))) });
  for (const type of nested) parseType(type, fullName, { ...into, depth: depth + 1 });
}

function parseField(bytes: Uint8Array, scope: string): readonly [number: number, field: FieldType] {
  const field = { name: "", repeated: false, type: 0, typeName: "", scope };
  let fieldNumber = 0;
  each(bytes, (number, reader) => {
    if (number === 1) field.name = reader.text();
    else if (number === 3) fieldNumber = reader.int32();
    else if (number === 4) field.repeated = reader.int32() === 3;
    else if (number === 5) field.type = reader.int32();
    else if (number === 6) field.typeName = reader.text();
    else return false;
    return true;
  });
  return [fieldNumber, field];
}

/**
 * The type of that name. Names with a leading dot are full; others (protobufjs writes them) are looked for in the scope
 * where they are said, then outwards, as descriptor.proto says.
 */
export function typeNamed(types: ReadonlyMap<string, MessageType>, name: string, scope: string): MessageType {
  if (name.startsWith(".")) {
    const type = types.get(name);
    if (type) return type;
  } else {
    for (let from = scope; ; from = from.slice(0, from.lastIndexOf("."))) {
      const type = types.get(`${from}.${name}`);
      if (type) return type;
      if (!from.includes(".")) break;
    }
  }
  throw logError("bad-schema", `The schema names the type ${quote(name)}, but does not hold it.`, {
    hint: "A protobuf schema must hold all types that it refers to.",
  });
}
