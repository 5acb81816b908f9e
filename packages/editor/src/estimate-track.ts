import { estimateShape, usualSizeIn, type RoughPose } from "@sweepmark/assist";
import { setShape, trackAt } from "@sweepmark/document";
import type { FrameEntry } from "@sweepmark/log";
import type { RecordId, Track } from "@sweepmark/schema";
import { hasEgoMotion } from "./ego-motion.ts";
import { nextTurn, reading } from "./frame-reading.ts";
import type { Session } from "./session-types.ts";
import { meansTheSame } from "./means-the-same.ts";

/** Beside those with a keyframe as many frames are read at most, spread evenly. */
const mostFrames = 60;

/**
 * Estimates the one size of a track and its heading from the points of all frames around it, and places its keyframes anew
 * (README rules): a job, then one transaction. Cancelled, or where the track was edited meanwhile, it does nothing.
 */
export async function estimateTrack(session: Session, trackId: RecordId): Promise<void> {
  const { readOnly } = session.store.getState();
  const track = session.document.get(trackId);
  if (readOnly) return session.notify(readOnly);
  if (track?.kind !== "track") return;
  const { name, classId } = track;
  const objectClass = session.document.ontology.objects.find(({ id }) => id === classId);
  const frames = await session.scanFrames();
  if (!frames || !objectClass) return;
  const keyframes = session.document.keyframes(trackId);
  const poses = posesOf(session, track, frames);
  const { choice } = session.log.info;
  const found = await session.job({ message: "job.estimate", params: { name } }, async (signal, report) => ({
    estimate: await estimateShape(
      {
        poses,
        usualSize: usualSizeIn(session.document, objectClass),
        motion: hasEgoMotion(session) ? "world" : "none",
        place: track.static ? "still" : "each",
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
  }));
  if (!found || !meansTheSame(session.log.info.choice, choice)) return;
  if (session.document.get(trackId) !== track || session.document.keyframes(trackId) !== keyframes)
    return session.notify({ message: "notice.estimate-edited", params: { name } });
  const { estimate } = found;
  if (!estimate) return session.notify({ message: "notice.estimate-no-points", params: { name } });
  const { size, frameCount } = estimate;
  const said = new Set(keyframes.map(({ at }) => at));
  const placed = estimate.poses.filter(({ at }) => said.has(at));
  session.run(setShape, { trackId, size, placed, frameCount });
}

/**
 * Where the track is at its keyframes and at frames between its first and last one (a static one: in any), by time. A
 * static one has one pose in all of them. Keyframes without a frame at their time have no index.
 */
function posesOf({ document }: Session, track: Track, frames: readonly FrameEntry[]): readonly RoughPose[] {
  const placed = document.keyframes(track.id).filter(({ cuboid }) => cuboid !== null);
  const [first, last] = [placed[0]?.at, placed.at(-1)?.at];
  if (first === undefined || last === undefined) return [];
  const indexAt = new Map(frames.map(({ at, index }) => [at, index]));
  const between = frames.filter(({ at }) => track.static || (at >= first && at <= last));
  const step = Math.max(1, between.length / mostFrames);
  const spread = Array.from(
    { length: Math.min(between.length, mostFrames) },
    (_, i) => between[Math.floor(i * step)].at,
  );
  const times = [...new Set([...placed.map(({ at }) => at), ...spread])].toSorted((a, b) => (a < b ? -1 : 1));
  return times.flatMap((at): RoughPose[] => {
    const moment = trackAt(document, track.id, at);
    return moment ? [{ index: indexAt.get(at) ?? noFrame, at, cuboid: moment.cuboid }] : [];
  });
}

/** No frame has this index: reading it finds none. */
const noFrame = -1;
