import type { ByteSource } from "../types.ts";
import { LogError } from "../types.ts";
import { isAbort, logError, throwIfAborted } from "../problem.ts";

export interface HttpOptions {
  /** For messages; the last path element of the URL by default. */
  readonly name?: string;
  readonly fetch?: typeof fetch;
  /** Waits before the tries after the first, milliseconds. Only failures of the network and 5xx are tried again. */
  readonly retryAfterMs?: readonly number[];
}

interface Pinned {
  readonly sizeBytes: bigint;
  readonly etag: string | undefined;
  readonly modified: string | undefined;
}

/**
 * A log on a server that answers byte ranges. The first answer pins size and validator (ETag, else Last-Modified);
 * a later answer that disagrees is a LogError `log-changed`: half of one file and half of another is never decoded.
 */
export function httpSource(url: string, options: HttpOptions = {}): ByteSource {
  const name = options.name ?? new URL(url, "http://local/").pathname.split("/").at(-1) ?? url;
  const fetcher = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args));
  const retryAfterMs = options.retryAfterMs ?? [200, 1000];
  let pinned: Promise<Pinned> | undefined;

  async function request(range: string, known: Pinned | undefined, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { Range: range };
    // If-Range takes strong validators only (RFC 9110 §13.1.5); a changed file then answers 200 with everything.
    if (known?.etag && !known.etag.startsWith("W/")) headers["If-Range"] = known.etag;
    for (let attempt = 0; ; attempt++) {
      try {
        // no-store: a browser's cache would mix the pinned file with an older one.
        const response = await fetcher(url, { headers, cache: "no-store", ...(signal ? { signal } : {}) });
        if (response.status < 500 || attempt >= retryAfterMs.length) return response;
        await response.body?.cancel();
      } catch (error) {
        if (isAbort(error) || attempt >= retryAfterMs.length) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs[attempt]));
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
    return new Uint8Array(await response.arrayBuffer());
  }

  async function pin(): Promise<Pinned> {
    const response = await request("bytes=0-0", undefined);
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

  return {
    name,
    size: async () => (await pinOnce()).sizeBytes,
    async read(offset, length, signal) {
      const now = await pinOnce();
      if (length === 0n) return new Uint8Array(0);
      const last = offset + length - 1n;
      const response = await request(`bytes=${offset}-${last}`, now, signal);
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
    },
  };
}
