import { propagate, thinnedPoses, type Anchor, type Propagation } from "@sweepmark/assist";
import { givesWay, momentAt, proposeKeyframes, trackAt, type Label } from "@sweepmark/document";
import { overlap, type Cuboid } from "@sweepmark/geometry";
import type { FrameEntry } from "@sweepmark/log";
import type { Keyframe, RecordId } from "@sweepmark/schema";
import { nextTurn, reading } from "./frame-reading.ts";
import { propagationWords } from "./propagate-words.ts";
import type { Session } from "./session-types.ts";
import { meansTheSame } from "./means-the-same.ts";

export type PropagateWay = "both" | "forward" | "backward";

/** Two tracks at one place from the beginning (a rider and a bicycle) do not stop each other. */
const sameOverlap = 0.3;

/**
 * Carries a track from its keyframes over the frames around the shown one, up to where it is absent: a job, then one
 * transaction (README rules). Says where and why it stopped. Cancelled, or where the track was edited meanwhile, it does
 * nothing. Resolves with what was found, undefined where nothing was done.
 */
export async function propagateTrack(
  session: Session,
  trackId: RecordId,
  way: PropagateWay,
): Promise<Propagation | undefined> {
  const { readOnly, moment } = session.store.getState();
  const track = session.document.get(trackId);
  const refuse = (label: Label): undefined => void session.notify(label);
  if (readOnly) return refuse(readOnly);
  if (track?.kind !== "track") return undefined;
  const { name } = track;
  if (track.static) return refuse({ message: "notice.propagate-static", params: { name } });
  const frames = await session.scanFrames();
  if (!frames) return undefined;
  const keyframes = session.document.keyframes(trackId);
  const range = rangeOf(frames, keyframes, moment.at, way);
  if (!range) return refuse({ message: "notice.propagate-no-keyframe", params: { name } });
  const { choice } = session.log.info;
  const found = await session.job({ message: "job.propagate", params: { name } }, (signal, report) =>
    propagate(
      { ...range, times: frames.map(({ at }) => at), others: othersOf(session, trackId, frames, range.anchors) },
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
  if (!found || !meansTheSame(session.log.info.choice, choice)) return undefined;
  if (session.document.keyframes(trackId) !== keyframes)
    return refuse({ message: "notice.propagate-edited", params: { name } });
  const stays = new Set(range.anchors.map(({ index }) => index));
  session.run(proposeKeyframes, {
    trackId,
    from: frames[range.from].at,
    to: frames[range.to].at,
    proposals: thinnedPoses(found.poses, stays),
    frameCount: found.poses.length - stays.size,
  });
  for (const label of propagationWords(name, found, range)) session.notify(label);
  return found;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly anchors: readonly Anchor[];
}

/** The frames of the stretch around a time in which the track is present, and its keyframes there that stay. */
function rangeOf(
  frames: readonly FrameEntry[],
  keyframes: readonly Keyframe[],
  at: Keyframe["at"],
  way: PropagateWay,
): Range | undefined {
  const begin = keyframes.findLast((each) => each.cuboid === null && each.at <= at)?.at;
  const end = keyframes.find((each) => each.cuboid === null && each.at > at)?.at;
  const inside = frames.filter(
    (entry) => (begin === undefined || entry.at > begin) && (end === undefined || entry.at < end),
  );
  const indexAt = new Map(inside.map((entry) => [entry.at, entry.index]));
  const anchors = keyframes.flatMap((each): Anchor[] => {
    const index = indexAt.get(each.at);
    return index !== undefined && each.cuboid && !givesWay(each) ? [{ index, cuboid: each.cuboid }] : [];
  });
  if (anchors.length === 0) return undefined;
  const here = frames.findLast((entry) => entry.at <= at)?.index ?? 0;
  const before = anchors.findLast(({ index }) => index <= here) ?? anchors[0];
  const after = anchors.find(({ index }) => index >= here) ?? anchors.at(-1)!;
  const from = way === "forward" ? before.index : inside[0].index;
  const to = way === "backward" ? after.index : inside.at(-1)!.index;
  return { from, to, anchors: anchors.filter(({ index }) => index >= from && index <= to) };
}

/** Cuboids of the other tracks in a frame, but for those that share its place at a keyframe. */
function othersOf(session: Session, trackId: RecordId, frames: readonly FrameEntry[], anchors: readonly Anchor[]) {
  const { document } = session;
  const sharing = new Set(
    document.tracks().flatMap(({ id }) =>
      anchors.some(({ index, cuboid }) => {
        const other = trackAt(document, id, frames[index].at);
        return other && overlap(cuboid, other.cuboid).iou3d > sameOverlap;
      })
        ? [id]
        : [],
    ),
  );
  return (index: number): readonly Cuboid<"world">[] =>
    momentAt(document, frames[index].at).tracks.flatMap(({ track, cuboid }) =>
      track.id === trackId || sharing.has(track.id) ? [] : [cuboid],
    );
}
