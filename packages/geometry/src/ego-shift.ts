import type { Pose } from "./pose.ts";
import { fromYaw, rotate } from "./quaternion.ts";
import type { Point, TimestampNs, Vec3 } from "./space.ts";
import { add, lerp, subtract } from "./vector.ts";

/** How far a log's ego pose is from where the vehicle was, at one time. */
export interface EgoShift {
  readonly at: TimestampNs;
  /** Where the log has ego. */
  readonly ego: Point<"world">;
  /** What is to be added to it, metres. */
  readonly shift: Vec3;
  /** What it is to be turned by, about itself and the vertical of `world`. */
  readonly yawRad: number;
}

/**
 * What takes the world as the log's poses have it at a time to the corrected one: a turn about ego and a shift, linear in
 * time between the shifts around it, as at the ends before the first and after the last. The identity where there are none.
 *
 * @param shifts by rising time.
 */
export function correctedFromLogged(shifts: readonly EgoShift[], at: TimestampNs): Pose<"world", "world"> {
  const next = firstAtOrAfter(shifts, at);
  const after = shifts[Math.min(next, shifts.length - 1)];
  const before = shifts[Math.max(next - 1, 0)];
  if (!after || !before) return { translation: [0, 0, 0], rotation: [0, 0, 0, 1] };
  const span = Number(after.at - before.at);
  const share = span > 0 ? Math.min(1, Math.max(0, Number(at - before.at) / span)) : 1;
  const rotation = fromYaw(before.yawRad + share * (after.yawRad - before.yawRad));
  const ego = lerp(before.ego, after.ego, share);
  // Turned about ego, not about the world's origin: that may be 5000 km away.
  const shift = lerp(before.shift, after.shift, share);
  return { translation: add(subtract(ego, rotate(rotation, ego)), shift), rotation };
}

function firstAtOrAfter(shifts: readonly EgoShift[], at: TimestampNs): number {
  let low = 0;
  let high = shifts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shifts[middle].at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
