import type { ByteSource } from "../types.ts";
import { LogError } from "../types.ts";
import { abortError, isAbort, logError, throwIfAborted } from "../problem.ts";
import { gathered, type GatherOptions } from "./gather.ts";

export interface HttpOptions extends GatherOptions {
  /** For messages; the last path element of the URL by default. */
  readonly name?: string;
  readonly fetch?: typeof fetch;
  /** Waits before the tries after the first, milliseconds. Failures of the network, 5xx and 429 are tried again. */
  readonly retryAfterMs?: readonly number[];
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

interface Pinned {
  readonly sizeBytes: bigint;
  readonly etag: string | undefined;
  readonly modified: string | undefined;
}

/** What passes: too many requests, and what a server says of itself. */
const passes = (status: number): boolean => status === 429 || status >= 500;

/** A server's own wish (Retry-After, seconds) is followed up to this. */
const longestWaitMs = 10_000;

/**
 * A log on a server that answers byte ranges. The first answer pins size and validator (ETag, else Last-Modified);
 * a later answer that disagrees is a LogError `log-changed`: half of one file and half of another is never decoded. Reads near each other become one request (gather.ts).
 */
export function httpSource(url: string, options: HttpOptions = {}): ByteSource {
  const name = options.name ?? new URL(url, "http://local/").pathname.split("/").at(-1) ?? url;
  const fetcher = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args));
  const retryAfterMs = options.retryAfterMs ?? [200, 800, 2500];
  const wait = options.wait ?? sleep;
  let pinned: Promise<Pinned> | undefined;

  /** One request and what `use` makes of its answer, tried again while only the network or the server's state is to blame. */
  async function request<T>(
    range: string,
    known: Pinned | undefined,
    signal: AbortSignal | undefined,
    use: (response: Response) => Promise<T>,
  ): Promise<T> {
    const headers: Record<string, string> = { Range: range };
    // If-Range takes strong validators only (RFC 9110 §13.1.5); a changed file then answers 200 with everything.
    if (known?.etag && !known.etag.startsWith("W/")) headers["If-Range"] = known.etag;
    for (let attempt = 0; ; attempt++) {
      let waitMs = retryAfterMs[attempt];
      try {
        // no-store: a browser's cache would mix the pinned file with an older one.
        const response = await fetcher(url, { headers, cache: "no-store", ...(signal ? { signal } : {}) });
        if (!passes(response.status) || attempt >= retryAfterMs.length) return await use(response);
        await response.body?.cancel();
        const wished = Number(response.headers.get("Retry-After") ?? 0) * 1000;
        if (wished > waitMs) waitMs = Math.min(wished, longestWaitMs);
      } catch (error) {
        // A LogError is an answer that was understood.
        if (error instanceof LogError || isAbort(error) || attempt >= retryAfterMs.length) throw error;
      }
      throwIfAborted(signal);
      await wait(waitMs, signal);
      throwIfAborted(signal);
    }
  }

  async function body(response: Response, lengthWanted: bigint, offset: bigint): Promise<Uint8Array> {
    const declared = response.headers.get("Content-Length");
    if (declared !== null && BigInt(declared) !== lengthWanted) {
      await response.body?.cancel();
      throw logError("read-failed", `${name}: the server sends ${declared} bytes where ${lengthWanted} were asked.`, {
        offset,
      });
    }
    return await asManyAs(response, lengthWanted, offset);
  }

  /** A server may send without end, or pack gigabytes into a few bytes: what is more than was asked for is not taken. */
  async function asManyAs(response: Response, lengthWanted: bigint, offset: bigint): Promise<Uint8Array> {
    const reader = response.body?.getReader();
    const bytes = new Uint8Array(Number(lengthWanted));
    let length = 0;
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      if (length + part.value.length > bytes.length) {
        await reader?.cancel();
        throw logError(
          "read-failed",
          `${name}: the server sends more than the ${lengthWanted} bytes that were asked.`,
          {
            offset,
          },
        );
      }
      bytes.set(part.value, length);
      length += part.value.length;
    }
    return bytes.subarray(0, length);
  }

  async function pin(): Promise<Pinned> {
    return await request("bytes=0-0", undefined, undefined, pinnedBy);
  }

  async function pinnedBy(response: Response): Promise<Pinned> {
    const total = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")?.[1];
    await response.body?.cancel();
    if (response.status === 416 && response.headers.get("Content-Range") === "bytes */0") {
      return { sizeBytes: 0n, etag: undefined, modified: undefined };
    }
    if (response.status !== 206 || total === undefined) throw refusal(response, 0n);
    return {
      sizeBytes: BigInt(total),
      etag: response.headers.get("ETag") ?? undefined,
      modified: response.headers.get("Last-Modified") ?? undefined,
    };
  }

  function refusal(response: Response, offset: bigint): LogError {
    if (response.status === 206) {
      return logError("no-ranges", `${name}: the server answers parts, but does not let this page see which.`, {
        offset,
        hint: "It must send Access-Control-Expose-Headers: Content-Range, Content-Length, ETag.",
        params: { name, status: response.status },
      });
    }
    if (response.ok) {
      return logError("no-ranges", `${name}: the server answers whole files only (status ${response.status}).`, {
        offset,
        hint: "A log is read in parts: serve it by a server with byte ranges, or download it and open the file.",
        params: { name, status: response.status },
      });
    }
    return logError("http-error", `${name}: the server answered ${response.status} ${response.statusText}.`.trim(), {
      offset,
      hint: "Check the address and that you may read it.",
      params: { name, status: response.status },
    });
  }

  const changed = (offset: bigint): LogError =>
    logError("log-changed", `${name} was changed on the server while it was open.`, {
      offset,
      hint: "Open it again.",
      params: { name },
    });

  const pinOnce = (): Promise<Pinned> => {
    // A failed first answer must not stay: the next call asks again.
    pinned ??= pin().catch((error: unknown) => {
      pinned = undefined;
      throw error;
    });
    return pinned;
  };

  async function read(offset: bigint, length: bigint, signal?: AbortSignal): Promise<Uint8Array> {
    const now = await pinOnce();
    const last = offset + length - 1n;
    return await request(`bytes=${offset}-${last}`, now, signal, async (response) => {
      if (response.status !== 206) {
        await response.body?.cancel();
        throw response.status === 200 || response.status === 416 ? changed(offset) : refusal(response, offset);
      }
      const range = response.headers.get("Content-Range");
      const etag = response.headers.get("ETag") ?? undefined;
      const modified = response.headers.get("Last-Modified") ?? undefined;
      if (range !== `bytes ${offset}-${last}/${now.sizeBytes}` || etag !== now.etag || modified !== now.modified) {
        await response.body?.cancel();
        throw changed(offset);
      }
      return await body(response, length, offset);
    });
  }

  const gather = gathered(read, options);
  return {
    name,
    size: async () => (await pinOnce()).sizeBytes,
    async version() {
      const { etag, modified } = await pinOnce();
      return etag ?? modified;
    },
    read: (offset, length, signal) =>
      length === 0n ? Promise.resolve(new Uint8Array(0)) : gather(offset, length, signal),
  };
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(abortError());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
