import { abortError, throwIfAborted } from "./problem.ts";

interface Task<V> {
  readonly promise: Promise<V>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Work that several callers may want at the same time: it runs once. A caller that aborts only leaves; the work is
 * aborted when the last one has left.
 */
export class SharedTasks<K, V> {
  readonly #tasks = new Map<K, Task<V>>();

  has(key: K): boolean {
    return this.#tasks.has(key);
  }

  async run(key: K, signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<V>): Promise<V> {
    throwIfAborted(signal);
    const task = this.#tasks.get(key) ?? this.#start(key, start);
    task.waiting++;
    let leave: (() => void) | undefined;
    const aborted = new Promise<never>((_, reject) => {
      leave = () => {
        reject(abortError());
      };
      signal?.addEventListener("abort", leave, { once: true });
    });
    try {
      return await Promise.race([task.promise, aborted]);
    } finally {
      if (leave) signal?.removeEventListener("abort", leave);
      if (--task.waiting === 0 && this.#tasks.get(key) === task) {
        this.#tasks.delete(key);
        task.controller.abort();
      }
    }
  }

  #start(key: K, start: (signal: AbortSignal) => Promise<V>): Task<V> {
    const controller = new AbortController();
    const promise = start(controller.signal).finally(() => {
      if (this.#tasks.get(key) === task) this.#tasks.delete(key);
    });
    // Every waiter may have left before it fails.
    promise.catch(() => undefined);
    const task: Task<V> = { promise, controller, waiting: 0 };
    this.#tasks.set(key, task);
    return task;
  }
}
