import type { Suggestion } from "@sweepmark/document";
import { keyframeId, type Keyframe, type RecordId } from "@sweepmark/schema";
import type { SuggestedTrack } from "./chains.ts";

/** The records of a suggested track, absent from where it is not seen any more. Its name is given when it is accepted. */
export function suggestionOf(
  { classId, static: isStatic, poses, goneAt }: Omit<SuggestedTrack, "confidence">,
  id: RecordId,
): Suggestion {
  const said = { kind: "keyframe", trackId: id, attributes: {}, source: "algorithm" } as const;
  const keyframes = poses.map(({ at, cuboid, confidence }): Keyframe => ({
    ...said,
    id: keyframeId(id, at),
    at,
    cuboid,
    confidence,
  }));
  const gone = goneAt === undefined ? [] : [{ ...said, id: keyframeId(id, goneAt), at: goneAt, cuboid: null }];
  return {
    track: { id, kind: "track", name: "", classId, rigid: true, static: isStatic, attributes: {} },
    keyframes: [...keyframes, ...gone],
  };
}
