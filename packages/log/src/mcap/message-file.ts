import type { Limits } from "../limits.ts";
import { GapList } from "../gaps.ts";
import { logError, problemOf, quote, throwIfAborted, type ProblemList } from "../problem.ts";
import { SharedTasks } from "../shared-tasks.ts";
import type { CheckedSource } from "../sources/checked.ts";
import { LogError, type Progress } from "../types.ts";
import { decodeChunk } from "./chunk.ts";
import { checkChunk } from "./compression.ts";
import { damageCodes, gapOf, type Contents } from "./contents.ts";
import type { LogFile, MessagePlace } from "./log-file.ts";
import { IndexBuilder, type MessageIndex } from "./message-index.ts";
import { Cursor, opcodes, parseMessage, parseMessageIndex, type MessageRecord } from "./records.ts";
import { scanOnce, type ScanStore } from "./scan-store.ts";
import { readHead, readSummary } from "./summary.ts";

/** Decompressed chunks are kept up to this many bytes (at least two): the frames of a chunk then share one decompression. */
const chunkCacheBytes = 64 * 1024 * 1024;
/** A source joins and limits what is asked at once as suits it (sources/gather.ts); reads of a file hardly wait. */
const parallelIndexReads = 64;

export interface FileOptions {
  readonly limits: Limits;
  readonly problems: ProblemList;
  /** Gaps are added there, too. */
  readonly gaps?: GapList;
  readonly scanStore?: ScanStore | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** An MCAP file as messages by place: what is asked for is read, and nothing else. */
export class MessageFile implements LogFile {
  #contents: Contents;
  readonly #source: CheckedSource;
  readonly #options: FileOptions;
  readonly #cache = new Map<number, Uint8Array>();
  readonly #loading = new SharedTasks<number, Uint8Array>();
  #cachedBytes = 0;
  readonly gaps: GapList;

  private constructor(source: CheckedSource, contents: Contents, options: FileOptions) {
    this.#source = source;
    this.#contents = contents;
    this.#options = options;
    this.gaps = options.gaps ?? new GapList();
    contents.gaps.forEach((gap) => this.gaps.add(gap));
  }

  get contents(): Contents {
    return this.#contents;
  }

  /** Reads header, footer and summary; scans the file where there is none. Rejects with LogError, AbortError. */
  static async open(source: CheckedSource, options: FileOptions): Promise<MessageFile> {
    const { limits, problems, signal } = options;
    const head = await readHead(source, limits, problems, signal);
    const contents =
      (await readSummary(source, head, limits, problems, signal)) ?? (await scanOnce(source, head, options));
    return new MessageFile(source, contents, options);
  }

  /**
   * Where the messages of these channels are. Reads the message-index records of the chunks that hold any of them. If these
   * are damaged, or name fewer messages than the statistics, the file is scanned (a problem says so).
   */
  async indexes(groups: readonly (readonly number[])[], signal?: AbortSignal): Promise<MessageIndex[]> {
    const builder = this.#contents.scanned ?? (await this.#readIndexes(new Set(groups.flat()), signal));
    return groups.map((ids) => builder.finish(ids));
  }

  async #readIndexes(wanted: ReadonlySet<number>, signal?: AbortSignal): Promise<IndexBuilder> {
    const builder = new IndexBuilder(this.#options.limits);
    let reason: string | undefined;
    try {
      await this.#fillFromIndexes(builder, wanted, signal);
      const { messageCounts, channels } = this.#contents;
      const short = [...wanted].find((id) => builder.countOf(id) !== (messageCounts.get(id) ?? 0));
      if (short === undefined) return builder;
      reason = `They name ${builder.countOf(short)} of ${messageCounts.get(short) ?? 0} messages of ${quote(channels.get(short)?.topic ?? "")}.`;
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== "damaged") throw error;
      reason = problem.message;
    }
    this.#options.problems.add({
      severity: "warning",
      code: "bad-index",
      message: `The message indexes cannot be used: ${reason} The whole file was read instead.`,
      hint: "`mcap recover` writes a file with new indexes, which opens at once.",
    });
    const { digest, library } = this.#contents;
    const scanned = await scanOnce(this.#source, { library }, { ...this.#options, signal });
    this.forget();
    // The summary is still whole: the scene keeps its identity.
    this.#contents = { ...scanned, digest };
    scanned.gaps.forEach((gap) => this.gaps.add(gap));
    return scanned.scanned ?? builder;
  }

  async #fillFromIndexes(builder: IndexBuilder, wanted: ReadonlySet<number>, signal?: AbortSignal): Promise<void> {
    const { chunks } = this.#contents;
    const places = chunks.flatMap(({ messageIndex, channelIds }, position) =>
      messageIndex && [...channelIds].some((id) => wanted.has(id)) ? [{ ...messageIndex, position }] : [],
    );
    let done = 0;
    const parts = await inParallel(places, parallelIndexReads, async ({ offset, bytes }) => {
      const part = await this.#source.read(offset, bytes, signal);
      this.#options.onProgress?.({ done: ++done, total: places.length, unit: "chunks" });
      return part;
    });
    parts.forEach((bytes, i) => {
      const place = places[i];
      const size = chunks[place.position].uncompressedBytes;
      const cursor = new Cursor(bytes, place.offset);
      for (let record = cursor.record(); record; record = cursor.record()) {
        if (record.opcode !== opcodes.messageIndex) continue;
        parseMessageIndex(record.content, (channelId, logTime, offset) => {
          if (!wanted.has(channelId)) return;
          if (offset < size) builder.add(channelId, logTime, place.position, Number(offset));
          else
            throw logError("damaged", `The index at byte ${place.offset} points outside its chunk.`, {
              offset: place.offset,
            });
        });
      }
    });
  }

  /** Decompressed records of a chunk; borrowed, never written to. */
  async chunk(position: number, signal?: AbortSignal): Promise<Uint8Array> {
    throwIfAborted(signal);
    const cached = this.#cache.get(position);
    if (cached) {
      this.#cache.delete(position);
      this.#cache.set(position, cached);
      return cached;
    }
    const loading = this.#loading.run(position, signal, async (shared) => {
      const { kind, offset, bytes, compression, compressedBytes, uncompressedBytes } = this.#contents.chunks[position];
      const declared = { compression, compressedBytes, decodedBytes: uncompressedBytes, offset };
      if (kind === "chunk") checkChunk(declared, this.#options.limits);
      const read = await this.#source.read(offset, bytes, shared);
      let records = read;
      if (kind === "chunk") {
        const decoded = await decodeChunk(read, offset, this.#options.limits);
        if (decoded.uncompressedBytes !== uncompressedBytes || decoded.compression !== compression) {
          throw logError("damaged-chunk", `The chunk at byte ${offset} is not the one that the summary describes.`, {
            offset,
          });
        }
        records = decoded.records;
      }
      this.#keep(position, records);
      return records;
    });
    return await loading.catch((error: unknown) => {
      this.#noteGap(position, error);
      throw error;
    });
  }

  #noteGap(position: number, error: unknown): void {
    if (!(error instanceof LogError) || !damageCodes.includes(error.problem.code)) return;
    this.gaps.add(gapOf(this.#contents.chunks[position], error.problem));
  }

  async message(index: MessageIndex, at: number, signal?: AbortSignal): Promise<MessageRecord> {
    const { chunks, offsets, channels, times } = index;
    return await this.messageAt(
      { chunk: chunks[at], offset: offsets[at], channelId: channels[at], logTime: times[at] },
      signal,
    );
  }

  /** One message, borrowed from its chunk. */
  async messageAt(place: MessagePlace, signal?: AbortSignal): Promise<MessageRecord> {
    const records = await this.chunk(place.chunk, signal);
    const { offset } = this.#contents.chunks[place.chunk];
    const record = new Cursor(records, offset, [place.offset, records.length]).record();
    const message = record?.opcode === opcodes.message ? parseMessage(record.content) : undefined;
    if (message?.channelId !== place.channelId || BigInt.asIntN(64, message.logTime) !== place.logTime) {
      throw logError("damaged", `The index names a message in the chunk at byte ${offset} that is not there.`, {
        offset,
      });
    }
    return message;
  }

  forget(): void {
    this.#cache.clear();
    this.#cachedBytes = 0;
  }

  #keep(position: number, records: Uint8Array): void {
    this.#cache.set(position, records);
    this.#cachedBytes += records.length;
    for (const [oldest, bytes] of this.#cache) {
      if (this.#cachedBytes <= chunkCacheBytes || this.#cache.size <= 2) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= bytes.length;
    }
  }
}

async function inParallel<T, R>(items: readonly T[], lanes: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await run(items[at]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}
