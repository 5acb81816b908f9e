import type { Limits } from "../limits.ts";
import type { Gap, Problem } from "../types.ts";
import { crc32 } from "./checksum.ts";
import type { ChunkInfo, Contents } from "./contents.ts";
import { IndexBuilder } from "./message-index.ts";
import type { ChannelRecord, SchemaRecord } from "./records.ts";

/** What a scan found. `contents.scanned` is there. */
export interface KeptScan {
  readonly contents: Contents;
  readonly problems: readonly Problem[];
}

/** Changes with the form below and with what a scan finds: another one is as good as none. */
const version = "sweepmark-scan 1\n";

/** Everything but the messages' places, which follow as columns. */
interface Facts {
  readonly sizeBytes: bigint;
  readonly library: string;
  readonly digest: string;
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly schemas: readonly (readonly [id: number, name: string, encoding: string, dataBytes: number])[];
  readonly channels: readonly ChannelRecord[];
  readonly chunks: readonly (Omit<ChunkInfo, "channelIds" | "messageIndex"> & {
    readonly channelIds: readonly number[];
  })[];
  readonly counts: readonly (readonly [channelId: number, count: number])[];
  readonly gaps: readonly Gap[];
  readonly problems: readonly Problem[];
}

/**
 * Bytes to keep: version, length of the facts (u32), facts as JSON, the schemas' data, of each channel its log times (i64),
 * chunks (u32) and offsets (u32), CRC of all before it (u32). Little-endian. 16 bytes a message.
 */
export function packScan({ contents, problems }: KeptScan): Uint8Array {
  const { scanned, schemas, channels, chunks } = contents;
  const columns = (scanned?.channelIds() ?? []).map((id) => ({ id, ...scanned!.columnsOf(id) }));
  const facts: Facts = {
    sizeBytes: chunks.reduce(
      (most, { offset, bytes }) => (offset + BigInt(bytes) > most ? offset + BigInt(bytes) : most),
      0n,
    ),
    library: contents.library,
    digest: contents.digest,
    startTime: contents.startTime,
    endTime: contents.endTime,
    schemas: [...schemas.values()].map(({ id, name, encoding, data }) => [id, name, encoding, data.length]),
    channels: [...channels.values()],
    chunks: chunks.map((chunk) => ({ ...chunk, messageIndex: undefined, channelIds: [...chunk.channelIds] })),
    counts: columns.map(({ id, times }) => [id, times.length]),
    gaps: contents.gaps,
    problems,
  };
  const json = new TextEncoder().encode(
    JSON.stringify(facts, (_, value: unknown) => (typeof value === "bigint" ? { ns: String(value) } : value)),
  );
  const head = new TextEncoder().encode(version);
  const parts = [
    head,
    new Uint8Array(Uint32Array.of(json.length).buffer),
    json,
    ...[...schemas.values()].map(({ data }) => data),
    ...columns.flatMap(({ times, chunks: of, offsets }) => [times, of, offsets].map(bytesOf)),
  ];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 4));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  new DataView(all.buffer).setUint32(at, crc32(all.subarray(0, at)), true);
  return all;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: BigInt64Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Undefined: of another version, damaged, or not of a file of this size. */
export function unpackScan(bytes: Uint8Array, sizeBytes: bigint, limits: Limits): KeptScan | undefined {
  const head = new TextEncoder().encode(version);
  if (bytes.length < head.length + 8 || head.some((byte, i) => bytes[i] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - 4;
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end, true)) return undefined;
  let at = head.length;
  const take = (length: number): Uint8Array => {
    if (at + length > end) throw new RangeError("a kept scan is too short");
    return bytes.subarray(at, (at += length));
  };
  try {
    const jsonBytes = new DataView(take(4).slice().buffer).getUint32(0, true);
    const facts = JSON.parse(new TextDecoder().decode(take(jsonBytes)), reviveNs) as Facts;
    if (facts.sizeBytes > sizeBytes) return undefined;
    const schemas = new Map<number, SchemaRecord>();
    for (const [id, name, encoding, dataBytes] of facts.schemas)
      schemas.set(id, { id, name, encoding, data: take(dataBytes).slice() });
    const index = new IndexBuilder(limits);
    for (const [id, count] of facts.counts) {
      index.fill(id, {
        times: new BigInt64Array(take(count * 8).slice().buffer),
        chunks: new Uint32Array(take(count * 4).slice().buffer),
        offsets: new Uint32Array(take(count * 4).slice().buffer),
      });
    }
    const { library, digest, startTime, endTime, gaps, problems } = facts;
    const chunks = facts.chunks.map((chunk): ChunkInfo => ({
      ...chunk,
      channelIds: new Set(chunk.channelIds),
      messageIndex: undefined,
    }));
    const channels = new Map(facts.channels.map((channel) => [channel.id, channel]));
    const messageCounts = new Map([...channels.keys()].map((id) => [id, index.countOf(id)]));
    const times = { startTime, endTime };
    const contents = { library, schemas, channels, chunks, messageCounts, ...times, digest, gaps, scanned: index };
    return { contents, problems };
  } catch (error) {
    // Whole by its checksum, but not what this version writes, or of more messages than the limit: scanned anew.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function reviveNs(_: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && "ns" in value && typeof value.ns === "string"
    ? BigInt(value.ns)
    : value;
}
