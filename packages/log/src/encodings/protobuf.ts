import type { Limits } from "../limits.ts";
import { LogError } from "../types.ts";
import { logError, quote } from "../problem.ts";
import { parseDescriptorSet, typeNamed, type FieldType, type MessageType } from "./descriptor.ts";
import type { Encoding, Fields, Value } from "./encoding.ts";
import { badMessage, WireReader } from "./wire.ts";

/** Protobuf messages, read by the FileDescriptorSet that the log carries: field numbers are the log's, not ours. */
export const protobuf: Encoding = {
  messageEncoding: "protobuf",
  schemaEncoding: "protobuf",
  compile(schema, limits) {
    try {
      const types = parseDescriptorSet(schema.data, limits);
      const type = typeNamed(types, schema.name, "");
      const fieldNames = new Set([...type.byNumber.values()].map(({ name }) => name));
      return {
        fieldNames,
        read: (bytes) => readMessage(bytes, type, { types, limits, depth: 0, budget: { values: limits.maxValues } }),
      };
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      throw logError("bad-schema", `The schema ${quote(schema.name)} cannot be understood: ${error.problem.message}`, {
        hint: "The topic is left out.",
        params: { schema: schema.name },
      });
    }
  },
};

interface Context {
  readonly types: ReadonlyMap<string, MessageType>;
  readonly limits: Limits;
  readonly depth: number;
  /** What is left of the limit, for the whole message. */
  readonly budget: { values: number };
}

function spend({ budget, limits }: Context): void {
  if (--budget.values < 0) throw badMessage(`it has more than ${limits.maxValues} values`);
}

function readMessage(bytes: Uint8Array, type: MessageType, context: Context): Fields {
  if (context.depth > context.limits.maxDepth) {
    throw badMessage(`it nests deeper than ${context.limits.maxDepth} messages`);
  }
  spend(context);
  const reader = new WireReader(bytes);
  const fields = new Map<string, Value>();
  while (!reader.done) {
    const tag = reader.uint32();
    const wireType = tag & 7;
    const field = type.byNumber.get(tag >>> 3);
    if (!field) {
      reader.skip(wireType);
      continue;
    }
    const scalar = scalars.get(field.type);
    if (!field.repeated) {
      fields.set(field.name, readOne(reader, wireType, field, context));
      continue;
    }
    let values = fields.get(field.name) as Value[] | undefined;
    if (!values) fields.set(field.name, (values = []));
    if (scalar && wireType === 2) {
      const packed = new WireReader(reader.part());
      while (!packed.done) {
        spend(context);
        values.push(scalar.read(packed));
      }
    } else {
      spend(context);
      values.push(readOne(reader, wireType, field, context));
    }
  }
  return fields;
}

function readOne(reader: WireReader, wireType: number, field: FieldType, context: Context): Value {
  const scalar = scalars.get(field.type);
  const expected = scalar?.wireType ?? 2;
  if (wireType !== expected) {
    throw badMessage(`field ${quote(field.name)} has wire type ${wireType}, by its schema it is ${expected}`);
  }
  if (scalar) return scalar.read(reader);
  if (field.type === 9) return reader.text();
  if (field.type === 12) return reader.part();
  if (field.type !== 11) throw badMessage(`field ${quote(field.name)} has type ${field.type}, which cannot be read`);
  const type = typeNamed(context.types, field.typeName, field.scope);
  return readMessage(reader.part(), type, { ...context, depth: context.depth + 1 });
}

interface Scalar {
  readonly wireType: number;
  readonly read: (reader: WireReader) => number | bigint | boolean;
}

/** By FieldDescriptorProto.Type; string (9), group (10), message (11) and bytes (12) are not scalars. */
const scalars: ReadonlyMap<number, Scalar> = new Map([
  [1, { wireType: 1, read: (r) => r.double() }],
  [2, { wireType: 5, read: (r) => r.float() }],
  [3, { wireType: 0, read: (r) => r.int64() }],
  [4, { wireType: 0, read: (r) => r.uint64() }],
  [5, { wireType: 0, read: (r) => r.int32() }],
  [6, { wireType: 1, read: (r) => r.fixed64() }],
  [7, { wireType: 5, read: (r) => r.fixed32() }],
  [8, { wireType: 0, read: (r) => r.bool() }],
  [13, { wireType: 0, read: (r) => r.uint32() }],
  [14, { wireType: 0, read: (r) => r.int32() }],
  [15, { wireType: 5, read: (r) => r.sfixed32() }],
  [16, { wireType: 1, read: (r) => r.sfixed64() }],
  [17, { wireType: 0, read: (r) => r.sint32() }],
  [18, { wireType: 0, read: (r) => r.sint64() }],
] as const satisfies readonly (readonly [number, Scalar])[]);
