import {
  compose,
  invert,
  poseToMatrix,
  transformPoint,
  vec,
  type Cuboid,
  type Point,
  type Vec3,
} from "@sweepmark/geometry";
import type { ColorMode } from "@sweepmark/editor";
import type { Frame, PlacedSweep } from "@sweepmark/log";
import { distanceRange, heightRange, intensityPower } from "./color-maps.ts";
import { groundPlaneOf, planeInLidar } from "./ground-plane.ts";
import { intensityCap } from "./sweep-points.ts";

/** Which points, in which colours. */
export interface PointLook {
  readonly mode: ColorMode;
  readonly hiddenLidars: ReadonlySet<string>;
}

/** The points around a place, for drawing what is there from close by: a few thousand of a sweep's. Holds nothing of the frame. */
export interface PointsNear extends PointLook {
  /** Where offsets start, in world. */
  readonly anchor: Point<"world">;
  readonly reachM: number;
  readonly count: number;
  /** [count × 3] from the anchor, metres, axes of world. */
  readonly offsets: Float32Array;
  /** [count] places in the colour map, 0–255. */
  readonly shades: Uint8Array;
}

export interface Neighbourhood extends PointsNear {
  readonly frame: Frame;
}

/** Seen around the cuboid, metres; and a cuboid may move so far before the points are gathered anew. */
const seenM = 7;
const slackM = 3;

export const halfDiagonal = ({ size }: Cuboid<"world">): number => Math.hypot(...size) / 2;

/** The same object while it still holds what is around the cuboid; else one made by a loop over all points (1 ms for 120 000). */
export function neighbourhoodOf(
  frame: Frame,
  cuboid: Cuboid<"world">,
  look: PointLook,
  before: Neighbourhood | undefined,
): Neighbourhood {
  const { mode, hiddenLidars } = look;
  if (
    before?.frame === frame &&
    before.mode === mode &&
    before.hiddenLidars === hiddenLidars &&
    reachesAround(before, cuboid, seenM)
  )
    return before;
  return { ...pointsNear(frame, cuboid.center, halfDiagonal(cuboid) + seenM + slackM, look), frame };
}

/** Whether all points within `aroundM` of a cuboid are among them. */
export const reachesAround = ({ anchor, reachM }: PointsNear, cuboid: Cuboid<"world">, aroundM: number): boolean =>
  vec.distance(anchor, cuboid.center) + halfDiagonal(cuboid) + aroundM <= reachM;

/** The points of a frame within `reachM` of a place, copied: a loop over all points (1 ms for 120 000). */
export function pointsNear(frame: Frame, anchor: Point<"world">, reachM: number, look: PointLook): PointsNear {
  const { mode, hiddenLidars } = look;
  const parts = frame.sweeps
    .filter(({ topic, egoFromLidar }) => egoFromLidar !== undefined && !hiddenLidars.has(topic))
    .map((sweep) => gather(frame, sweep, anchor, reachM, mode));
  const count = parts.reduce((sum, part) => sum + part.shades.length, 0);
  const offsets = new Float32Array(3 * count);
  const shades = new Uint8Array(count);
  let at = 0;
  for (const part of parts) {
    offsets.set(part.offsets, 3 * at);
    shades.set(part.shades, at);
    at += part.shades.length;
  }
  return { mode, hiddenLidars, anchor, reachM, count, offsets, shades };
}

function gather(
  frame: Frame,
  sweep: PlacedSweep,
  anchor: Point<"world">,
  reachM: number,
  mode: ColorMode,
): { readonly offsets: Float32Array; readonly shades: Uint8Array } {
  const { positions, count, egoFromLidar, intensity } = sweep;
  if (!egoFromLidar) return { offsets: new Float32Array(0), shades: new Uint8Array(0) };
  const worldFromLidar = compose(frame.worldFromEgo, egoFromLidar);
  // In lidar, where the positions are: no point far away is moved at all.
  const [ax, ay, az] = transformPoint(invert(worldFromLidar), anchor);
  const near = new Uint32Array(count);
  let found = 0;
  const reach2 = reachM * reachM;
  for (let i = 0; i < count; i++) {
    const dx = positions[3 * i] - ax;
    const dy = positions[3 * i + 1] - ay;
    const dz = positions[3 * i + 2] - az;
    if (dx * dx + dy * dy + dz * dz <= reach2) near[found++] = i;
  }
  const m = poseToMatrix(worldFromLidar);
  const plane = planeInLidar(groundPlaneOf(frame), egoFromLidar);
  const ego = transformPoint(invert(egoFromLidar), [0, 0, 0]);
  const shade = shadeBy(mode, plane, ego, intensity && { values: intensity, cap: intensityCap(sweep) });
  const offsets = new Float32Array(3 * found);
  const shades = new Uint8Array(found);
  for (let k = 0; k < found; k++) {
    const i = near[k];
    const [x, y, z] = [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]];
    const [dx, dy, dz] = [x - ax, y - ay, z - az];
    offsets[3 * k] = m[0] * dx + m[4] * dy + m[8] * dz;
    offsets[3 * k + 1] = m[1] * dx + m[5] * dy + m[9] * dz;
    offsets[3 * k + 2] = m[2] * dx + m[6] * dy + m[10] * dz;
    shades[k] = Math.max(0, Math.min(255, 255 * shade(i, x, y, z)));
  }
  return { offsets, shades };
}

/** As the 3D view's shader colours points; what is coloured by a camera there goes by height here. */
function shadeBy(
  mode: ColorMode,
  [a, b, c, d]: readonly [number, number, number, number],
  ego: Vec3,
  intensity: { readonly values: Float32Array; readonly cap: number } | undefined,
): (index: number, x: number, y: number, z: number) => number {
  if (mode === "intensity" && intensity)
    return (index) => Math.min(1, intensity.values[index] / intensity.cap) ** intensityPower;
  if (mode === "distance") return (_, x, y, z) => Math.hypot(x - ego[0], y - ego[1], z - ego[2]) / distanceRange.maxM;
  const { minM, maxM } = heightRange;
  return (_, x, y, z) => (a * x + b * y + c * z + d - minM) / (maxM - minM);
}
