import { cuboidFoot, timestampNs, type Cuboid, type Vec3 } from "@sweepmark/geometry";
import type { Keyframe, Track } from "@sweepmark/schema";
import { cuboidBetween, cuboidBeyond, extrapolationNs } from "./path.ts";

/** A piece of the way of a moving track over the ground, in world. */
export interface TrajectoryPart {
  /** `beyond`: past its keyframes, where its motion leads. */
  readonly kind: "between" | "beyond";
  /** Middle of the cuboid's lowest face; a curve in short pieces. */
  readonly points: readonly Vec3[];
}

/** Into how many straight pieces a curve is cut from keyframe to keyframe. */
const pieces = 12;

/** Kept by the array of keyframes, which is never written to: a picture asks for it each time. */
const known = new WeakMap<readonly Keyframe[], { readonly of: string; readonly parts: readonly TrajectoryPart[] }>();

/** The way of a track through its keyframes as `momentAt` has it: one part for each run without absence. */
export function trajectoryOf(track: Track, keyframes: readonly Keyframe[]): readonly TrajectoryPart[] {
  const of = `${track.interpolation ?? ""} ${track.beyond ?? ""} ${String(track.rigid)} ${String(track.static)}`;
  const kept = known.get(keyframes);
  if (kept?.of === of) return kept.parts;
  const parts = track.static ? [] : made(track, keyframes);
  known.set(keyframes, { of, parts });
  return parts;
}

function made(track: Track, keyframes: readonly Keyframe[]): readonly TrajectoryPart[] {
  const parts: TrajectoryPart[] = [];
  let points: Vec3[] = [];
  const foot = (cuboid: Cuboid<"world"> | undefined): void => {
    if (cuboid) points.push(cuboidFoot(cuboid));
  };
  const end = (kind: TrajectoryPart["kind"]): void => {
    if (points.length > 1) parts.push({ kind, points });
    points = [];
  };
  /** Past keyframe `index`, by `aheadNs` (negative: before). */
  const goOn = (index: number, aheadNs: bigint): void => {
    const { at, cuboid } = keyframes[index];
    foot(cuboid ?? undefined);
    for (let k = 1; k <= pieces; k++)
      foot(cuboidBeyond(track, keyframes, index, timestampNs(at + (aheadNs * BigInt(k)) / BigInt(pieces))));
    end("beyond");
  };
  if (keyframes[0]?.cuboid) goOn(0, -extrapolationNs);
  for (const [index, { at, cuboid }] of keyframes.entries()) {
    if (!cuboid) continue;
    foot(cuboid);
    const next: Keyframe | undefined = keyframes[index + 1];
    if (next?.cuboid) {
      if (track.interpolation === "smooth")
        for (let k = 1; k < pieces; k++)
          foot(cuboidBetween(track, keyframes, index, timestampNs(at + ((next.at - at) * BigInt(k)) / BigInt(pieces))));
      continue;
    }
    end("between");
    const ahead = next && next.at - at < extrapolationNs ? next.at - at : extrapolationNs;
    goOn(index, ahead);
  }
  return parts;
}
