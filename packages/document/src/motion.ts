import { vec, type TimestampNs, type Vec3 } from "@sweepmark/geometry";
import type { Keyframe, Track } from "@sweepmark/schema";
import { lastAtOrBefore } from "./document.ts";
import { cuboidBetween } from "./path.ts";

/** What moves less says nothing about where it is heading: its labels shake more than it does. */
export const slowestMps = 1;

/** Motion is taken over this long on both sides of a time. */
const halfWindowNs = 500_000_000n;

/**
 * Velocity in world, m/s, of a moving track: over half a second on both sides of `at`, as far as it has keyframes without
 * an absence there, on the smooth path through them. Undefined where its keyframes do not say.
 */
export function velocityOf(track: Track, keyframes: readonly Keyframe[], at: TimestampNs): Vec3 | undefined {
  if (track.static) return undefined;
  let low = lastAtOrBefore(keyframes, at);
  if (low < 0 || !keyframes[low].cuboid) return undefined;
  let high = low;
  // Past the last keyframe: what it did until then.
  const now = at > keyframes[low].at && !keyframes[low + 1]?.cuboid ? keyframes[low].at : at;
  while (keyframes[low - 1]?.cuboid && keyframes[low].at > now - halfWindowNs) low--;
  while (keyframes[high + 1]?.cuboid && keyframes[high].at < now + halfWindowNs) high++;
  const from = later(keyframes[low].at, now - halfWindowNs);
  const to = earlier(keyframes[high].at, now + halfWindowNs);
  const start = placeAt(track, keyframes, from);
  const end = placeAt(track, keyframes, to);
  if (to <= from || !start || !end) return undefined;
  return vec.scale(vec.subtract(end, start), 1e9 / Number(to - from));
}

function placeAt(track: Track, keyframes: readonly Keyframe[], at: bigint): Vec3 | undefined {
  const index = lastAtOrBefore(keyframes, at);
  const here: Keyframe | undefined = keyframes[index];
  if (here?.at === at) return here.cuboid?.center;
  return cuboidBetween({ ...track, interpolation: "smooth" }, keyframes, index, at as TimestampNs)?.center;
}

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const earlier = (a: bigint, b: bigint): bigint => (a < b ? a : b);
