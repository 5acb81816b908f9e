import { badMessage } from "./wire.ts";
import { plainTypeName, type Definitions } from "./definition.ts";
import type { Encoding, MessageReader } from "./encoding.ts";
import { cdrLayout, ros1Layout, RosCursor } from "./ros-cursor.ts";
import { parseIdl } from "./ros-idl.ts";
import { structReader, type EmptyStruct } from "./ros-reader.ts";
import { parseRosText } from "./ros-text.ts";
import type { Limits } from "../limits.ts";

/** Messages of ROS 1, by the .msg definitions that the log carries. */
export const ros1: Encoding = {
  messageEncoding: "ros1",
  schemaEncoding: "ros1msg",
  compile(schema, limits) {
    const definitions = parseRosText(schema, "ros1");
    const read = structReader(definitions, "nothing", limits);
    return {
      fieldNames: fieldNames(definitions),
      read(bytes) {
        const cursor = new RosCursor(bytes, ros1Layout);
        const fields = read(cursor);
        // ROS 1 has no padding: what is left over means that the definition is not that of the bytes.
        if (cursor.left > 0) throw badMessage(`it has ${cursor.left} bytes more than its schema`);
        return fields;
      },
    };
  },
};

/** Messages of ROS 2, by .msg definitions. */
export const ros2Message: Encoding = {
  messageEncoding: "cdr",
  schemaEncoding: "ros2msg",
  compile: (schema, limits) => cdrReader(parseRosText(schema, "ros2"), "one-byte", limits),
};

/** Messages of ROS 2, by IDL definitions. */
export const ros2Idl: Encoding = {
  messageEncoding: "cdr",
  schemaEncoding: "ros2idl",
  compile: (schema, limits) => cdrReader(parseIdl(schema), "nothing", limits),
};

function cdrReader(definitions: Definitions, empty: EmptyStruct, limits: Limits): MessageReader {
  const read = structReader(definitions, empty, limits);
  return {
    fieldNames: fieldNames(definitions),
    read: (bytes) => read(new RosCursor(bytes, cdrLayout(bytes))),
  };
}

const fieldNames = ({ root, byName }: Definitions): ReadonlySet<string> =>
  new Set(byName.get(plainTypeName(root))?.fields.map(({ name }) => name));
