/** Work between two breaths, milliseconds: an abort is heard after this, and the breaths cost a hundredth of it. */
const workMs = 4;

/**
 * A turn of the event loop now and then in work that never waits, because everything it reads is in memory: messages to
 * a worker (an abort, a more urgent request) come in only between turns.
 */
export class Breath {
  readonly #now: () => number;
  readonly #turn: () => Promise<void>;
  #since: number;

  constructor(now: () => number = () => performance.now(), turn: () => Promise<void> = nextTurn) {
    this.#now = now;
    this.#turn = turn;
    this.#since = now();
  }

  async take(): Promise<void> {
    if (this.#now() - this.#since < workMs) return;
    await this.#turn();
    this.#since = this.#now();
  }
}

interface ImmediateGlobal {
  readonly setImmediate?: (run: () => void) => void;
}

/** The next macrotask: what waits (input, drawing, messages) comes in between. A timer would do, but a browser makes nested ones wait for 4 ms. */
export function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as ImmediateGlobal;
  return new Promise((resolve) => {
    if (setImmediate) return setImmediate(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
