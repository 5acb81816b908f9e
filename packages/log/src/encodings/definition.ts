import { logError, quote } from "../problem.ts";

/** What a field's bytes are, below structures. `time` and `duration`: seconds, then nanoseconds, 32 bits each. */
export type Primitive =
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64"
  | "string"
  | "wstring"
  | "time"
  | "duration";

export type FieldType = { readonly primitive: Primitive } | { readonly struct: string };

/** One: a single value. Fixed: so many, without a prefix. List: the bytes say how many, `most` at most. */
export type Multiplicity =
  | { readonly kind: "one" }
  | { readonly kind: "fixed"; readonly count: number }
  | { readonly kind: "list"; readonly most: number };

export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly multiplicity: Multiplicity;
}

/** A structure of a log's own schema, whichever language it was written in. */
export interface Definition {
  readonly name: string;
  readonly fields: readonly FieldDefinition[];
}

/** All the structures of a schema, by full name ("sensor_msgs/PointCloud2": without ROS 2's "/msg/"). */
export interface Definitions {
  readonly root: string;
  readonly byName: ReadonlyMap<string, Definition>;
}

export const maxDefinitions = 10_000;
/** Over all structures: a schema of 16 MiB could name a million. */
export const maxFields = 200_000;

/** "sensor_msgs/msg/PointCloud2" (ROS 2), "sensor_msgs::msg::PointCloud2" (IDL) → "sensor_msgs/PointCloud2". */
export const plainTypeName = (name: string): string =>
  name.replaceAll("::", "/").replace(/^\//, "").replace("/msg/", "/");

export const badSchema = (schema: string, what: string) =>
  logError("bad-schema", `The schema ${quote(schema)} cannot be understood: ${what}.`, {
    hint: "The topic is left out.",
    params: { schema },
  });
