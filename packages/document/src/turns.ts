/** How long a page may be kept from drawing and answering, milliseconds. */
const turnMs = 30;

export interface Turns {
  /** Whether the turn is over: then {@link next} is to be awaited. */
  readonly over: boolean;
  /** Begins a new turn once everything else that waited has had its own. */
  next(): Promise<void>;
}

/** Long work in turns: what waits (input, drawing) comes in between. */
export function createTurns(): Turns {
  let began = performance.now();
  return {
    get over() {
      return performance.now() - began > turnMs;
    },
    async next() {
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      began = performance.now();
    },
  };
}
