import type { Limits } from "../limits.ts";
import type { SchemaRecord } from "../mcap/records.ts";

/**
 * A decoded message: field names as in the schema. A field that is absent from the bytes is absent here (protobuf's
 * default); use the accessors of fields.ts. Byte arrays are borrowed from the message (JSON: base64 text).
 */
export type Fields = ReadonlyMap<string, Value>;
export type Value = number | bigint | string | boolean | Uint8Array | Fields | readonly Value[];

/** Reads the messages of one schema. */
export interface MessageReader {
  /** Top-level field names of the schema; undefined: it does not say. */
  readonly fieldNames: ReadonlySet<string> | undefined;
  /** Throws a LogError where the bytes do not fit the schema. */
  read(bytes: Uint8Array): Fields;
}

/** A wire encoding of messages, with the way its schemas are written. */
export interface Encoding {
  readonly messageEncoding: string;
  readonly schemaEncoding: string;
  /** Throws a LogError `bad-schema`. */
  compile(schema: SchemaRecord, limits: Limits): MessageReader;
}
