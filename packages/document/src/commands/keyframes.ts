import type { TimestampNs } from "@sweepmark/geometry";
import type { AttributeValue, Keyframe, RecordId, Track } from "@sweepmark/schema";
import { created, deleted, replaced } from "../changes.ts";
import { lastAtOrBefore } from "../document.ts";
import { trackAt } from "../moment.ts";
import type { Change, Command, DocumentReader, Label } from "../types.ts";
import {
  isPlaced,
  keyframeAt,
  named,
  nearest,
  newKeyframe,
  putKeyframe,
  removeKeyframes,
  trackOf,
  type PlacedKeyframe,
} from "./common.ts";

export interface TrackTimeArgs {
  readonly trackId: RecordId;
  readonly at: TimestampNs;
}

/**
 * No keyframe here: one from the interpolated pose. A person's keyframe here: removed, unless it is the only one with a
 * cuboid. A machine's: becomes a person's. Where the track is absent, and on a static track away from its keyframe:
 * nothing.
 */
export const toggleKeyframe: Command<TrackTimeArgs> = {
  id: "keyframe.toggle",
  label(document, { trackId, at }) {
    const here = keyframeAt(document, trackId, at);
    if (!here) return named("edit.addKeyframe", document, trackId);
    return named(here.source === "human" ? "edit.deleteKeyframe" : "edit.confirmKeyframe", document, trackId);
  },
  plan(document, { trackId, at }) {
    const track = trackOf(document, trackId);
    const moment = trackAt(document, trackId, at);
    if (!track || !moment) return [];
    const here = keyframeAt(document, trackId, at);
    if (!here) return track.static ? [] : [putKeyframe(document, newKeyframe(trackId, at, moment.cuboid))];
    if (here.source !== "human") {
      const { confidence: _, ...said } = here;
      return [replaced(here, { ...said, source: "human" })];
    }
    const placed = document.keyframes(trackId).filter(isPlaced);
    return placed.length > 1 ? removeKeyframes(document, track, new Set([here.id])) : [];
  },
};

/** Says of the keyframe here that it goes; the last one with a cuboid takes the track with it, and the label says so. */
export const deleteKeyframe: Command<TrackTimeArgs> = {
  id: "keyframe.delete",
  label: (document, args) =>
    labelOfRemoval(
      document,
      args.trackId,
      deleteKeyframe.plan(document, args),
      named("edit.deleteKeyframe", document, args.trackId),
    ),
  plan(document, { trackId, at }) {
    const track = trackOf(document, trackId);
    const here = keyframeAt(document, trackId, at);
    return track && here ? removeKeyframes(document, track, new Set([here.id])) : [];
  },
};

export interface EndTrackArgs extends TrackTimeArgs {
  /**
   * Time of the frame before. Where the pose there is interpolated or extrapolated it becomes a keyframe, so that ending the track
   * does not change what came before; without it the frames since the last keyframe hold that keyframe's pose.
   */
  readonly previousAt?: TimestampNs;
}

/** Absent from here on, until the next keyframe. Nothing where it is absent already or no cuboid would be left. */
export const endTrack: Command<EndTrackArgs> = {
  id: "track.end",
  label: (document, { trackId }) => named("edit.endTrack", document, trackId),
  plan(document, { trackId, at, previousAt }) {
    const track = trackOf(document, trackId);
    if (!track || !trackAt(document, trackId, at)) return [];
    const changes: Change[] = [putKeyframe(document, newKeyframe(trackId, at, null))];
    const before = previousAt !== undefined && previousAt < at ? trackAt(document, trackId, previousAt) : undefined;
    if (previousAt !== undefined && (before?.state === "interpolated" || before?.state === "extrapolated"))
      changes.unshift(
        putKeyframe(document, { ...newKeyframe(trackId, previousAt, before.cuboid), source: before.source }),
      );
    const rest = document.keyframes(trackId).some((keyframe) => isPlaced(keyframe) && keyframe.at !== at);
    return rest || changes.length > 1 ? changes : [];
  },
};

/**
 * Present again from here on: an absence said exactly here is taken back; else a keyframe is made here with the last
 * known pose (before the first keyframe: with the first's). Nothing where the track is present.
 */
export const resumeTrack: Command<TrackTimeArgs> = {
  id: "track.resume",
  label: (document, { trackId }) => named("edit.resumeTrack", document, trackId),
  plan(document, { trackId, at }) {
    const track = trackOf(document, trackId);
    const placed = document.keyframes(trackId).filter(isPlaced);
    if (!track || placed.length === 0 || trackAt(document, trackId, at)) return [];
    const here = keyframeAt(document, trackId, at);
    const keyframes = document.keyframes(trackId);
    const previous = here && keyframes[lastAtOrBefore(keyframes, at) - 1];
    // Taking the absence back helps only if the track was present before it.
    if (here && (previous?.cuboid || (track.static && !previous)))
      return removeKeyframes(document, track, new Set([here.id]));
    const last = placed[Math.max(0, lastAtOrBefore(placed, at))];
    return [putKeyframe(document, newKeyframe(trackId, at, last.cuboid))];
  },
};

/** Deletes all keyframes before the time. What holds at the time itself does not change: it becomes a keyframe if it must. */
export const deleteBefore: Command<TrackTimeArgs> = {
  id: "keyframe.deleteBefore",
  label: (document, args) => labelOfSide(document, args, "before"),
  plan: (document, args) => planSide(document, args, "before"),
};

/** Deletes all keyframes after the time; as {@link deleteBefore}. */
export const deleteAfter: Command<TrackTimeArgs> = {
  id: "keyframe.deleteAfter",
  label: (document, args) => labelOfSide(document, args, "after"),
  plan: (document, args) => planSide(document, args, "after"),
};

type Side = "before" | "after";

const onSide = (document: DocumentReader, { trackId, at }: TrackTimeArgs, side: Side): readonly Keyframe[] =>
  document.keyframes(trackId).filter((keyframe) => (side === "before" ? keyframe.at < at : keyframe.at > at));

function planSide(document: DocumentReader, args: TrackTimeArgs, side: Side): readonly Change[] {
  const { trackId, at } = args;
  const track = trackOf(document, trackId);
  const gone = onSide(document, args, side);
  if (!track || gone.length === 0) return [];
  const moment = trackAt(document, trackId, at);
  const here = keyframeAt(document, trackId, at);
  const added: Keyframe[] = [];
  if (!here && moment) {
    // The pose here must not change: from now on it may no longer come from the keyframes that go.
    const keep = side === "before" || moment.state === "interpolated" || !moment.before;
    if (keep) added.push({ ...newKeyframe(trackId, at, moment.cuboid), source: moment.source });
  }
  // A static track is present before its first keyframe: an absence in force here must be said here.
  if (!here && !moment && track.static && side === "before") added.push(newKeyframe(trackId, at, null));
  return removeKeyframes(document, track, new Set(gone.map(({ id }) => id)), added);
}

function labelOfSide(document: DocumentReader, args: TrackTimeArgs, side: Side): Label {
  const count = onSide(document, args, side).length;
  const message = side === "before" ? "edit.deleteBefore" : "edit.deleteAfter";
  return labelOfRemoval(
    document,
    args.trackId,
    planSide(document, args, side),
    named(message, document, args.trackId, { count }),
  );
}

/** `label`, unless the plan takes the whole track. */
export function labelOfRemoval(
  document: DocumentReader,
  trackId: RecordId,
  plan: readonly Change[],
  label: Label,
): Label {
  if (!plan.some(({ id, after }) => id === trackId && !after)) return label;
  return named("edit.deleteTrack", document, trackId, { count: document.keyframes(trackId).length });
}

export interface SetKeyframeAttributeArgs extends TrackTimeArgs {
  /** Id of the attribute. */
  readonly id: string;
  /** null: no longer said here; what was said before holds on. */
  readonly value: AttributeValue | null;
}

/** Says an attribute from here on, until a later keyframe says otherwise. Makes a keyframe here if there is none. */
export const setKeyframeAttribute: Command<SetKeyframeAttributeArgs> = {
  id: "keyframe.setAttribute",
  label: (document, { trackId, id }) => named("edit.setKeyframeAttribute", document, trackId, { attribute: id }),
  plan(document, { trackId, at, id, value }) {
    const track = trackOf(document, trackId);
    const moment = trackAt(document, trackId, at);
    if (!track || !moment) return [];
    // A static track has its one keyframe: the attribute is said there.
    const here = keyframeAt(document, trackId, at) ?? (track.static ? anchor(document, trackId, at) : undefined);
    if (value === null) {
      if (!here || here.attributes[id] === undefined) return [];
      const { [id]: _, ...attributes } = here.attributes;
      return [replaced(here, { ...here, attributes })];
    }
    if (here) return [replaced(here, { ...here, attributes: { ...here.attributes, [id]: value } })];
    return [putKeyframe(document, newKeyframe(trackId, at, moment.cuboid, { attributes: { [id]: value } }))];
  },
};

const anchor = (document: DocumentReader, trackId: RecordId, at: TimestampNs): PlacedKeyframe =>
  nearest(document.keyframes(trackId).filter(isPlaced), at);

export interface MoveKeyframeArgs extends TrackTimeArgs {
  /** Where the keyframe goes. Nothing happens if one is there already. */
  readonly to: TimestampNs;
}

/** Says the same at another time. */
export const moveKeyframe: Command<MoveKeyframeArgs> = {
  id: "keyframe.move",
  label: (document, { trackId }) => named("edit.moveKeyframe", document, trackId),
  plan(document, { trackId, at, to }) {
    const track: Track | undefined = trackOf(document, trackId);
    const here = keyframeAt(document, trackId, at);
    if (!track || !here || keyframeAt(document, trackId, to)) return [];
    const there = {
      ...here,
      ...newKeyframe(trackId, to, here.cuboid),
      attributes: here.attributes,
      source: here.source,
    };
    return [deleted(here), created(there)];
  },
};
