import type { Cuboid, Size, TimestampNs } from "@sweepmark/geometry";
import type { ObjectClass, Ontology } from "@sweepmark/schema";
import {
  chainConfidence,
  classOfChain,
  placeChain,
  roughPoses,
  withoutDoubles,
  type SuggestedTrack,
} from "./chains.ts";
import { estimateShape } from "./estimate-shape.ts";
import { linkProposals, type FrameProposals, type Sighted } from "./link-proposals.ts";
import type { PropagateOptions, ReadFrame } from "./propagate.ts";
import { barelyLikely, proposeCuboids } from "./propose.ts";

export interface SuggestTracksRequest {
  /** Those to look at, by time: see {@link framesToLookAt}. */
  readonly frames: readonly { readonly index: number; readonly at: TimestampNs }[];
  readonly ontology: Ontology;
  /** What is labeled in a frame: its points are left out, and nothing is suggested in its place. */
  readonly labelsAt: (at: TimestampNs) => readonly Cuboid<"world">[];
  /** What is usual for a class in this scene; by default the class's own. */
  readonly usualSize?: (objectClass: ObjectClass) => Size;
  /** `none`: the log does not say how ego moves, so that nothing is known to stand. Default `world`. */
  readonly motion?: "world" | "none";
}

/** Things are looked for so often: in between they go straight on. */
const lookEveryS = 0.2;
/** Less sure tracks are not worth a look. */
export const leastTrack = 0.3;
const leastSightings = 3;
/** Looking takes this much of the time, estimating the rest. */
const lookShare = 0.8;

/** Every n-th frame, so that a fifth of a second lies between two: an object seen twice is told from another by where it goes. */
export function framesToLookAt<Entry extends { readonly at: TimestampNs }>(frames: readonly Entry[]): readonly Entry[] {
  const spanS = frames.length > 1 ? Number(frames[frames.length - 1].at - frames[0].at) / 1e9 : 0;
  const step = spanS > 0 ? Math.max(1, Math.round((lookEveryS * (frames.length - 1)) / spanS)) : 1;
  return frames.filter((_, i) => i % step === 0);
}

/**
 * Tracks of what stands and drives in a stretch of a log without a label, the surest first: proposals of each frame on its own,
 * linked over time, then each track with one size and heading by all frames that show it. README rules.
 * Rejects when cancelled, or as `onProgress` does.
 */
export async function suggestTracks(
  request: SuggestTracksRequest,
  read: ReadFrame,
  { signal, onProgress }: PropagateOptions = {},
): Promise<readonly SuggestedTrack[]> {
  const total = 1000;
  const report = async (share: number): Promise<void> => {
    signal?.throwIfAborted();
    await onProgress?.(Math.round(total * share), total);
    signal?.throwIfAborted();
  };
  const looks: FrameProposals[] = [];
  for (const [i, { index, at }] of request.frames.entries()) {
    await report((lookShare * i) / request.frames.length);
    const frame = await read(index);
    if (!frame) continue;
    const steps = proposeCuboids(frame, { ...request, labels: request.labelsAt(at), least: barelyLikely });
    for (;;) {
      const step = steps.next();
      if (step.done) {
        looks.push({ index, at, found: step.value });
        break;
      }
      await report((lookShare * (i + step.value)) / request.frames.length);
    }
  }
  const chains = withoutDoubles(
    linkProposals(looks).filter((chain) => chain.length >= Math.min(leastSightings, looks.length)),
  ).filter((chain) => chainConfidence(chain, looks) >= leastTrack);
  const tracks: SuggestedTrack[] = [];
  for (const [i, chain] of chains.entries()) {
    await report(lookShare + ((1 - lookShare) * i) / chains.length);
    const track = await trackOf(request, chain, looks, read, signal);
    if (track) tracks.push(track);
  }
  await report(1);
  return tracks.toSorted((a, b) => b.confidence - a.confidence);
}

/** One size and heading of all frames, and where it is in each. */
async function trackOf(
  { ontology, usualSize = (objectClass) => objectClass.usualSize, motion = "world" }: SuggestTracksRequest,
  chain: readonly Sighted[],
  looks: readonly FrameProposals[],
  read: ReadFrame,
  signal: AbortSignal | undefined,
): Promise<SuggestedTrack | undefined> {
  const classId = classOfChain(chain);
  const objectClass = ontology.objects.find(({ id }) => id === classId);
  if (!objectClass) return undefined;
  const estimate = await estimateShape(
    { poses: roughPoses(chain), usualSize: usualSize(objectClass), motion },
    read,
    signal ? { signal } : {},
  );
  return estimate && placeChain(chain, estimate.poses, { classId, looks, motion });
}
