import {
  multiply,
  normalizeQuaternion,
  rotate,
  conjugate,
  vec,
  type Cuboid,
  type TimestampNs,
  type Vec3,
} from "@sweepmark/geometry";
import { newTrackId, type RecordId, type Source } from "@sweepmark/schema";
import { created, replaced, squash } from "../changes.ts";
import { sameValue } from "../equal.ts";
import { trackAt } from "../moment.ts";
import type { Change, Command, DocumentReader } from "../types.ts";
import {
  isPlaced,
  named,
  nearest,
  newKeyframe,
  nextName,
  putKeyframe,
  resized,
  trackOf,
  type PlacedKeyframe,
} from "./common.ts";

export interface CreateTrackArgs {
  readonly classId: string;
  readonly at: TimestampNs;
  readonly cuboid: Cuboid<"world">;
  /** `car-3` by default: the next number of the class. */
  readonly name?: string;
  readonly source?: Source;
  /** A new one by default; given where the caller must know it before the plan. */
  readonly id?: RecordId;
}

const newName = (document: DocumentReader, { classId, name }: CreateTrackArgs): string =>
  name ?? nextName(classId, document.tracks());

/** A rigid, moving track with one keyframe. The first change is the track. */
export const createTrack: Command<CreateTrackArgs> = {
  id: "track.create",
  label: (document, args) => ({ message: "edit.createTrack", params: { name: newName(document, args) } }),
  plan(document, args) {
    const id = args.id ?? newTrackId();
    // An id is taken as well by keyframes that a broken file left without their track.
    if (document.get(id) || document.keyframes(id).length > 0) return [];
    const keyframe = newKeyframe(id, args.at, args.cuboid, { source: args.source });
    return [
      created({
        id,
        kind: "track",
        name: newName(document, args),
        classId: args.classId,
        rigid: true,
        static: false,
        attributes: {},
      }),
      created(keyframe),
    ];
  },
};

export interface SetCuboidArgs {
  readonly trackId: RecordId;
  readonly at: TimestampNs;
  readonly cuboid: Cuboid<"world">;
  readonly source?: Source;
}

/**
 * Puts the track's cuboid at a time (rules 13–15): makes or replaces the keyframe there. Of a rigid track a changed size
 * goes to every keyframe with the same faces kept fixed; of a static one every keyframe takes the pose and none is added.
 */
export const setCuboid: Command<SetCuboidArgs> = {
  id: "track.setCuboid",
  label(document, { trackId, at, cuboid }) {
    const before = trackAt(document, trackId, at)?.cuboid;
    if (!before) return named("edit.placeTrack", document, trackId);
    if (!sameValue(before.size, cuboid.size)) return named("edit.resizeTrack", document, trackId);
    if (!sameValue(before.center, cuboid.center)) return named("edit.moveTrack", document, trackId);
    return named("edit.turnTrack", document, trackId);
  },
  plan(document, { trackId, at, cuboid, source = "human" }) {
    const track = trackOf(document, trackId);
    if (!track) return [];
    const placed = document.keyframes(trackId).filter(isPlaced);
    if (track.static && placed.length > 0) {
      const absentHere = !trackAt(document, trackId, at);
      const changes = placed.map((keyframe) =>
        replaced(keyframe, newKeyframe(trackId, keyframe.at, cuboid, { source, attributes: keyframe.attributes })),
      );
      return squash(changes, absentHere ? [putKeyframe(document, newKeyframe(trackId, at, cuboid, { source }))] : []);
    }
    const others = track.rigid ? resizeOthers(document, placed, at, cuboid) : [];
    return [putKeyframe(document, newKeyframe(trackId, at, cuboid, { source })), ...others];
  },
};

function resizeOthers(
  document: DocumentReader,
  placed: readonly PlacedKeyframe[],
  at: TimestampNs,
  cuboid: Cuboid<"world">,
): readonly Change[] {
  if (placed.length === 0) return [];
  const old = trackAt(document, placed[0].trackId, at)?.cuboid;
  const reference = old ?? nearest(placed, at).cuboid;
  if (sameValue(reference.size, cuboid.size)) return [];
  const shift = old ? faceShift(old, cuboid) : undefined;
  return placed
    .filter((keyframe) => keyframe.at !== at && !sameValue(keyframe.cuboid.size, cuboid.size))
    .map((keyframe) => replaced(keyframe, { ...keyframe, cuboid: resized(keyframe.cuboid, cuboid.size, shift) }));
}

/**
 * How far the centre went in box because of the new size: at most half the growth along each axis, which keeps one of
 * the two faces fixed. What goes beyond (a refit that also moved) stays with the edited keyframe.
 */
function faceShift(from: Cuboid<"world">, to: Cuboid<"world">): Vec3 {
  const moved = rotate(conjugate(to.rotation), vec.subtract(to.center, from.center));
  const limit = (axis: 0 | 1 | 2): number => {
    const most = Math.abs(to.size[axis] - from.size[axis]) / 2;
    return Math.max(-most, Math.min(most, moved[axis]));
  };
  return [limit(0), limit(1), limit(2)];
}

export interface FlipHeadingArgs {
  readonly trackId: RecordId;
  readonly at: TimestampNs;
  readonly scope: "here" | "all";
}

/** Turns the cuboid half round about its own up axis, here (as a keyframe) or at every keyframe. */
export const flipHeading: Command<FlipHeadingArgs> = {
  id: "track.flipHeading",
  label: (document, { trackId, scope }) =>
    named(scope === "all" ? "edit.flipHeadingAll" : "edit.flipHeading", document, trackId),
  plan(document, { trackId, at, scope }) {
    if (scope === "all")
      return document
        .keyframes(trackId)
        .filter(isPlaced)
        .map((keyframe) => replaced(keyframe, { ...keyframe, cuboid: flipped(keyframe.cuboid) }));
    const moment = trackAt(document, trackId, at);
    return moment ? setCuboid.plan(document, { trackId, at, cuboid: flipped(moment.cuboid) }) : [];
  },
};

function flipped(cuboid: Cuboid<"world">): Cuboid<"world"> {
  const rotation = normalizeQuaternion(multiply(cuboid.rotation, [0, 0, 1, 0])) ?? cuboid.rotation;
  return { ...cuboid, rotation };
}
