import zstd from "@foxglove/wasm-zstd";
import { McapWriter, type McapTypes } from "@mcap/core";
import { descriptorSet } from "./foxglove.ts";
import { compressLz4Frame } from "./lz4-writer.ts";

export interface TestMessage {
  readonly topic: string;
  /** "foxglove.PointCloud" …; "" for none. */
  readonly schema: string;
  readonly logTime: bigint;
  readonly data: Uint8Array;
  readonly encoding?: string;
  readonly schemaEncoding?: string;
  readonly schemaData?: Uint8Array;
}

export interface WriteOptions {
  readonly compression?: "none" | "zstd" | "lz4";
  readonly chunkSize?: number;
  readonly writer?: Partial<ConstructorParameters<typeof McapWriter>[0]>;
}

/** An MCAP file out of messages, by the reference library. Each topic has one channel. */
export async function writeLog(messages: readonly TestMessage[], options: WriteOptions = {}): Promise<Uint8Array> {
  await zstd.isLoaded;
  const parts: Uint8Array[] = [];
  let size = 0;
  const writer = new McapWriter({
    writable: {
      position: () => BigInt(size),
      write: (bytes: Uint8Array) => {
        parts.push(bytes.slice());
        size += bytes.length;
        return Promise.resolve();
      },
    },
    chunkSize: options.chunkSize ?? 1024 * 1024,
    ...compressor(options.compression ?? "none"),
    ...options.writer,
  });
  await writer.start({ profile: "", library: "test" });
  const schemas = new Map<string, number>();
  const channels = new Map<string, number>();
  for (const [sequence, message] of messages.entries()) {
    const channelId = await channelOf(message, writer, schemas, channels);
    const { logTime, data } = message;
    await writer.addMessage({ channelId, sequence, logTime, publishTime: logTime, data });
  }
  await writer.end();
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function channelOf(
  message: TestMessage,
  writer: McapWriter,
  schemas: Map<string, number>,
  channels: Map<string, number>,
): Promise<number> {
  const { topic, schema: name, schemaEncoding: encoding = "protobuf", schemaData: data = descriptorSet } = message;
  let schemaId = name === "" ? 0 : schemas.get(`${name} ${encoding}`);
  if (schemaId === undefined) {
    schemaId = await writer.registerSchema({ name, encoding, data });
    schemas.set(`${name} ${encoding}`, schemaId);
  }
  let channelId = channels.get(topic);
  if (channelId === undefined) {
    const messageEncoding = message.encoding ?? "protobuf";
    const channel: Omit<McapTypes.Channel, "id"> = { topic, schemaId, messageEncoding, metadata: new Map() };
    channelId = await writer.registerChannel(channel);
    channels.set(topic, channelId);
  }
  return channelId;
}

function compressor(compression: "none" | "zstd" | "lz4") {
  if (compression === "none") return {};
  return {
    compressChunk: (bytes: Uint8Array) => ({
      compression,
      compressedData: compression === "zstd" ? new Uint8Array(zstd.compress(bytes)) : compressLz4Frame(bytes),
    }),
  };
}
