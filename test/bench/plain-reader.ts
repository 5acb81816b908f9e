import { McapIndexedReader, type McapTypes } from "@mcap/core";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";

/** What the plain pipeline makes of one message: a column for each field of a cloud, or the bytes of a picture. */
export type PlainValue = readonly Float32Array<ArrayBuffer>[] | Uint8Array;

/** The pipeline that one writes first: @mcap/core's readMessages, a full decode by protobufjs, a DataView a point. */
export interface PlainReader {
  /** Decodes every message with from ≤ log time < to, in order. */
  values(from: bigint, to: bigint): AsyncIterable<PlainValue>;
}

interface CloudMessage {
  readonly point_stride: number;
  readonly fields: readonly { readonly name: string; readonly offset: number; readonly type: number }[];
  readonly data: Uint8Array;
}

/** Runs in Node and in a browser's worker. */
export async function createPlainReader(
  readable: McapTypes.IReadable,
  decompressHandlers: McapTypes.DecompressHandlers,
): Promise<PlainReader> {
  const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers });
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
    async *values(from, to) {
      for await (const message of reader.readMessages({ startTime: from, endTime: to - 1n })) {
        const type = typeOf(message.channelId);
        const decoded = type.decode(message.data) as unknown as CloudMessage;
        yield type.name === "PointCloud" ? columnsOf(decoded) : (decoded.data ?? nothing);
      }
    },
  };
}

const nothing = new Uint8Array(0);

function protobufType({ name, data }: McapTypes.Schema): protobuf.Type {
  const root = protobuf.Root as unknown as {
    fromDescriptor(set: Uint8Array, options: { readonly keepCase: boolean }): protobuf.Root;
  };
  return root.fromDescriptor(data, { keepCase: true }).lookupType(name);
}

function columnsOf(message: CloudMessage): Float32Array<ArrayBuffer>[] {
  const { fields, data, point_stride: stride } = message;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = Math.floor(data.length / stride);
  const columns = fields.map(() => new Float32Array(count));
  for (let i = 0; i < count; i++) {
    for (const [f, { offset, type }] of fields.entries()) columns[f][i] = readValue(view, i * stride + offset, type);
  }
  return columns;
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
