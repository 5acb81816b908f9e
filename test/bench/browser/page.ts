import { connectLog, createLogWorker, type Frame, type LogReader } from "@sweepmark/log";
import { proxy, releaseProxy, transfer, wrap, type Remote } from "comlink";
import { measure, randomNumbers, timed, type Case, type Result } from "../measure.ts";
import type { FloorHost } from "./floor-worker.ts";
import type { PlainHost } from "./plain-worker.ts";
import type { Plan, Traced } from "./plan.ts";

declare global {
  /** Measures the file that the page's input holds. */
  var benchInWorker: (plan: Plan) => Promise<readonly Result[]>;
}

/** Only the visible frame is kept: each is decoded when it is asked for. */
const noFrameCache = { cacheBytes: 1 };
/** Twice the reader's cache of decompressed chunks. */
const longBytes = 64 * 1024 * 1024;
/** More than the chunks that it holds. */
const elsewhere = 12;

globalThis.benchInWorker = async (plan) => {
  const file = document.querySelector("input")?.files?.[0];
  if (!file) throw new Error("no file was chosen");
  const floor = await openFloor(file);
  const reader = await openOurs(file);
  const plain = await openPlain(file);
  const results: Result[] = [];
  const cases = casesOf(file, plan, { floor, reader, plain });
  for (const test of cases) if (test.name.includes(plan.only)) results.push(await measure(test));
  await reader.close();
  plain.close();
  floor.close();
  return results;
};

interface Contenders {
  readonly floor: Floor;
  readonly reader: LogReader;
  readonly plain: Plain;
}

function casesOf(file: File, plan: Plan, { floor, reader, plain }: Contenders): readonly Case[] {
  const { fresh, inOrder, rounds } = plan;
  const subject = `${plan.subject}, in a worker of the browser`;
  const times = plan.logTimes.map(BigInt);
  const random = randomNumbers(3);
  const candidates = [...fresh.keys()].filter((index) => fresh[index].reads.length > 0);
  const seeks = Array.from({ length: 2 * rounds }, () => candidates[Math.floor(random() * candidates.length)]);
  const first = { reads: plan.open.reads, payloadBytes: fresh[0].payloadBytes };
  // Longer than what is kept decompressed: after some frames from elsewhere nothing of a frame is left.
  const isLong = inOrder.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0) > longBytes;
  return [
    {
      subject,
      name: "open",
      note: "with a worker to start; the floor has its own",
      rounds,
      ours: async () => {
        let log: LogReader | undefined;
        const ms = await timed(async () => (log = await openOurs(file)));
        await log?.close();
        return ms;
      },
      floor: async () => await timed(async () => await floor.run(plan.open)),
      plain: async () => {
        let opened: Plain | undefined;
        const ms = await timed(async () => (opened = await openPlain(file)));
        opened?.close();
        return ms;
      },
    },
    {
      subject,
      name: "open and first frame",
      rounds,
      ours: async () => {
        let log: LogReader | undefined;
        const ms = await timed(async () => await (log = await openOurs(file)).frame(0));
        await log?.close();
        return ms;
      },
      floor: async () => await timed(async () => await floor.run(first)),
      plain: async () => {
        let opened: Plain | undefined;
        const ms = await timed(async () => await (opened = await openPlain(file)).frames(0n, times[1]));
        opened?.close();
        return ms;
      },
    },
    {
      subject,
      name: "seek, chunks not read",
      note: isLong ? "one reader, after frames of other chunks" : "a new reader each time",
      rounds: seeks.length,
      ours: async (round) => {
        const log = isLong ? reader : await openOurs(file);
        if (isLong) await lookElsewhere(reader, seeks[round]);
        let frame: Frame | undefined;
        const ms = await timed(async () => (frame = await log.frame(seeks[round])));
        if (frame) log.release(frame);
        if (!isLong) await log.close();
        return ms;
      },
      floor: async (round) => await timed(async () => await floor.run(fresh[seeks[round]])),
      plain: async (round) => {
        const index = seeks[round];
        return await timed(async () => await plain.frames(times[index], times[index + 1]));
      },
    },
    {
      subject,
      name: "all frames in order, each",
      note: "one reader, again and again; each frame asked for when the one before is there",
      rounds: Math.max(3, rounds >> 2),
      ours: async () => {
        const ms = await timed(async () => {
          for (const { index } of reader.info.frames) reader.release(await reader.frame(index));
        });
        return ms / inOrder.length;
      },
      floor: async () => {
        const ms = await timed(async () => {
          for (const traced of inOrder) await floor.run(traced);
        });
        return ms / inOrder.length;
      },
      plain: async () => (await timed(async () => await plain.frames(0n, times[times.length - 1]))) / inOrder.length,
    },
  ];
}

/** Frames all over the log but not near `index`, until the chunks that it needs are no longer kept. */
async function lookElsewhere(reader: LogReader, index: number): Promise<void> {
  const count = reader.info.frames.length;
  for (let i = 1; i < elsewhere; i++) {
    reader.release(await reader.frame((index + Math.round((i * count) / elsewhere)) % count));
  }
}

/** As the page of the workbench does it. */
const openOurs = (file: File): Promise<LogReader> =>
  connectLog(createLogWorker, { kind: "blob", blob: file, name: file.name }, noFrameCache);

interface Floor {
  run(traced: Traced): Promise<void>;
  close(): void;
}

async function openFloor(file: File): Promise<Floor> {
  const worker = new Worker(new URL("./floor-worker.ts", import.meta.url), { type: "module", name: "floor" });
  const host = wrap<FloorHost>(worker);
  await host.prepare(file);
  let buffer: ArrayBuffer | undefined;
  return {
    async run(traced) {
      const returned = buffer;
      buffer = await host.run(traced, returned && transfer(returned, [returned]));
    },
    close: closer(host, worker),
  };
}

interface Plain {
  frames(from: bigint, to: bigint): Promise<void>;
  close(): void;
}

async function openPlain(file: File): Promise<Plain> {
  const worker = new Worker(new URL("./plain-worker.ts", import.meta.url), { type: "module", name: "plain" });
  const host = wrap<PlainHost>(worker);
  await host.open(file);
  return {
    async frames(from, to) {
      let values = 0;
      await host.frames(
        from,
        to,
        proxy((value) => void (values += value.length)),
      );
      if (values === 0) throw new Error(`no messages from ${from} to ${to}`);
    },
    close: closer(host, worker),
  };
}

const closer = (host: Remote<FloorHost> | Remote<PlainHost>, worker: Worker) => (): void => {
  host[releaseProxy]();
  worker.terminate();
};
