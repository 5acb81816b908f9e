import type { GapList } from "../gaps.ts";
import type { Contents } from "./contents.ts";
import type { MessageIndex } from "./message-index.ts";
import type { MessageRecord } from "./records.ts";

/** Where one message is. */
export interface MessagePlace {
  /** Position in `Contents.chunks`. */
  readonly chunk: number;
  /** Of the message record in the decompressed chunk. */
  readonly offset: number;
  readonly channelId: number;
  readonly logTime: bigint;
}

/** The messages of a log by place, out of one file or several. */
export interface LogFile {
  /** May change while indexes are read: damaged ones are replaced by those of a scan. */
  readonly contents: Contents;
  /** What cannot be read, as far as it is known: chunks are found damaged when they are asked for. */
  readonly gaps: GapList;
  /** Where the messages of these channels are, one index for each group. */
  indexes(groups: readonly (readonly number[])[], signal?: AbortSignal): Promise<MessageIndex[]>;
  /** One message, borrowed from its chunk. */
  message(index: MessageIndex, at: number, signal?: AbortSignal): Promise<MessageRecord>;
  /** Lets go of what is kept in memory. */
  forget(): void;
}
