import type { Limits } from "../limits.ts";
import { GapList } from "../gaps.ts";
import { inParallel } from "../in-parallel.ts";
import { logError, problemOf, quote, throwIfAborted, type ProblemList } from "../problem.ts";
import { SharedTasks } from "../shared-tasks.ts";
import type { CheckedSource } from "../sources/checked.ts";
import { LogError, type Gap, type Progress } from "../types.ts";
import type { Quiet } from "../quiet.ts";
import { ChunkMemory } from "./chunk-memory.ts";
import { checkCrc, decodeChunk, type DecodedChunk } from "./chunk.ts";
import { checkChunk } from "./compression.ts";
import { damageCodes, gapOf, type Contents } from "./contents.ts";
import type { LogFile, MessagePlace } from "./log-file.ts";
import { IndexBuilder, type MessageIndex } from "./message-index.ts";
import { Cursor, opcodes, parseMessage, parseMessageIndex, type MessageRecord } from "./records.ts";
import { scanOnce, type ScanStore } from "./scan-store.ts";
import { readHead, readSummary } from "./summary.ts";

/** Decompressed chunks are kept up to this many bytes (at least two): the frames of a chunk then share one decompression. */
const chunkCacheBytes = 16 * 1024 * 1024;
/** For these, for what is being read, and for what somebody still looks at. */
const chunkMemoryBytes = 3 * chunkCacheBytes;
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
  /** When checksums are compared and buffers taken back. Absent: at once, and never. */
  readonly quiet?: Quiet;
  /** A chunk that was handed out has turned out to be damaged: it is among the problems, and this is its gap. */
  readonly onDamage?: (gap: Gap) => void;
}

interface CachedChunk {
  readonly records: Uint8Array;
  /** Of the file's memory, to give back. */
  readonly piece: Uint8Array | undefined;
}

/** An MCAP file as messages by place: what is asked for is read, and nothing else. */
export class MessageFile implements LogFile {
  #contents: Contents;
  readonly #source: CheckedSource;
  readonly #options: FileOptions;
  readonly #cache = new Map<number, CachedChunk>();
  #memory: ChunkMemory;
  /** Checksums of chunks that were handed out without comparing them. */
  readonly #unchecked = new Map<number, number>();
  /** Chunks whose checksum fits: what is decompressed again need not be compared again. */
  readonly #sound = new Set<number>();
  readonly #damaged = new Map<number, LogError>();
  readonly #loading = new SharedTasks<number, Uint8Array>();
  #cachedBytes = 0;
  readonly gaps: GapList;

  private constructor(source: CheckedSource, contents: Contents, options: FileOptions) {
    this.#source = source;
    this.#contents = contents;
    this.#memory = memoryFor(contents);
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

  /**
   * Decompressed records of a chunk; borrowed, never written to, and good until the caller's {@link Quiet.busy} ends. Their
   * checksum is compared later, unless everything is read anyway.
   */
  async chunk(position: number, signal?: AbortSignal): Promise<Uint8Array> {
    throwIfAborted(signal);
    const damage = this.#damaged.get(position);
    if (damage) throw damage;
    const cached = this.#cache.get(position);
    if (cached) {
      this.#cache.delete(position);
      this.#cache.set(position, cached);
      if (this.#options.quiet?.isThorough) this.#check(position, cached.records);
      return cached.records;
    }
    const loading = this.#loading.run(position, signal, async (shared) => {
      const { piece, records, crc } = await this.#read(position, shared);
      this.#keep(position, { records, piece });
      const { quiet } = this.#options;
      if (crc !== 0 && !this.#sound.has(position)) {
        this.#unchecked.set(position, crc);
        if (!quiet || quiet.isThorough) this.#check(position, records);
        else quiet.later(() => this.#checkLater(position));
      }
      return records;
    });
    return await loading.catch((error: unknown) => {
      this.#noteGap(position, error);
      throw error;
    });
  }

  async #read(position: number, signal?: AbortSignal): Promise<CachedChunk & Pick<DecodedChunk, "crc">> {
    const { kind, offset, bytes, compression, compressedBytes, uncompressedBytes } = this.#contents.chunks[position];
    const declared = { compression, compressedBytes, decodedBytes: uncompressedBytes, offset };
    if (kind === "chunk") checkChunk(declared, this.#options.limits);
    const memory = this.#memory;
    const taken: Uint8Array[] = [];
    const take = (length: number): Uint8Array => {
      const piece = memory.take(length);
      taken.push(piece);
      return piece;
    };
    let piece: Uint8Array | undefined;
    try {
      const read = await this.#source.read(offset, bytes, signal, take);
      const chunk =
        kind === "chunk" ? await decodeChunk(read, offset, this.#options.limits, take) : { records: read, crc: 0 };
      if (
        "compression" in chunk &&
        (chunk.uncompressedBytes !== uncompressedBytes || chunk.compression !== compression)
      )
        throw logError("damaged-chunk", `The chunk at byte ${offset} is not the one that the summary describes.`, {
          offset,
        });
      const { records, crc } = chunk;
      piece = taken.find((each) => memory.holds(each) && isWithin(records, each));
      return { records, crc, piece };
    } finally {
      for (const each of taken) if (each !== piece) memory.give(each);
    }
  }

  /** Compares the checksum if that was not done yet. Throws where the chunk is damaged, and remembers it. */
  #check(position: number, records: Uint8Array): void {
    const crc = this.#unchecked.get(position);
    if (crc === undefined) return;
    this.#unchecked.delete(position);
    try {
      checkCrc({ records, crc }, this.#contents.chunks[position].offset);
      this.#sound.add(position);
    } catch (error) {
      if (error instanceof LogError) this.#damaged.set(position, error);
      this.#noteGap(position, error);
      this.#drop(position);
      throw error;
    }
  }

  /** The same for a chunk that may have left the cache since: it is read once more. */
  async #checkLater(position: number): Promise<void> {
    if (!this.#unchecked.has(position)) return;
    try {
      const cached = this.#cache.get(position);
      const { records, piece } = cached ?? (await this.#read(position));
      try {
        this.#check(position, records);
      } finally {
        if (!cached && piece) this.#memory.give(piece);
      }
    } catch (error) {
      // That it could not be read again (a server that is away) says nothing about the chunk.
      const problem = problemOf(error);
      if (!damageCodes.includes(problem.code)) return;
      this.#options.problems.add(problem);
      this.#options.onDamage?.(gapOf(this.#contents.chunks[position], problem));
    }
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
      // The checksum knows best.
      this.#check(place.chunk, records);
      throw logError("damaged", `The index names a message in the chunk at byte ${offset} that is not there.`, {
        offset,
      });
    }
    return message;
  }

  forget(): void {
    this.#cache.clear();
    this.#cachedBytes = 0;
    // What somebody still looks at stays as it is.
    this.#memory = memoryFor(this.#contents);
    this.#unchecked.clear();
    this.#sound.clear();
  }

  #keep(position: number, chunk: CachedChunk): void {
    this.#cache.set(position, chunk);
    this.#cachedBytes += chunk.records.length;
    for (const oldest of this.#cache.keys()) {
      if (this.#cachedBytes <= chunkCacheBytes || this.#cache.size <= 2) break;
      this.#drop(oldest);
    }
  }

  #drop(position: number): void {
    const dropped = this.#cache.get(position);
    if (!dropped) return;
    this.#cache.delete(position);
    this.#cachedBytes -= dropped.records.length;
    const { piece } = dropped;
    const memory = this.#memory;
    // Whoever is reading just now may still look into it.
    if (piece) this.#options.quiet?.whenFree(() => memory.give(piece));
  }
}

/** For all chunks of a small log. */
function memoryFor({ chunks }: Contents): ChunkMemory {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes + Number(chunk.uncompressedBytes), 0);
  return new ChunkMemory(Math.min(bytes, chunkMemoryBytes));
}

const isWithin = (part: Uint8Array, whole: Uint8Array): boolean =>
  part.buffer === whole.buffer &&
  part.byteOffset >= whole.byteOffset &&
  part.byteOffset + part.length <= whole.byteOffset + whole.length;
