import type { AccumulatedCloud, AccumulateRequest } from "./accumulated-cloud.ts";
import type { EgoMatches, MatchEgoRequest } from "./ego-matches.ts";
import type { Frame, FrameEntry, FrameOptions, LogInfo, ReadOptions } from "./types.ts";

export interface LoadOptions extends Pick<FrameOptions, "signal" | "onSweeps"> {
  /** Ids of those whose images are read; absent: all. */
  readonly cameras?: readonly string[] | undefined;
}

/** Frames without a cache: the log itself (Node, worker), or the page's end of a worker. */
export interface FrameSource {
  readonly info: LogInfo;
  /** Decodes one frame; every call makes new arrays, which belong to the caller. Rejects with LogError, AbortError. */
  load(index: number, options?: LoadOptions): Promise<Frame>;
  /** Takes back the arrays of a frame at which nobody looks any more. */
  recycle(frame: Frame): void;
  accumulate(request: AccumulateRequest, options?: ReadOptions): Promise<AccumulatedCloud>;
  matchEgo(request: MatchEgoRequest, options?: ReadOptions): Promise<EgoMatches>;
  scan(options?: ReadOptions): Promise<readonly FrameEntry[]>;
  /** Tells when `info` has changed without being asked for anything. Returns how to end it. Absent: it never does. */
  watch?(listener: WatchLog): () => void;
  close(): Promise<void>;
}

/** `spoiled`: frames that must not be kept, since a chunk near them was found damaged after it had been read. */
export type WatchLog = (spoiled: readonly number[]) => void;
