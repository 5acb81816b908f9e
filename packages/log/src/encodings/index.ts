import type { Encoding } from "./encoding.ts";
import { protobuf } from "./protobuf.ts";

/** Every wire encoding that can be read. A new one is a file here and a line in this list. */
export const encodings: readonly Encoding[] = [protobuf];
