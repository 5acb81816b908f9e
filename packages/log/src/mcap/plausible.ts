import { maxTextBytes, type Limits } from "../limits.ts";
import { opcodes, recordHeadBytes } from "./records.ts";

/** As much of a record as {@link look} wants to see. */
export const lookBytes = 128;

export type Look =
  /** `bytes`: head included. */
  | { readonly kind: "record"; readonly opcode: number; readonly bytes: bigint }
  /** A record as far as it goes, but the file ends before it does. */
  | { readonly kind: "cut"; readonly opcode: number }
  | { readonly kind: "senseless"; readonly why: string };

const fewest: Readonly<Record<number, number>> = {
  [opcodes.header]: 8,
  [opcodes.footer]: 20,
  [opcodes.schema]: 14,
  [opcodes.channel]: 16,
  [opcodes.message]: 22,
  [opcodes.chunk]: 40,
  [opcodes.messageIndex]: 6,
  [opcodes.chunkIndex]: 64,
  [opcodes.attachment]: 36,
  [opcodes.attachmentIndex]: 48,
  [opcodes.statistics]: 46,
  [opcodes.metadata]: 8,
  [opcodes.metadataIndex]: 20,
  [opcodes.summaryOffset]: 17,
  [opcodes.dataEnd]: 4,
};

/** Records of one fixed size may be longer than the specification's by what later versions add, but not by much. */
const fixedSlackBytes = 4096;
const longestCompressionName = 32;

export const isKnown = (opcode: number): boolean => opcode in fewest;

/** What is read whole has to keep to a limit; names and metadata come on top of a schema. */
function mostBytes(opcode: number, limits: Limits): number {
  if (opcode === opcodes.schema || opcode === opcodes.channel) return limits.maxSchemaBytes + maxTextBytes;
  return opcode === opcodes.message || opcode === opcodes.chunk ? limits.maxRecordBytes : Infinity;
}

/**
 * What stands at a place: judged by the record's head and the lengths in the first bytes of its content.
 * `head`: the file from there on, as far as it goes up to {@link lookBytes}; `left`: bytes up to the end of the file.
 */
export function look(head: Uint8Array, left: bigint, limits: Limits): Look {
  const opcode = head[0];
  if (opcode === 0) return { kind: "senseless", why: "there is no record (opcode 0)" };
  if (head.length < recordHeadBytes) return { kind: "cut", opcode };
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const length = view.getBigUint64(1, true);
  const said = `the record (opcode ${opcode}) declares ${length} bytes`;
  const most = mostBytes(opcode, limits);
  if (Number(length) > most) return { kind: "senseless", why: `${said}; the limit is ${most}` };
  if (isKnown(opcode) && length < BigInt(fewest[opcode]))
    return { kind: "senseless", why: `${said}; there must be ${fewest[opcode]} or more` };
  if (!fits(view, opcode, length)) return { kind: "senseless", why: `${said}, which do not fit what is in it` };
  const bytes = BigInt(recordHeadBytes) + length;
  if (bytes <= left) return { kind: "record", opcode, bytes };
  return isKnown(opcode)
    ? { kind: "cut", opcode }
    : { kind: "senseless", why: `${said}; the file has ${left - BigInt(recordHeadBytes)} left` };
}

function fits(view: DataView, opcode: number, length: bigint): boolean {
  const at = recordHeadBytes;
  switch (opcode) {
    case opcodes.footer:
    case opcodes.dataEnd:
      return length <= BigInt(fixedSlackBytes);
    case opcodes.header:
      return textsFit(view, at, 2, length);
    case opcodes.schema:
      return textsFit(view, at + 2, 3, length);
    case opcodes.channel:
      return textsFit(view, at + 4, 3, length);
    case opcodes.metadata:
      return textsFit(view, at, 2, length);
    case opcodes.attachment:
      return textsFit(view, at + 16, 2, length);
    case opcodes.messageIndex:
      return view.byteLength < at + 6 || (textsFit(view, at + 2, 1, length) && view.getUint32(at + 2, true) % 16 === 0);
    case opcodes.chunk:
      return chunkFits(view, length);
    default:
      return true;
  }
}

/** Whether `count` length-prefixed parts from `from` on stay inside the record, as far as they can be seen. */
function textsFit(view: DataView, from: number, count: number, length: bigint): boolean {
  const end = BigInt(recordHeadBytes) + length;
  let at = BigInt(from);
  for (let i = 0; i < count; i++) {
    if (at + 4n > end) return false;
    if (at + 4n > BigInt(view.byteLength)) return true;
    at += 4n + BigInt(view.getUint32(Number(at), true));
    if (at > end) return false;
  }
  return true;
}

function chunkFits(view: DataView, length: bigint): boolean {
  const nameAt = recordHeadBytes + 28;
  if (view.byteLength < nameAt + 4 + longestCompressionName + 8) return true;
  const nameBytes = view.getUint32(nameAt, true);
  if (nameBytes > longestCompressionName) return false;
  for (let i = 0; i < nameBytes; i++) {
    const byte = view.getUint8(nameAt + 4 + i);
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return view.getBigUint64(nameAt + 4 + nameBytes, true) + BigInt(40 + nameBytes) <= length;
}
