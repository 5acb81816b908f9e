import type { Cuboid, TimestampNs } from "@sweepmark/geometry";
import type { Keyframe, RecordId } from "@sweepmark/schema";
import { deleted, replaced } from "../changes.ts";
import type { Change, Command, DocumentReader } from "../types.ts";
import { isPlaced, keyframeAt, named, newKeyframe, putKeyframe, trackOf } from "./common.ts";

/** A pose that an algorithm found. */
export interface Proposal {
  readonly at: TimestampNs;
  readonly cuboid: Cuboid<"world">;
  /** [0, 1]. */
  readonly confidence: number;
}

export interface ProposeKeyframesArgs {
  readonly trackId: RecordId;
  /** What an algorithm said before between these times (inclusive) gives way. */
  readonly from: TimestampNs;
  readonly to: TimestampNs;
  readonly proposals: readonly Proposal[];
  /** Frames that the proposals stand for, for the label. */
  readonly frameCount: number;
}

/**
 * Whether a keyframe gives way to a new proposal: an algorithm's with a cuboid and no attributes. Whatever a person, a
 * model or an import said, and where attributes were said, stays.
 */
export const givesWay = ({ source, cuboid, attributes }: Keyframe): boolean =>
  source === "algorithm" && cuboid !== null && Object.keys(attributes).length === 0;

/**
 * Puts keyframes of an algorithm beside those that stay; never in their place. A rigid track keeps its size; a static one
 * has its one pose, and nothing is proposed.
 */
export const proposeKeyframes: Command<ProposeKeyframesArgs> = {
  id: "keyframe.propose",
  label: (document, { trackId, frameCount }) => named("edit.propagate", document, trackId, { count: frameCount }),
  plan(document, { trackId, from, to, proposals }) {
    const track = trackOf(document, trackId);
    if (!track || track.static) return [];
    const keyframes = document.keyframes(trackId);
    const size = track.rigid ? keyframes.find(isPlaced)?.cuboid.size : undefined;
    const proposed = new Set(proposals.map(({ at }) => at));
    const gone = keyframes.filter(
      (keyframe) => keyframe.at >= from && keyframe.at <= to && givesWay(keyframe) && !proposed.has(keyframe.at),
    );
    const put = proposals.flatMap(({ at, cuboid, confidence }): Change[] => {
      const here = keyframeAt(document, trackId, at);
      if (here && !givesWay(here)) return [];
      const sized = size ? { ...cuboid, size } : cuboid;
      return [putKeyframe(document, { ...newKeyframe(trackId, at, sized, { source: "algorithm" }), confidence })];
    });
    // A track is never left without a cuboid by what only makes room.
    if (put.length === 0 && keyframes.filter(isPlaced).length === gone.length) return [];
    return [...gone.map(deleted), ...put];
  },
};

export interface AcceptTrackArgs {
  readonly trackId: RecordId;
  /** Only the keyframes at these times. Default: all. */
  readonly ats?: readonly TimestampNs[];
}

const machineMade = (document: DocumentReader, { trackId, ats }: AcceptTrackArgs): readonly Keyframe[] => {
  const at = ats && new Set<bigint>(ats);
  return document
    .keyframes(trackId)
    .filter(
      (keyframe) => (keyframe.source === "algorithm" || keyframe.source === "model") && at?.has(keyframe.at) !== false,
    );
};

/** Makes the keyframes of the track that an algorithm or a model said a person's. */
export const acceptTrack: Command<AcceptTrackArgs> = {
  id: "track.accept",
  label: (document, args) =>
    named("edit.acceptTrack", document, args.trackId, { count: machineMade(document, args).length }),
  plan: (document, args) =>
    machineMade(document, args).map((keyframe) => {
      const { confidence: _, ...said } = keyframe;
      return replaced(keyframe, { ...said, source: "human" });
    }),
};
