import type { AccumulatedCloud, AccumulateRequest } from "./accumulated-cloud.ts";
import type { EgoMatches, MatchEgoRequest } from "./ego-matches.ts";
import type { FrameSource } from "./frame-source.ts";
import { isAbort, problemOf } from "./problem.ts";
import { SharedTasks } from "./shared-tasks.ts";
import type { Frame, FrameEntry, FrameMemory, FrameOptions, LogInfo, LogReader, ReadOptions } from "./types.ts";

/** Decoded frames held by default: about 250 frames of 120 000 points. */
export const defaultCacheBytes = 512 * 1024 * 1024;

/**
 * Frames under a byte budget. Three tiers: VISIBLE, the frame asked for last, is never dropped; PREFETCH, what is
 * wanted next, is dropped last and farthest first; RECENT, the rest, goes first, oldest first. A cached frame is handed
 * out as it is: a step to it copies nothing. While the visible frame is being read nothing is fetched ahead.
 */
export class CachedReader implements LogReader {
  readonly #source: FrameSource;
  #budgetBytes: number;
  /** How many have asked for a frame and not released it. */
  readonly #holds = new WeakMap<Frame, number>();
  /** In order of use, oldest first. */
  readonly #frames = new Map<number, HeldFrame>();
  readonly #loading = new SharedTasks<number, Frame>();
  /** What there is of frames whose images are still to come. */
  readonly #early = new Map<number, Frame>();
  /** Whose images frames have; undefined: all. */
  #cameras: readonly string[] | undefined;
  readonly #watchers = new Set<{ readonly index: number; readonly tell: (frame: Frame) => void }>();
  readonly #listeners = new Set<() => void>();
  readonly #stopWatching: (() => void) | undefined;
  #heldBytes = 0;
  #visible: number | undefined;
  /** Asked for by name and not there yet. */
  #awaited = 0;
  /** The same by frame. */
  readonly #awaiting = new Map<number, number>();
  #wanted: readonly number[] = [];
  #ahead: { readonly index: number; readonly controller: AbortController } | undefined;
  #telling = false;
  #closed = false;
  readonly #whenShown: ((run: () => void) => void) | undefined;
  #showing = false;

  /** `whenShown`: runs something once the frame that was handed out is likely to be on the screen; by default at once. */
  constructor(source: FrameSource, budgetBytes: number, whenShown?: (run: () => void) => void) {
    this.#source = source;
    this.#budgetBytes = budgetBytes;
    this.#whenShown = whenShown;
    this.#stopWatching = source.watch?.((spoiled) => {
      for (const index of spoiled) this.#drop(index);
      this.#tell();
    });
  }

  get info(): LogInfo {
    return this.#source.info;
  }

  async frame(index: number, { signal, onSweeps }: FrameOptions = {}): Promise<Frame> {
    this.#visible = index;
    const held = this.#held(index);
    if (held && !signal?.aborted) {
      this.#frames.delete(index);
      this.#frames.set(index, held);
      return this.#handOut(held.frame);
    }
    // The machine is for this frame alone until it is there: what is fetched ahead would stand in its way.
    if (this.#ahead && this.#ahead.index !== index) this.#ahead.controller.abort();
    this.#awaited++;
    this.#awaiting.set(index, (this.#awaiting.get(index) ?? 0) + 1);
    const watcher = onSweeps && { index, tell: onSweeps };
    if (watcher) this.#watchers.add(watcher);
    try {
      const loading = this.#load(index, signal);
      // It may have been fetched ahead, and come so far.
      const early = this.#early.get(index);
      if (early) onSweeps?.(early);
      const frame = await loading;
      // Its reading may have begun before a camera was shown.
      return this.#handOut(this.#isComplete(frame) ? frame : await this.#load(index, signal));
    } finally {
      if (watcher) this.#watchers.delete(watcher);
      this.#awaited--;
      this.#awaiting.set(index, (this.#awaiting.get(index) ?? 1) - 1);
      this.#fetchOnceShown();
    }
  }

  #handOut(frame: Frame): Frame {
    this.#holds.set(frame, (this.#holds.get(frame) ?? 0) + 1);
    return frame;
  }

  release(frame: Frame): void {
    const holds = this.#holds.get(frame);
    if (holds === undefined || holds === 0) return;
    this.#holds.set(frame, holds - 1);
    this.#recycle(frame);
  }

  #recycle(frame: Frame): void {
    const isKept = this.#frames.get(frame.index)?.frame === frame;
    const isWanted = (this.#awaiting.get(frame.index) ?? 0) > 0 || (this.#holds.get(frame) ?? 0) > 0;
    if (!isKept && !isWanted && !this.#closed) this.#source.recycle(frame);
  }

  async #load(index: number, signal: AbortSignal | undefined): Promise<Frame> {
    return await this.#loading.run(index, signal, async (shared) => {
      let known: Frame | undefined;
      const forget = (): void => {
        if (known && this.#early.get(index) === known) this.#early.delete(index);
      };
      shared.addEventListener("abort", forget, { once: true });
      const onSweeps = (early: Frame): void => {
        if (shared.aborted) return;
        this.#early.set(index, (known = early));
        for (const watcher of this.#watchers) if (watcher.index === index) watcher.tell(early);
      };
      try {
        const frame = await this.#source.load(index, { signal: shared, onSweeps, cameras: this.#cameras });
        if (!this.#closed) this.#keep(index, frame);
        return frame;
      } finally {
        forget();
      }
    });
  }

  #keep(index: number, frame: Frame): void {
    const bytes = frameBytes(frame);
    const before = this.#frames.get(index);
    this.#heldBytes += bytes - (before?.bytes ?? 0);
    this.#frames.set(index, { frame, bytes });
    if (before) this.#recycle(before.frame);
    this.#shrink();
    this.#tell();
  }

  #shrink(): void {
    while (this.#heldBytes > this.#budgetBytes) {
      const victim = this.#victim();
      if (victim === undefined) return;
      this.#drop(victim);
      this.#tell();
    }
  }

  #drop(index: number): void {
    const dropped = this.#frames.get(index);
    if (!dropped) return;
    this.#heldBytes -= dropped.bytes;
    this.#frames.delete(index);
    this.#recycle(dropped.frame);
  }

  #victim(): number | undefined {
    const wanted = new Set(this.#wanted);
    for (const index of this.#frames.keys()) {
      if (index !== this.#visible && !wanted.has(index)) return index;
    }
    return this.#wanted.findLast((index) => index !== this.#visible && this.#frames.has(index));
  }

  showCameras(ids: readonly string[]): void {
    this.#cameras = [...ids];
  }

  #isComplete({ unread }: Frame): boolean {
    return !unread?.some((id) => this.#cameras?.includes(id) ?? true);
  }

  /** With all the images that are wanted. */
  #held(index: number): HeldFrame | undefined {
    const held = this.#frames.get(index);
    return held && this.#isComplete(held.frame) ? held : undefined;
  }

  prefetch(indices: readonly number[]): void {
    this.#wanted = [...indices];
    if (this.#ahead && !indices.includes(this.#ahead.index)) this.#ahead.controller.abort();
    this.#fetchOnceShown();
  }

  /** Drawing wants the machine, too. */
  #fetchOnceShown(): void {
    if (!this.#whenShown) return this.#fetchAhead();
    if (this.#showing) return;
    this.#showing = true;
    this.#whenShown(() => {
      this.#showing = false;
      this.#fetchAhead();
    });
  }

  /** One at a time, nearest first; ends when everything is there or the budget is full of nearer frames. */
  #fetchAhead(): void {
    if (this.#ahead || this.#showing || this.#awaited > 0 || this.#closed) return;
    void this.#fetchWanted();
  }

  async #fetchWanted(): Promise<void> {
    const tried = new Set<number>();
    for (;;) {
      const index = this.#nextWanted(tried);
      if (index === undefined || this.#awaited > 0 || this.#closed) return;
      tried.add(index);
      const controller = new AbortController();
      this.#ahead = { index, controller };
      try {
        await this.#load(index, controller.signal);
      } catch (error) {
        // Whoever asks for the frame itself will be told; here it is only a wish.
        if (!isAbort(error)) problemOf(error);
        else tried.delete(index);
      } finally {
        this.#ahead = undefined;
      }
    }
  }

  /** The nearest wanted frame that is not there, if there is room for it beside the visible one and the nearer ones. */
  #nextWanted(tried: ReadonlySet<number>): number | undefined {
    const usualBytes = this.#frames.size > 0 ? this.#heldBytes / this.#frames.size : 0;
    let bytes = this.#visible === undefined ? 0 : (this.#frames.get(this.#visible)?.bytes ?? usualBytes);
    for (const index of this.#wanted) {
      const held = this.#held(index);
      if (index !== this.#visible) bytes += held?.bytes ?? usualBytes;
      if (bytes > this.#budgetBytes) return undefined;
      if (!held && !tried.has(index)) return index;
    }
    return undefined;
  }

  peek(index: number): Frame | undefined {
    return this.#held(index)?.frame;
  }

  buffered(): readonly number[] {
    return [...this.#frames.keys()].toSorted((a, b) => a - b);
  }

  accumulate(request: AccumulateRequest, options?: ReadOptions): Promise<AccumulatedCloud> {
    return this.#source.accumulate(request, options);
  }

  matchEgo(request: MatchEgoRequest, options?: ReadOptions): Promise<EgoMatches> {
    return this.#source.matchEgo(request, options);
  }

  get memory(): FrameMemory {
    return { heldBytes: this.#heldBytes, budgetBytes: this.#budgetBytes };
  }

  setBudget(budgetBytes: number): void {
    const grown = budgetBytes > this.#budgetBytes;
    this.#budgetBytes = budgetBytes;
    this.#shrink();
    if (grown) this.#fetchAhead();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    if (this.#telling || this.#listeners.size === 0) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of this.#listeners) listener();
    });
  }

  scan(options?: ReadOptions): Promise<readonly FrameEntry[]> {
    return this.#source.scan(options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wanted = [];
    this.#stopWatching?.();
    this.#listeners.clear();
    this.#ahead?.controller.abort();
    this.#frames.clear();
    this.#heldBytes = 0;
    await this.#source.close();
  }
}

interface HeldFrame {
  readonly frame: Frame;
  readonly bytes: number;
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
    ...frame.images.flatMap(
      ({ content }): readonly { readonly buffer: ArrayBufferLike; readonly byteLength: number }[] =>
        content.kind === "video"
          ? content.chunks.map(({ bytes }) => bytes)
          : [content.kind === "encoded" ? content.bytes : content.rgba],
    ),
  ];
}

/** What a frame owns and may be moved. */
export const buffersOf = (frame: Frame): ReadonlySet<ArrayBuffer> =>
  new Set(
    arraysOf(frame).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer && buffer.byteLength > 0 ? [buffer] : [])),
  );
