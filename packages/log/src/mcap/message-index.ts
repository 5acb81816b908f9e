import type { Limits } from "../limits.ts";
import { logError } from "../problem.ts";

/** Where the messages of one channel or topic are, in order of log time (ties: order in the file). */
export interface MessageIndex {
  readonly count: number;
  /** [count] log times, nanoseconds. */
  readonly times: BigInt64Array;
  /** [count] index of the chunk. */
  readonly chunks: Uint32Array;
  /** [count] offset of the message record in the decompressed chunk. */
  readonly offsets: Uint32Array;
  /** [count] channel id. */
  readonly channels: Uint16Array;
}

interface Columns {
  times: BigInt64Array;
  chunks: Uint32Array;
  offsets: Uint32Array;
}

interface Growing extends Columns {
  count: number;
}

const tooMany = ({ maxMessages }: Limits) =>
  logError("too-many-messages", `The log has more than ${maxMessages} messages to read.`, {
    hint: "Cut the log into parts with `mcap filter`.",
  });

/** Collects the places of messages, channel by channel. 16 bytes a message: an hour of everything fits. */
export class IndexBuilder {
  readonly #byChannel = new Map<number, Growing>();
  readonly #limits: Limits;
  #count = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  add(channelId: number, logTime: bigint, chunk: number, offset: number): void {
    if (++this.#count > this.#limits.maxMessages) throw tooMany(this.#limits);
    let list = this.#byChannel.get(channelId);
    if (!list) {
      list = { count: 0, times: new BigInt64Array(16), chunks: new Uint32Array(16), offsets: new Uint32Array(16) };
      this.#byChannel.set(channelId, list);
    }
    if (list.count === list.times.length) {
      const { times, chunks, offsets } = list;
      const size = Math.max(16, list.count * 2);
      (list.times = new BigInt64Array(size)).set(times);
      (list.chunks = new Uint32Array(size)).set(chunks);
      (list.offsets = new Uint32Array(size)).set(offsets);
    }
    list.times[list.count] = logTime;
    list.chunks[list.count] = chunk;
    list.offsets[list.count] = offset;
    list.count++;
  }

  countOf(channelId: number): number {
    return this.#byChannel.get(channelId)?.count ?? 0;
  }

  /** The places of one channel's messages, in the order in which they were added; borrowed. */
  columnsOf(channelId: number): Columns {
    const list = this.#byChannel.get(channelId);
    const count = list?.count ?? 0;
    return {
      times: list?.times.subarray(0, count) ?? new BigInt64Array(0),
      chunks: list?.chunks.subarray(0, count) ?? new Uint32Array(0),
      offsets: list?.offsets.subarray(0, count) ?? new Uint32Array(0),
    };
  }

  /** Takes over what {@link columnsOf} gave. */
  fill(channelId: number, columns: Columns): void {
    const count = columns.times.length;
    this.#count += count;
    if (this.#count > this.#limits.maxMessages) throw tooMany(this.#limits);
    this.#byChannel.set(channelId, { count, ...columns });
  }

  channelIds(): readonly number[] {
    return [...this.#byChannel.keys()];
  }

  /** The channels' messages as one list. */
  finish(channelIds: readonly number[]): MessageIndex {
    const parts = channelIds.map((id) => ({ id, list: this.#byChannel.get(id) }));
    const count = parts.reduce((sum, { list }) => sum + (list?.count ?? 0), 0);
    const all = {
      times: new BigInt64Array(count),
      chunks: new Uint32Array(count),
      offsets: new Uint32Array(count),
      channels: new Uint16Array(count),
    };
    let at = 0;
    for (const { id, list } of parts) {
      if (!list) continue;
      all.times.set(list.times.subarray(0, list.count), at);
      all.chunks.set(list.chunks.subarray(0, list.count), at);
      all.offsets.set(list.offsets.subarray(0, list.count), at);
      all.channels.fill(id, at, at + list.count);
      at += list.count;
    }
    return { count, ...sorted(all) };
  }
}

/** Indexes of several files as one: their chunks are numbered from `firstChunk` on, their channels renamed. */
export function joinIndexes(
  parts: readonly {
    readonly index: MessageIndex;
    readonly firstChunk: number;
    readonly channelOf: (id: number) => number;
  }[],
): MessageIndex {
  const count = parts.reduce((sum, { index }) => sum + index.count, 0);
  const all = {
    times: new BigInt64Array(count),
    chunks: new Uint32Array(count),
    offsets: new Uint32Array(count),
    channels: new Uint16Array(count),
  };
  let at = 0;
  for (const { index, firstChunk, channelOf } of parts) {
    all.times.set(index.times, at);
    all.offsets.set(index.offsets, at);
    for (let i = 0; i < index.count; i++) {
      all.chunks[at + i] = index.chunks[i] + firstChunk;
      all.channels[at + i] = channelOf(index.channels[i]);
    }
    at += index.count;
  }
  return { count, ...sorted(all) };
}

function sorted(index: Omit<MessageIndex, "count">): Omit<MessageIndex, "count"> {
  const { times, chunks, offsets, channels } = index;
  const after = (a: number, b: number): number => {
    if (times[a] !== times[b]) return times[a] < times[b] ? -1 : 1;
    return chunks[a] - chunks[b] || offsets[a] - offsets[b];
  };
  let inOrder = true;
  for (let i = 1; i < times.length && inOrder; i++) inOrder = after(i - 1, i) <= 0;
  if (inOrder) return index;
  const order = Uint32Array.from(times.keys()).toSorted(after);
  return {
    times: BigInt64Array.from(order, (i) => times[i]),
    chunks: Uint32Array.from(order, (i) => chunks[i]),
    offsets: Uint32Array.from(order, (i) => offsets[i]),
    channels: Uint16Array.from(order, (i) => channels[i]),
  };
}

/** How often the next message in time lies before the one before it in the file. */
export function placesBack({ count, chunks, offsets }: MessageIndex): number {
  let back = 0;
  for (let i = 1; i < count; i++) {
    if (chunks[i] < chunks[i - 1] || (chunks[i] === chunks[i - 1] && offsets[i] < offsets[i - 1])) back++;
  }
  return back;
}

/** Position of the message whose log time is nearest to `time` (the earlier of two); −1 for none. */
export function nearestIn(index: MessageIndex, time: bigint): number {
  if (index.count === 0) return -1;
  const after = firstAtOrAfter(index, time);
  if (after === 0) return 0;
  if (after === index.count) return index.count - 1;
  return index.times[after] - time < time - index.times[after - 1] ? after : after - 1;
}

/** Position of the first message with log time ≥ `time`; `count` for none. */
export function firstAtOrAfter(index: MessageIndex, time: bigint): number {
  let low = 0;
  let high = index.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index.times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
