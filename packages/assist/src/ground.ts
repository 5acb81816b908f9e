import {
  cuboidYaw,
  invert,
  pointAlong,
  poseToMatrix,
  transformPoint,
  transformRay,
  type Cuboid,
  type Point,
  type Ray,
} from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { buildGround, groundCutM, nearestToRay, type Ground, type RayHit } from "@sweepmark/pointcloud";
import { placedSweeps } from "./points.ts";

/** What of a pointer event the ground needs. */
export interface PointerRay {
  readonly ray: Ray<"world">;
  /** Metres that one CSS pixel spans at a distance along the ray. */
  readonly pixelM: (distanceM: number) => number;
}

/** How far beside the pointer a point may be and still be meant. */
export const snapPixels = 8;
/** Nobody labels ground farther away than this. */
const reachM = 400;

/** By `Frame.sweeps`: a frame whose images come later has the same ones. */
const grounds = new WeakMap<Frame["sweeps"], Ground<"world">>();

/** The ground under a frame's sweeps, in world. Made once (8 ms at 120 000 points), then remembered with them. */
export function groundOf(frame: Frame): Ground<"world"> {
  const known = grounds.get(frame.sweeps);
  if (known) return known;
  const ground = buildGround(
    placedSweeps(frame).map(({ sweep, worldFromLidar }) => ({
      positions: sweep.positions,
      spaceFromLidar: worldFromLidar,
    })),
    frame.worldFromEgo,
  );
  grounds.set(frame.sweeps, ground);
  return ground;
}

/** Places around a footprint, in halves of its sides. */
const around = [-1, -0.5, 0, 0.5, 1].flatMap((u) =>
  [-1, 0, 1].flatMap((v) => (Math.abs(u) === 1 || v !== 0 ? [[u, v]] : [])),
);
const besideM = 0.2;

/**
 * How high the ground is that a thing stands on: the median beside its sides and corners, where the lidar sees it. Under the
 * thing itself the ground is filled in, or is the thing's own lowest points (AV2's cars stood up to 0.4 m too high).
 */
export function groundUnder(ground: Ground<"world">, cuboid: Cuboid<"world">): number {
  const { center, size } = cuboid;
  const yawRad = cuboidYaw(cuboid);
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const heights = Float64Array.from(around, ([long, wide]) => {
    const u = long * (size[0] / 2 + besideM);
    const v = wide * (size[1] / 2 + besideM);
    return ground.heightAt(center[0] + c * u - s * v, center[1] + s * u + c * v);
  }).sort();
  return (heights[(heights.length >> 1) - 1] + heights[heights.length >> 1]) / 2;
}

/**
 * The ground point that a pointer means: the sweep's ground point nearest to the ray within 8 pixels, else where the
 * ray meets the ground surface. Undefined where it meets none within 400 m (the sky), or starts below the ground.
 */
export function groundUnderRay(frame: Frame, pointer: PointerRay): Point<"world"> | undefined {
  const hits = sweepPointsUnderRay(frame, pointer, (overM) => Math.abs(overM) < groundCutM);
  const [best] = hits.toSorted((a, b) => a.offPixels - b.offPixels);
  return best?.point ?? rayGround(groundOf(frame), pointer.ray);
}

/** What a pointer means in one sweep: the hit, and its point in world. */
export type SweepHit = RayHit & { readonly point: Point<"world"> };

/**
 * Of each sweep the point within 8 pixels of a ray that is meant (`nearestToRay`), among those whose height over the
 * ground (metres) is accepted.
 */
export function sweepPointsUnderRay(
  frame: Frame,
  pointer: PointerRay,
  accept: (overM: number) => boolean,
): readonly SweepHit[] {
  const ground = groundOf(frame);
  return placedSweeps(frame).flatMap(({ sweep: { positions }, worldFromLidar }): SweepHit[] => {
    const m = poseToMatrix(worldFromLidar);
    const ray = transformRay(invert(worldFromLidar), pointer.ray);
    const hit = nearestToRay(positions, ray, pointer.pixelM, snapPixels, (index) => {
      const x = positions[3 * index];
      const y = positions[3 * index + 1];
      const z = positions[3 * index + 2];
      const floor = ground.heightAt(m[0] * x + m[4] * y + m[8] * z + m[12], m[1] * x + m[5] * y + m[9] * z + m[13]);
      return accept(m[2] * x + m[6] * y + m[10] * z + m[14] - floor);
    });
    if (!hit) return [];
    const at = 3 * hit.index;
    return [{ ...hit, point: transformPoint(worldFromLidar, [positions[at], positions[at + 1], positions[at + 2]]) }];
  });
}

/** Where a ray first goes below the ground: marched in steps that grow with the distance, then bisected to 1 mm. */
export function rayGround(ground: Ground<"world">, ray: Ray<"world">): Point<"world"> | undefined {
  const over = (distanceM: number): number => {
    const [x, y, z] = pointAlong(ray, distanceM);
    return z - ground.heightAt(x, y);
  };
  if (over(0) < 0) return undefined;
  let above = 0;
  while (above < reachM) {
    // A flat ray must not step through a kerb's width; a steep one from high above may take long steps.
    let below = above + Math.max(0.4, 0.02 * above);
    if (over(below) >= 0) {
      above = below;
      continue;
    }
    while (below - above > 1e-3) {
      const middle = (above + below) / 2;
      if (over(middle) >= 0) above = middle;
      else below = middle;
    }
    return pointAlong(ray, (above + below) / 2);
  }
  return undefined;
}
