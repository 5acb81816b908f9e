import type { TimestampNs } from "@sweepmark/geometry";
import type { Attributes, Keyframe, RecordId, Track } from "@sweepmark/schema";
import { lastAtOrBefore } from "./document.ts";
import { cuboidBetween, cuboidBeyond, extrapolationNs } from "./path.ts";
import type { DocumentReader, Moment, TrackMoment, TrackState } from "./types.ts";

/** A track at a time (README rules 4–9 and 27–29); undefined where it is absent, or has no cuboid, or does not exist. */
export function trackAt(reader: DocumentReader, trackId: RecordId, at: TimestampNs): TrackMoment | undefined {
  const track = reader.get(trackId);
  return track?.kind === "track" ? momentOf(track, reader.keyframes(trackId), at) : undefined;
}

/** All labels at a time. 200 tracks × 100 keyframes: about 0.3 ms. */
export function momentAt(reader: DocumentReader, at: TimestampNs): Moment {
  const tracks: TrackMoment[] = [];
  for (const track of reader.tracks()) {
    const moment = momentOf(track, reader.keyframes(track.id), at);
    if (moment) tracks.push(moment);
  }
  return { at, tracks, laneBoundaries: reader.laneBoundaries(), lanes: reader.lanes() };
}

function momentOf(track: Track, keyframes: readonly Keyframe[], at: TimestampNs): TrackMoment | undefined {
  const index = lastAtOrBefore(keyframes, at);
  const before: Keyframe | undefined = keyframes[index];
  if (before?.cuboid === null) return undefined;
  const after: Keyframe | undefined = keyframes[index + 1];
  // Static: the first keyframe with a cuboid gives the pose, also before its time. Moving: the first one goes back in time.
  const giver = track.static ? keyframes.find((keyframe) => keyframe.cuboid !== null) : (before ?? after);
  if (!giver?.cuboid) return undefined;
  let { cuboid } = giver;
  let state: TrackState = "held";
  if (giver.at === at) state = "keyframe";
  else if (!track.static && before && after?.cuboid) {
    cuboid = cuboidBetween(track, keyframes, index, at) ?? cuboid;
    state = "interpolated";
  } else if (!track.static) {
    const beyond = cuboidBeyond(track, keyframes, Math.max(0, index), at);
    const away = at < giver.at ? giver.at - at : at - giver.at;
    if (!before && (!beyond || away > extrapolationNs)) return undefined;
    cuboid = beyond ?? cuboid;
    if (beyond && away <= extrapolationNs) state = "extrapolated";
  }
  // One shape of object for all: with spreads of what is there this took three times as long.
  const { source, confidence } = giver;
  return { track, cuboid, state, source, confidence, before, after, attributes: attributesAt(track, keyframes, index) };
}

/** Attributes in force at each keyframe; kept by array, since arrays are never written to. */
const inForce = new WeakMap<readonly Keyframe[], { readonly below: Attributes; readonly at: readonly Attributes[] }>();

/** Track attributes overlaid by those in force at keyframe `index` (−1: before the first, whose attributes then hold). */
function attributesAt(track: Track, keyframes: readonly Keyframe[], index: number): Attributes {
  let known = inForce.get(keyframes);
  if (known?.below !== track.attributes) {
    known = { below: track.attributes, at: cumulative(track.attributes, keyframes) };
    inForce.set(keyframes, known);
  }
  return known.at[Math.max(0, index)] ?? track.attributes;
}

/** What is said up to and including each keyframe, later ones winning, over `below`. */
export function cumulative(below: Attributes, keyframes: readonly Keyframe[]): readonly Attributes[] {
  let sum = below;
  return keyframes.map(({ attributes }) => {
    if (Object.keys(attributes).length > 0) sum = { ...sum, ...attributes };
    return sum;
  });
}
