import type { Cuboid, Size, TimestampNs } from "@sweepmark/geometry";
import type { RecordId } from "@sweepmark/schema";
import { replaced } from "../changes.ts";
import { sameValue } from "../equal.ts";
import type { Change, Command } from "../types.ts";
import { isPlaced, named, resized, trackOf } from "./common.ts";

export interface SetShapeArgs {
  readonly trackId: RecordId;
  readonly size: Size;
  /** Where the object of this size is at keyframes; at others it stands where it stood. */
  readonly placed: readonly { readonly at: TimestampNs; readonly cuboid: Cuboid<"world"> }[];
  /** Frames whose points told the size, for the label. */
  readonly frameCount: number;
}

/** Locks a size that was estimated from many frames, and places the keyframes anew by it, a person's too (rule 44). */
export const setShape: Command<SetShapeArgs> = {
  id: "track.setShape",
  label: (document, { trackId, size, placed, frameCount }) =>
    named("edit.setShape", document, trackId, {
      count: placed.length,
      size: size.map((side) => side.toFixed(2)).join(" × "),
      frames: frameCount,
    }),
  plan(document, { trackId, size, placed }) {
    const track = trackOf(document, trackId);
    if (!track) return [];
    const cuboids = new Map(placed.map(({ at, cuboid }) => [at, cuboid]));
    const changes: Change[] = track.rigid ? [] : [replaced(track, { ...track, rigid: true })];
    for (const one of document.keyframes(trackId).filter(isPlaced)) {
      const anew = cuboids.get(one.at);
      const cuboid = anew ? { ...anew, size } : resized(one.cuboid, size);
      if (!sameValue(cuboid, one.cuboid)) changes.push(replaced(one, { ...one, cuboid }));
    }
    return changes;
  },
};
