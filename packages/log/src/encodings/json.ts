import type { Limits } from "../limits.ts";
import { badSchema } from "./definition.ts";
import type { Encoding, Fields, Value } from "./encoding.ts";
import { badMessage } from "./wire.ts";

/**
 * JSON messages. The values say themselves what they are; the schema only which fields there are. Bytes are base64
 * texts until somebody asks for them (fields.ts), times are { sec, nsec }.
 */
export const json: Encoding = {
  messageEncoding: "json",
  schemaEncoding: "jsonschema",
  compile(schema, limits) {
    return {
      fieldNames: propertiesOf(schema.name, new TextDecoder().decode(schema.data)),
      read: (bytes) => readMessage(bytes, limits),
    };
  },
};

/** undefined: the schema does not say. */
function propertiesOf(name: string, text: string): ReadonlySet<string> | undefined {
  if (text.trim() === "") return undefined;
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw badSchema(name, `it is no JSON (${error.message})`);
    throw error;
  }
  if (typeof schema !== "object" || schema === null) throw badSchema(name, "it is no JSON object");
  const properties = "properties" in schema ? schema.properties : undefined;
  return typeof properties === "object" && properties !== null ? new Set(Object.keys(properties)) : undefined;
}

function readMessage(bytes: Uint8Array, limits: Limits): Fields {
  // A text twice as long as a string may be would be a RangeError; and no picture is that large.
  if (bytes.length > limits.maxJsonBytes) {
    throw badMessage(`it has ${bytes.length} bytes of JSON; the limit is ${limits.maxJsonBytes}`);
  }
  // A value takes two bytes of the text at least: only a long one can have too many, and is looked through before.
  if (bytes.length > 2 * limits.maxValues && separatorsIn(bytes) > limits.maxValues) {
    throw badMessage(`it has more than ${limits.maxValues} values`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) throw badMessage(`it is no JSON (${error.message})`);
    throw error;
  }
  const value = valueOf(parsed, limits.maxDepth);
  if (value instanceof Map) return value as Fields;
  throw badMessage("it is no JSON object");
}

/** Commas, braces and brackets: as many as values, but for those inside texts. Base64 has none. */
function separatorsIn(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count++;
  return count;
}

function valueOf(parsed: unknown, depthLeft: number): Value | undefined {
  if (typeof parsed === "number" || typeof parsed === "string" || typeof parsed === "boolean") return parsed;
  if (typeof parsed !== "object" || parsed === null) return undefined;
  if (depthLeft === 0) throw badMessage("it nests too deep");
  if (Array.isArray(parsed)) {
    // JSON has no NaN: writers put null in its place, and the others must keep theirs.
    return parsed.map((element) => valueOf(element, depthLeft - 1) ?? NaN);
  }
  const fields = new Map<string, Value>();
  for (const [name, element] of Object.entries(parsed)) {
    const value = valueOf(element, depthLeft - 1);
    if (value !== undefined) fields.set(name, value);
  }
  return fields;
}
