/** How fast something goes: v₀, then phases of constant acceleration. Closed form, so any time can be asked at once. */
export interface SpeedProfile {
  readonly speedMps: number;
  readonly phases: readonly (readonly [seconds: number, accelerationMps2: number])[];
}

export const steady = (speedMps: number): SpeedProfile => ({ speedMps, phases: [] });

/** Comes to rest after `distanceM`: first `cruise` at the speed, then even braking. */
export function stopAfter(speedMps: number, distanceM: number, brakingMps2: number): SpeedProfile {
  const braking = speedMps ** 2 / (2 * brakingMps2);
  const cruise = Math.max(0, distanceM - braking) / speedMps;
  return {
    speedMps,
    phases: [
      [cruise, 0],
      [speedMps / brakingMps2, -brakingMps2],
    ],
  };
}

/** Distance gone and speed at `seconds`; before 0 the first speed holds. Never backwards. */
export function travel(
  profile: SpeedProfile,
  seconds: number,
): { readonly distanceM: number; readonly speedMps: number } {
  let v = profile.speedMps;
  let distanceM = 0;
  let left = seconds;
  if (left > 0)
    for (const [duration, acceleration] of profile.phases) {
      const dt = Math.min(left, duration);
      distanceM += v * dt + (acceleration * dt * dt) / 2;
      v = Math.max(0, v + acceleration * dt);
      left -= dt;
      if (left <= 0) break;
    }
  // Rounding leaves a stopped car a speed of 1e-16.
  if (v < 1e-9) v = 0;
  return { distanceM: distanceM + v * left, speedMps: v };
}
