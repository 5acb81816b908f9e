import { magic as magicBytes, opcodes } from "../src/mcap/records.ts";

/** An MCAP file taken apart into its top-level records and put together again: for faults that no writer makes. */
export interface RawRecord {
  readonly opcode: number;
  readonly content: Uint8Array;
}

const magic = Uint8Array.from(magicBytes);

export const op = opcodes;

export function recordsOf(log: Uint8Array): RawRecord[] {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const records: RawRecord[] = [];
  for (let at = 8; at < log.length - 8;) {
    const end = at + 9 + Number(view.getBigUint64(at + 1, true));
    records.push({ opcode: log[at], content: log.slice(at + 9, end) });
    at = end;
  }
  return records;
}

export const recordBytes = ({ opcode, content }: RawRecord): Uint8Array => {
  const head = new Uint8Array(9);
  head[0] = opcode;
  new DataView(head.buffer).setBigUint64(1, BigInt(content.length), true);
  return concat(head, content);
};

/** Without a summary, so that the file is scanned: offsets need not fit. */
export function logOf(records: readonly RawRecord[]): Uint8Array {
  const footer = { opcode: op.footer, content: new Uint8Array(20) };
  const data = records.filter(({ opcode }) => opcode <= op.messageIndex && opcode !== op.footer);
  return concat(
    magic,
    ...[...data, { opcode: op.dataEnd, content: new Uint8Array(4) }, footer].map(recordBytes),
    magic,
  );
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** A number written into a copy, little-endian. */
export function put(bytes: Uint8Array, at: number, width: 2 | 4 | 8, value: bigint | number): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (width === 8) view.setBigUint64(at, BigInt(value), true);
  else if (width === 4) view.setUint32(at, Number(value), true);
  else view.setUint16(at, Number(value), true);
  return copy;
}

/** Where the n-th record of a kind starts in the file. */
export function placeOf(log: Uint8Array, opcode: number, nth = 0): number {
  let at = 8;
  let left = nth;
  for (const record of recordsOf(log)) {
    if (record.opcode === opcode && left-- === 0) return at;
    at += 9 + record.content.length;
  }
  throw new Error(`no record ${opcode}`);
}

const utf8 = new TextEncoder();
const text = (words: string): Uint8Array => {
  const bytes = utf8.encode(words);
  return concat(put(new Uint8Array(4), 0, 4, bytes.length), bytes);
};
const u = (width: 2 | 4 | 8, value: bigint | number): Uint8Array => put(new Uint8Array(width), 0, width, value);

export const schemaRecord = (id: number, name: string, encoding: string, data: Uint8Array): RawRecord => ({
  opcode: op.schema,
  content: concat(u(2, id), text(name), text(encoding), u(4, data.length), data),
});
export const channelRecord = (id: number, schemaId: number, topic: string, encoding = "protobuf"): RawRecord => ({
  opcode: op.channel,
  content: concat(u(2, id), u(2, schemaId), text(topic), text(encoding), u(4, 0)),
});
export const messageRecord = (channelId: number, logTime: bigint, data: Uint8Array): RawRecord => ({
  opcode: op.message,
  content: concat(u(2, channelId), u(4, 0), u(8, logTime), u(8, logTime), data),
});
