/** One timed run. What has to be there before is made untimed inside. Returns milliseconds. */
export type Run = (round: number) => Promise<number>;

export interface Case {
  readonly subject: string;
  readonly name: string;
  /** In words: what is counted, what was promised. */
  readonly note?: string;
  readonly rounds: number;
  readonly ours: Run;
  /** What no reader can go below. */
  readonly floor?: Run;
  /** The pipeline that one writes first. */
  readonly plain?: Run;
}

export interface Spread {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly minMs: number;
}

export interface Result {
  readonly subject: string;
  readonly name: string;
  readonly note: string | undefined;
  readonly rounds: number;
  readonly ours: Spread;
  readonly floor: Spread | undefined;
  readonly plain: Spread | undefined;
}

/** The contenders take turns, round by round: what else the machine does meets all of them. Two rounds are not counted. */
export async function measure(test: Case): Promise<Result> {
  const contenders = (["ours", "floor", "plain"] as const).flatMap((key) => {
    const run = test[key];
    return run ? [{ key, run, times: [] as number[] }] : [];
  });
  for (let round = -2; round < test.rounds; round++) {
    // The order turns too: the first one finds the garbage of the last one.
    const first = (round + 2) % contenders.length;
    for (const { run, times } of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const ms = await run(Math.max(0, round));
      if (round >= 0) times.push(ms);
    }
  }
  const spread = (key: "ours" | "floor" | "plain"): Spread | undefined => {
    const times = contenders.find((each) => each.key === key)?.times;
    return times && spreadOf(times);
  };
  const { subject, name, note, rounds } = test;
  const ours = spread("ours");
  if (!ours) throw new Error(`${name} was not run`);
  return { subject, name, note, rounds, ours, floor: spread("floor"), plain: spread("plain") };
}

export function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { medianMs: at(0.5), p95Ms: at(0.95), minMs: sorted[0] };
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds of the processor that `work` takes on all threads: what else the machine does counts little. */
export async function worked(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The same sequence in every run: mulberry32. Values from 0 to 1, exclusive. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
