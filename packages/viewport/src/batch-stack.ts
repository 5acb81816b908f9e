import { rotate, vec, type Cuboid, type Vec3 } from "@sweepmark/geometry";
import { halfDiagonal, type PointsNear } from "./neighbourhood.ts";

/** A cuboid in a frame, and the points around it there. */
export interface StackedTile {
  readonly cuboid: Cuboid<"world">;
  readonly near: PointsNear;
}

/** Points farther than this from the cuboid are left out, metres. */
const aroundM = 0.8;
/** More frames are not stacked: evenly chosen ones say as much. */
const mostFrames = 200;

const axesOf = ({ rotation }: Cuboid<"world">): readonly [Vec3, Vec3, Vec3] => [
  rotate(rotation, [1, 0, 0]),
  rotate(rotation, [0, 1, 0]),
  rotate(rotation, [0, 0, 1]),
];

/**
 * The points of many frames in the cuboid's own space, laid around `reference` as if the object had stood there all the
 * time: what one sweep sees of it is a side, together they show its size. 100 frames of a car at 3 000 points each take 4 ms.
 */
export function stackedPoints(tiles: readonly StackedTile[], reference: Cuboid<"world">): PointsNear | undefined {
  const [first] = tiles;
  if (!first) return undefined;
  const step = Math.max(1, tiles.length / mostFrames);
  const taken = Array.from({ length: Math.min(tiles.length, mostFrames) }, (_, i) => tiles[Math.floor(i * step)]);
  const most = taken.reduce((sum, { near }) => sum + near.count, 0);
  const offsets = new Float32Array(3 * most);
  const shades = new Uint8Array(most);
  const [rx, ry, rz] = axesOf(reference);
  let count = 0;
  for (const { cuboid, near } of taken) {
    const [ax, ay, az] = axesOf(cuboid);
    const from = vec.subtract(near.anchor, cuboid.center);
    const [hx, hy, hz] = cuboid.size.map((extent) => extent / 2 + aroundM);
    const [fx, fy, fz] = [vec.dot(from, ax), vec.dot(from, ay), vec.dot(from, az)];
    for (let i = 0; i < near.count; i++) {
      const [x, y, z] = [near.offsets[3 * i], near.offsets[3 * i + 1], near.offsets[3 * i + 2]];
      const bx = fx + ax[0] * x + ax[1] * y + ax[2] * z;
      const by = fy + ay[0] * x + ay[1] * y + ay[2] * z;
      const bz = fz + az[0] * x + az[1] * y + az[2] * z;
      if (Math.abs(bx) > hx || Math.abs(by) > hy || Math.abs(bz) > hz) continue;
      offsets[3 * count] = rx[0] * bx + ry[0] * by + rz[0] * bz;
      offsets[3 * count + 1] = rx[1] * bx + ry[1] * by + rz[1] * bz;
      offsets[3 * count + 2] = rx[2] * bx + ry[2] * by + rz[2] * bz;
      shades[count++] = near.shades[i];
    }
  }
  const { mode, hiddenLidars } = first.near;
  return {
    mode,
    hiddenLidars,
    anchor: reference.center,
    reachM: halfDiagonal(reference) + aroundM,
    count,
    offsets: offsets.slice(0, 3 * count),
    shades: shades.slice(0, count),
  };
}
