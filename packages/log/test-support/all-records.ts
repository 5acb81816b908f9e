import zstd from "@foxglove/wasm-zstd";
import { McapIndexedReader, McapStreamReader } from "@mcap/core";
import { prepareLz4 } from "../src/mcap/lz4.ts";

const lz4 = await prepareLz4();

function decodeLz4(part: Uint8Array, size: bigint): Uint8Array {
  const out = new Uint8Array(Number(size));
  lz4(part, out);
  return out;
}

/** Everything that a file holds, by the reference library, its checksums verified. */
export interface AllRecords {
  /** Per topic, in the order of the file: sequence, times, content, and what the channel and schema say. */
  readonly messages: ReadonlyMap<string, readonly string[]>;
  readonly attachments: readonly string[];
  readonly metadata: readonly string[];
  /** Topics of each chunk, in the order of the file. */
  readonly chunkTopics: readonly (readonly string[])[];
  /** Decompressed bytes and messages of each chunk. */
  readonly chunks: readonly { readonly bytes: number; readonly messages: number; readonly spanNs: bigint }[];
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

export async function allRecords(bytes: Uint8Array): Promise<AllRecords> {
  await zstd.isLoaded;
  const decompressHandlers = {
    zstd: (part: Uint8Array, size: bigint) => zstd.decompress(part, Number(size)),
    lz4: decodeLz4,
  };
  const reader = new McapStreamReader({ includeChunks: true, decompressHandlers, validateCrcs: true });
  reader.append(bytes);
  const messages = new Map<string, string[]>();
  const schemas = new Map<number, string>();
  const channels = new Map<number, { readonly topic: string; readonly words: string }>();
  const attachments: string[] = [];
  const metadata: string[] = [];
  const chunkTopics: Set<string>[] = [];
  const chunks: { bytes: number; messages: number; spanNs: bigint }[] = [];
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === "Schema") schemas.set(record.id, `${record.name} ${record.encoding} ${base64(record.data)}`);
    if (record.type === "Channel") {
      const { topic, messageEncoding, schemaId } = record;
      const words = `${messageEncoding} ${schemas.get(schemaId) ?? "none"} ${JSON.stringify([...record.metadata])}`;
      channels.set(record.id, { topic, words });
    }
    if (record.type === "Chunk") {
      chunkTopics.push(new Set());
      const spanNs = record.messageEndTime - record.messageStartTime;
      chunks.push({ bytes: Number(record.uncompressedSize), messages: 0, spanNs });
    }
    if (record.type === "Message") {
      const { topic = "?", words = "?" } = channels.get(record.channelId) ?? {};
      const { sequence, logTime, publishTime, data } = record;
      const list = messages.get(topic) ?? [];
      list.push(`${sequence} ${logTime} ${publishTime} ${base64(data)} ${words}`);
      messages.set(topic, list);
      chunkTopics.at(-1)?.add(topic);
      const chunk = chunks.at(-1);
      if (chunk) chunk.messages++;
    }
    if (record.type === "Attachment")
      attachments.push(
        `${record.name} ${record.mediaType} ${record.logTime} ${record.createTime} ${base64(record.data)}`,
      );
    if (record.type === "Metadata") metadata.push(`${record.name} ${JSON.stringify([...record.metadata])}`);
  }
  if (!reader.done()) throw new Error("the file does not end where it says");
  return { messages, attachments, metadata, chunkTopics: chunkTopics.map((topics) => [...topics].toSorted()), chunks };
}

/** The same by the indexes: "topic sequence log-time content" in the reader's order, sorted; and what the summary lists. */
export async function byIndexes(bytes: Uint8Array) {
  await zstd.isLoaded;
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: () => Promise.resolve(BigInt(bytes.length)),
      read: (offset, length) => Promise.resolve(bytes.slice(Number(offset), Number(offset + length))),
    },
    decompressHandlers: {
      zstd: (part, size) => zstd.decompress(part, Number(size)),
      lz4: decodeLz4,
    },
  });
  const messages: string[] = [];
  for await (const { channelId, sequence, logTime, data } of reader.readMessages())
    messages.push(`${reader.channelsById.get(channelId)?.topic} ${sequence} ${logTime} ${base64(data)}`);
  const attachments: string[] = [];
  for await (const { name, data } of reader.readAttachments()) attachments.push(`${name} ${base64(data)}`);
  const metadata: string[] = [];
  for await (const { name } of reader.readMetadata()) metadata.push(name);
  const { statistics, header } = reader;
  return { messages: messages.toSorted(), attachments, metadata, statistics, header };
}
