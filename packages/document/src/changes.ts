import type { DocumentRecord, RecordId } from "@sweepmark/schema";
import { sameValue } from "./equal.ts";
import type { Change } from "./types.ts";

export const created = (record: DocumentRecord): Change => ({ id: record.id, after: record });
export const deleted = (record: DocumentRecord): Change => ({ id: record.id, before: record });
export const replaced = (before: DocumentRecord, after: DocumentRecord): Change => ({ id: before.id, before, after });

/** The changes that take back `changes`: in reverse order, before and after exchanged. */
export const invert = (changes: readonly Change[]): readonly Change[] =>
  changes.toReversed().map(({ id, before, after }) => ({
    id,
    ...(after && { before: after }),
    ...(before && { after: before }),
  }));

/**
 * One list with the effect of `first`, then `second`: at most one change a record, in order of first appearance;
 * records that end as they began are left out.
 */
export function squash(first: readonly Change[], second: readonly Change[] = []): readonly Change[] {
  const merged = new Map<RecordId, { before?: DocumentRecord; after?: DocumentRecord }>();
  for (const { id, before, after } of [...first, ...second]) {
    const known = merged.get(id);
    if (known) known.after = after;
    else merged.set(id, { before, after });
  }
  const result: Change[] = [];
  for (const [id, { before, after }] of merged) {
    if (sameValue(before, after)) continue;
    result.push({ id, ...(before && { before }), ...(after && { after }) });
  }
  return result;
}
