/** A seeded stream of numbers. Never `Math.random`: a log is the same to the byte for the same seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** One of the values, each as likely. */
  pick<T>(values: readonly T[]): T;
  /** Normal with mean 0 and sigma 1, cut off at ±2.5 by drawing again. */
  normal(): number;
  /** A stream of its own: drawing more from one part of the world does not change another part. */
  fork(salt: number): Random;
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, passes gjrand's small tests, 2 ns a number. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    pick: (values) => values[Math.floor(next() * values.length)],
    normal() {
      for (;;) {
        // Box–Muller; 1 − u keeps the logarithm's argument above 0.
        const value = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
        if (Math.abs(value) <= 2.5) return value;
      }
    },
    fork: (salt) => createRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35)),
  };
}
