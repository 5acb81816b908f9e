import type { TimestampNs } from "@sweepmark/geometry";
import type { AttributeValue, Beyond, Interpolation, RecordId } from "@sweepmark/schema";
import { deleted, replaced } from "../changes.ts";
import { sameValue } from "../equal.ts";
import type { Change, Command } from "../types.ts";
import { automaticNumber, isPlaced, named, nearest, nextName, removeTrack, resized, trackOf } from "./common.ts";

export interface TrackArgs {
  readonly trackId: RecordId;
}

/** The track and all its keyframes. */
export const deleteTrack: Command<TrackArgs> = {
  id: "track.delete",
  label: (document, { trackId }) =>
    named("edit.deleteTrack", document, trackId, { count: document.keyframes(trackId).length }),
  plan(document, { trackId }) {
    const track = trackOf(document, trackId);
    return track ? removeTrack(document, track) : [];
  },
};

/** Another class; an automatic name (`car-3`) becomes the next one of the new class, a given one stays. */
export const setClass: Command<TrackArgs & { readonly classId: string }> = {
  id: "track.setClass",
  label: (document, { trackId, classId }) => named("edit.setClass", document, trackId, { classId }),
  plan(document, { trackId, classId }) {
    const track = trackOf(document, trackId);
    if (!track || track.classId === classId) return [];
    const automatic = automaticNumber(track.classId, track.name) !== undefined;
    const name = automatic ? nextName(classId, document.tracks()) : track.name;
    return [replaced(track, { ...track, classId, name })];
  },
};

export const renameTrack: Command<TrackArgs & { readonly name: string }> = {
  id: "track.rename",
  label: (document, { trackId, name }) => named("edit.renameTrack", document, trackId, { to: name }),
  plan(document, { trackId, name }) {
    const track = trackOf(document, trackId);
    return track && track.name !== name ? [replaced(track, { ...track, name })] : [];
  },
};

export interface SetTrackAttributeArgs extends TrackArgs {
  readonly id: string;
  /** null: not said. */
  readonly value: AttributeValue | null;
}

export const setTrackAttribute: Command<SetTrackAttributeArgs> = {
  id: "track.setAttribute",
  label: (document, { trackId, id }) => named("edit.setTrackAttribute", document, trackId, { attribute: id }),
  plan(document, { trackId, id, value }) {
    const track = trackOf(document, trackId);
    if (!track || (track.attributes[id] ?? null) === value) return [];
    const { [id]: _, ...others } = track.attributes;
    return [replaced(track, { ...track, attributes: value === null ? others : { ...others, [id]: value } })];
  },
};

/** Locks the size: every keyframe takes the one nearest `at`, standing where it stood. Or unlocks it. */
export const setRigid: Command<TrackArgs & { readonly at: TimestampNs; readonly rigid: boolean }> = {
  id: "track.setRigid",
  label: (document, { trackId, rigid }) => named(rigid ? "edit.lockSize" : "edit.unlockSize", document, trackId),
  plan(document, { trackId, at, rigid }) {
    const track = trackOf(document, trackId);
    if (!track || track.rigid === rigid) return [];
    const changes: Change[] = [replaced(track, { ...track, rigid })];
    const placed = document.keyframes(trackId).filter(isPlaced);
    if (!rigid || placed.length === 0) return changes;
    const { size } = nearest(placed, at).cuboid;
    for (const keyframe of placed)
      if (!sameValue(keyframe.cuboid.size, size))
        changes.push(replaced(keyframe, { ...keyframe, cuboid: resized(keyframe.cuboid, size) }));
    return changes;
  },
};

/**
 * Static: keeps the keyframe nearest `at` and deletes the others, but those that end an absence, which take the kept
 * pose; absences stay. Moving: only says so (the track is then absent before its first keyframe).
 */
export const setStatic: Command<TrackArgs & { readonly at: TimestampNs; readonly static: boolean }> = {
  id: "track.setStatic",
  label(document, args) {
    if (!args.static) return named("edit.makeMoving", document, args.trackId);
    const count = setStatic.plan(document, args).filter(({ after }) => !after).length;
    return named("edit.makeStatic", document, args.trackId, { count });
  },
  plan(document, { trackId, at, static: isStatic }) {
    const track = trackOf(document, trackId);
    if (!track || track.static === isStatic) return [];
    const changes: Change[] = [replaced(track, { ...track, static: isStatic })];
    const keyframes = document.keyframes(trackId);
    const placed = keyframes.filter(isPlaced);
    if (!isStatic || placed.length === 0) return changes;
    const kept = nearest(placed, at);
    for (const [index, keyframe] of keyframes.entries()) {
      if (keyframe === kept || !isPlaced(keyframe)) continue;
      const endsAbsence = keyframes[index - 1]?.cuboid === null;
      changes.push(endsAbsence ? replaced(keyframe, { ...keyframe, cuboid: kept.cuboid }) : deleted(keyframe));
    }
    return changes;
  },
};

/** How a moving track goes from keyframe to keyframe. */
export const setInterpolation: Command<TrackArgs & { readonly interpolation: Interpolation }> = {
  id: "track.setInterpolation",
  label: (document, { trackId, interpolation }) =>
    named(interpolation === "smooth" ? "edit.makeSmooth" : "edit.makeLinear", document, trackId),
  plan(document, { trackId, interpolation }) {
    const track = trackOf(document, trackId);
    if (!track || (track.interpolation ?? "linear") === interpolation) return [];
    const { interpolation: _, ...others } = track;
    return [replaced(track, interpolation === "linear" ? others : { ...others, interpolation })];
  },
};

/** What a moving track does past its keyframes. */
export const setBeyond: Command<TrackArgs & { readonly beyond: Beyond }> = {
  id: "track.setBeyond",
  label: (document, { trackId, beyond }) =>
    named(beyond === "held" ? "edit.makeHeld" : "edit.makeExtrapolated", document, trackId),
  plan(document, { trackId, beyond }) {
    const track = trackOf(document, trackId);
    if (!track || (track.beyond ?? "held") === beyond) return [];
    const { beyond: _, ...others } = track;
    return [replaced(track, beyond === "held" ? others : { ...others, beyond })];
  },
};
