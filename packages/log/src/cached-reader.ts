import type { AccumulatedCloud, AccumulateRequest } from "./accumulated-cloud.ts";
import type { FrameSource } from "./frame-source.ts";
import { isAbort, problemOf } from "./problem.ts";
import { SharedTasks } from "./shared-tasks.ts";
import type { Frame, FrameEntry, LogInfo, LogReader, ReadOptions } from "./types.ts";

/** Decoded frames held by default: about 250 frames of 120 000 points. */
export const defaultCacheBytes = 512 * 1024 * 1024;

/**
 * Frames under a byte budget. Three tiers: VISIBLE, the frame asked for last, is never dropped; PREFETCH, what is
 * wanted next, is dropped last and farthest first; RECENT, the rest, goes first, oldest first. A cached frame is handed
 * out as it is: a step to it copies nothing.
 */
export class CachedReader implements LogReader {
  readonly #source: FrameSource;
  readonly #budgetBytes: number;
  /** In order of use, oldest first. */
  readonly #frames = new Map<number, Frame>();
  readonly #loading = new SharedTasks<number, Frame>();
  #heldBytes = 0;
  #visible: number | undefined;
  #wanted: readonly number[] = [];
  #ahead: { readonly index: number; readonly controller: AbortController } | undefined;
  #closed = false;

  constructor(source: FrameSource, budgetBytes: number) {
    this.#source = source;
    this.#budgetBytes = budgetBytes;
  }

  get info(): LogInfo {
    return this.#source.info;
  }

  async frame(index: number, { signal }: ReadOptions = {}): Promise<Frame> {
    this.#visible = index;
    return await this.#get(index, signal);
  }

  async #get(index: number, signal: AbortSignal | undefined): Promise<Frame> {
    const held = this.#frames.get(index);
    if (held && !signal?.aborted) {
      this.#frames.delete(index);
      this.#frames.set(index, held);
      return held;
    }
    return await this.#loading.run(index, signal, async (shared) => {
      const frame = await this.#source.load(index, shared);
      if (!this.#closed) this.#keep(index, frame);
      return frame;
    });
  }

  #keep(index: number, frame: Frame): void {
    if (!this.#frames.has(index)) this.#heldBytes += frameBytes(frame);
    this.#frames.set(index, frame);
    while (this.#heldBytes > this.#budgetBytes) {
      const victim = this.#victim();
      if (victim === undefined) return;
      this.#heldBytes -= frameBytes(this.#frames.get(victim));
      this.#frames.delete(victim);
    }
  }

  #victim(): number | undefined {
    for (const index of this.#frames.keys()) {
      if (index !== this.#visible && !this.#wanted.includes(index)) return index;
    }
    return this.#wanted.findLast((index) => index !== this.#visible && this.#frames.has(index));
  }

  prefetch(indices: readonly number[]): void {
    this.#wanted = [...indices];
    if (this.#ahead && !indices.includes(this.#ahead.index)) this.#ahead.controller.abort();
    if (!this.#ahead) void this.#fetchAhead();
  }

  /** One at a time, nearest first; ends when everything is there or the budget is full of nearer frames. */
  async #fetchAhead(): Promise<void> {
    const tried = new Set<number>();
    for (;;) {
      const index = this.#wanted.find((i) => !this.#frames.has(i) && !tried.has(i));
      if (index === undefined || this.#closed) return;
      tried.add(index);
      const controller = new AbortController();
      this.#ahead = { index, controller };
      try {
        await this.#get(index, controller.signal);
      } catch (error) {
        // Whoever asks for the frame itself will be told; here it is only a wish.
        if (!isAbort(error)) problemOf(error);
      } finally {
        this.#ahead = undefined;
      }
      if (!controller.signal.aborted && !this.#frames.has(index) && this.#heldBytes > this.#budgetBytes / 2) return;
    }
  }

  buffered(): readonly number[] {
    return [...this.#frames.keys()].toSorted((a, b) => a - b);
  }

  accumulate(request: AccumulateRequest, options?: ReadOptions): Promise<AccumulatedCloud> {
    return this.#source.accumulate(request, options);
  }

  scan(options?: ReadOptions): Promise<readonly FrameEntry[]> {
    return this.#source.scan(options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wanted = [];
    this.#ahead?.controller.abort();
    this.#frames.clear();
    this.#heldBytes = 0;
    await this.#source.close();
  }
}

/** Bytes of the arrays that a frame holds. */
export function frameBytes(frame: Frame | undefined): number {
  return arraysOf(frame).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Every array of a frame; each has a buffer of its own. */
export function arraysOf(
  frame: Frame | undefined,
): readonly { readonly buffer: ArrayBufferLike; readonly byteLength: number }[] {
  if (!frame) return [];
  return [
    ...frame.sweeps.flatMap(({ positions, intensity, ring, timeOffsetNs }) =>
      [positions, intensity, ring, timeOffsetNs].filter((array) => array !== undefined),
    ),
    ...frame.images.map(({ content }) => (content.kind === "encoded" ? content.bytes : content.rgba)),
  ];
}
