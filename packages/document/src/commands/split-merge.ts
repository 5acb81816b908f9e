import { vec, type TimestampNs } from "@sweepmark/geometry";
import { keyframeId, newTrackId, type Attributes, type Keyframe, type RecordId, type Track } from "@sweepmark/schema";
import { created, deleted, replaced, squash } from "../changes.ts";
import { sameValue } from "../equal.ts";
import { cumulative, trackAt } from "../moment.ts";
import type { Change, Command, DocumentReader, TrackMoment } from "../types.ts";
import {
  automaticNumber,
  isPlaced,
  named,
  nearest,
  newKeyframe,
  nextName,
  putKeyframe,
  removeTrack,
  resized,
  trackOf,
} from "./common.ts";
import { endTrack, type EndTrackArgs } from "./keyframes.ts";

export interface SplitTrackArgs extends EndTrackArgs {
  /** Of the track that begins here; a new one by default. */
  readonly newId?: RecordId;
}

/**
 * Two tracks of one: the first ends here, the second begins here and goes on as it was (rule 32). Nothing where one of
 * them would be without a cuboid, and of static tracks.
 */
export const splitTrack: Command<SplitTrackArgs> = {
  id: "track.split",
  label: (document, { trackId }) => named("edit.splitTrack", document, trackId),
  plan(document, { trackId, at, previousAt, newId = newTrackId() }) {
    const track = trackOf(document, trackId);
    if (!track || track.static || document.get(newId) || document.keyframes(newId).length > 0) return [];
    const keyframes = document.keyframes(trackId);
    const [kept, gone] = [keyframes.filter((one) => one.at < at), keyframes.filter((one) => one.at >= at)];
    const here = trackAt(document, trackId, at);
    const begins =
      here && gone[0]?.at !== at ? newKeyframe(newId, at, here.cuboid, { source: here.source }) : undefined;
    if (!kept.some(isPlaced) || !(begins ?? gone.find(isPlaced))) return [];
    const automatic = automaticNumber(track.classId, track.name) !== undefined;
    const name = automatic ? nextName(track.classId, document.tracks()) : `${track.name}-2`;
    // Before the keyframes go: what holds until here is known from what comes after.
    const ending = here ? endTrack.plan(document, { trackId, at, previousAt }) : [];
    const said = cumulative({}, keyframes);
    const first = said[kept.length - 1] ?? {};
    const moved = gone.map((one, index) => ({
      ...one,
      id: keyframeId(newId, one.at),
      trackId: newId,
      attributes: index === 0 && !begins ? said[kept.length] : one.attributes,
    }));
    return squash(
      [...gone.filter((one) => !here || one.at !== at).map(deleted), ...ending],
      [
        created({ ...track, id: newId, name }),
        ...(begins ? [created({ ...begins, attributes: first })] : []),
        ...moved.map((one) => created(one)),
      ],
    );
  },
};

/** A time at which two tracks that are to be one both say something. */
export interface MergeConflict {
  readonly at: TimestampNs;
  /** Metres between the two centres. */
  readonly distanceM: number;
}

/** Where both tracks say where they are, of the given times: what a person should look at before {@link mergeTracks}. */
export function mergeConflicts(
  document: DocumentReader,
  intoId: RecordId,
  fromId: RecordId,
  times: readonly TimestampNs[],
): readonly MergeConflict[] {
  return times.flatMap((at) => {
    const [into, from] = [trackAt(document, intoId, at), trackAt(document, fromId, at)];
    if (!into || !from || !isSaid(into) || !isSaid(from)) return [];
    return [{ at, distanceM: vec.distance(into.cuboid.center, from.cuboid.center) }];
  });
}

/** Not merely carried on past the last keyframe, or before the first. */
const isSaid = ({ track, state, before, after }: TrackMoment): boolean =>
  track.static || state === "keyframe" || (before !== undefined && after !== undefined);

export interface MergeTracksArgs {
  /** Stays, with its class and what is said for the whole of it. */
  readonly trackId: RecordId;
  /** Goes; its keyframes become the other's. */
  readonly fromId: RecordId;
  /** Who counts where both say something. */
  readonly wins: "into" | "from";
}

/** One track of two (rule 33). */
export const mergeTracks: Command<MergeTracksArgs> = {
  id: "track.merge",
  label: (document, { trackId, fromId }) =>
    named("edit.mergeTracks", document, trackId, { from: trackOf(document, fromId)?.name ?? fromId }),
  plan(document, { trackId, fromId, wins }) {
    const into = trackOf(document, trackId);
    const from = trackOf(document, fromId);
    if (!into || !from || trackId === fromId) return [];
    const gone = removeTrack(document, from);
    const attributes = { ...from.attributes, ...into.attributes };
    const track = sameValue(attributes, into.attributes) ? [] : [replaced(into, { ...into, attributes })];
    // What is static says everything at every time.
    if (into.static) return [...gone, ...track];
    const [winner, loser] = wins === "into" ? [into, from] : [from, into];
    const changes: Change[] = document.keyframes(trackId).map(deleted);
    for (const keyframe of woven(document, winner, loser, into)) changes.push(created(keyframe));
    return [...gone, ...squash(track, changes)];
  },
};

/** Keyframes of both in time, as those of `into`: the loser's only where the winner says nothing. */
function woven(document: DocumentReader, winner: Track, loser: Track, into: Track): readonly Keyframe[] {
  const speaks = (track: Track, at: TimestampNs): boolean => {
    const moment = trackAt(document, track.id, at);
    return moment !== undefined && isSaid(moment);
  };
  const own = [winner, loser].flatMap((track) => {
    const keyframes = document.keyframes(track.id);
    const said = cumulative(track === into ? {} : track.attributes, keyframes);
    const other = track === winner ? loser : winner;
    return keyframes.flatMap((keyframe, index) => {
      const taken = document.get(keyframeId(other.id, keyframe.at)) !== undefined;
      // An absence gives way to a presence; of two keyframes at one time, the winner's counts.
      const yields =
        track === loser ? taken || speaks(other, keyframe.at) : !keyframe.cuboid && speaks(other, keyframe.at);
      return yields ? [] : [{ keyframe, track, said: said[index] }];
    });
  });
  own.sort((a, b) => (a.keyframe.at < b.keyframe.at ? -1 : 1));
  const placed = document.keyframes(into.id).filter(isPlaced);
  return own.map(({ keyframe, track, said }, index) => {
    // Where the other one begins to speak, all that is in force is said anew.
    const attributes: Attributes = own[index - 1]?.track === track ? keyframe.attributes : said;
    const one = { ...keyframe, id: keyframeId(into.id, keyframe.at), trackId: into.id, attributes };
    if (!one.cuboid || !into.rigid || placed.length === 0) return one;
    const { size } = nearest(placed, one.at).cuboid;
    return sameValue(size, one.cuboid.size) ? one : { ...one, cuboid: resized(one.cuboid, size) };
  });
}

export interface UseSizeArgs {
  readonly trackId: RecordId;
  /** The frame that shows the object best. */
  readonly at: TimestampNs;
}

/** Locks the size that the track has at this time: every keyframe takes it, standing where it stood. */
export const useSize: Command<UseSizeArgs> = {
  id: "track.useSize",
  label: (document, { trackId }) => named("edit.useSize", document, trackId),
  plan(document, { trackId, at }) {
    const track = trackOf(document, trackId);
    const moment = trackAt(document, trackId, at);
    if (!track || !moment) return [];
    const { size } = moment.cuboid;
    const changes: Change[] = track.rigid ? [] : [replaced(track, { ...track, rigid: true })];
    const others = document
      .keyframes(trackId)
      .filter(isPlaced)
      .filter(({ cuboid }) => !sameValue(cuboid.size, size));
    for (const one of others) changes.push(replaced(one, { ...one, cuboid: resized(one.cuboid, size) }));
    // Between keyframes of other sizes this one is seen nowhere else.
    if (others.length > 0 && moment.state === "interpolated" && !track.rigid)
      changes.push(putKeyframe(document, newKeyframe(trackId, at, moment.cuboid)));
    return changes;
  },
};
