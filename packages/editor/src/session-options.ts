import type { History, LabelDocument, Transaction } from "@sweepmark/document";
import type { LogReader } from "@sweepmark/log";
import type { Dismissal } from "./dismissals.ts";
import type { Schedule } from "./schedule.ts";

/** Where committed transactions are kept. `document`'s Journal is one. */
export interface SessionJournal {
  append(transaction: Transaction): void;
  /** Resolves when everything appended is durable. */
  settled(): Promise<void>;
}

export interface SessionOptions {
  readonly log: LogReader;
  readonly document: LabelDocument;
  readonly history: History;
  /** Gets every transaction as it happens. Report its state with `setSaveState`. */
  readonly journal?: SessionJournal;
  readonly schedule?: Schedule;
  /** Bytes for decoded frames, images and the GPU together; by default what the log has for its frames. */
  readonly memoryBytes?: number;
  /** Places where suggestions were dismissed before, and who keeps them from now on. */
  readonly dismissed?: readonly Dismissal[];
  readonly onDismissed?: (all: readonly Dismissal[]) => void;
  /** The frame to show first. */
  readonly frameIndex?: number;
}
