import type { Limits } from "../limits.ts";
import { throwIfAborted } from "../problem.ts";
import { isKnown, look, lookBytes } from "./plausible.ts";
import { magic, opcodes, recordHeadBytes } from "./records.ts";
import type { Window } from "./window.ts";

/** What may still be spent on looking for records in one file: its own content decides how often a search is misled. */
export interface ResyncBudget {
  /** Looks at places outside the window, each a read of its own. */
  probes: number;
  /** Searches. */
  searches: number;
}

export const resyncBudget = (): ResyncBudget => ({ probes: 5000, searches: 20_000 });

/** `containers`: records that stand inside a chunk are not looked for, where chunks are compressed. */
export type Sought = "any" | "containers";

export interface ResyncOptions {
  readonly limits: Limits;
  readonly budget: ResyncBudget;
  readonly signal: AbortSignal | undefined;
  /** `any` by default. */
  readonly sought?: Sought;
  readonly onOffset: (offset: bigint) => void;
}

/** A weak record (a message is any 22 bytes) counts only if so many more follow it without a break. */
const linksWanted = 3;
const slackBytes = 64;

/**
 * The first place at or after `from` where records begin again; undefined: nowhere. A chunk is known by its own header
 * (times in order, a compression's name, sizes that fit to 64 bytes); any other record by three more that follow it, or by
 * ending where the file does. What cannot be compressed lies in the middle of a compressed chunk as it is, records and all,
 * but cut into blocks: hence `sought`. Each byte is looked at once, at about the speed of reading.
 */
export async function nextRecord(window: Window, from: bigint, options: ResyncOptions): Promise<bigint | undefined> {
  const { budget, limits, signal } = options;
  const size = window.sizeBytes;
  if (budget.searches-- <= 0) return undefined;
  for (let offset = from; offset + BigInt(recordHeadBytes) <= size;) {
    throwIfAborted(signal);
    options.onOffset(offset);
    const piece = await window.rest(offset);
    const atEnd = offset + BigInt(piece.length) >= size;
    // The last bytes of a piece are looked at again with what follows them.
    const stop = atEnd ? piece.length - recordHeadBytes + 1 : piece.length - lookBytes;
    for (let at = 0; at < stop; at++) {
      const opcode = piece[at];
      if (opcode === 0 || opcode > opcodes.dataEnd) continue;
      if (options.sought === "containers" && opcode >= opcodes.schema && opcode <= opcodes.message) continue;
      // No record but an attachment has 4 GiB, and none to resume at.
      if (piece[at + 5] | piece[at + 6] | piece[at + 7] | piece[at + 8]) continue;
      const place = offset + BigInt(at);
      const head = piece.subarray(at, at + lookBytes);
      const found = look(head, size - place, limits);
      if (found.kind !== "record" || !isKnown(found.opcode)) continue;
      if (await isTrue(window, place, { head, opcode: found.opcode, bytes: found.bytes }, options)) return place;
    }
    offset += BigInt(Math.max(1, stop));
  }
  return undefined;
}

interface Candidate {
  readonly head: Uint8Array;
  readonly opcode: number;
  readonly bytes: bigint;
}

async function isTrue(window: Window, place: bigint, first: Candidate, options: ResyncOptions): Promise<boolean> {
  const size = window.sizeBytes;
  if (first.opcode === opcodes.chunk) return isSoundChunk(first.head, first.bytes);
  let { opcode, bytes } = first;
  let at = place;
  for (let links = 0; ; links++) {
    if (opcode === opcodes.footer) return at + bytes + BigInt(magic.length) === size;
    at += bytes;
    if (at === size || links === linksWanted) return true;
    const isHeld = window.holds(at, lookBytes);
    if (!isHeld && options.budget.probes-- <= 0) return false;
    const head = await window.peek(at, lookBytes);
    if (head.length < recordHeadBytes) return false;
    const found = look(head, size - at, options.limits);
    if (found.kind !== "record" || !isKnown(found.opcode)) return false;
    ({ opcode, bytes } = found);
  }
}

/** Whether what a chunk says of itself agrees. `head`: its first bytes, up to {@link lookBytes}; `bytes`: the record's. */
export function isSoundChunk(head: Uint8Array, bytes: bigint): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const nameAt = recordHeadBytes + 28;
  if (head.length < nameAt + 12) return false;
  const recordsAt = nameAt + 4 + view.getUint32(nameAt, true);
  if (head.length < recordsAt + 8) return false;
  const start = view.getBigUint64(recordHeadBytes, true);
  const end = view.getBigUint64(recordHeadBytes + 8, true);
  const slack = bytes - BigInt(recordsAt + 8) - view.getBigUint64(recordsAt, true);
  return start <= end && slack >= 0n && slack <= BigInt(slackBytes);
}
