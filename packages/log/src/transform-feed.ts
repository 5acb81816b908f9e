import { timestampNs, type TimestampNs } from "@sweepmark/geometry";
import { isAbort, problemOf, type ProblemList } from "./problem.ts";
import type { Stream } from "./stream.ts";
import { hasAfter, hasBefore, type Edge, type TransformTree } from "./transform-tree.ts";

/** How far in log time samples are looked for on each side of a moment, where none is near. */
const farthestLookNs = 2_000_000_000n;
/** The same while it is not known yet which transforms matter. */
const firstLookNs = 300_000_000n;
/** A topic of static transforms is said at the beginning by each node that has one, then perhaps again now and then. */
const mostStaticChunks = 4;

export interface Wanted {
  readonly frameId: string;
  readonly at: TimestampNs;
  readonly logTime: bigint;
  readonly mode: "first" | "known";
}

interface Cursor {
  readonly stream: Stream;
  readonly mode: "constant" | "moving";
}

/**
 * Fills the transform tree from the log as moments are asked for. Transforms are small, but share chunks with clouds:
 * reading all of them would decompress the whole log. All of a chunk's transforms are taken when it is read at all.
 */
export class TransformFeed {
  readonly #tree: TransformTree;
  readonly #problems: ProblemList;
  readonly #cursors: readonly Cursor[];
  readonly #read = new Set<string>();

  constructor(tree: TransformTree, streams: readonly Stream[], problems: ProblemList) {
    this.#tree = tree;
    this.#problems = problems;
    // A topic that speaks once, or is named so, says what holds at all times.
    this.#cursors = streams.map((stream) => ({
      stream,
      mode: stream.index.count === 1 || /static/i.test(stream.topic) ? "constant" : "moving",
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

  /**
   * Reads until every moving transform above `frameId` has a sample at `at`, or one on each side of it. `logTime`: of a
   * message with about this stamp. `first`: it is not known yet what moves.
   */
  async ensure({ frameId, at, logTime, mode }: Wanted, signal?: AbortSignal): Promise<void> {
    const reach = mode === "first" ? firstLookNs : farthestLookNs;
    for (;;) {
      const moving = this.#tree.pathUp(frameId).filter((edge) => !edge.static);
      if (mode === "known" && moving.length === 0) return;
      const next = this.#next(moving, at, logTime, reach);
      if (!next) return;
      await this.#readChunk(next.cursor, next.chunk, signal);
    }
  }

  /** The nearest chunk not read yet on a side where a sample is missing. */
  #next(moving: readonly Edge[], at: TimestampNs, logTime: bigint, reach: bigint) {
    const needBefore = moving.length === 0 || moving.some(({ times }) => !hasBefore(times, at));
    const needAfter = moving.length === 0 || moving.some(({ times }) => !hasAfter(times, at));
    let best: { cursor: Cursor; chunk: number; distance: bigint } | undefined;
    for (const cursor of this.#cursors) {
      if (cursor.mode !== "moving") continue;
      const { index } = cursor.stream;
      const start = cursor.stream.nearest(logTime);
      const look = (from: number, step: 1 | -1): void => {
        for (let i = from; i >= 0 && i < index.count; i += step) {
          const distance = index.times[i] > logTime ? index.times[i] - logTime : logTime - index.times[i];
          if (distance > reach || (best && best.distance <= distance)) return;
          if (this.#read.has(`${cursor.stream.topic} ${index.chunks[i]}`)) continue;
          best = { cursor, chunk: index.chunks[i], distance };
          return;
        }
      };
      if (start >= 0 && (needBefore || needAfter)) look(start, index.times[start] > logTime ? 1 : -1);
      if (start >= 0 && needBefore) look(start, -1);
      if (start >= 0 && needAfter) look(start, 1);
    }
    return best;
  }

  /** All transforms of a chunk, of every topic. */
  async readChunk(chunk: number, signal?: AbortSignal): Promise<void> {
    for (const cursor of this.#cursors) await this.#readChunk(cursor, chunk, signal);
  }

  async #readChunk({ stream, mode }: Cursor, chunk: number, signal?: AbortSignal): Promise<void> {
    const key = `${stream.topic} ${chunk}`;
    if (this.#read.has(key)) return;
    for (const i of positionsIn(stream, chunk)) {
      try {
        const sample = await stream.sample(i, signal);
        if (sample.kind !== "transforms") continue;
        for (const step of sample.steps) {
          this.#tree.add(step, step.at ?? timestampNs(stream.index.times[i]), mode, stream.topic);
        }
      } catch (error) {
        if (isAbort(error)) throw error;
        this.#problems.add(problemOf(error));
      }
    }
    this.#read.add(key);
  }
}

/** Messages of a stream that lie in a chunk. Chunks follow log time closely, but not always: every entry is looked at. */
function positionsIn({ index }: Stream, chunk: number): number[] {
  const found: number[] = [];
  for (let i = index.chunks.indexOf(chunk); i >= 0 && i < index.count; i = index.chunks.indexOf(chunk, i + 1))
    found.push(i);
  return found;
}
