import type { History, Journal } from "@sweepmark/document";
import type { Session } from "@sweepmark/editor";
import type { LogInfo } from "@sweepmark/log";
import type { LogSettings } from "./log-settings.ts";
import type { ServerScene } from "./server-api.ts";

/** Where a log comes from. */
export type Origin =
  | { readonly kind: "file"; readonly file: File; readonly handle?: FileSystemFileHandle | undefined }
  /** The files of one drive. `name`: of their folder. */
  | { readonly kind: "files"; readonly files: readonly File[]; readonly name?: string | undefined }
  | { readonly kind: "server"; readonly scene: ServerScene }
  | { readonly kind: "url"; readonly url: string; readonly name: string };

export function originName(origin: Origin): string {
  switch (origin.kind) {
    case "file":
      return origin.file.name;
    case "files":
      return origin.name ?? origin.files.map(({ name }) => name).join(", ");
    case "server":
      return origin.scene.logName;
    case "url":
      return origin.name;
  }
}

/** An open log with its labels, and where these are kept. */
export interface Workspace {
  readonly origin: Origin;
  readonly session: Session;
  readonly history: History;
  readonly journal: Journal;
  /** How the log is opened; changes with `reopen`. */
  readonly settings: LogSettings;
  /**
   * Opens the log by other settings under the session, which keeps its labels, history, selection, view and place in time.
   * Rejects with LogError or AbortError; then nothing has changed.
   */
  reopen(settings: LogSettings, signal?: AbortSignal): Promise<void>;
  /** As it was when opened; `session.log.info` grows. */
  readonly info: LogInfo;
  /** Since when another tab writes to this scene; undefined: this tab does, or did until it lost the right. */
  readonly occupied: { readonly since: Date | undefined } | undefined;
  /** What a person should know about the kept labels: lines that could not be read, a folder of another log. */
  readonly notices: readonly string[];
  /** Token for the server; undefined in the browser's storage or after the right was lost. */
  lease(): string | undefined;
  close(): Promise<void>;
}
