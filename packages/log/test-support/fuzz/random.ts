/** Numbers by a seed (mulberry32): a run can be made again from the two numbers that it names. */
export class Random {
  #state: number;

  constructor(seed: number, run: number) {
    // Neighbouring runs start far apart.
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(run + 1, 0xc2b2ae35)) >>> 0;
  }

  u32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** From 0 inclusive to `end` exclusive; 0 where `end` is 0. */
  below(end: number): number {
    return end <= 0 ? 0 : this.u32() % end;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }
}
