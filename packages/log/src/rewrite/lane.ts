import { RecordBytes } from "./record-bytes.ts";

interface OpenChunk {
  readonly records: RecordBytes;
  /** By channel: log time and offset of each message. */
  readonly index: Map<number, { readonly time: bigint; readonly offset: bigint }[]>;
  start: bigint;
  end: bigint;
}

/** A stream of chunks for topics that are read together; it has at most one open chunk. */
export class Lane {
  readonly spanNs: bigint;
  readonly known = { schemas: new Set<number>(), channels: new Set<number>() };
  readonly topics = new Set<string>();
  readonly open: OpenChunk = { records: new RecordBytes(), index: new Map(), start: 0n, end: 0n };
  chunks = 0;
  messages = 0;
  skip = 0;

  /** `spanNs`: longest time from the first to the last message of a chunk. */
  constructor(spanNs: bigint) {
    this.spanNs = spanNs;
  }

  get openBytes(): number {
    return this.open.records.length;
  }

  get isEmpty(): boolean {
    return this.open.index.size === 0;
  }

  /** Whether a message at this time still belongs into the open chunk. */
  reaches(time: bigint): boolean {
    const { start, end } = this.open;
    const [from, to] = [time < start ? time : start, time > end ? time : end];
    return this.isEmpty || to - from <= this.spanNs;
  }

  /** Notes that the record which is put next is a message. */
  note(channelId: number, time: bigint): void {
    const { open } = this;
    if (this.isEmpty || time < open.start) open.start = time;
    if (this.isEmpty || time > open.end) open.end = time;
    const entry = { time, offset: BigInt(open.records.length) };
    const entries = open.index.get(channelId);
    if (entries) entries.push(entry);
    else open.index.set(channelId, [entry]);
    this.messages++;
  }
}
