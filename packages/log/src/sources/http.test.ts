import { describe, expect, it } from "vitest";
import { LogError } from "../types.ts";
import { httpSource } from "./http.ts";

const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

interface Server {
  bytes: Uint8Array;
  etag: string | undefined;
  ranges: boolean;
  /** Statuses to answer first. */
  failures: (number | "network" | "broken body")[];
  retryAfter?: string;
  requests: string[];
}

function server(more: Partial<Server> = {}): Server & { fetch: typeof fetch } {
  const state: Server = { bytes: content, etag: '"a"', ranges: true, failures: [], requests: [], ...more };
  const answer = (_url: unknown, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    state.requests.push(headers.get("Range") ?? "");
    const failure = state.failures.shift();
    if (failure === "network") return Promise.reject(new TypeError("fetch failed"));
    if (typeof failure === "number") {
      const more = state.retryAfter === undefined ? {} : { headers: { "Retry-After": state.retryAfter } };
      return Promise.resolve(new Response("no", { status: failure, statusText: "Sorry", ...more }));
    }
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.get("Range") ?? "") ?? [];
    const ifRange = headers.get("If-Range");
    const out = new Headers(state.etag ? { ETag: state.etag } : {});
    if (!state.ranges || (ifRange !== null && ifRange !== state.etag))
      return Promise.resolve(new Response(state.bytes.slice(), { headers: out }));
    const part = state.bytes.slice(Number(from), Number(to) + 1);
    out.set("Content-Range", `bytes ${from}-${to}/${state.bytes.length}`);
    out.set("Content-Length", String(part.length));
    if (failure === "broken body") {
      const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("terminated")) });
      return Promise.resolve(new Response(broken, { status: 206, headers: out }));
    }
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
  it("a server that sends without end is left after the bytes that were asked for", async () => {
    let sent = 0;
    let left = false;
    const endless: typeof fetch = (_url, init) => {
      const body = new ReadableStream({
        pull(controller) {
          sent += 100;
          controller.enqueue(new Uint8Array(100));
        },
        cancel: () => void (left = true),
      });
      const range = new Headers(init?.headers).get("Range")?.replace("bytes=", "bytes ");
      const headers = { "Content-Range": `${range}/1000`, ETag: '"a"' };
      return Promise.resolve(new Response(body, { status: 206, headers }));
    };
    const log = httpSource("http://host/drive.mcap", { fetch: endless, retryAfterMs: [] });
    await expect(log.read(0n, 250n)).rejects.toThrow(
      "drive.mcap: the server sends more than the 250 bytes that were asked.",
    );
    expect(left).toBe(true);
    expect(sent).toBeLessThan(1000);
  });

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
    const busy = server({ failures: [429, 503] });
    await source(busy).size();
    expect(busy.requests).toHaveLength(3);
    for (const status of [400, 401, 403, 404, 410]) {
      const refused = server({ failures: [status, status] });
      expect(await code(source(refused).size())).toBe("http-error");
      expect(refused.requests).toHaveLength(1);
    }
    const late = server({ failures: [404] });
    const log = source(late);
    await code(log.size());
    expect(await log.size()).toBe(1000n);
  });

  it("waits longer each time, as long as the server wishes, and no longer when it is aborted", async () => {
    const waits: number[] = [];
    const log = (s: ReturnType<typeof server>, abort?: AbortController) =>
      httpSource("http://host/a", {
        fetch: s.fetch,
        wait: (ms) => {
          waits.push(ms);
          abort?.abort();
          return Promise.resolve();
        },
      });
    await log(server({ failures: [500, "network", 502] })).size();
    expect(waits.splice(0)).toEqual([200, 800, 2500]);
    await log(server({ failures: [429], retryAfter: "3" })).size();
    await log(server({ failures: [429], retryAfter: "3600" })).size();
    expect(waits.splice(0)).toEqual([3000, 10_000]);
    const s = server();
    const abort = new AbortController();
    const slow = log(s, abort);
    await slow.size();
    s.failures.push(503, 503);
    await expect(slow.read(0n, 4n, abort.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(s.requests).toHaveLength(2);
  });

  it("a body that breaks off is asked for again", async () => {
    const s = server();
    const log = source(s);
    await log.size();
    s.failures.push("broken body");
    expect(await log.read(10n, 5n)).toEqual(content.slice(10, 15));
    expect(s.requests).toHaveLength(3);
  });

  it("reads that are asked for together are one request", async () => {
    const s = server();
    const log = source(s);
    const parts = await Promise.all([log.read(10n, 5n), log.read(100n, 20n), log.read(900n, 100n)]);
    expect(parts).toEqual([content.slice(10, 15), content.slice(100, 120), content.slice(900)]);
    expect(s.requests).toEqual(["bytes=0-0", "bytes=10-999"]);
  });

  it("from a server that hides its ranges from the page says which header is missing", async () => {
    const s = server();
    const hiding = ((...args: Parameters<typeof fetch>) =>
      s.fetch(...args).then((response) => {
        response.headers.delete("Content-Range");
        return response;
      })) as typeof fetch;
    const error: unknown = await httpSource("http://host/a", { fetch: hiding })
      .size()
      .catch((e: unknown) => e);
    expect((error as LogError).problem).toMatchObject({
      code: "no-ranges",
      hint: expect.stringContaining("Expose-Headers"),
    });
  });
});
