import { nextTurn, openLog, type LogReader } from "@sweepmark/log";
import { everyFrame, type LogTraces } from "./cases.ts";
import type { Floor } from "./floor.ts";
import { timed, type Case } from "./measure.ts";
import type { BenchFile } from "./source.ts";

/** Pauses that come when they are told to: what a reader puts off is done, and counted, then. */
function createPauses() {
  const waiting: (() => void)[] = [];
  return {
    soon: (run: () => void): void => void waiting.push(run),
    async passAll(): Promise<void> {
      for (let run = waiting.shift(); run; run = waiting.shift()) {
        run();
        // A checksum of a chunk that has left the cache is read for, and then the next one is put off.
        await nextTurn();
      }
    },
  };
}

/** What reading a whole log costs with everything that is put off, or asked for besides. */
export async function wholeLogCases(
  file: BenchFile,
  {
    floor,
    traces,
    rounds,
  }: { readonly floor: Floor; readonly traces: Pick<LogTraces, "inOrder">; readonly rounds: number },
): Promise<readonly Case[]> {
  const count = traces.inOrder.length;
  const open = async (options: Parameters<typeof openLog>[1] = {}): Promise<LogReader> =>
    await openLog(file.source, { cacheBytes: 1, ...options });
  const few = Math.max(3, rounds >> 2);
  const checksums: Case = {
    subject: file.name,
    name: "all frames in order, checksums too, each",
    note: "ours puts checksums off to pauses: here they are counted (chunks that left the cache are read again); floor: none",
    rounds: few,
    ours: async () => {
      const pauses = createPauses();
      const log = await open({ soon: pauses.soon });
      const all = async (): Promise<void> => {
        await everyFrame(log);
        await pauses.passAll();
      };
      return (await timed(all)) / count;
    },
    floor: async () =>
      (await timed(() => traces.inOrder.forEach((one) => floor.run(one.reads, one.payloadBytes)))) / count,
  };
  const probe = await open();
  await probe.frame(0);
  if (!probe.info.lidars.some(({ hasTimes }) => hasTimes) || probe.info.worldName === undefined) return [checksums];
  const deskew: Case = {
    subject: file.name,
    name: "all frames in order, deskewed, each",
    note: "floor: the same frames, not deskewed",
    rounds: few,
    ours: async () => {
      const log = await open({ deskew: "all" });
      return (await timed(async () => await everyFrame(log))) / count;
    },
    floor: async () => {
      const log = await open();
      return (await timed(async () => await everyFrame(log))) / count;
    },
  };
  return [checksums, deskew];
}
