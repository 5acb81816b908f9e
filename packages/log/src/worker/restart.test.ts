import { MessageChannel } from "node:worker_threads";
import { expose } from "comlink";
import { afterEach, describe, expect, it } from "vitest";
import { drive } from "../../test-support/drive.ts";
import { writeLog } from "../../test-support/write-log.ts";
import type { LogReader } from "../types.ts";
import { connectLog } from "./connect.ts";
import type { LogWorker, Timers } from "./connection.ts";
import { LogHost } from "./host.ts";

const ports: { close(): void }[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** Time stands still until it is told to go. */
function clock(): Timers & { pass(ms: number): Promise<void> } {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = timers.toSorted((a, b) => a.at - b.at).find(({ at }) => at <= end);
        if (!next) break;
        now = next.at;
        timers = timers.filter((other) => other !== next);
        next.run();
        await settle();
      }
      now = end;
    },
  };
}

/** Messages have crossed and been answered. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25));

type Bad = "dies" | "hangs";

/**
 * Workers of which each dies or hangs as it is asked for certain frames. A hanging one hears nothing any more, like one in
 * an endless loop.
 */
function workers(bad: (index: number, worker: number) => Bad | undefined) {
  const made: { asked: number[]; terminated: boolean; die(reason: string): void }[] = [];
  const create = (): LogWorker => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    const failed = new Set<(event: unknown) => void>();
    const number = made.length;
    const state = {
      asked: [] as number[],
      terminated: false,
      die(reason: string) {
        port1.close();
        for (const listener of failed) listener({ message: reason });
      },
    };
    made.push(state);
    class Bad extends LogHost {
      override async load(...request: Parameters<LogHost["load"]>) {
        const [, index] = request;
        state.asked.push(index);
        const how = bad(index, number);
        if (how === "dies") setTimeout(() => state.die("out of memory"), 0);
        if (how === "hangs") port1.close();
        return how ? await new Promise<never>(() => undefined) : await super.load(...request);
      }
    }
    expose(new Bad(), port1 as unknown as LogWorker);
    const end = port2 as unknown as LogWorker;
    return {
      postMessage: end.postMessage.bind(end),
      addEventListener(type, listener, options) {
        if (type === "error") failed.add(listener as (event: unknown) => void);
        else end.addEventListener(type, listener, options);
      },
      removeEventListener: end.removeEventListener.bind(end),
      start: () => port2.start(),
      terminate() {
        state.terminated = true;
        port2.close();
      },
    };
  };
  return { create, made };
}

const file = async (frames: number): Promise<Blob> =>
  new Blob([(await writeLog(drive(frames), { chunkSize: 9000, compression: "zstd" })).slice()]);

async function open(bad: Parameters<typeof workers>[0]) {
  const timers = clock();
  const { create, made } = workers(bad);
  const blob = await file(8);
  const log = await connectLog(create, { kind: "blob", blob, name: "drive.mcap" }, { timers });
  return { log, made, timers };
}

const codes = (log: LogReader): readonly string[] => log.info.problems.map(({ code }) => code);

describe("rule 22: a worker that ends is replaced", () => {
  it("goes on with what was asked; frames that are held stay, what was known stays known", async () => {
    const { log, made } = await open((index, worker) => (index === 5 && worker === 0 ? "dies" : undefined));
    const told: number[] = [];
    log.subscribe(() => told.push(log.info.problems.length));
    const held = await log.frame(3);
    expect((await log.frame(5)).index).toBe(5);
    expect(made.map(({ asked, terminated }) => [asked, terminated])).toEqual([
      [[3, 5], true],
      [[5], false],
    ]);
    expect(await log.frame(3)).toBe(held);
    expect(log.info.frames.flatMap(({ exact, index }) => (exact ? [index] : []))).toEqual([0, 3, 5]);
    const problem = log.info.problems.find(({ code }) => code === "worker-restarted");
    expect(problem).toMatchObject({ severity: "warning", params: { reason: "out of memory" } });
    expect(told.length).toBeGreaterThan(0);
  });

  it("that gave no answer for 8 s while something was asked has ended", async () => {
    const { log, made, timers } = await open((index, worker) => (index === 2 && worker === 0 ? "hangs" : undefined));
    const frame = log.frame(2);
    await timers.pass(8000);
    expect(made).toHaveLength(1);
    await timers.pass(1500);
    expect((await frame).index).toBe(2);
    expect(made[0].terminated).toBe(true);
    expect(log.info.problems.at(-1)?.message).toContain("it gave no answer for 8 s");
    await timers.pass(60_000);
    expect(made).toHaveLength(2);
  });

  it("that does not hear an abort within 2 s has ended", async () => {
    const { log, made, timers } = await open((index, worker) => (index === 2 && worker === 0 ? "hangs" : undefined));
    const abort = new AbortController();
    const left = log.frame(2, { signal: abort.signal });
    const other = log.frame(4);
    await settle();
    abort.abort();
    await expect(left).rejects.toMatchObject({ name: "AbortError" });
    await timers.pass(2000);
    expect((await other).index).toBe(4);
    expect(made).toHaveLength(2);
    expect(log.info.problems.at(-1)?.message).toContain("it did not stop within 2 s");
  });

  it("twice because of the same frame: that frame is left out, the rest goes on", async () => {
    const { log, made } = await open((index) => (index === 6 ? "dies" : undefined));
    const frames = [4, 6, 7].map((index) => log.frame(index));
    await expect(frames[1]).rejects.toMatchObject({
      problem: { code: "worker-failed", params: { frame: 6, reason: "out of memory" } },
    });
    expect((await frames[0]).index).toBe(4);
    expect((await frames[2]).index).toBe(7);
    // The first time all three were suspects; then each ran alone.
    expect(made.map(({ asked }) => asked.includes(6))).toEqual([true, true, false]);
    await expect(log.frame(6)).rejects.toThrow(/Frame 6 stopped the worker that reads the log twice/);
    expect(made).toHaveLength(3);
    expect(codes(log)).toContain("worker-failed");
  });

  it("is not replaced a fourth time within a minute", async () => {
    const { log, made, timers } = await open((index) => (index < 2 ? undefined : "dies"));
    await expect(log.frame(2)).rejects.toMatchObject({ problem: { params: { frame: 2 } } });
    await expect(log.frame(3)).rejects.toMatchObject({ problem: { params: { frame: 3 } } });
    expect(made).toHaveLength(4);
    await expect(log.frame(4)).rejects.toMatchObject({ problem: { code: "worker-failed", params: { restarts: 3 } } });
    await expect(log.frame(1)).rejects.toThrow(/4 times within a minute/);
    await timers.pass(100_000);
    expect(made).toHaveLength(4);
  });

  it("is not held against a log for ever: after a minute it counts anew", async () => {
    const { log, made, timers } = await open((index, worker) => (index >= 2 && worker < 5 ? "dies" : undefined));
    await expect(log.frame(2)).rejects.toMatchObject({ problem: { params: { frame: 2 } } });
    await timers.pass(61_000);
    await expect(log.frame(3)).rejects.toMatchObject({ problem: { params: { frame: 3 } } });
    await timers.pass(61_000);
    expect((await log.frame(4)).index).toBe(4);
    expect(made).toHaveLength(6);
  });

  it("that opens another log is an error, never a mixture", async () => {
    const timers = clock();
    const { create } = workers((index) => (index === 2 ? "dies" : undefined));
    // The same reference, another content: as a file that is written over.
    const source = { kind: "blob" as const, name: "drive.mcap", blob: await file(8) };
    const log = await connectLog(create, source, { timers });
    source.blob = await file(9);
    await expect(log.frame(2)).rejects.toMatchObject({ problem: { code: "log-changed" } });
    await expect(log.frame(1)).rejects.toMatchObject({ problem: { code: "log-changed" } });
  });

  it("once closed nothing is asked and nothing is started", async () => {
    const { log, made } = await open(() => "hangs");
    const waiting = log.frame(3);
    await settle();
    await log.close();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await expect(log.frame(1)).rejects.toMatchObject({ problem: { code: "not-open" } });
    made[0].die("late");
    expect(made).toHaveLength(1);
  });
});
