import { interpolateCuboid, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import type { Attributes, Keyframe, RecordId, Track } from "@sweepmark/schema";
import { lastAtOrBefore } from "./document.ts";
import type { DocumentReader, Moment, TrackMoment } from "./types.ts";

/** A track at a time (README rules 4–9); undefined where it is absent, or has no cuboid, or does not exist. */
export function trackAt(reader: DocumentReader, trackId: RecordId, at: TimestampNs): TrackMoment | undefined {
  const track = reader.get(trackId);
  return track?.kind === "track" ? momentOf(track, reader.keyframes(trackId), at) : undefined;
}

/** All labels at a time. 200 tracks × 100 keyframes: about 0.1 ms. */
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
  const inForce: Keyframe | undefined = keyframes[index];
  if (inForce ? inForce.cuboid === null : !track.static) return undefined;
  const next: Keyframe | undefined = keyframes[index + 1];
  // Static and before its first keyframe: the first one with a cuboid gives the pose.
  const giver = track.static ? keyframes.find((keyframe) => keyframe.cuboid !== null) : inForce;
  if (!giver?.cuboid) return undefined;
  const rest = {
    track,
    source: giver.source,
    ...(giver.confidence !== undefined && { confidence: giver.confidence }),
    ...(inForce && { before: inForce }),
    ...(next && { after: next }),
    attributes: attributesAt(track, keyframes, index),
  };
  if (track.static) return { ...rest, cuboid: giver.cuboid, state: giver.at === at ? "keyframe" : "held" };
  if (giver.at === at) return { ...rest, cuboid: giver.cuboid, state: "keyframe" };
  if (!next?.cuboid) return { ...rest, cuboid: giver.cuboid, state: "held" };
  return { ...rest, cuboid: between(track, giver as WithCuboid, next as WithCuboid, at), state: "interpolated" };
}

type WithCuboid = Keyframe & { readonly cuboid: Cuboid<"world"> };

function between(track: Track, from: WithCuboid, to: WithCuboid, at: TimestampNs): Cuboid<"world"> {
  // Differences first: absolute nanoseconds exceed what a number holds exactly.
  const t = Number(at - from.at) / Number(to.at - from.at);
  const cuboid = interpolateCuboid(from.cuboid, to.cuboid, t);
  return track.rigid ? { ...cuboid, size: from.cuboid.size } : cuboid;
}

/** Attributes said up to and including each keyframe, later ones winning; per array, since arrays are never written to. */
const cumulative = new WeakMap<readonly Keyframe[], readonly Attributes[]>();

/** Track attributes overlaid by those in force at keyframe `index` (−1: before the first, whose attributes then hold). */
export function attributesAt(track: Track, keyframes: readonly Keyframe[], index: number): Attributes {
  let said = cumulative.get(keyframes);
  if (!said) {
    let sum: Attributes = {};
    said = keyframes.map(({ attributes }) => {
      if (Object.keys(attributes).length > 0) sum = { ...sum, ...attributes };
      return sum;
    });
    cumulative.set(keyframes, said);
  }
  const inForce = said[Math.max(0, index)];
  if (!inForce || Object.keys(inForce).length === 0) return track.attributes;
  return { ...track.attributes, ...inForce };
}
