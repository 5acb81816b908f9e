import type { EgoShift, TimestampNs } from "@sweepmark/geometry";
import { egoCorrectionId, type EgoCorrection, type LabelRecord, type RecordId } from "@sweepmark/schema";
import { squash } from "../changes.ts";
import { carrying, egoCorrectionOf, egoShiftsOf } from "../ego-correction.ts";
import type { Change, Command, DocumentReader } from "../types.ts";
import { isPlaced, trackOf } from "./common.ts";

export interface SetEgoCorrectionArgs {
  /** By rising time; none: there is no correction any more. */
  readonly shifts: readonly EgoShift[];
}

/** Corrects the ego poses by these shifts from now on, in place of what was; all labels stay on their objects (rule 37). */
export const setEgoCorrection: Command<SetEgoCorrectionArgs> = {
  id: "egoPose.set",
  label: (_, { shifts }) => ({ message: shifts.length > 0 ? "edit.setEgoCorrection" : "edit.removeEgoCorrection" }),
  plan: (document, { shifts }) =>
    withCorrection(
      document,
      shifts.length > 0 ? { id: egoCorrectionId, kind: "ego-correction", enabled: true, shifts } : undefined,
    ),
};

export interface SwitchEgoCorrectionArgs {
  readonly to: "on" | "off";
}

/** The log's own poses, or the corrected ones; all labels stay on their objects (rule 37). */
export const switchEgoCorrection: Command<SwitchEgoCorrectionArgs> = {
  id: "egoPose.switch",
  label: (_, { to }) => ({ message: to === "on" ? "edit.enableEgoCorrection" : "edit.disableEgoCorrection" }),
  plan(document, { to }) {
    const before = egoCorrectionOf(document);
    return before ? withCorrection(document, { ...before, enabled: to === "on" }) : [];
  },
};

function withCorrection(document: DocumentReader, after: EgoCorrection | undefined): readonly Change[] {
  const before = egoCorrectionOf(document);
  const { carry } = carrying(egoShiftsOf(document), after?.enabled ? after.shifts : [], standsAtOf(document));
  const changes: Change[] = [{ id: egoCorrectionId, ...(before && { before }), ...(after && { after }) }];
  for (const record of document.records()) {
    const carried = carry(record);
    if (carried !== record) changes.push({ id: record.id, before: record, after: carried });
  }
  return squash(changes);
}

const standsAtOf =
  (document: DocumentReader) =>
  (trackId: RecordId): TimestampNs | undefined =>
    trackOf(document, trackId)?.static ? document.keyframes(trackId).find(isPlaced)?.at : undefined;

/**
 * Records from elsewhere as they are to be merged into these labels: carried to the world that these are in. A correction
 * that comes along is kept, switched off, where there is none yet.
 */
export function mergeable(document: DocumentReader, records: readonly LabelRecord[]): readonly LabelRecord[] {
  const theirs = records.find((record): record is EgoCorrection => record.kind === "ego-correction");
  const from = theirs?.enabled ? theirs.shifts : [];
  const to = egoShiftsOf(document);
  if (!theirs && to.length === 0) return records;
  const statics = new Map<RecordId, TimestampNs>();
  const still = new Set(records.flatMap((record) => (record.kind === "track" && record.static ? [record.id] : [])));
  for (const record of records)
    if (record.kind === "keyframe" && record.cuboid && still.has(record.trackId)) {
      const known = statics.get(record.trackId);
      if (known === undefined || record.at < known) statics.set(record.trackId, record.at);
    }
  const { carry } = carrying(from, to, (trackId) => statics.get(trackId));
  return records.flatMap((record): LabelRecord[] => {
    if (record.kind !== "ego-correction") return [carry(record)];
    return egoCorrectionOf(document) ? [] : [{ ...record, enabled: false }];
  });
}
