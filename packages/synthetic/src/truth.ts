import { timestampNs, type Cuboid, type TimestampNs } from "@sweepmark/geometry";
import {
  defaultOntology,
  keyframeId,
  type FrameStamp,
  type Keyframe,
  type LabelFile,
  type LabelRecord,
  type Track,
} from "@sweepmark/schema";
import { cuboidOf, type Actor, type Behaviour } from "./actors.ts";
import { createRandom } from "./random.ts";

/** A labelled object of the simulated drive. */
export interface TrueTrack {
  readonly id: string;
  readonly name: string;
  readonly classId: string;
  /** Over the frames of the log. */
  readonly behaviour: Behaviour;
}

export interface Truth {
  readonly labels: LabelFile;
  readonly tracks: readonly TrueTrack[];
  /** Points of each frame's sweep that hit the track's object; every track has one number a frame. */
  readonly visiblePoints: ReadonlyMap<string, readonly number[]>;
  /** [actor] its track. */
  readonly actorIds: readonly (string | undefined)[];
}

/** Objects farther from the ego than this have no keyframe. */
export const labelRangeM = 80;

export interface TruthInput {
  readonly seed: number;
  readonly logName: string;
  readonly worldName: string;
  readonly frames: readonly FrameStamp[];
  /** Seconds of each frame on the world's clock. */
  readonly seconds: readonly number[];
  readonly actors: readonly Actor[];
  /** [frame][actor] points that hit it. */
  readonly hits: readonly Uint32Array[];
  readonly lanes: readonly LabelRecord[];
  /** Keyframes at every n-th frame, and at the first and last of a track's presence. */
  readonly keyframeEvery: number;
}

/** Crockford's alphabet. */
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID whose random part comes from the seed, in the order of the tracks. */
function trackId(seed: number, index: number): string {
  const random = createRandom(seed).fork(1000 + index);
  const tail = Array.from({ length: 13 }, () => digits[Math.floor(random.next() * 32)]).join("");
  const order = [index >> 10, index >> 5, index].map((part) => digits[part & 31]).join("");
  return `track:01K0000000${order}${tail}`;
}

export function truthOf(input: TruthInput): Truth {
  const { frames, seconds, actors, hits } = input;
  const names = new Map<string, number>();
  const tracks: TrueTrack[] = [];
  const records: LabelRecord[] = [];
  const visiblePoints = new Map<string, readonly number[]>();
  const actorIds: (string | undefined)[] = actors.map(() => undefined);
  actors.forEach((actor, index) => {
    const counts = hits.map((frame) => frame[index]);
    if (!counts.some((count) => count > 0)) return;
    const cuboids = seconds.map((at) => cuboidOf(actor, at));
    const present = cuboids.map(({ center }, frame) => {
      const [x, y] = frames[frame].worldFromEgo.translation;
      return Math.hypot(center[0] - x, center[1] - y) <= labelRangeM;
    });
    if (!present.includes(true)) return;
    const number = (names.get(actor.classId) ?? 0) + 1;
    names.set(actor.classId, number);
    const track: Track = {
      id: trackId(input.seed, index),
      kind: "track",
      name: `${actor.classId}-${number}`,
      classId: actor.classId,
      rigid: true,
      static: actor.parked,
      attributes: {},
    };
    records.push(track);
    actorIds[index] = track.id;
    tracks.push({
      id: track.id,
      name: track.name,
      classId: track.classId,
      behaviour: actor.behaviour(seconds[seconds.length - 1]),
    });
    visiblePoints.set(track.id, counts);
    const keyframe = (frame: number, cuboid: Cuboid<"world"> | null): Keyframe => ({
      id: keyframeId(track.id, frames[frame].at),
      kind: "keyframe",
      trackId: track.id,
      at: frames[frame].at,
      cuboid,
      attributes: cuboid && hasMotion(actor.classId) ? { motion: motionAt(actor, seconds[frame]) } : {},
      source: "import",
    });
    if (actor.parked) {
      const best = counts.indexOf(Math.max(...counts));
      records.push(keyframe(best, cuboids[best]));
      return;
    }
    present.forEach((here, frame) => {
      const starts = here && !present[frame - 1];
      const ends = here && !present[frame + 1];
      if (starts || ends || (here && frame % input.keyframeEvery === 0)) records.push(keyframe(frame, cuboids[frame]));
      if (!here && present[frame - 1]) records.push(keyframe(frame, null));
    });
  });
  records.push(...input.lanes);
  // The order of the native form, so that a truth that was written and read is equal.
  records.sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    labels: {
      // Whoever opens the log fills in the digest: it is a hash of the finished file.
      scene: { digest: "", logName: input.logName, worldName: input.worldName, frames },
      ontology: defaultOntology,
      records,
    },
    tracks,
    visiblePoints,
    actorIds,
  };
}

const hasMotion = (classId: string): boolean =>
  defaultOntology.objects.some(
    ({ id, attributes }) => id === classId && attributes.some((attribute) => attribute.id === "motion"),
  );

const motionAt = (actor: Actor, seconds: number): string =>
  actor.parked ? "parked" : actor.speedMps(seconds) < 0.05 ? "stopped" : "moving";

/** Nanoseconds from the log's epoch as a time on the world's clock, and back. */
export const secondsAt = (epoch: TimestampNs, at: TimestampNs): number => Number(at - epoch) / 1e9;
export const stampAt = (epoch: TimestampNs, offsetNs: number): TimestampNs =>
  timestampNs(epoch + BigInt(Math.round(offsetNs)));
