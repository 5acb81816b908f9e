import { openLog, type Frame, type LogReader } from "@sweepmark/log";
import type { Plan, Traced } from "./browser/plan.ts";
import { createFloor, type Floor } from "./floor.ts";
import { randomNumbers, timed, type Case } from "./measure.ts";
import { openPlain } from "./plain.ts";
import type { BenchFile, Read } from "./source.ts";
import { wholeLogCases } from "./whole-log.ts";

/** What one log costs, counted; the same in every run. */
export interface LogFacts {
  readonly log: string;
  readonly sizeBytes: number;
  readonly frames: number;
  readonly pointsPerSweep: number;
  readonly openReads: number;
  readonly openBytes: number;
  readonly openChunks: number;
  /** Means over all frames, in order. */
  readonly chunksPerFrame: number;
  readonly payloadBytesPerFrame: number;
}

/** What the other contenders must read to do the same. */
export type LogTraces = Omit<Plan, "rounds" | "only">;

/** Twice the reader's cache of decompressed chunks. */
const longBytes = 64 * 1024 * 1024;
/** Only the visible frame is kept, so that a second look at a frame decodes again. */
const noFrameCache = { cacheBytes: 1 };

export interface LogCases {
  readonly cases: readonly Case[];
  readonly facts: LogFacts;
  readonly traces: LogTraces;
}

export async function logCases(file: BenchFile, rounds: number): Promise<LogCases> {
  const floor = await createFloor(file);
  const traces = await traceReads(file);
  const { open, fresh, inOrder } = traces;
  const open0: Traced = { reads: open.reads, payloadBytes: fresh[0].payloadBytes };
  const count = fresh.length;
  const probe = await openLog(file.source, noFrameCache);
  const logTimes = probe.info.frames.map(({ logTime }) => logTime as bigint);
  const end = (probe.info.end as bigint) + 1n;
  const until = (index: number): bigint => logTimes[index + 1] ?? end;
  const total = inOrder.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
  const share = (100 * bytesOf(open.reads)) / file.sizeBytes;
  const facts: LogFacts = {
    log: file.name,
    sizeBytes: file.sizeBytes,
    frames: count,
    pointsPerSweep: (await probe.frame(0)).sweeps[0].count,
    openReads: open.reads.length,
    openBytes: bytesOf(open.reads),
    openChunks: floor.chunksIn(open.reads),
    chunksPerFrame: inOrder.reduce((sum, { reads }) => sum + floor.chunksIn(reads), floor.chunksIn(open.reads)) / count,
    payloadBytesPerFrame: total / count,
  };
  const seeks = indicesThatRead(fresh, 2 * rounds);
  const replay =
    ({ reads, payloadBytes }: Traced) =>
    async () =>
      await timed(() => floor.run(reads, payloadBytes));
  const subject = file.name;
  // Longer than what is kept decompressed: a second pass finds nothing of the first.
  const isLong = facts.payloadBytesPerFrame * count > longBytes;
  const cases: Case[] = [
    {
      subject,
      name: "open",
      note: `reads ${(facts.openBytes / 1e6).toFixed(2)} MB in ${facts.openReads}, ${share.toFixed(1)} % of the file`,
      rounds,
      ours: async () => await timed(async () => await openLog(file.source, noFrameCache)),
      floor: replay(open0),
      plain: async () => await timed(async () => await openPlain(file)),
    },
    {
      subject,
      name: "open and first frame",
      rounds,
      ours: async () => await timed(async () => await (await openLog(file.source, noFrameCache)).frame(0)),
      floor: replay(open0),
      plain: async () => await timed(async () => await (await openPlain(file)).frames(0n, until(0))),
    },
    stepCase(subject, probe, file, { floor, traced: inOrder, rounds: 2 * rounds }),
    {
      subject,
      name: "seek, chunks not read",
      rounds: seeks.length,
      ours: async (round) => {
        const log = await openLog(file.source, noFrameCache);
        return await timed(async () => await log.frame(seeks[round]));
      },
      floor: async (round) => await replay(fresh[seeks[round]])(),
      plain: async (round) => {
        const plain = await openPlain(file);
        return await timed(async () => await plain.frames(logTimes[seeks[round]], until(seeks[round])));
      },
    },
    {
      subject,
      name: "all frames in order, each",
      rounds: Math.max(3, rounds >> 2),
      note: isLong
        ? "one reader, again and again: chunks are read and decompressed each time"
        : "a new reader each time",
      ours: async () => {
        const log = isLong ? probe : await openLog(file.source, noFrameCache);
        return (await timed(async () => await everyFrame(log))) / count;
      },
      floor: async () => (await timed(() => inOrder.forEach((t) => floor.run(t.reads, t.payloadBytes)))) / count,
      plain: async () => {
        const plain = await openPlain(file);
        return (await timed(async () => await plain.frames(0n, end))) / count;
      },
    },
  ];
  cases.push(...(await wholeLogCases(file, { floor, traces, rounds })));
  const times = [...logTimes, end].map(String);
  return { cases, facts, traces: { subject, ...traces, logTimes: times } };
}

/** From a frame to the next one, whose chunks are decompressed but which was never decoded, or no longer is kept. */
function stepCase(
  subject: string,
  log: LogReader,
  file: BenchFile,
  { floor, traced, rounds }: { readonly floor: Floor; readonly traced: readonly Traced[]; readonly rounds: number },
): Case {
  const random = randomNumbers(7);
  const indices = Array.from({ length: rounds }, () => 1 + Math.floor(random() * (traced.length - 1)));
  return {
    subject,
    name: "step, chunks cached",
    note: "floor: one memcpy of what the frame holds",
    rounds,
    ours: async (round) => {
      const index = indices[round];
      await log.frame(index);
      await log.frame(index - 1);
      file.takeReads();
      const ms = await timed(async () => await log.frame(index));
      if (file.takeReads().length > 0) throw new Error("a step within cached chunks has read the file");
      return ms;
    },
    floor: async (round) => await timed(() => floor.run([], traced[indices[round]].payloadBytes)),
  };
}

async function traceReads(file: BenchFile): Promise<Pick<Plan, "open" | "fresh" | "inOrder">> {
  file.takeReads();
  const log = await openLog(file.source, noFrameCache);
  const open = { reads: file.takeReads(), payloadBytes: 0 };
  const trace = async (reader: LogReader, index: number): Promise<Traced> => {
    file.takeReads();
    const frame = await reader.frame(index);
    return { reads: file.takeReads(), payloadBytes: payloadOf(frame) };
  };
  const inOrder: Traced[] = [];
  const fresh: Traced[] = [];
  for (const { index } of log.info.frames) {
    inOrder.push(await trace(log, index));
    fresh.push(await trace(await openLog(file.source, noFrameCache), index));
  }
  return { open, fresh, inOrder };
}

export async function everyFrame(log: LogReader): Promise<void> {
  for (const { index } of log.info.frames) log.release(await log.frame(index));
}

/** `rounds` frames in a random order, of those that opening has not read. */
function indicesThatRead(fresh: readonly Traced[], rounds: number): number[] {
  const random = randomNumbers(3);
  const candidates = [...fresh.keys()].filter((index) => fresh[index].reads.length > 0);
  return Array.from({ length: rounds }, () => candidates[Math.floor(random() * candidates.length)]);
}

const bytesOf = (reads: readonly Read[]): number => reads.reduce((sum, { length }) => sum + length, 0);

/** Bytes of the arrays that a frame hands out. */
function payloadOf({ sweeps, images }: Frame): number {
  let bytes = 0;
  for (const { positions, intensity, ring, timeOffsetNs } of sweeps)
    for (const array of [positions, intensity, ring, timeOffsetNs]) bytes += array?.byteLength ?? 0;
  for (const { content } of images)
    if (content.kind !== "video") bytes += (content.kind === "encoded" ? content.bytes : content.rgba).byteLength;
  return bytes;
}
