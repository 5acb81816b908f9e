import { Worker } from "node:worker_threads";
import { mutate, type Seed } from "./mutate.ts";
import { Random } from "./random.ts";
import { allocations, trial } from "./trial.ts";

const env = process.env;
/** SWEEPMARK_FUZZ_SEED, _RUNS and _FROM make a run again, a longer one, or a single one. */
export const fuzzSeed = Number(env.SWEEPMARK_FUZZ_SEED ?? 20_260);
const runsOf = (usual: number): number => Number(env.SWEEPMARK_FUZZ_RUNS ?? usual);
/** A scan takes a breath of a millisecond now and then: other runs use it. */
const lanes = 4;
/** So many are named before a campaign stops. */
const mostFailures = 5;
const firstRun = Number(env.SWEEPMARK_FUZZ_FROM ?? 0);

export interface Tally {
  readonly runs: number;
  readonly opened: number;
  readonly frames: number;
  readonly mostReads: number;
}

/**
 * So many mutations, spread over the seeds. Throws where any does anything but open or be refused, with what makes
 * it again. A run that does not end is killed with its process, which says the same.
 */
export async function campaign(
  seeds: readonly Seed[],
  usualRuns: number,
  focus: "anywhere" | "payloads",
): Promise<Tally> {
  const runs = runsOf(usualRuns);
  const tally = { runs, opened: 0, frames: 0, mostReads: 0 };
  // The seeds themselves are whole; and the WebAssembly of zstd starts before arrays are watched.
  for (const { name, bytes } of seeds) {
    const { frames } = await trial(bytes);
    if (frames !== 3) throw new Error(`the seed ${name} gives ${frames} of 3 frames`);
  }
  const watchdog = startWatchdog();
  const failures: string[] = [];
  try {
    let next = firstRun;
    const lane = async (): Promise<void> => {
      while (next < firstRun + runs && failures.length < mostFailures) {
        const run = next++;
        watchdog.at(run);
        const random = new Random(fuzzSeed, run);
        const seed = seeds[run % seeds.length];
        const { bytes, steps } = mutate(seed, random.pick(seeds), random, focus);
        try {
          const { kind, frames, reads } = await trial(bytes);
          if (kind === "opened") tally.opened++;
          tally.frames += frames;
          tally.mostReads = Math.max(tally.mostReads, reads);
        } catch (error) {
          const again = `SWEEPMARK_FUZZ_SEED=${fuzzSeed} SWEEPMARK_FUZZ_FROM=${run} SWEEPMARK_FUZZ_RUNS=1`;
          failures.push(`${again}: ${seed.name}, ${steps.join("; ")}\n${error instanceof Error ? error.stack : error}`);
        }
      }
    };
    await allocations.watched(async () => void (await Promise.all(Array.from({ length: lanes }, lane))));
  } finally {
    await watchdog.stop();
  }
  if (failures.length > 0) throw new Error(failures.join("\n\n"));
  return tally;
}

/** A thread that ends the process when no run has begun for half a minute: a loop without end cannot be left otherwise. */
function startWatchdog() {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const code = `
    const { workerData: shared } = require("node:worker_threads");
    const { writeSync } = require("node:fs");
    let last = -1;
    setInterval(() => {
      const now = Atomics.load(shared, 0);
      if (now === last) {
        writeSync(2, "\\nThe fuzz run SWEEPMARK_FUZZ_SEED=${fuzzSeed} SWEEPMARK_FUZZ_FROM=" + now + " does not end, or one of the ${lanes - 1} before it.\\n");
        process.kill(process.pid, "SIGKILL");
      }
      last = now;
    }, 30_000);`;
  const worker = new Worker(code, { eval: true, workerData: shared });
  worker.unref();
  return {
    at: (run: number): void => void Atomics.store(shared, 0, run),
    stop: () => worker.terminate(),
  };
}
