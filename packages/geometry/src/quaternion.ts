import type { Vec3 } from "./space.ts";

/** A rotation `[x, y, z, w]`, unit length. `q` and `-q` are the same rotation. */
export type Quaternion = readonly [x: number, y: number, z: number, w: number];

export const identityQuaternion: Quaternion = [0, 0, 0, 1];

/** `multiply(a, b)` turns by `b` first, then by `a`. */
export function multiply(a: Quaternion, b: Quaternion): Quaternion {
  return [
    a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
    a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
    a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
    a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
  ];
}

export const conjugate = (q: Quaternion): Quaternion => [-q[0], -q[1], -q[2], q[3]];

/** Unit quaternion with the sign of `q` kept, or undefined for a zero or not finite one (never silently identity). */
export function normalizeQuaternion(q: Quaternion): Quaternion | undefined {
  const size = Math.hypot(q[0], q[1], q[2], q[3]);
  if (!(size > 1e-12) || !Number.isFinite(size)) return undefined;
  return [q[0] / size, q[1] / size, q[2] / size, q[3] / size];
}

export function rotate(q: Quaternion, v: Vec3): Vec3 {
  // v + 2w(u × v) + 2u × (u × v), u = vector part.
  const tx = 2 * (q[1] * v[2] - q[2] * v[1]);
  const ty = 2 * (q[2] * v[0] - q[0] * v[2]);
  const tz = 2 * (q[0] * v[1] - q[1] * v[0]);
  return [
    v[0] + q[3] * tx + q[1] * tz - q[2] * ty,
    v[1] + q[3] * ty + q[2] * tx - q[0] * tz,
    v[2] + q[3] * tz + q[0] * ty - q[1] * tx,
  ];
}

/** Turn by `angleRad` about the unit vector `axis` (right-handed). */
export function fromAxisAngle(axis: Vec3, angleRad: number): Quaternion {
  const s = Math.sin(angleRad / 2);
  return [axis[0] * s, axis[1] * s, axis[2] * s, Math.cos(angleRad / 2)];
}

export const fromYaw = (yawRad: number): Quaternion => [0, 0, Math.sin(yawRad / 2), Math.cos(yawRad / 2)];

/** Angle of the rotated x axis in the ground plane, (−π, π]. For a tilted box this projects the heading, it does not subtract. */
export function yawOf(q: Quaternion): number {
  const [x, y] = rotate(q, [1, 0, 0]);
  return Math.atan2(y, x);
}

export interface YawPitchRoll {
  readonly yawRad: number;
  readonly pitchRad: number;
  readonly rollRad: number;
}

/** R = Rz(yaw) · Ry(pitch) · Rx(roll). */
export function fromYawPitchRoll({ yawRad, pitchRad, rollRad }: YawPitchRoll): Quaternion {
  return multiply(multiply(fromYaw(yawRad), fromAxisAngle([0, 1, 0], pitchRad)), fromAxisAngle([1, 0, 0], rollRad));
}

/** The inverse of {@link fromYawPitchRoll}; pitch in [−π/2, π/2]. */
export function toYawPitchRoll(q: Quaternion): YawPitchRoll {
  const [x, y, z, w] = q;
  const sinPitch = Math.max(-1, Math.min(1, 2 * (w * y - z * x)));
  return {
    yawRad: Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)),
    pitchRad: Math.asin(sinPitch),
    rollRad: Math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
  };
}

/** Spherical interpolation the short way round; exact at `t` = 0 and 1 (Shoemake 1985). */
export function slerp(a: Quaternion, b: Quaternion, t: number): Quaternion {
  if (t === 0) return a;
  if (t === 1) return b;
  let cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  const sign = cosine < 0 ? -1 : 1;
  cosine *= sign;
  let wa = 1 - t;
  let wb = t;
  if (cosine < 1 - 1e-9) {
    const angle = Math.acos(cosine);
    const s = Math.sin(angle);
    wa = Math.sin((1 - t) * angle) / s;
    wb = Math.sin(t * angle) / s;
  }
  wb *= sign;
  const mixed: Quaternion = [
    wa * a[0] + wb * b[0],
    wa * a[1] + wb * b[1],
    wa * a[2] + wb * b[2],
    wa * a[3] + wb * b[3],
  ];
  return normalizeQuaternion(mixed) ?? a;
}

/** Angle of the rotation that takes `a` to `b`, [0, π]. */
export function angleBetween(a: Quaternion, b: Quaternion): number {
  const d = multiply(conjugate(a), b);
  return 2 * Math.atan2(Math.hypot(d[0], d[1], d[2]), Math.abs(d[3]));
}

/** Rotation of a right-handed orthonormal 3 × 3 matrix, row-major (Shepperd 1978). */
export function fromMatrix3(m: readonly number[]): Quaternion {
  const trace = m[0] + m[4] + m[8];
  let q: Quaternion;
  if (trace > 0) {
    const s = 2 * Math.sqrt(trace + 1);
    q = [(m[7] - m[5]) / s, (m[2] - m[6]) / s, (m[3] - m[1]) / s, s / 4];
  } else if (m[0] > m[4] && m[0] > m[8]) {
    const s = 2 * Math.sqrt(1 + m[0] - m[4] - m[8]);
    q = [s / 4, (m[1] + m[3]) / s, (m[2] + m[6]) / s, (m[7] - m[5]) / s];
  } else if (m[4] > m[8]) {
    const s = 2 * Math.sqrt(1 + m[4] - m[0] - m[8]);
    q = [(m[1] + m[3]) / s, s / 4, (m[5] + m[7]) / s, (m[2] - m[6]) / s];
  } else {
    const s = 2 * Math.sqrt(1 + m[8] - m[0] - m[4]);
    q = [(m[2] + m[6]) / s, (m[5] + m[7]) / s, s / 4, (m[3] - m[1]) / s];
  }
  return normalizeQuaternion(q) ?? identityQuaternion;
}

/** `angleRad` moved into (−π, π]. */
export function wrapAngle(angleRad: number): number {
  const wrapped = angleRad - 2 * Math.PI * Math.round(angleRad / (2 * Math.PI));
  return wrapped <= -Math.PI ? wrapped + 2 * Math.PI : wrapped;
}
