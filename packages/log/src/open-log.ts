import { CachedReader, defaultCacheBytes } from "./cached-reader.ts";
import { LogCore, type CoreOptions } from "./log-core.ts";
import type { ByteSource, LogReader } from "./types.ts";

export interface OpenOptions extends CoreOptions {
  /** Budget for decoded frames, bytes. */
  readonly cacheBytes?: number;
}

/**
 * Opens a log where it is called: in Node or in a worker (decoding blocks a page; use {@link connectLog} there).
 * Several sources are the files of one drive: parts in time, or one for each sensor. Rejects with LogError where nothing can be read at all, with AbortError when the signal fires.
 */
export async function openLog(
  source: ByteSource | readonly ByteSource[],
  options: OpenOptions = {},
): Promise<LogReader> {
  return new CachedReader(await LogCore.open(source, options), options.cacheBytes ?? defaultCacheBytes);
}
