import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MessageChannel } from "node:worker_threads";
import { expose } from "comlink";
import { describe, expect, it } from "vitest";
import { drive } from "../test-support/drive.ts";
import { writeLog } from "../test-support/write-log.ts";
import { frameBytes } from "./cached-reader.ts";
import { openLog } from "./open-log.ts";
import { bytesSource } from "./sources/bytes.ts";
import type { LogReader } from "./types.ts";
import { connectLog } from "./worker/connect.ts";
import type { LogWorker } from "./worker/connection.ts";
import { LogHost } from "./worker/host.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const frameCount = 24;
/** Fewer than the log has, so that frames are dropped and decoded again all the time. */
const heldFrames = 6;
const MiB = 1024 * 1024;

interface Held {
  readonly arrayBuffers: number;
  readonly heap: number;
}

async function held(): Promise<Held> {
  // What is prefetched or on its way has arrived, and was collected.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
  }
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return { arrayBuffers, heap: heapUsed };
}

/** To and fro over the log with a look ahead, as by the arrow keys. */
async function step(log: LogReader, steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) {
    const way = i % (2 * frameCount - 2);
    const index = way < frameCount ? way : 2 * frameCount - 2 - way;
    const direction = way < frameCount - 1 ? 1 : -1;
    const frame = log.frame(index);
    log.prefetch([1, 2, 3].map((k) => index + k * direction).filter((k) => k >= 0 && k < frameCount));
    expect((await frame).index).toBe(index);
  }
}

async function grows(log: LogReader, first: number, then: number): Promise<void> {
  log.setBudget(heldFrames * frameBytes(await log.frame(0)));
  await step(log, first);
  const before = await held();
  await step(log, then);
  const after = await held();
  expect(log.memory.heldBytes).toBeLessThanOrEqual(log.memory.budgetBytes);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(MiB);
  // 18 000 steps: 60 bytes a step would be seen.
  expect(after.heap - before.heap).toBeLessThan(MiB);
  await log.close();
}

describe("rule 11: an hour of stepping leaves no more behind than its first minutes", () => {
  const file = writeLog(drive(frameCount), { chunkSize: 9000, compression: "lz4" });

  it("20 000 frame steps in one thread", async () => {
    await grows(await openLog(bytesSource(await file, "drive.mcap")), 2000, 18_000);
  });

  it("5 000 frame steps through the channel to a worker", async () => {
    const { port1, port2 } = new MessageChannel();
    expose(new LogHost(), port1 as unknown as LogWorker);
    const blob = new Blob([(await file).slice()]);
    const log = await connectLog(() => port2 as unknown as LogWorker, { kind: "blob", blob, name: "drive.mcap" });
    await grows(log, 1000, 4000);
    port1.close();
    port2.close();
  });
});
