import { describe, expect, it } from "vitest";
import { LogError } from "../types.ts";
import { httpSource } from "./http.ts";

const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

interface Server {
  bytes: Uint8Array;
  etag: string | undefined;
  ranges: boolean;
  /** Statuses to answer first. */
  failures: (number | "network")[];
  requests: string[];
}

function server(more: Partial<Server> = {}): Server & { fetch: typeof fetch } {
  const state: Server = { bytes: content, etag: '"a"', ranges: true, failures: [], requests: [], ...more };
  const answer = (_url: unknown, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    state.requests.push(headers.get("Range") ?? "");
    const failure = state.failures.shift();
    if (failure === "network") return Promise.reject(new TypeError("fetch failed"));
    if (failure !== undefined) return Promise.resolve(new Response("no", { status: failure, statusText: "Sorry" }));
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.get("Range") ?? "") ?? [];
    const ifRange = headers.get("If-Range");
    const out = new Headers(state.etag ? { ETag: state.etag } : {});
    if (!state.ranges || (ifRange !== null && ifRange !== state.etag))
      return Promise.resolve(new Response(state.bytes.slice(), { headers: out }));
    const part = state.bytes.slice(Number(from), Number(to) + 1);
    out.set("Content-Range", `bytes ${from}-${to}/${state.bytes.length}`);
    out.set("Content-Length", String(part.length));
    return Promise.resolve(new Response(part, { status: 206, headers: out }));
  };
  return Object.assign(state, { fetch: answer as typeof fetch });
}

const source = (s: ReturnType<typeof server>) =>
  httpSource("http://host/logs/drive.mcap?x=1", { fetch: s.fetch, retryAfterMs: [0, 0] });

const code = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(LogError);
  return (error as LogError).problem.code;
};

describe("a log over HTTP", () => {
  it("is read by ranges, and named by its last path element", async () => {
    const s = server();
    const log = source(s);
    expect(log.name).toBe("drive.mcap");
    expect(await log.size()).toBe(1000n);
    expect(await log.read(10n, 5n)).toEqual(content.slice(10, 15));
    expect(await log.read(10n, 0n)).toEqual(new Uint8Array(0));
    expect(s.requests).toEqual(["bytes=0-0", "bytes=10-14"]);
  });

  it("that changes while it is open is noticed by ETag, by If-Range and by size", async () => {
    const byIfRange = server();
    const log = source(byIfRange);
    await log.size();
    byIfRange.etag = '"b"';
    expect(await code(log.read(0n, 4n))).toBe("log-changed");
    const weak = server({ etag: 'W/"a"' });
    const other = source(weak);
    await other.size();
    weak.etag = 'W/"b"';
    expect(await code(other.read(0n, 4n))).toBe("log-changed");
    const bySize = server({ etag: undefined });
    const third = source(bySize);
    await third.size();
    bySize.bytes = content.slice(0, 900);
    expect(await code(third.read(0n, 4n))).toBe("log-changed");
  });

  it("from a server without ranges, or without the file, is a clear error", async () => {
    expect(await code(source(server({ ranges: false })).size())).toBe("no-ranges");
    expect(await code(source(server({ failures: [404] })).size())).toBe("http-error");
  });

  it("is tried again after failures of network and server, and not for ever", async () => {
    const s = server({ failures: [503, "network"] });
    expect(await source(s).size()).toBe(1000n);
    expect(s.requests).toHaveLength(3);
    expect(await code(source(server({ failures: [500, 500, 500, 500] })).size())).toBe("http-error");
    await expect(source(server({ failures: ["network", "network", "network"] })).size()).rejects.toThrow(
      "fetch failed",
    );
    const late = server({ failures: [404] });
    const log = source(late);
    await code(log.size());
    expect(await log.size()).toBe(1000n);
  });
});
