import { timestampNs } from "@sweepmark/geometry";
import type { Limits } from "../limits.ts";
import { logError, quote, type ProblemList } from "../problem.ts";
import type { Gap, Problem } from "../types.ts";
import type { IndexBuilder } from "./message-index.ts";
import type { ChannelRecord, SchemaRecord } from "./records.ts";

/** A piece of the file that holds messages: a chunk, or a run of messages outside chunks. */
export interface ChunkInfo {
  readonly kind: "chunk" | "loose";
  /** Where the record (loose: the first message record) starts in the file. */
  readonly offset: bigint;
  /** To read from `offset`, record head included. */
  readonly bytes: number;
  readonly compression: string;
  readonly compressedBytes: bigint;
  readonly uncompressedBytes: bigint;
  /** Undefined after a forward scan, which has read the messages themselves. */
  readonly messageIndex: { readonly offset: bigint; readonly bytes: number } | undefined;
  readonly channelIds: ReadonlySet<number>;
  /** Log times of its first and last message, as it says itself or as they were found. */
  readonly startTime: bigint;
  readonly endTime: bigint;
  /** Name of the file that `offset` is in, where a log has several. */
  readonly file?: string;
}

/** What an MCAP file says about itself, by its summary or by a scan. */
export interface Contents {
  readonly library: string;
  readonly schemas: ReadonlyMap<number, SchemaRecord>;
  readonly channels: ReadonlyMap<number, ChannelRecord>;
  readonly chunks: readonly ChunkInfo[];
  readonly messageCounts: ReadonlyMap<number, number>;
  /** Log times of the first and last message; 0 where there is none. */
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly digest: string;
  /** Stretches that a scan had to pass over. */
  readonly gaps: readonly Gap[];
  /** All messages, where a scan has found them. */
  readonly scanned: IndexBuilder | undefined;
}

/** Problems that mean a chunk's messages are lost; others (a read that failed, an abort) may pass. */
export const damageCodes: readonly string[] = ["damaged-chunk", "damaged", "chunk-too-large", "unknown-compression"];

/** A chunk that cannot be read, by the times that it says itself. */
export const gapOf = ({ offset, bytes, startTime, endTime }: ChunkInfo, reason: Problem): Gap => ({
  from: timestampNs(startTime),
  to: timestampNs(endTime),
  offset,
  endOffset: offset + BigInt(bytes),
  reason,
});

/** Schemas and channels as they are met, within the limits; a second one under the same id must say the same. */
export class Registry {
  readonly schemas = new Map<number, SchemaRecord>();
  readonly channels = new Map<number, ChannelRecord>();
  readonly #limits: Limits;
  readonly #problems: ProblemList;
  #schemaBytes = 0;

  constructor(limits: Limits, problems: ProblemList) {
    this.#limits = limits;
    this.#problems = problems;
  }

  addSchema(schema: SchemaRecord, offset: bigint): void {
    if (this.schemas.has(schema.id)) return;
    if (schema.data.length > this.#limits.maxSchemaBytes || this.schemas.size >= this.#limits.maxSchemas) {
      throw logError(
        "schema-too-large",
        `The schema ${quote(schema.name)} at byte ${offset} has ${schema.data.length} bytes, or is one of more than ` +
          `${this.#limits.maxSchemas}; the limit is ${this.#limits.maxSchemaBytes} bytes.`,
        { offset, hint: "The file is damaged or hostile." },
      );
    }
    const { maxSchemasBytes } = this.#limits;
    this.#schemaBytes += schema.data.length;
    if (this.#schemaBytes > maxSchemasBytes) {
      throw logError(
        "schema-too-large",
        `The schemas up to ${quote(schema.name)} at byte ${offset} have ${this.#schemaBytes} bytes; the limit is ${maxSchemasBytes}.`,
        { offset, hint: "The file is damaged or hostile." },
      );
    }
    this.schemas.set(schema.id, { ...schema, data: schema.data.slice() });
  }

  addChannel(channel: ChannelRecord, offset: bigint): void {
    const known = this.channels.get(channel.id);
    if (known) {
      if (known.topic === channel.topic && known.schemaId === channel.schemaId) return;
      this.#problems.add({
        severity: "warning",
        code: "two-channels",
        message:
          `Channel ${channel.id} is said twice: ${quote(known.topic)}, then ${quote(channel.topic)} at byte ${offset}. ` +
          "The first is used.",
        params: { channel: channel.id, first: known.topic, second: channel.topic },
        offset,
      });
      return;
    }
    if (this.channels.size >= this.#limits.maxChannels) {
      throw logError("too-many-channels", `The log has more than ${this.#limits.maxChannels} channels.`, { offset });
    }
    this.channels.set(channel.id, channel);
  }
}
