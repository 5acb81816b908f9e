import { poseToMatrix, transformPoint, type Point, type Space } from "@sweepmark/geometry";
import { groundCutM, type Ground } from "./ground.ts";
import type { PlacedPoints } from "./types.ts";

/** What stands around a place, and what the lidar saw through: small numbers wherever the space's origin is. */
export interface Surroundings {
  /** [count × 3] metres: x and y from the place along the axes of the space, z over the ground under the point. */
  readonly points: Float32Array;
  /** Where the lidar that saw most of them was: x, y from the place, z over the ground under the place. */
  readonly sensor: readonly [x: number, y: number, z: number];
  readonly seen: SeenThrough;
  readonly profile: Profile;
}

/** What the sensor sees by direction, in a fan around the place. Counter-clockwise; 0 is the way to the place. */
export interface Profile {
  /** Half the width of the fan. */
  readonly halfRad: number;
  /** [bins] metres on the level from the sensor to the first point that stands over the ground; Infinity: none. */
  readonly firstM: Float32Array;
  /** [bins] 1 where anything came back: directions without are unknown (the edge of the field of view). */
  readonly looked: Uint8Array;
}

/** How many rays passed through each cell of a square around the place, between two heights over the ground. */
export interface SeenThrough {
  readonly cellM: number;
  readonly side: number;
  /** [side × side] rays, row by row from the least y; at most 255. */
  readonly rays: Uint8Array;
}

export interface SurroundingsOptions {
  /** Half the side of the square that is looked at. */
  readonly halfM: number;
  /** Points above this are left out. */
  readonly topM: number;
  /** Rays count while they are between these heights over the ground. */
  readonly bandM: readonly [lowM: number, highM: number];
}

const cellM = 0.2;
/** A ray ends this far before its point: noise, and the mixed echo of an edge. */
const beforeM = 0.2;
/**
 * A lidar cannot be in the ground: where a log gives its points in the vehicle's own space (AV2, DDAD), they were seen
 * from about here.
 */
export const leastSensorM = 0.6;
export const usualSensorM = 1.7;
/** No more rays than this are followed: every n-th of a denser sweep says the same. */
const maxRays = 120_000;
const profileBins = 128;

/**
 * One pass for the points that stand over the ground in a square, one for the rays that pass it on their way to what is
 * behind. Most of its time goes into the rays.
 */
export function surroundingsOf<S extends Space>(
  clouds: readonly PlacedPoints<S>[],
  ground: Ground<S>,
  place: Point<NoInfer<S>>,
  { halfM, topM, bandM }: SurroundingsOptions,
): Surroundings {
  const [cx, cy] = place;
  const baseZ = ground.heightAt(cx, cy);
  const side = Math.ceil((2 * halfM) / cellM);
  const rays = new Uint8Array(side * side);
  const found: number[] = [];
  let sensor: Surroundings["sensor"] = [0, 0, usualSensorM];
  let profile: Profile = { halfRad: Math.PI, firstM: new Float32Array(0), looked: new Uint8Array(0) };
  let most = -1;
  for (const { positions, spaceFromLidar } of clouds) {
    const [m0, m1, m2, , m4, m5, m6, , m8, m9, m10, , m12, m13, m14] = poseToMatrix(spaceFromLidar);
    const [sx, sy, sz] = transformPoint(spaceFromLidar, [0, 0, 0]);
    const over = sz - ground.heightAt(sx, sy);
    const from = [sx - cx, sy - cy, sz - baseZ + (over < leastSensorM ? usualSensorM - over : 0)] as const;
    const moveX = m12 - cx;
    const moveY = m13 - cy;
    const foundBefore = found.length;
    const stride = Math.max(1, Math.ceil(positions.length / 3 / maxRays));
    const reach = halfM * Math.SQRT2;
    const away2 = from[0] * from[0] + from[1] * from[1];
    const halfRad = away2 > reach * reach ? Math.asin(reach / Math.sqrt(away2)) : Math.PI;
    const firstM = new Float32Array(profileBins).fill(Infinity);
    const looked = new Uint8Array(profileBins);
    for (let i = 0, turn = 0; i + 2 < positions.length; i += 3) {
      const px = positions[i];
      const py = positions[i + 1];
      const pz = positions[i + 2];
      const x = m0 * px + m4 * py + m8 * pz + moveX;
      const y = m1 * px + m5 * py + m9 * pz + moveY;
      const inside = x > -halfM && x < halfM && y > -halfM && y < halfM;
      if (inside) {
        const height = m2 * px + m6 * py + m10 * pz + m14 - ground.heightAt(x + cx, y + cy);
        if (height >= groundCutM && height <= topM) found.push(x, y, height);
      }
      if (++turn < stride) continue;
      turn = 0;
      const dx = x - from[0];
      const dy = y - from[1];
      // Whether the line passes the circle around the square, and the point is not in front of it.
      const cross = from[0] * dy - from[1] * dx;
      const long2 = dx * dx + dy * dy;
      if (cross * cross > reach * reach * long2) continue;
      const along = -(from[0] * dx + from[1] * dy);
      if (along < 0 && away2 > reach * reach) continue;
      const z = m2 * px + m6 * py + m10 * pz + m14;
      const bin = Math.min(profileBins - 1, (((Math.atan2(-cross, along) / halfRad + 1) / 2) * profileBins) | 0);
      looked[bin] = 1;
      const before = !inside && long2 < away2;
      if (long2 < firstM[bin] * firstM[bin] && (inside || before)) {
        const height = z - ground.heightAt(x + cx, y + cy);
        if (height >= groundCutM && height < topM) firstM[bin] = Math.sqrt(long2);
      }
      if (before && x * x + y * y > reach * reach) continue;
      const dz = z - baseZ - from[2];
      followRay(rays, side, halfM, from, dx, dy, dz, bandM);
    }
    if (found.length - foundBefore > most) {
      most = found.length - foundBefore;
      sensor = from;
      profile = { halfRad, firstM, looked };
    }
  }
  return { points: Float32Array.from(found), sensor, seen: { cellM, side, rays }, profile };
}

/** Counts the ray in the cells that it crosses between the heights of the band, up to shortly before its point. */
export function followRay(
  rays: Uint8Array,
  side: number,
  halfM: number,
  [fx, fy, fz]: readonly [number, number, number],
  dx: number,
  dy: number,
  dz: number,
  [lowM, highM]: readonly [number, number],
): void {
  const lengthM = Math.sqrt(dx * dx + dy * dy);
  if (lengthM < 1e-3) return;
  let start = 0;
  let end = 1 - beforeM / lengthM;
  if (Math.abs(dz) > 1e-6) {
    const toLow = (lowM - fz) / dz;
    const toHigh = (highM - fz) / dz;
    start = Math.max(start, Math.min(toLow, toHigh));
    end = Math.min(end, Math.max(toLow, toHigh));
  } else if (fz < lowM || fz > highM) return;
  if (Math.abs(dx) > 1e-9) {
    const a = (-halfM - fx) / dx;
    const b = (halfM - fx) / dx;
    start = Math.max(start, Math.min(a, b));
    end = Math.min(end, Math.max(a, b));
  } else if (fx < -halfM || fx > halfM) return;
  if (Math.abs(dy) > 1e-9) {
    const a = (-halfM - fy) / dy;
    const b = (halfM - fy) / dy;
    start = Math.max(start, Math.min(a, b));
    end = Math.min(end, Math.max(a, b));
  } else if (fy < -halfM || fy > halfM) return;
  if (start >= end) return;
  const steps = Math.max(1, Math.ceil(((end - start) * lengthM) / cellM));
  const step = (end - start) / steps;
  let last = -1;
  for (let k = 0; k < steps; k++) {
    const t = start + (k + 0.5) * step;
    const column = Math.floor((fx + t * dx + halfM) / cellM);
    const row = Math.floor((fy + t * dy + halfM) / cellM);
    if (column < 0 || row < 0 || column >= side || row >= side) continue;
    const cell = row * side + column;
    if (cell !== last && rays[cell] < 255) rays[cell]++;
    last = cell;
  }
}
