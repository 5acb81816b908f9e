import { crc32 } from "@foxglove/crc";
import { defaultLimits, type Limits } from "../src/limits.ts";
import { MessageFile } from "../src/mcap/message-file.ts";
import { ProblemList } from "../src/problem.ts";
import { bytesSource } from "../src/sources/bytes.ts";
import { checkedSource } from "../src/sources/checked.ts";
import { LogError, type Gap, type Problem } from "../src/types.ts";

/** "topic time length:checksum": short enough to be printed by the thousand. */
export const line = (topic: string | undefined, logTime: bigint, data: Uint8Array): string =>
  `${topic} ${logTime} ${data.length}:${crc32(data)}`;

export interface Read {
  /** As {@link line} in order. */
  readonly messages: readonly string[];
  readonly problems: readonly Problem[];
  readonly gaps: readonly Gap[];
}

/** Every message of a file that can be read. */
export async function readAll(bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<Read> {
  const problems = new ProblemList();
  const source = await checkedSource(bytesSource(bytes, "test.mcap"));
  const file = await MessageFile.open(source, { limits: { ...defaultLimits, ...limits }, problems });
  const ids = [...file.contents.channels.keys()];
  const [index] = await file.indexes([ids]);
  const messages: string[] = [];
  for (let i = 0; i < index.count; i++) {
    try {
      const { channelId, logTime, data } = await file.message(index, i);
      messages.push(line(file.contents.channels.get(channelId)?.topic, logTime, data));
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      problems.add(error.problem);
    }
  }
  return { messages, problems: problems.all(), gaps: file.gaps.all() };
}
