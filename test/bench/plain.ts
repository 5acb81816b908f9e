import lz4 from "@foxglove/wasm-lz4";
import zstd from "@foxglove/wasm-zstd";
import { McapIndexedReader, type McapTypes } from "@mcap/core";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";
import type { BenchFile } from "./source.ts";

/** The pipeline that one writes first: @mcap/core's readMessages, a full decode by protobufjs, a DataView a point. */
export interface Plain {
  /** Decodes every message with from ≤ log time < to. Returns how many values it has made. */
  frames(from: bigint, to: bigint): Promise<number>;
}

interface CloudMessage {
  readonly point_stride: number;
  readonly fields: readonly { readonly name: string; readonly offset: number; readonly type: number }[];
  readonly data: Uint8Array;
}

export async function openPlain(file: BenchFile): Promise<Plain> {
  await zstd.isLoaded;
  await lz4.isLoaded;
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: () => Promise.resolve(BigInt(file.sizeBytes)),
      read: (offset, length) => Promise.resolve(file.pread({ offset: Number(offset), length: Number(length) })),
    },
    decompressHandlers: {
      zstd: (bytes, size) => zstd.decompress(bytes, Number(size)),
      lz4: (bytes, size) => lz4(bytes, Number(size)),
    },
  });
  const types = new Map<number, protobuf.Type>();
  const typeOf = (channelId: number): protobuf.Type => {
    const known = types.get(channelId);
    if (known) return known;
    const channel = reader.channelsById.get(channelId);
    const schema = channel && reader.schemasById.get(channel.schemaId);
    if (!schema) throw new Error(`channel ${channelId} has no schema`);
    const type = protobufType(schema);
    types.set(channelId, type);
    return type;
  };
  return {
    async frames(from, to) {
      let made = 0;
      for await (const message of reader.readMessages({ startTime: from, endTime: to - 1n })) {
        const type = typeOf(message.channelId);
        const decoded = type.decode(message.data);
        made += type.name === "PointCloud" ? pointsOf(decoded as unknown as CloudMessage) : 1;
      }
      return made;
    },
  };
}

function protobufType({ name, data }: McapTypes.Schema): protobuf.Type {
  const root = protobuf.Root as unknown as {
    fromDescriptor(set: Uint8Array, options: { readonly keepCase: boolean }): protobuf.Root;
  };
  return root.fromDescriptor(data, { keepCase: true }).lookupType(name);
}

function pointsOf(message: CloudMessage): number {
  const { fields, data, point_stride: stride } = message;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = Math.floor(data.length / stride);
  const columns = fields.map(() => new Float32Array(count));
  for (let i = 0; i < count; i++) {
    for (const [f, { offset, type }] of fields.entries()) columns[f][i] = readValue(view, i * stride + offset, type);
  }
  return count * fields.length;
}

/** foxglove.PackedElementField.NumericType. */
function readValue(view: DataView, at: number, type: number): number {
  switch (type) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getInt8(at);
    case 3:
      return view.getUint16(at, true);
    case 4:
      return view.getInt16(at, true);
    case 5:
      return view.getUint32(at, true);
    case 6:
      return view.getInt32(at, true);
    case 7:
      return view.getFloat32(at, true);
    default:
      return view.getFloat64(at, true);
  }
}
