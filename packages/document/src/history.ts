import { describeIssues, documentRecordSchema, documentRecordToJson, newTransactionId } from "@sweepmark/schema";
import { invert, squash } from "./changes.ts";
import { DocumentError, type LabelDocument } from "./document.ts";
import { createTurns } from "./turns.ts";
import type { Change, Label, Transaction } from "./types.ts";

/** Why a history is read-only: its journal could not be replayed to the end. */
export interface HistoryProblem {
  readonly severity: "error";
  readonly code: "journal-mismatch" | "journal-blocked";
  readonly message: string;
  readonly hint: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export class ReadOnlyError extends Error {
  override readonly name = "ReadOnlyError";
}

/** The committed transactions over a document, and undo and redo over all of them. */
export interface History {
  /** Applies and records. Returns undefined when the changes change nothing. Throws as `document.apply` and {@link ReadOnlyError}. */
  commit(label: Label, changes: readonly Change[]): Transaction | undefined;
  /** Commits the inverse of the last transaction that is not undone; undefined when there is none. */
  undo(): Transaction | undefined;
  redo(): Transaction | undefined;
  readonly undoLabel: Label | undefined;
  readonly redoLabel: Label | undefined;
  /** Everything that was ever committed, oldest first, with undos and redos. A new array after each commit. */
  readonly transactions: readonly Transaction[];
  /** Set: labels are those up to the problem, and nothing can be committed. */
  readonly problem: HistoryProblem | undefined;
  /** Called after each commit, undo and redo, not for replayed transactions. Returns the way to unsubscribe. */
  subscribe(listener: (transaction: Transaction) => void): () => void;
}

export interface HistoryOptions {
  /** Who commits; goes into every transaction. */
  readonly actor: string;
  /** The journal so far: replayed onto the document, and undoable. */
  readonly transactions?: readonly Transaction[];
  /** Why nothing may be appended to the journal (`JournalContent.blocked`). */
  readonly blocked?: string;
  readonly now?: () => Date;
  readonly newId?: () => string;
}

/** A history over `document`, onto which the journal so far is replayed. */
export function createHistory(document: LabelDocument, options: HistoryOptions): History {
  const { replay, history } = historyOver(document, options);
  for (const step = replay(); !step.next().done;);
  return history;
}

/** The same for a journal that may be long: a page draws and answers in between. Rejects with the signal's reason. */
export async function openHistory(
  document: LabelDocument,
  options: HistoryOptions & { readonly signal?: AbortSignal },
): Promise<History> {
  const { replay, history } = historyOver(document, options);
  const turns = createTurns();
  for (const step = replay(); !step.next().done;) {
    options.signal?.throwIfAborted();
    if (turns.over) await turns.next();
  }
  return history;
}

function historyOver(
  document: LabelDocument,
  options: HistoryOptions,
): { readonly history: History; replay(): Generator<void, void> } {
  const { actor, now = () => new Date(), newId = newTransactionId } = options;
  const listeners = new Set<(transaction: Transaction) => void>();
  const undoable: Transaction[] = [];
  const redoable: Transaction[] = [];
  let transactions: readonly Transaction[] = [];
  let problem: HistoryProblem | undefined;

  /** Undo and redo are each other's mirror: both commit the inverse of the top of one stack onto the other. */
  function record(transaction: Transaction): void {
    const { undoes } = transaction;
    if (undoes !== undefined && undoable.at(-1)?.id === undoes) {
      undoable.pop();
      redoable.push(transaction);
    } else if (undoes !== undefined && redoable.at(-1)?.id === undoes) {
      redoable.pop();
      undoable.push(transaction);
    } else {
      undoable.push(transaction);
      redoable.length = 0;
    }
  }

  function commit(label: Label, changes: readonly Change[], undoes?: string): Transaction {
    if (problem) throw new ReadOnlyError(problem.message);
    document.apply(changes);
    const transaction: Transaction = {
      id: newId(),
      actor,
      label,
      at: now().toISOString(),
      changes,
      ...(undoes !== undefined && { undoes }),
    };
    record(transaction);
    transactions = [...transactions, transaction];
    for (const listener of listeners) listener(transaction);
    return transaction;
  }

  /** One transaction a step. */
  function* replay(): Generator<void, void> {
    const replayed: Transaction[] = [];
    const journal = options.transactions ?? [];
    for (const [index, transaction] of journal.entries()) {
      try {
        document.apply(transaction.changes);
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        problem = mismatch(transaction, journal.length - index, error);
        break;
      }
      replayed.push(transaction);
      record(transaction);
      yield;
    }
    transactions = replayed;
    if (!problem && options.blocked !== undefined) problem = blocked(options.blocked);
  }

  const history: History = {
    commit(label, changes) {
      const squashed = squash(changes);
      if (squashed.length === 0) return undefined;
      checkRecords(squashed);
      return commit(label, squashed);
    },
    undo() {
      const last = undoable.at(-1);
      return last && commit(last.label, invert(last.changes), last.id);
    },
    redo() {
      const last = redoable.at(-1);
      return last && commit(last.label, invert(last.changes), last.id);
    },
    get undoLabel() {
      return problem ? undefined : undoable.at(-1)?.label;
    },
    get redoLabel() {
      return problem ? undefined : redoable.at(-1)?.label;
    },
    get transactions() {
      return transactions;
    },
    get problem() {
      return problem;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return { history, replay };
}

/** A record that the journal could not be read back with (a NaN, an empty size) must not get into it. */
function checkRecords(changes: readonly Change[]): void {
  for (const { id, after } of changes) {
    const result = after && documentRecordSchema.safeParse(documentRecordToJson(after));
    if (result && !result.success) throw new DocumentError("malformed", id, describeIssues(result.error).join("; "));
  }
}

const hint = "The labels are shown as they were before it and cannot be edited. Save a copy of the journal.";

const mismatch = ({ id }: Transaction, left: number, error: DocumentError): HistoryProblem => ({
  severity: "error",
  code: "journal-mismatch",
  message: `Transaction ${id} does not fit the labels before it (${error.message}); it and ${left - 1} later ones were not applied.`,
  hint,
  params: { transaction: id, record: error.recordId, left },
});

const blocked = (reason: string): HistoryProblem => ({
  severity: "error",
  code: "journal-blocked",
  message: reason,
  hint,
  params: { reason },
});
