import type { History, Journal } from "@sweepmark/document";
import type { Session } from "@sweepmark/editor";
import type { LogInfo } from "@sweepmark/log";
import type { ServerScene } from "./server-api.ts";

/** Where a log comes from. */
export type Origin =
  | { readonly kind: "file"; readonly file: File; readonly handle?: FileSystemFileHandle | undefined }
  | { readonly kind: "server"; readonly scene: ServerScene }
  | { readonly kind: "url"; readonly url: string; readonly name: string };

export const originName = (origin: Origin): string =>
  origin.kind === "file" ? origin.file.name : origin.kind === "server" ? origin.scene.logName : origin.name;

/** An open log with its labels, and where these are kept. */
export interface Workspace {
  readonly origin: Origin;
  readonly session: Session;
  readonly history: History;
  readonly journal: Journal;
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
