import { framesToLookAt, suggestionOf, suggestTracks, usualSizeIn, type SuggestedTrack } from "@sweepmark/assist";
import { momentAt, type Label } from "@sweepmark/document";
import { secondsBetween, type TimestampNs } from "@sweepmark/geometry";
import type { FrameEntry } from "@sweepmark/log";
import { newTrackId, type RecordId } from "@sweepmark/schema";
import { hasEgoMotion } from "./ego-motion.ts";
import { nextTurn, reading } from "./frame-reading.ts";
import type { Session } from "./session-types.ts";

/** `log`: all of it. `around`: what lies so near to the shown frame that a person looks there next. */
export type SuggestRange = "log" | "around";

/** Seconds before and after the shown frame. */
const aroundS = 10;

/**
 * Suggests whole tracks for what stands and drives without a label through a stretch of the log: a job. What an algorithm suggested
 * there before gives way; what was dismissed does not come back. Cancelled, or where the labels were edited meanwhile in the place
 * of a track, that is not suggested. Says how many there are. Resolves with their ids, undefined when cancelled.
 */
export async function suggestThrough(session: Session, range: SuggestRange): Promise<readonly RecordId[] | undefined> {
  const frames = await session.scanFrames();
  if (!frames) return undefined;
  const { choice } = session.log.info;
  const looked = framesToLookAt(framesIn(frames, range, session.store.getState().moment.at));
  const [first, last] = [looked.at(0)?.at, looked.at(-1)?.at];
  if (first === undefined || last === undefined) return undefined;
  const { suggestions, document } = session;
  const before = ofAlgorithms(session, first, last);
  const replaced = new Set(before);
  const found = await session.job({ message: "job.suggest-through" }, (signal, report) =>
    suggestTracks(
      {
        frames: looked,
        ontology: document.ontology,
        labelsAt: (at) => [
          ...momentAt(session.document, at).tracks.map(({ cuboid }) => cuboid),
          ...suggestions.at(at).flatMap(({ track, cuboid }) => (replaced.has(track.id) ? [] : [cuboid])),
        ],
        usualSize: (objectClass) => usualSizeIn(session.document, objectClass),
        motion: hasEgoMotion(session) ? "world" : "none",
      },
      (index) => reading(session, index, signal),
      {
        signal,
        async onProgress(done, total) {
          report(done, total);
          await nextTurn();
        },
      },
    ),
  );
  if (!found || session.log.info.choice.worldName !== choice.worldName) return undefined;
  const add = found.filter((track) => !wasDismissed(session, track)).map((track) => suggestionOf(track, newTrackId()));
  suggestions.change({ remove: before, add });
  session.notify(wordsFor(add.length));
  return add.map(({ track }) => track.id);
}

const wordsFor = (count: number): Label =>
  count === 0 ? { message: "notice.suggest-none" } : { message: "notice.suggest-through", params: { count } };

const framesIn = (frames: readonly FrameEntry[], range: SuggestRange, at: TimestampNs): readonly FrameEntry[] =>
  range === "log" ? frames : frames.filter((entry) => Math.abs(secondsBetween(entry.at, at)) <= aroundS);

/** An algorithm's suggestions that are said in a stretch only; not those that were accepted, which come back by undo. */
const ofAlgorithms = ({ suggestions: { reader }, document }: Session, first: TimestampNs, last: TimestampNs) =>
  reader.tracks().flatMap(({ id }) => {
    const keyframes = reader.keyframes(id);
    const isTheirs = keyframes.every(({ source, at }) => source === "algorithm" && at >= first && at <= last);
    return isTheirs && !document.get(id) ? [id] : [];
  });

/** More than half of it was dismissed. */
const wasDismissed = ({ suggestions }: Session, { poses }: SuggestedTrack): boolean =>
  2 * poses.filter(({ at, cuboid }) => suggestions.wasDismissed(at, cuboid)).length > poses.length;
