import { parse } from "@foxglove/rosmsg";
import { MessageWriter as Ros1Writer } from "@foxglove/rosmsg-serialization";
import { MessageWriter as Ros2Writer } from "@foxglove/rosmsg2-serialization";
import type { MessageReader } from "../src/encodings/encoding.ts";
import { encodings } from "../src/encodings/index.ts";
import { defaultLimits, type Limits } from "../src/limits.ts";
import { rosDefinition } from "./ros-definitions.ts";
import type { TestMessage } from "./write-log.ts";

export type RosVersion = "ros1" | "ros2";

const utf8 = new TextEncoder();

/** A message by Foxglove's ROS libraries: an oracle apart from our own reader. */
export function writeRos(text: string, version: RosVersion, value: unknown): Uint8Array {
  const definitions = parse(text, { ros2: version === "ros2" });
  const writer = version === "ros1" ? new Ros1Writer(definitions) : new Ros2Writer(definitions);
  return writer.writeMessage(value).slice();
}

export const schemaOf = (name: string, text: string, version: RosVersion | "idl" | "json") => ({
  id: 1,
  name,
  encoding: { ros1: "ros1msg", ros2: "ros2msg", idl: "ros2idl", json: "jsonschema" }[version],
  data: utf8.encode(text),
});

/** Our own reader of a schema. */
export function readerOf(
  name: string,
  text: string,
  version: RosVersion | "idl" | "json",
  limits: Limits = defaultLimits,
): MessageReader {
  const schema = schemaOf(name, text, version);
  const encoding = encodings.find(({ schemaEncoding }) => schemaEncoding === schema.encoding);
  if (!encoding) throw new Error(`no encoding for ${version}`);
  return encoding.compile(schema, limits);
}

export const rosStamp = (ns: bigint) => ({
  sec: Number(ns / 1_000_000_000n),
  nsec: Number(ns % 1_000_000_000n),
  nanosec: Number(ns % 1_000_000_000n),
});

export const header = (at: bigint, frameId: string) => ({ seq: 0, stamp: rosStamp(at), frame_id: frameId });

/** A message of a published type for a log, named and encoded as that version of ROS does. */
export function rosMessage(
  version: RosVersion,
  topic: string,
  type: string,
  logTime: bigint,
  value: unknown,
): TestMessage {
  const text = rosDefinition(type, version);
  return {
    topic,
    schema: version === "ros1" ? type : type.replace("/", "/msg/"),
    schemaEncoding: version === "ros1" ? "ros1msg" : "ros2msg",
    schemaData: utf8.encode(text),
    encoding: version === "ros1" ? "ros1" : "cdr",
    logTime,
    data: writeRos(text, version, value),
  };
}
