import type { Encoding } from "./encoding.ts";
import { json } from "./json.ts";
import { protobuf } from "./protobuf.ts";
import { ros1, ros2Idl, ros2Message } from "./ros.ts";

/** Every wire encoding that can be read. A new one is a file here and a line in this list. */
export const encodings: readonly Encoding[] = [protobuf, ros1, ros2Message, ros2Idl, json];
