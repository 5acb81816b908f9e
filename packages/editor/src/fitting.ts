import { frameNear } from "@sweepmark/assist";
import type { DocumentReader } from "@sweepmark/document";
import type { Cuboid } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import type { Track } from "@sweepmark/schema";
import type { SessionState } from "./session-types.ts";

/**
 * The points that a track's cuboid is fitted to: those of the accumulated cloud for what stands still, which is seen whole
 * there, else the frame's.
 */
export function fittingFrame(
  { accumulation }: Pick<SessionState, "accumulation">,
  frame: Frame,
  track: Track,
  cuboid: Cuboid<"world">,
): Frame {
  const { cloud } = accumulation;
  return track.static && cloud ? frameNear(cloud, frame, cuboid.center) : frame;
}

/** Of a locked size that other keyframes share, only the place is refitted: a far view must not shrink the near ones. */
export function fittedSize(document: DocumentReader, track: Track): "fit" | "keep" {
  const placed = document.keyframes(track.id).filter(({ cuboid }) => cuboid !== null);
  return track.rigid && placed.length > 1 ? "keep" : "fit";
}
