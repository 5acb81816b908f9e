import { MessageChannel } from "node:worker_threads";
import { expose } from "comlink";
import { afterEach, describe, expect, it, vi } from "vitest";
import { drive } from "../../test-support/drive.ts";
import { writeLog } from "../../test-support/write-log.ts";
import type { Frame } from "../types.ts";
import { openLog } from "../open-log.ts";
import { bytesSource } from "../sources/bytes.ts";
import { connectLog } from "./connect.ts";
import type { LogWorker } from "./connection.ts";
import { LogHost } from "./host.ts";

const ports: { close(): void }[] = [];
afterEach(() => {
  vi.unstubAllGlobals();
  for (const port of ports.splice(0)) port.close();
});

/** A LogHost at the other end of a real message channel: everything is cloned or transferred, as to a worker. */
function worker(): LogWorker {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  expose(new LogHost(), port1 as unknown as LogWorker);
  return port2 as unknown as LogWorker;
}

const blob = async (frames: number, chunkSize = 9000): Promise<Blob> =>
  new Blob([(await writeLog(drive(frames), { chunkSize, compression: "zstd" })).slice()]);

/** Answers ranges, each in a turn of its own. */
const slowServer =
  (bytes: Uint8Array): typeof fetch =>
  async (_url, init) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const [from, to] = (new Headers(init?.headers).get("Range") ?? "").slice("bytes=".length).split("-").map(Number);
    const headers = { "Content-Range": `bytes ${from}-${to}/${bytes.length}` };
    return new Response(bytes.slice(from, to + 1), { status: 206, headers });
  };

describe("the page's end of a log in a worker", () => {
  it("is the same log: info, frames, scan", async () => {
    const file = await blob(8);
    const here = await openLog(bytesSource(new Uint8Array(await file.arrayBuffer()), "drive.mcap"));
    const there = await connectLog(worker, { kind: "blob", blob: file, name: "drive.mcap" });
    expect(there.info).toEqual(here.info);
    for (const index of [5, 0]) expect(await there.frame(index)).toEqual(await here.frame(index));
    expect(there.info).toEqual(here.info);
    const seen: number[] = [];
    expect(await there.scan({ onProgress: ({ done }) => seen.push(done) })).toEqual(await here.scan());
    expect(there.info).toEqual(here.info);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen.at(-1)).toBe(8);
    await there.close();
  });

  it("keeps scans in the page's store, and opens files of one drive", async () => {
    const kept = new Map<string, Uint8Array>();
    let saved = (): void => undefined;
    const done = new Promise<void>((resolve) => (saved = resolve));
    const scanStore = {
      load: (key: string) => Promise.resolve(kept.get(key)),
      save: (key: string, bytes: Uint8Array) => {
        kept.set(key, bytes);
        saved();
        return Promise.resolve();
      },
    };
    const whole = await writeLog(drive(180), { chunkSize: 100_000 });
    const cut = new Blob([whole.slice(0, whole.length - 100_000)]);
    expect(cut.size).toBeGreaterThan(1024 * 1024);
    const first = await connectLog(worker, { kind: "blob", blob: cut, name: "cut" }, { scanStore });
    await done;
    expect(kept.size).toBe(1);
    const units = new Set<string>();
    const onProgress = ({ unit }: { readonly unit: string }): void => void units.add(unit);
    const files = [
      { kind: "blob", blob: cut, name: "cut" },
      { kind: "blob", blob: await blob(2), name: "more" },
    ] as const;
    const both = await connectLog(worker, { kind: "files", files, name: "drive" }, { scanStore, onProgress });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(units.has("bytes")).toBe(false);
    expect(both.info.name).toBe("drive");
    expect(both.info.frames.length).toBe(first.info.frames.length + 2);
  });

  it("hands over the same frame again without asking the worker", async () => {
    const log = await connectLog(worker, { kind: "blob", blob: await blob(4), name: "x" });
    const first = await log.frame(2);
    expect(await log.frame(2)).toBe(first);
    expect(log.buffered()).toEqual([2]);
    expect(log.info.frames.map(({ exact }) => exact)).toEqual([true, false, true, false]);
  });

  it("rule 28: hands over the sweeps while images are being read, and the same ones with them", async () => {
    const bytes = await writeLog(drive(8), { chunkSize: 1 });
    const here = await openLog(bytesSource(bytes, "drive.mcap"));
    vi.stubGlobal("fetch", slowServer(bytes));
    const there = await connectLog(worker, { kind: "http", url: "http://host/drive.mcap" });
    const early: Frame[] = [];
    const frame = await there.frame(5, { onSweeps: (sweeps) => void early.push(sweeps) });
    expect(early).toHaveLength(1);
    expect(early[0].sweeps).toBe(frame.sweeps);
    expect(early[0]).toMatchObject({
      index: 5,
      at: frame.at,
      images: [],
      unread: here.info.cameras.map(({ id }) => id),
    });
    expect(frame).toEqual(await here.frame(5));
    const abort = new AbortController();
    const left = there.frame(2, { onSweeps: () => abort.abort(), signal: abort.signal });
    await expect(left).rejects.toMatchObject({ name: "AbortError" });
    expect(await there.frame(2)).toEqual(await here.frame(2));
    await there.close();
  });

  it("gives LogErrors with their problem, and AbortErrors", async () => {
    await expect(
      connectLog(worker, { kind: "blob", blob: new Blob(["#ROSBAG V2.0\n"]), name: "a.bag" }),
    ).rejects.toMatchObject({ name: "LogError", problem: { code: "not-mcap", params: { name: "a.bag" } } });
    const log = await connectLog(worker, { kind: "blob", blob: await blob(4), name: "x" });
    await expect(log.frame(99)).rejects.toMatchObject({ name: "LogError", problem: { code: "no-frame" } });
    const controller = new AbortController();
    const scan = log.scan({ signal: controller.signal });
    controller.abort();
    await expect(scan).rejects.toMatchObject({ name: "AbortError" });
    await expect(log.frame(1, { signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("rejects what waits when the worker dies", async () => {
    const dead = worker();
    const listeners: ((event: unknown) => void)[] = [];
    const failing: LogWorker = {
      postMessage: () => undefined,
      addEventListener: (type, listener) => type === "error" && listeners.push(listener as (event: unknown) => void),
      removeEventListener: dead.removeEventListener.bind(dead),
    };
    const opening = connectLog(() => failing, { kind: "blob", blob: await blob(1), name: "x" });
    listeners.forEach((listener) => listener({ message: "out of memory" }));
    await expect(opening).rejects.toThrow(/has stopped: out of memory/);
  });
});
