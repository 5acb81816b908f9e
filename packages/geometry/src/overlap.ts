import { cuboidYaw, type Cuboid } from "./cuboid.ts";
import type { Space, Vec2 } from "./space.ts";

/**
 * Intersection over union of two upright cuboids, seen from above and in 3D, both in [0, 1]. Upright: only the yaw of
 * the rotation counts, as in the KITTI, nuScenes and Argoverse measures.
 */
export interface Overlap {
  readonly bev: number;
  readonly iou3d: number;
}

export function overlap<S extends Space>(a: Cuboid<S>, b: Cuboid<NoInfer<S>>): Overlap {
  const shared = sharedArea(a, b);
  const areaA = a.size[0] * a.size[1];
  const areaB = b.size[0] * b.size[1];
  const sharedHeight = Math.max(
    0,
    Math.min(a.center[2] + a.size[2] / 2, b.center[2] + b.size[2] / 2) -
      Math.max(a.center[2] - a.size[2] / 2, b.center[2] - b.size[2] / 2),
  );
  const volume = shared * sharedHeight;
  return {
    bev: shared / (areaA + areaB - shared),
    iou3d: volume / (areaA * a.size[2] + areaB * b.size[2] - volume),
  };
}

/**
 * Area that both rectangles cover: `b` clipped by the four sides of `a` (Sutherland, Hodgman 1974), in the axes of `a`
 * around its centre, so that coordinates of 10⁶ m cost no precision.
 */
function sharedArea(a: Cuboid<Space>, b: Cuboid<Space>): number {
  const yaw = cuboidYaw(a);
  const dx = b.center[0] - a.center[0];
  const dy = b.center[1] - a.center[1];
  const cx = Math.cos(yaw) * dx + Math.sin(yaw) * dy;
  const cy = Math.cos(yaw) * dy - Math.sin(yaw) * dx;
  const c = Math.cos(cuboidYaw(b) - yaw);
  const s = Math.sin(cuboidYaw(b) - yaw);
  const [l, w] = [b.size[0] / 2, b.size[1] / 2];
  let polygon: Vec2[] = (
    [
      [l, w],
      [-l, w],
      [-l, -w],
      [l, -w],
    ] as const
  ).map(([x, y]) => [cx + c * x - s * y, cy + s * x + c * y]);
  for (const axis of [0, 1] as const)
    for (const sign of [1, -1]) polygon = clipSide(polygon, axis, sign, a.size[axis] / 2);
  let twice = 0;
  for (let i = 0; i < polygon.length; i++) {
    const [x0, y0] = polygon[i];
    const [x1, y1] = polygon[(i + 1) % polygon.length];
    twice += x0 * y1 - x1 * y0;
  }
  return Math.max(0, twice / 2);
}

/** The part of a convex polygon where sign · coordinate ≤ limit. */
function clipSide(polygon: readonly Vec2[], axis: 0 | 1, sign: number, limit: number): Vec2[] {
  const kept: Vec2[] = [];
  for (let i = 0; i < polygon.length; i++) {
    const from = polygon[i];
    const to = polygon[(i + 1) % polygon.length];
    const before = limit - sign * from[axis];
    const after = limit - sign * to[axis];
    if (before >= 0) kept.push(from);
    if (before >= 0 !== after >= 0) {
      const t = before / (before - after);
      kept.push([from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t]);
    }
  }
  return kept;
}
