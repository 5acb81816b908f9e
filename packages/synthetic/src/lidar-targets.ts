import { faceNormal, type Convex, type Ellipsoid, type Solid } from "./solids.ts";

/** Solids as seen from a lidar at the origin: where to look for them, and where a ray meets them. */

/** Farther than any beam: bounds the elevation of what is level with the lidar. */
const farM = 90;

export interface Outline {
  readonly leftRad: number;
  readonly rightRad: number;
  readonly lowRad: number;
  readonly highRad: number;
  readonly nearM: number;
}

/** Bounds of a solid as the lidar sees it. */
export function outline(solid: Solid, m: readonly number[]): Outline {
  return solid.kind === "ellipsoid" ? outlineOfSphere(solid, m) : outlineOfFaces(solid, m);
}

function outlineOfSphere({ center, radii }: Ellipsoid, m: readonly number[]): Outline {
  const [x, y, z] = move(center, m);
  const radius = Math.max(...radii);
  const distance = Math.hypot(x, y);
  const reach = Math.max(0.3, distance - radius);
  const half = distance > radius ? Math.asin(radius / distance) : Math.PI;
  const middle = Math.atan2(y, x);
  return {
    leftRad: middle + half,
    rightRad: middle - half,
    lowRad: Math.atan2(z - radius, z - radius < 0 ? reach : distance + radius),
    highRad: Math.atan2(z + radius, z + radius > 0 ? reach : distance + radius),
    nearM: reach,
  };
}

/** The elevation bound uses the nearest edge, where a wall stands highest. */
function outlineOfFaces(solid: Convex, m: readonly number[]): Outline {
  const [startX, startY] = move(solid.faces[0].corners[0], m);
  const middle = Math.atan2(startY, startX);
  let left = -Infinity;
  let right = Infinity;
  let low = Infinity;
  let high = -Infinity;
  let near = Infinity;
  for (const { corners } of solid.faces) {
    const last = corners[corners.length - 1];
    let previousX = m[0] * last[0] + m[4] * last[1] + m[8] * last[2] + m[12];
    let previousY = m[1] * last[0] + m[5] * last[1] + m[9] * last[2] + m[13];
    for (const corner of corners) {
      const x = m[0] * corner[0] + m[4] * corner[1] + m[8] * corner[2] + m[12];
      const y = m[1] * corner[0] + m[5] * corner[1] + m[9] * corner[2] + m[13];
      const z = m[2] * corner[0] + m[6] * corner[1] + m[10] * corner[2] + m[14];
      const turn = Math.atan2(y, x) - middle;
      const relative = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
      if (relative > left) left = relative;
      if (relative < right) right = relative;
      if (z < low) low = z;
      if (z > high) high = z;
      const ex = x - previousX;
      const ey = y - previousY;
      const size = ex * ex + ey * ey;
      const t = size > 0 ? Math.max(0, Math.min(1, -(previousX * ex + previousY * ey) / size)) : 0;
      near = Math.min(near, (previousX + t * ex) ** 2 + (previousY + t * ey) ** 2);
      previousX = x;
      previousY = y;
    }
  }
  near = Math.sqrt(near);
  const reach = Math.max(0.3, near);
  return {
    leftRad: middle + left,
    rightRad: middle + right,
    lowRad: Math.atan2(low, low < 0 ? reach : farM),
    highRad: Math.atan2(high, high > 0 ? reach : farM),
    nearM: near,
  };
}

const move = (p: readonly number[], m: readonly number[]): [number, number, number] => [
  m[0] * p[0] + m[4] * p[1] + m[8] * p[2] + m[12],
  m[1] * p[0] + m[5] * p[1] + m[9] * p[2] + m[13],
  m[2] * p[0] + m[6] * p[1] + m[10] * p[2] + m[14],
];

/** [faces × 4] outward normal n and offset c in `lidar`: n · p ≤ c inside. */
export function planesOf(solid: Convex, m: readonly number[]): Float64Array {
  const planes = new Float64Array(solid.faces.length * 4);
  solid.faces.forEach(({ corners }, i) => {
    const n = faceNormal(corners);
    const x = m[0] * n[0] + m[4] * n[1] + m[8] * n[2];
    const y = m[1] * n[0] + m[5] * n[1] + m[9] * n[2];
    const z = m[2] * n[0] + m[6] * n[1] + m[10] * n[2];
    const p = move(corners[0], m);
    planes.set([x, y, z, x * p[0] + y * p[1] + z * p[2]], i * 4);
  });
  return planes;
}

/** [3 × 4] rows: from a lidar direction to the unit sphere's axes, and the origin's place there. */
export function sphereOf(solid: Ellipsoid, m: readonly number[]): Float64Array {
  const center = move(solid.center, m);
  const rows = new Float64Array(12);
  for (let axis = 0; axis < 3; axis++) {
    const column = [m[axis * 4], m[axis * 4 + 1], m[axis * 4 + 2]].map((value) => value / solid.radii[axis]);
    rows.set([...column, -(column[0] * center[0] + column[1] * center[1] + column[2] * center[2])], axis * 4);
  }
  return rows;
}

export interface Meeting {
  enter: number;
  face: number;
  cosine: number;
}

/** Kay and Kajiya's slabs for any convex solid; false from inside it. */
export function meetPlanes(planes: Float64Array, x: number, y: number, z: number, out: Meeting): boolean {
  let enter = 0;
  let leave = Infinity;
  let face = -1;
  let facing = 0;
  for (let i = 0; i < planes.length; i += 4) {
    const slope = planes[i] * x + planes[i + 1] * y + planes[i + 2] * z;
    const offset = planes[i + 3];
    if (slope < -1e-9) {
      const t = offset / slope;
      if (t > enter) {
        enter = t;
        face = i >> 2;
        facing = -slope;
      }
    } else if (slope > 1e-9) {
      const t = offset / slope;
      if (t < leave) leave = t;
    } else if (offset < 0) return false;
    if (enter > leave) return false;
  }
  if (face < 0) return false;
  out.enter = enter;
  out.face = face;
  out.cosine = facing;
  return true;
}

export function meetSphere(s: Float64Array, x: number, y: number, z: number, out: Meeting): boolean {
  const dx = s[0] * x + s[1] * y + s[2] * z;
  const dy = s[4] * x + s[5] * y + s[6] * z;
  const dz = s[8] * x + s[9] * y + s[10] * z;
  const a = dx * dx + dy * dy + dz * dz;
  const b = dx * s[3] + dy * s[7] + dz * s[11];
  const c = s[3] * s[3] + s[7] * s[7] + s[11] * s[11] - 1;
  const discriminant = b * b - a * c;
  if (discriminant < 0) return false;
  const t = (-b - Math.sqrt(discriminant)) / a;
  if (t <= 0) return false;
  out.enter = t;
  out.face = 0;
  out.cosine = Math.min(1, Math.sqrt(discriminant / a));
  return true;
}
