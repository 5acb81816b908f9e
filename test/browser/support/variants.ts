import { readFile } from "node:fs/promises";
import zstd from "@foxglove/wasm-zstd";
import { McapIndexedReader, McapWriter, type McapTypes } from "@mcap/core";

/** A topic's channel with its schema, as a variant may change it. */
export interface Topic {
  readonly topic: string;
  readonly messageEncoding: string;
  readonly schemaName: string;
  readonly schemaEncoding: string;
  readonly schemaData: Uint8Array;
}

export interface Variant {
  /** What becomes of a topic; undefined: it is left out. Default: it stays as it is. */
  readonly topic?: (topic: Topic) => Topic | undefined;
  /** What becomes of a message's bytes; undefined: it is left out. */
  readonly message?: (topic: string, data: Uint8Array) => Uint8Array | undefined;
  /** How much later everything was recorded, nanoseconds. */
  readonly laterNs?: bigint;
}

/** Another log made out of a log: read and written by the reference library, uncompressed, in small chunks. */
export async function variantOf(path: string, { topic: change, message, laterNs = 0n }: Variant): Promise<Uint8Array> {
  await zstd.isLoaded;
  const bytes = await readFile(path);
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(bytes.length),
      read: async (offset, size) => bytes.subarray(Number(offset), Number(offset + size)),
    },
    decompressHandlers: { zstd: (data, size) => new Uint8Array(zstd.decompress(data, Number(size))) },
  });
  const parts: Uint8Array[] = [];
  let size = 0;
  const writer = new McapWriter({
    writable: {
      position: () => BigInt(size),
      write: async (part: Uint8Array) => {
        parts.push(part.slice());
        size += part.length;
      },
    },
    chunkSize: 256 * 1024,
  });
  await writer.start({ profile: "", library: "variant" });
  const channels = new Map<number, number | undefined>();
  for await (const { channelId, sequence, logTime, publishTime, data } of reader.readMessages()) {
    const channel = reader.channelsById.get(channelId);
    if (!channel) continue;
    if (!channels.has(channelId))
      channels.set(channelId, await register(writer, topicOf(channel, reader.schemasById), change));
    const id = channels.get(channelId);
    const content = message ? message(channel.topic, data) : data;
    if (id === undefined || content === undefined) continue;
    const [recorded, published] = [logTime + laterNs, publishTime + laterNs];
    await writer.addMessage({ channelId: id, sequence, logTime: recorded, publishTime: published, data: content });
  }
  await writer.end();
  return Buffer.concat(parts);
}

function topicOf(
  { topic, messageEncoding, schemaId }: McapTypes.Channel,
  schemas: ReadonlyMap<number, McapTypes.Schema>,
): Topic {
  const schema = schemas.get(schemaId);
  return {
    topic,
    messageEncoding,
    schemaName: schema?.name ?? "",
    schemaEncoding: schema?.encoding ?? "",
    schemaData: schema?.data ?? new Uint8Array(),
  };
}

async function register(writer: McapWriter, topic: Topic, change: Variant["topic"]): Promise<number | undefined> {
  const wanted = change ? change(topic) : topic;
  if (!wanted) return undefined;
  const { schemaName: name, schemaEncoding: encoding, schemaData: data, messageEncoding } = wanted;
  const schemaId = await writer.registerSchema({ name, encoding, data });
  return writer.registerChannel({ topic: wanted.topic, schemaId, messageEncoding, metadata: new Map() });
}
