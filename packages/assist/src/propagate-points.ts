import { poseToMatrix, vec, invert, transformPoint, type Point } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import { fitPlane, type Plane } from "@sweepmark/pointcloud";
import { placedSweeps } from "./points.ts";

/** The points of a frame around a place. */
export interface Crop {
  /** [count × 3] metres, along the axes of the world from the origin that was given. */
  readonly points: Float64Array;
  readonly center: readonly [x: number, y: number, z: number];
  readonly radiusM: number;
}

/** The points of a frame within a ball around a place; `center` and the result are relative to `origin`. */
export function cropAround(
  frame: Frame,
  origin: Point<"world">,
  center: readonly [number, number, number],
  radiusM: number,
): Crop {
  const found: number[] = [];
  const limit = radiusM * radiusM;
  for (const { sweep, worldFromLidar } of placedSweeps(frame)) {
    const m = poseToMatrix(worldFromLidar);
    const moveX = m[12] - origin[0];
    const moveY = m[13] - origin[1];
    const moveZ = m[14] - origin[2];
    const [cx, cy, cz] = transformPoint(invert(worldFromLidar), vec.add(origin, center));
    const { positions } = sweep;
    for (let i = 0; i + 2 < positions.length; i += 3) {
      const x = positions[i];
      const dx = x - cx;
      if (dx > radiusM || dx < -radiusM) continue;
      const y = positions[i + 1];
      const z = positions[i + 2];
      const dy = y - cy;
      const dz = z - cz;
      if (dx * dx + dy * dy + dz * dz > limit) continue;
      found.push(
        m[0] * x + m[4] * y + m[8] * z + moveX,
        m[1] * x + m[5] * y + m[9] * z + moveY,
        m[2] * x + m[6] * y + m[10] * z + moveZ,
      );
    }
  }
  return { points: Float64Array.from(found), center, radiusM };
}

/** Ground is looked for this far above and below where it is expected. */
const groundReachM = 0.6;
const groundCellM = 0.8;
/** Cells of ground that a plane needs. */
const leastCells = 8;

/** How far the lowest point of a cell lies off the ground. */
const groundNoiseM = 0.1;

/** The ground around an object, and how sure the plane is of the height under it. */
export interface GroundPlane {
  readonly plane: Plane;
  /** Of the height, metres squared: grows with the way from where ground was seen. */
  readonly variance: number;
}

/**
 * The plane of the ground around an object, relative to the crop's origin: through the lowest points of the cells near
 * where the ground is expected. Undefined where too little of it is seen.
 */
export function groundPlane({ points }: Crop, { x, y, yawRad }: FlatPose, expectedZ: number): GroundPlane | undefined {
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const lowest = new Map<number, number>();
  for (let i = 0; i < points.length; i += 3) {
    if (Math.abs(points[i + 2] - expectedZ) > groundReachM) continue;
    const dx = points[i] - x;
    const dy = points[i + 1] - y;
    const column = Math.floor((c * dx + s * dy) / groundCellM);
    const row = Math.floor((c * dy - s * dx) / groundCellM);
    const key = column * 1024 + row;
    const known = lowest.get(key);
    if (known === undefined || points[i + 2] < points[known + 2]) lowest.set(key, i);
  }
  if (lowest.size < leastCells) return undefined;
  const samples: number[] = [];
  for (const i of lowest.values()) samples.push(points[i], points[i + 1], points[i + 2]);
  return { plane: fitPlane(samples), variance: (groundNoiseM ** 2 * (1 + lever(samples, x, y))) / lowest.size };
}

/** How far a place lies from the samples, squared, by how far these lie apart in its direction. */
function lever(samples: readonly number[], x: number, y: number): number {
  const count = samples.length / 3;
  let [mx, my, xx, xy, yy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < samples.length; i += 3) {
    const [dx, dy] = [samples[i] - x, samples[i + 1] - y];
    mx += dx / count;
    my += dy / count;
    xx += (dx * dx) / count;
    xy += (dx * dy) / count;
    yy += (dy * dy) / count;
  }
  const [sxx, sxy, syy] = [xx - mx * mx, xy - mx * my, yy - my * my];
  return (syy * mx * mx - 2 * sxy * mx * my + sxx * my * my) / Math.max(1e-3, sxx * syy - sxy * sxy);
}

/** Pose of an object in the plane, with the height of its middle; relative to the crop's origin. */
export interface FlatPose {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yawRad: number;
}

/**
 * What stands in an upright box around a pose, in the pose's own axes: what lies on the ground is left out.
 *
 * @param half of the box, metres. @param bottomM below the pose's middle: what is lower does not count.
 */
export function standingPoints(
  { points }: Crop,
  { x, y, z, yawRad }: FlatPose,
  half: readonly [number, number, number],
  bottomM: number,
): Float64Array {
  const c = Math.cos(yawRad);
  const s = Math.sin(yawRad);
  const found: number[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const up = points[i + 2] - z;
    if (up < -bottomM || up > half[2]) continue;
    const dx = points[i] - x;
    const dy = points[i + 1] - y;
    const along = c * dx + s * dy;
    if (along > half[0] || along < -half[0]) continue;
    const across = c * dy - s * dx;
    if (across > half[1] || across < -half[1]) continue;
    found.push(along, across, up);
  }
  return Float64Array.from(found);
}
