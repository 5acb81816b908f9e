import {
  cuboidYaw,
  moveCuboid,
  turnCuboid,
  vec,
  wrapAngle,
  type Cuboid,
  type TimestampNs,
  type Vec3,
} from "@sweepmark/geometry";
import { replaced } from "../changes.ts";
import { trackAt } from "../moment.ts";
import { slowestMps, velocityOf } from "../motion.ts";
import type { Command, DocumentReader } from "../types.ts";
import { isPlaced, named, newKeyframe, putKeyframe, trackOf } from "./common.ts";
import { setCuboid } from "./cuboid.ts";
import type { TrackTimeArgs } from "./keyframes.ts";

export interface HeadingFromMotionArgs extends TrackTimeArgs {
  readonly scope: "here" | "all";
}

/** Turns the cuboid to where it is going, here (as a keyframe) or at every keyframe; nothing where it is slow (rule 30). */
export const headingFromMotion: Command<HeadingFromMotionArgs> = {
  id: "track.headingFromMotion",
  label: (document, { trackId, scope }) =>
    named(scope === "all" ? "edit.headingFromMotionAll" : "edit.headingFromMotion", document, trackId),
  plan(document, { trackId, at, scope }) {
    const track = trackOf(document, trackId);
    if (!track) return [];
    const keyframes = document.keyframes(trackId);
    if (scope === "all")
      return keyframes.filter(isPlaced).flatMap((keyframe) => {
        const cuboid = headed(keyframe.cuboid, velocityOf(track, keyframes, keyframe.at));
        return cuboid ? [replaced(keyframe, { ...keyframe, cuboid })] : [];
      });
    const moment = trackAt(document, trackId, at);
    const cuboid = moment && headed(moment.cuboid, velocityOf(track, keyframes, at));
    return cuboid ? setCuboid.plan(document, { trackId, at, cuboid }) : [];
  },
};

/** Undefined where it already is, or where the velocity says nothing. */
function headed(cuboid: Cuboid<"world">, velocity: Vec3 | undefined): Cuboid<"world"> | undefined {
  if (!velocity || Math.hypot(velocity[0], velocity[1]) < slowestMps) return undefined;
  const turnRad = wrapAngle(Math.atan2(velocity[1], velocity[0]) - cuboidYaw(cuboid));
  return Math.abs(turnRad) < 1e-9 ? undefined : turnCuboid(cuboid, turnRad);
}

export interface CopyToFrameArgs extends TrackTimeArgs {
  /** Time of the other frame. */
  readonly to: TimestampNs;
}

/**
 * Says at another time what holds here: in world, so that ego's motion is out of it, and farther by its velocity where it
 * moves (rule 31). A keyframe that is there is replaced.
 */
export const copyToFrame: Command<CopyToFrameArgs> = {
  id: "track.copyToFrame",
  label: (document, { trackId }) => named("edit.copyToFrame", document, trackId),
  plan(document, { trackId, at, to }) {
    const track = trackOf(document, trackId);
    const moment = trackAt(document, trackId, at);
    if (!track || track.static || !moment || to === at) return [];
    return [putKeyframe(document, newKeyframe(trackId, to, carriedOn(document, moment.cuboid, trackId, at, to)))];
  },
};

function carriedOn(
  document: DocumentReader,
  cuboid: Cuboid<"world">,
  trackId: string,
  at: TimestampNs,
  to: TimestampNs,
): Cuboid<"world"> {
  const track = trackOf(document, trackId);
  const velocity = track && velocityOf(track, document.keyframes(trackId), at);
  if (!velocity || vec.length(velocity) < slowestMps) return cuboid;
  return moveCuboid(cuboid, vec.scale(velocity, Number(to - at) / 1e9));
}
