import { MessageChannel } from "node:worker_threads";
import { expose } from "comlink";
import { afterEach, describe, expect, it, vi } from "vitest";
import { chunkOracle } from "../test-support/chunk-oracle.ts";
import { drive } from "../test-support/drive.ts";
import { codes } from "../test-support/open.ts";
import { writeLog } from "../test-support/write-log.ts";
import { CachedReader } from "./cached-reader.ts";
import { LogCore } from "./log-core.ts";
import { bytesSource } from "./sources/bytes.ts";
import { connectLog } from "./worker/connect.ts";
import type { LogWorker } from "./worker/connection.ts";
import { LogHost } from "./worker/host.ts";

const ports: { close(): void }[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** An uncompressed log of 60 frames with a flipped bit in the last message of the chunk that holds frame 40's sweep. */
async function damagedLog() {
  const bytes = await writeLog(drive(60), { chunkSize: 20_000 });
  const oracle = await chunkOracle(bytes);
  const { lidarTopic = "", frames } = (await LogCore.open(bytesSource(bytes, "whole"))).info;
  const [chunk] = oracle.holding(lidarTopic, [frames[40].logTime]);
  const { from, to } = oracle.chunks[chunk];
  const damaged = bytes.slice();
  damaged[to - 1] ^= 1;
  return { damaged, offset: BigInt(from) };
}

describe("rule 25: a checksum that is found wrong after the frame was handed over", () => {
  it("becomes a problem and a gap, and its frames are not kept", async () => {
    const { damaged, offset } = await damagedLog();
    const pauses: (() => void)[] = [];
    const core = await LogCore.open(bytesSource(damaged, "x"), { soon: (run) => pauses.push(run) });
    const log = new CachedReader(core, 1e9);
    await log.frame(0);
    await log.frame(40);
    expect(log.info.problems).toEqual([]);
    expect(log.buffered()).toEqual([0, 40]);
    const told = vi.fn();
    log.subscribe(told);
    while (pauses.length > 0) {
      pauses.shift()?.();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    expect(log.info.problems).toMatchObject([{ code: "damaged-chunk", offset }]);
    expect(log.info.gaps).toMatchObject([{ offset, reason: { code: "damaged-chunk" } }]);
    expect(log.buffered()).toEqual([0]);
    expect(told).toHaveBeenCalled();
    await log.close();
  });

  it("is told to the page without its asking", async () => {
    const { damaged, offset } = await damagedLog();
    const worker = (): LogWorker => {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1, port2);
      expose(new LogHost(), port1 as unknown as LogWorker);
      return port2 as unknown as LogWorker;
    };
    const log = await connectLog(worker, { kind: "blob", blob: new Blob([damaged.slice()]), name: "x" });
    await log.frame(0);
    await log.frame(40);
    await new Promise<void>((resolve) => {
      const stop = log.subscribe(() => {
        if (log.info.problems.length === 0) return;
        stop();
        resolve();
      });
    });
    expect(log.info.problems).toMatchObject([{ code: "damaged-chunk", offset }]);
    expect(codes(log.info.gaps.map(({ reason }) => reason))).toEqual(["damaged-chunk"]);
    expect(log.buffered()).toEqual([0]);
    await log.close();
  });
});
