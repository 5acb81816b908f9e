import { copiedTrackId, mergeable, type Suggestion } from "@sweepmark/document";
import type { TimestampNs } from "@sweepmark/geometry";
import {
  classNamed,
  keyframeId,
  type Keyframe,
  type LabelRecord,
  type Ontology,
  type RecordId,
  type Track,
} from "@sweepmark/schema";
import type { Session } from "./session-types.ts";

/** Tracks of a file that somebody else made. */
export interface PredictedTracks {
  readonly records: readonly LabelRecord[];
  /** What their classes are called; undefined: as their ids are. */
  readonly ontology?: Ontology;
  readonly worldName?: string;
  /** Rows that could not be read. */
  readonly faults: readonly string[];
}

export interface Predictions {
  readonly suggestions: readonly Suggestion[];
  /** Tracks left out, by the class that the labels here do not have. */
  readonly unknown: ReadonlyMap<string, number>;
}

/**
 * Tracks as a model's suggestions: the same ids each time, so that what was accepted before is not suggested again. Classes go
 * by their id, else by their name.
 */
export function predictionsOf({ records, ontology: theirs }: PredictedTracks, ours: Ontology): Predictions {
  const keyframesOf = new Map<RecordId, Keyframe[]>();
  for (const record of records) {
    if (record.kind !== "keyframe") continue;
    const others = keyframesOf.get(record.trackId);
    if (others) others.push(record);
    else keyframesOf.set(record.trackId, [record]);
  }
  const unknown = new Map<string, number>();
  const suggestions = records.flatMap((track): readonly Suggestion[] => {
    if (track.kind !== "track") return [];
    const keyframes = keyframesOf.get(track.id) ?? [];
    if (!keyframes.some(({ cuboid }) => cuboid)) return [];
    const classId = classOf(track, theirs, ours);
    if (classId !== undefined) return [predictionOf({ ...track, classId, attributes: {} }, keyframes)];
    unknown.set(track.classId, (unknown.get(track.classId) ?? 0) + 1);
    return [];
  });
  return { suggestions, unknown };
}

function classOf({ classId }: Track, theirs: Ontology | undefined, ours: Ontology): string | undefined {
  if (ours.objects.some(({ id }) => id === classId)) return classId;
  const name = theirs?.objects.find(({ id }) => id === classId)?.name ?? classId;
  return classNamed(ours, name)?.id;
}

function predictionOf(track: Track, keyframes: readonly Keyframe[]): Suggestion {
  const id = copiedTrackId("predictions", track.id);
  const said = keyframes.map(({ at, ...rest }): Keyframe => {
    return { ...rest, at, id: keyframeId(id, at), trackId: id, attributes: {}, source: "model" };
  });
  return { track: { ...track, id, name: "" }, keyframes: said.toSorted((a, b) => (a.at < b.at ? -1 : 1)) };
}

/**
 * Shows tracks of a file as a model's suggestions, in the world of the labels; those that are shown already are replaced. Says how
 * many there are, and what was left out: rows, classes, and what lies outside of the log's time.
 */
export async function showPredictions(session: Session, name: string, file: PredictedTracks): Promise<void> {
  const frames = await session.scanFrames();
  const [first, last] = [frames?.at(0)?.at, frames?.at(-1)?.at];
  if (first === undefined || last === undefined) return;
  const ours = session.log.info.worldName;
  if (file.worldName !== undefined && ours !== undefined && file.worldName !== ours)
    return session.notify({ message: "notice.predictions-world", params: { name, theirs: file.worldName, ours } });
  const records = mergeable(session.document, file.records);
  const { suggestions, unknown } = predictionsOf({ ...file, records }, session.document.ontology);
  const inLog = suggestions.flatMap((each) => within(each, first, last) ?? []);
  session.suggestions.change({ remove: inLog.map(({ track }) => track.id), add: inLog });
  const said = (all: readonly Suggestion[]): number => all.reduce((sum, { keyframes }) => sum + keyframes.length, 0);
  const outside = said(suggestions) - said(inLog);
  if (file.faults.length > 0)
    session.notify({
      message: "notice.predictions-faults",
      params: { name, count: file.faults.length, first: file.faults[0] },
    });
  if (outside > 0) session.notify({ message: "notice.predictions-outside", params: { count: outside } });
  if (unknown.size > 0) {
    const names = [...unknown].map(([each, count]) => `${count} × “${each}”`).join(", ");
    session.notify({ message: "notice.labels-no-class", params: { names } });
  }
  if (inLog.length === 0) return session.notify({ message: "notice.predictions-none", params: { name } });
  session.notify({ message: "notice.predictions", params: { name, count: inLog.length } });
}

/** What of it lies in the time of the log; undefined: nothing that is anywhere. What stands is there whenever it was said. */
function within({ track, keyframes }: Suggestion, first: TimestampNs, last: TimestampNs): Suggestion | undefined {
  if (track.static) return { track, keyframes };
  const inside = keyframes.filter(({ at }) => at >= first && at <= last);
  return inside.some(({ cuboid }) => cuboid !== null) ? { track, keyframes: inside } : undefined;
}
