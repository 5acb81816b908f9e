import { throwIfAborted } from "./problem.ts";

export interface QuietOptions {
  /** Runs something soon, when the machine has nothing better to do. A timer by default. */
  readonly soon?: (run: () => void) => void;
}

/** Long enough for the next request of somebody who asks again and again. */
const pauseMs = 30;

/**
 * What is done while nobody waits. Work that somebody waits for runs inside {@link busy}; what only has to be done some
 * time (checksums of chunks), and what may be done only when nobody looks any more (giving borrowed buffers back), comes
 * between.
 */
export class Quiet {
  readonly #soon: (run: () => void) => void;
  readonly #tasks: (() => Promise<void>)[] = [];
  readonly #releases: (() => void)[] = [];
  #busy = 0;
  #thorough = 0;
  #scheduled = false;
  #stopped = false;

  constructor({ soon = inAPause }: QuietOptions = {}) {
    this.#soon = soon;
  }

  /** Whether somebody reads everything anyway, and wants to know at once what is wrong with it. */
  get isThorough(): boolean {
    return this.#thorough > 0;
  }

  async busy<T>(work: () => Promise<T>, { thorough = false } = {}): Promise<T> {
    this.#busy++;
    if (thorough) this.#thorough++;
    try {
      return await work();
    } finally {
      this.#busy--;
      if (thorough) this.#thorough--;
      if (this.#busy === 0) for (const release of this.#releases.splice(0)) release();
      this.#schedule();
    }
  }

  /** As soon as no work is under way; at once where none is. */
  whenFree(release: () => void): void {
    if (this.#busy === 0) release();
    else this.#releases.push(release);
  }

  /** One task at a time, each in a pause of its own. */
  later(task: () => Promise<void>): void {
    this.#tasks.push(task);
    this.#schedule();
  }

  /** Does now what is left to do. Rejects with AbortError when the signal fires; the rest stays for later. */
  async settle(signal?: AbortSignal): Promise<void> {
    for (;;) {
      throwIfAborted(signal);
      const task = this.#tasks.shift();
      if (!task) return;
      await task();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#tasks.length = 0;
  }

  #schedule(): void {
    if (this.#scheduled || this.#busy > 0 || this.#tasks.length === 0 || this.#stopped) return;
    this.#scheduled = true;
    this.#soon(() => {
      this.#scheduled = false;
      const task = this.#busy === 0 ? this.#tasks.shift() : undefined;
      if (task) void task().finally(() => this.#schedule());
    });
  }
}

function inAPause(run: () => void): void {
  const timer: unknown = setTimeout(run, pauseMs);
  // A program in Node need not stay for it.
  (timer as { unref?(): void }).unref?.();
}
