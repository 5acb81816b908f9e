import { timestampNs, type TimestampNs } from "@sweepmark/geometry";
import type { TransformStep } from "./decoders/decoder.ts";
import { isAbort, problemOf, type ProblemList } from "./problem.ts";
import type { Stream } from "./stream.ts";
import { firstAtOrAfter, type Edge, type TransformTree } from "./transform-tree.ts";

/** How far in log time samples are looked for on each side of a moment, where none is near. */
const farthestLookNs = 2_000_000_000n;
/** The same while it is not known yet which transforms matter. */
const firstLookNs = 300_000_000n;
/** A topic of static transforms is said at the beginning by each node that has one, then perhaps again now and then. */
const mostStaticChunks = 4;
/** Where a space is still not known then, so many more chunks are looked into, spread over the log; the last is one. */
const moreStaticChunks = 16;

export interface Wanted {
  readonly frameId: string;
  readonly at: TimestampNs;
  readonly logTime: bigint;
  readonly mode: "first" | "known";
}

/** Static transforms are often said again and again, under a name that says so. */
export const isSaidToBeStatic = (topic: string): boolean => /static/i.test(topic);

interface Cursor {
  readonly stream: Stream;
  readonly mode: "constant" | "moving";
  readonly change?: (step: TransformStep) => TransformStep;
}

/**
 * Fills the transform tree from the log as moments are asked for. Transforms are small, but share chunks with clouds:
 * reading all of them would decompress the whole log. All of a chunk's transforms are taken when it is read at all.
 */
export class TransformFeed {
  readonly #tree: TransformTree;
  readonly #problems: ProblemList;
  readonly #cursors: Cursor[];
  readonly #read = new Map<Stream, Set<number>>();
  /** Spaces whose motion is wanted at every moment, beside the one that is asked for. */
  readonly #followed: string[] = [];
  #searched = false;

  constructor(tree: TransformTree, streams: readonly Stream[], problems: ProblemList) {
    this.#tree = tree;
    this.#problems = problems;
    // A topic that speaks once, or is named so, says what holds at all times.
    this.#cursors = streams.map((stream) => ({
      stream,
      mode: stream.index.count === 1 || isSaidToBeStatic(stream.topic) ? "constant" : "moving",
    }));
  }

  /** Reads what holds at all times. */
  async readStatic(signal?: AbortSignal): Promise<void> {
    for (const cursor of this.#cursors) {
      if (cursor.mode !== "constant") continue;
      const chunks = [...new Set(cursor.stream.index.chunks)].slice(0, mostStaticChunks);
      for (const chunk of chunks) await this.#readChunk(cursor, chunk, signal);
    }
  }

  /** Reads one more topic from now on; `change` makes of its steps those of the tree. */
  add(stream: Stream, change: (step: TransformStep) => TransformStep): void {
    this.#cursors.push({ stream, mode: "moving", change });
  }

  /** From now on every moment needs the transforms above these, too. */
  follow(names: readonly (string | undefined)[]): void {
    this.#followed.push(...names.filter((name) => name !== undefined));
  }

  /**
   * Looks, once, where static transforms may be said late: further chunks of their topics, and the first, the middle and
   * the last messages of those that move. Resolves to whether anything new was read.
   */
  async search(signal?: AbortSignal): Promise<boolean> {
    if (this.#searched) return false;
    for (const cursor of this.#cursors) {
      const chunks = [...new Set(cursor.stream.index.chunks)];
      const most = cursor.mode === "constant" ? moreStaticChunks : 3;
      const step = Math.max(1, (chunks.length - 1) / (most - 1));
      for (let i = 0; i < chunks.length; i += step) await this.#readChunk(cursor, chunks[Math.round(i)], signal);
    }
    this.#searched = true;
    return true;
  }

  /** A taste of each topic that moves: what it says may begin later than the sweeps do. */
  async readSome(signal?: AbortSignal): Promise<void> {
    for (const cursor of this.#cursors) {
      const { chunks, count } = cursor.stream.index;
      if (cursor.mode !== "moving" || count === 0) continue;
      await this.#readChunk(cursor, chunks[0], signal);
      await this.#readChunk(cursor, chunks[count >> 1], signal);
    }
  }

  /**
   * Reads until every moving transform above `frameId` has a sample at `at`, or the log's nearest ones around it. `logTime`: of a
   * message with about this stamp. `first`: it is not known yet what moves.
   */
  async ensure(wanted: Wanted, signal?: AbortSignal): Promise<void> {
    const { frameId, mode } = wanted;
    const reach = mode === "first" ? firstLookNs : farthestLookNs;
    for (;;) {
      const above = [frameId, ...this.#followed].flatMap((name) => this.#tree.pathUp(name));
      const moving = [...new Set(above)].filter((edge) => !edge.static);
      if (mode === "known" && moving.length === 0) return;
      const next = this.#next(moving, wanted, reach);
      if (!next) return;
      await this.#readChunk(next.cursor, next.chunk, signal);
    }
  }

  /**
   * The nearest chunk not read yet that may hold a sample nearer to `at` than those around it. Stamps of what was not read
   * are estimated by their log times.
   */
  #next(moving: readonly Edge[], { at, logTime }: Wanted, reach: bigint) {
    let [from, to] = moving.length > 0 ? [at, at] : [at - reach, at + reach];
    for (const { times } of moving) {
      const after = firstAtOrAfter(times, at);
      if (times[after] === at) continue;
      const [low, high] = [times[after - 1] ?? at - reach, times[after] ?? at + reach];
      from = low < from ? low : from;
      to = high > to ? high : to;
    }
    let best: { cursor: Cursor; chunk: number; distance: bigint } | undefined;
    for (const cursor of this.#cursors) {
      if (cursor.mode !== "moving") continue;
      const { index } = cursor.stream;
      const start = cursor.stream.nearest(logTime);
      const look = (first: number, step: 1 | -1): void => {
        for (let i = first; i >= 0 && i < index.count; i += step) {
          const stamp = index.times[i] - logTime + at;
          const distance = stamp > at ? stamp - at : at - stamp;
          const isPast = step === 1 ? stamp >= to : stamp <= from;
          if (isPast || distance > reach || (best && best.distance <= distance)) return;
          // The nearest may be the very sample that is known on this side: the other side is still to be found.
          if (stamp <= from || stamp >= to || this.#isRead(cursor.stream, index.chunks[i])) continue;
          best = { cursor, chunk: index.chunks[i], distance };
          return;
        }
      };
      look(start, 1);
      look(start - 1, -1);
    }
    return best;
  }

  /** All transforms of a chunk, of every topic. */
  async readChunk(chunk: number, signal?: AbortSignal): Promise<void> {
    for (const cursor of this.#cursors) await this.#readChunk(cursor, chunk, signal);
  }

  #isRead(stream: Stream, chunk: number): boolean {
    return this.#read.get(stream)?.has(chunk) === true;
  }

  async #readChunk({ stream, mode, change }: Cursor, chunk: number, signal?: AbortSignal): Promise<void> {
    if (this.#isRead(stream, chunk)) return;
    for (const i of positionsIn(stream, chunk)) {
      try {
        const sample = await stream.sample(i, signal);
        if (sample.kind !== "transforms") continue;
        for (const step of change ? sample.steps.map(change) : sample.steps) {
          this.#tree.add(step, step.at ?? timestampNs(stream.index.times[i]), mode, stream.topic);
        }
      } catch (error) {
        if (isAbort(error)) throw error;
        this.#problems.add(problemOf(error));
      }
    }
    const read = this.#read.get(stream);
    if (read) read.add(chunk);
    else this.#read.set(stream, new Set([chunk]));
  }
}

/** Messages of a stream that lie in a chunk. Chunks follow log time closely, but not always: every entry is looked at. */
function positionsIn({ index }: Stream, chunk: number): number[] {
  const found: number[] = [];
  for (let i = index.chunks.indexOf(chunk); i >= 0 && i < index.count; i = index.chunks.indexOf(chunk, i + 1))
    found.push(i);
  return found;
}
