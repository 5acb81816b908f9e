import type { LabelRecord } from "@sweepmark/schema";
import { deleted, squash } from "../changes.ts";
import { mergeable } from "./ego-correction.ts";
import type { Change, Command } from "../types.ts";

export interface ImportRecordsArgs {
  /** Ids are unique. */
  readonly records: readonly LabelRecord[];
  /** `replace`: these are all labels. `merge`: added to those there are; a record with a known id takes its place. */
  readonly mode: "replace" | "merge";
}

/** Records from a file, as one transaction that can be undone. */
export const importRecords: Command<ImportRecordsArgs> = {
  id: "labels.import",
  label: (_, { records, mode }) => ({
    message: mode === "replace" ? "edit.importReplace" : "edit.importMerge",
    params: { count: records.length },
  }),
  plan(document, { records: given, mode }) {
    const records = mode === "merge" ? mergeable(document, given) : given;
    const ids = new Set(records.map(({ id }) => id));
    const changes: Change[] = [];
    if (mode === "replace")
      for (const record of document.records()) if (!ids.has(record.id)) changes.push(deleted(record));
    for (const record of records) {
      const before = document.get(record.id);
      changes.push({ id: record.id, ...(before && { before }), after: record });
    }
    return squash(changes);
  },
};
