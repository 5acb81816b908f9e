import type { Cuboid, TimestampNs } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import { squash } from "../changes.ts";
import { withDraft } from "../draft.ts";
import { sameValue } from "../equal.ts";
import { trackAt } from "../moment.ts";
import type { Change, Command, DocumentReader } from "../types.ts";
import { isPlaced, keyframeAt, named, newKeyframe, removeKeyframes, trackOf } from "./common.ts";
import { setCuboid } from "./cuboid.ts";
import { labelOfRemoval } from "./keyframes.ts";
import { headingFromMotion } from "./motion.ts";

/** One track at several times, in any order. */
export interface TrackTimesArgs {
  readonly trackId: RecordId;
  readonly ats: readonly TimestampNs[];
}

export interface SetCuboidsArgs {
  readonly trackId: RecordId;
  /** One a time. */
  readonly places: readonly { readonly at: TimestampNs; readonly cuboid: Cuboid<"world"> }[];
  /** What was done, for the label. */
  readonly by?: "edit" | "fit" | "flip" | "keyframe";
}

const messages = {
  edit: "edit.setCuboids",
  fit: "edit.fitCuboids",
  flip: "edit.flipCuboids",
  keyframe: "edit.keyframeCuboids",
} as const;

/** Puts the track's cuboid at several times, one after the other as `setCuboid` does (rule 41). */
export const setCuboids: Command<SetCuboidsArgs> = {
  id: "track.setCuboids",
  label(document, { trackId, places, by = "edit" }) {
    const [only] = places;
    if (only && places.length === 1 && by === "edit") return setCuboid.label(document, { trackId, ...only });
    return named(messages[by], document, trackId, { count: places.length });
  },
  plan(document, { trackId, places }) {
    const track = trackOf(document, trackId);
    if (!track) return [];
    const alone = ({ at, cuboid }: (typeof places)[number]): boolean => {
      const moment = trackAt(document, trackId, at);
      return !!moment?.before && (!track.rigid || sameValue(moment.cuboid.size, cuboid.size));
    };
    // Where none changes what another says, each is planned by itself: the rest costs the square of their number.
    if (!track.static && places.every(alone))
      return squash(places.flatMap((place) => setCuboid.plan(document, { trackId, ...place })));
    let changes: readonly Change[] = [];
    for (const place of places)
      changes = squash(changes, setCuboid.plan(withDraft(document, changes), { trackId, ...place }));
    return changes;
  },
};

/** Turns the cuboids at several times to where they are going, as `headingFromMotion` does at one. */
export const headingOver: Command<TrackTimesArgs> = {
  id: "track.headingOver",
  label: (document, { trackId, ats }) => named("edit.headingOver", document, trackId, { count: ats.length }),
  // Turning moves no centre, so that none changes the motion of another.
  plan: (document, { trackId, ats }) =>
    squash(ats.flatMap((at) => headingFromMotion.plan(document, { trackId, at, scope: "here" }))),
};

/** Deletes the keyframes at these times; the last one with a cuboid takes the track with it, and the label says so. */
export const deleteKeyframes: Command<TrackTimesArgs> = {
  id: "keyframe.deleteSeveral",
  label(document, args) {
    const { trackId } = args;
    const count = said(document, args).length;
    return labelOfRemoval(
      document,
      trackId,
      deleteKeyframes.plan(document, args),
      named("edit.deleteKeyframes", document, trackId, { count }),
    );
  },
  plan(document, args) {
    const track = trackOf(document, args.trackId);
    const here = said(document, args);
    return track && here.length > 0 ? removeKeyframes(document, track, new Set(here)) : [];
  },
};

const said = (document: DocumentReader, { trackId, ats }: TrackTimesArgs): readonly RecordId[] =>
  ats.flatMap((at) => keyframeAt(document, trackId, at)?.id ?? []);

/** Keyframes with a cuboid from the first to the last of `ats`, but for those at `ats` themselves. */
const between = (document: DocumentReader, { trackId, ats }: TrackTimesArgs): readonly RecordId[] => {
  const stays = new Set<bigint>(ats);
  const sorted = ats.toSorted((a, b) => (a < b ? -1 : 1));
  return document
    .keyframes(trackId)
    .filter((keyframe) => isPlaced(keyframe) && !stays.has(keyframe.at))
    .filter(({ at }) => at >= sorted[0] && at <= sorted[sorted.length - 1])
    .map(({ id }) => id);
};

/**
 * Lets the track be interpolated between these times: what holds at each of them becomes a keyframe where it is none, and
 * every other keyframe with a cuboid between the first and the last goes (rule 42).
 */
export const interpolateBetween: Command<TrackTimesArgs> = {
  id: "keyframe.interpolateBetween",
  label: (document, args) =>
    named("edit.interpolateBetween", document, args.trackId, { count: between(document, args).length }),
  plan(document, args) {
    const { trackId, ats } = args;
    const track = trackOf(document, trackId);
    if (!track || track.static || ats.length < 2) return [];
    const added = [...new Set(ats)].flatMap((at) => {
      const moment = keyframeAt(document, trackId, at) ? undefined : trackAt(document, trackId, at);
      return moment ? [newKeyframe(trackId, at, moment.cuboid)] : [];
    });
    const gone = between(document, args);
    const stay = document.keyframes(trackId).filter(isPlaced).length - gone.length + added.length;
    // A keyframe that changes nothing is not worth an edit; what only makes room takes no track away.
    return gone.length > 0 && stay > 0 ? removeKeyframes(document, track, new Set(gone), added) : [];
  },
};
