import type { AccumulatedCloud, AccumulateRequest } from "../accumulated-cloud.ts";
import type { EgoMatches, MatchEgoRequest } from "../ego-matches.ts";
import { abortError, isAbort } from "../problem.ts";
import type { ScanStore } from "../mcap/scan-store.ts";
import type { InfoChange } from "../log-state.ts";
import {
  LogError,
  type Frame,
  type FrameChoice,
  type FrameEntry,
  type LogInfo,
  type Problem,
  type Progress,
} from "../types.ts";

/** What the page asks the worker to open. A Blob crosses as a reference: its bytes stay where they are. */
export type RemoteFile =
  | { readonly kind: "blob"; readonly blob: Blob; readonly name: string }
  | { readonly kind: "http"; readonly url: string; readonly name?: string };

/** One file, or the files of one drive. */
export type RemoteSource =
  | RemoteFile
  | { readonly kind: "files"; readonly files: readonly RemoteFile[]; readonly name?: string };

/** Errors cross as values: a structured clone would keep only the text of a LogError. */
export type Reply<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "aborted" };

/** A frame, or as much of it as is there when its images are still to be read. */
export type FrameReply =
  | { readonly kind: "whole"; readonly frame: Frame; readonly change: InfoChange }
  | { readonly kind: "sweeps"; readonly frame: Frame };

/** What comes after the sweeps and labels. */
export interface RestReply {
  readonly rest: Pick<Frame, "images" | "problems" | "unread">;
  readonly change: InfoChange;
}

export interface ScanReply {
  readonly entries: readonly FrameEntry[];
  readonly change: InfoChange;
}

export interface AccumulateReply {
  readonly cloud: AccumulatedCloud;
  readonly change: InfoChange;
}

export interface MatchEgoReply {
  readonly matches: EgoMatches;
  readonly change: InfoChange;
}

export type ReportFound = (change: InfoChange, spoiled: readonly number[]) => void;

export type ReportProgress = (progress: Progress) => void;

/** The worker's end as the page calls it. `requestId` is what `abort` names. */
export interface LogHostApi {
  open(
    requestId: number,
    source: RemoteSource,
    options: FrameChoice,
    report: ReportProgress | undefined,
    /** The page's, called over the line. */
    scanStore?: ScanStore,
    /** The page's, called over the line when something is found that nobody asked for. */
    found?: ReportFound,
  ): Promise<Reply<LogInfo>>;
  /** `returned`: buffers of frames that the page no longer holds, to be used again. `cameras`: see LoadOptions. */
  load(
    requestId: number,
    index: number,
    returned: readonly ArrayBuffer[],
    cameras: readonly string[] | undefined,
  ): Promise<Reply<FrameReply>>;
  /** What `load` has left out, by the same id. To be asked for, or aborted: until then it is kept. */
  rest(requestId: number): Promise<Reply<RestReply>>;
  scan(requestId: number, report: ReportProgress | undefined): Promise<Reply<ScanReply>>;
  accumulate(
    requestId: number,
    request: AccumulateRequest,
    report: ReportProgress | undefined,
  ): Promise<Reply<AccumulateReply>>;
  matchEgo(
    requestId: number,
    request: MatchEgoRequest,
    report: ReportProgress | undefined,
  ): Promise<Reply<MatchEgoReply>>;
  abort(requestId: number): void;
  /** Answers at once, whatever else is under way: says that the worker lives. */
  ping(): void;
  close(): Promise<void>;
}

export async function reply<T>(work: Promise<T>): Promise<Reply<T>> {
  try {
    return { kind: "value", value: await work };
  } catch (error) {
    if (isAbort(error)) return { kind: "aborted" };
    if (error instanceof LogError) return { kind: "problem", problem: error.problem };
    throw error;
  }
}

export function unwrap<T>(answer: Reply<T>): T {
  if (answer.kind === "value") return answer.value;
  throw answer.kind === "aborted" ? abortError() : new LogError(answer.problem);
}
