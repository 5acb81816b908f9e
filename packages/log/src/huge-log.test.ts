import { beforeAll, describe, expect, it } from "vitest";
import { hugeLog, piecesSource, tenGigabytes, type Piece } from "../test-support/huge-log.ts";
import { openLog } from "./open-log.ts";
import { httpSource } from "./sources/http.ts";
import type { ByteSource, Progress } from "./types.ts";

interface Counted extends ByteSource {
  bytes: number;
  reads: number;
}

function counted(source: ByteSource): Counted {
  const self: Counted = {
    name: source.name,
    bytes: 0,
    reads: 0,
    size: () => source.size(),
    read(offset, length, signal) {
      self.bytes += Number(length);
      self.reads++;
      return source.read(offset, length, signal);
    },
  };
  return self;
}

describe("rule 4: a log of 10 GB opens by what its first frame needs", () => {
  let pieces: Piece[];
  beforeAll(() => {
    pieces = hugeLog(tenGigabytes);
  });

  it("summary, message indexes, first frame: counted in bytes and reads", async () => {
    const source = counted(piecesSource(pieces, "huge.mcap"));
    const seen: Progress[] = [];
    const log = await openLog(source, { onProgress: (progress) => seen.push(progress) });
    expect(log.info.sizeBytes).toBeGreaterThan(10_000_000_000n);
    expect(log.info.problems).toEqual([]);
    expect(log.info.frames.length).toBe(2500);
    expect(log.info.cameras.length).toBe(6);
    const opened = { bytes: source.bytes, reads: source.reads };
    // 2500 index sections of 381 bytes, a summary of 580 kB, two chunks of 4.1 MB: a thousandth of the file.
    expect(opened.bytes).toBeLessThan(10_500_000);
    // One for each chunk's indexes, and a dozen.
    expect(opened.reads).toBeLessThan(2500 + 12);
    expect((await log.frame(0)).images.length).toBe(6);
    expect(source.bytes).toBe(opened.bytes);
    source.bytes = source.reads = 0;
    const frame = await log.frame(2000);
    expect(frame.worldFromEgo.translation[0]).toBeCloseTo(2000, 6);
    expect(source.bytes).toBeLessThan(3 * 4_300_000);
    expect(seen.at(-1)).toEqual({ done: 2500, total: 2500, unit: "chunks" });
    expect(seen.every(({ done }, i) => i === 0 || done >= seen[i - 1].done)).toBe(true);
  });

  it("reading its indexes is aborted at once", async () => {
    const source = counted(piecesSource(pieces, "huge.mcap"));
    const abort = new AbortController();
    const onProgress = ({ done, unit }: Progress): void => {
      if (unit === "chunks" && done > 100) abort.abort();
    };
    await expect(openLog(source, { signal: abort.signal, onProgress })).rejects.toMatchObject({ name: "AbortError" });
    expect(source.reads).toBeLessThan(200);
  });

  it("over HTTP, small chunks' indexes come by few requests", async () => {
    const small = piecesSource(hugeLog({ chunks: 300, points: 400, imageBytes: 2000, cameras: 1 }), "small.mcap");
    let requests = 0;
    const fetcher = async (_: unknown, init?: RequestInit): Promise<Response> => {
      requests++;
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get("Range") ?? "") ?? [];
      const body = await small.read(BigInt(from), BigInt(to) + 1n - BigInt(from));
      const headers = { "Content-Range": `bytes ${from}-${to}/${small.bytes}` };
      return new Response(body as Uint8Array<ArrayBuffer>, { status: 206, headers });
    };
    const log = await openLog(httpSource("http://host/small.mcap", { fetch: fetcher as typeof fetch }));
    expect(log.info.frames.length).toBe(300);
    // Without gathering: one for each of 300 chunks.
    expect(requests).toBeLessThan(40);
  });
});
