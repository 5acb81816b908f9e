import {
  barelyLikely,
  proposeCuboids,
  suggestionOf,
  sureEnough,
  usualSizeIn,
  type ProposedCuboid,
} from "@sweepmark/assist";
import type { Suggestion } from "@sweepmark/document";
import type { TimestampNs } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { newTrackId, type RecordId } from "@sweepmark/schema";
import type { Session } from "./session-types.ts";

/** `likely`: what most probably is there. `missed`: also what hardly looks like an object, one after the other. */
export type ProposeBar = "likely" | "missed";

const least: Readonly<Record<ProposeBar, number>> = { likely: sureEnough, missed: barelyLikely };

/**
 * Suggests cuboids for what stands unlabeled in the shown frame: a job. What was suggested for this frame alone before gives way;
 * what was dismissed does not come back. Says so where there is nothing.
 */
export async function proposeHere(session: Session, bar: ProposeBar): Promise<void> {
  const { frame } = session.store.getState();
  if (!frame) return;
  const { suggestions } = session;
  const before = ofFrameAlone(session, frame.at);
  const found = await session.job({ message: "job.suggest" }, (signal, report) =>
    proposedIn(session, frame, least[bar], before, signal, report),
  );
  if (!found) return;
  suggestions.setLeast(least[bar]);
  suggestions.change({ remove: before, add: found.map((each) => inFrame(each, frame)) });
  const { here } = session.store.getState().suggestions;
  if (here.length === 0) return session.notify({ message: "notice.suggest-none" });
  if (bar === "missed") suggestions.focus(here[0].track.id, "step");
}

/** In slices, so that pointers and pictures get their turn. */
async function proposedIn(
  session: Session,
  frame: Frame,
  bar: number,
  before: readonly RecordId[],
  signal: AbortSignal,
  report: (done: number, total: number) => void,
): Promise<readonly ProposedCuboid[]> {
  const { document, suggestions, store } = session;
  const replaced = new Set(before);
  const others = store.getState().suggestions.here.filter(({ track }) => !replaced.has(track.id));
  const labels = [...store.getState().moment.tracks, ...others].map(({ cuboid }) => cuboid);
  const steps = proposeCuboids(frame, {
    ontology: document.ontology,
    labels,
    usualSize: (objectClass) => usualSizeIn(document, objectClass),
    least: bar,
  });
  for (;;) {
    signal.throwIfAborted();
    const step = steps.next();
    if (step.done) return step.value.filter(({ cuboid }) => !suggestions.wasDismissed(frame.at, cuboid));
    report(Math.round(100 * step.value), 100);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** An algorithm's suggestions that have no other frame; not those that were accepted, which come back by undo. */
const ofFrameAlone = ({ suggestions: { reader }, document }: Session, at: TimestampNs): readonly RecordId[] =>
  reader.tracks().flatMap(({ id, static: isStatic }) => {
    const keyframes = reader.keyframes(id);
    const [keyframe] = keyframes;
    const isAlone = !isStatic && keyframes.length === 1 && keyframe.at === at && keyframe.source === "algorithm";
    return isAlone && !document.get(id) ? [id] : [];
  });

const inFrame = ({ classId, cuboid, confidence }: ProposedCuboid, { index, at }: Frame): Suggestion =>
  suggestionOf({ classId, static: false, poses: [{ index, at, cuboid, confidence }], goneAt: undefined }, newTrackId());
