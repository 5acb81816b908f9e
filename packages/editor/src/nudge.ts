import { moveCuboid, rotate, turnCuboid, vec, type Cuboid, type Size, type Vec3 } from "@sweepmark/geometry";

/** No edit makes a cuboid thinner than this, metres. */
export const minSizeM = 0.1;

export const nudgeSteps = {
  moveM: { usual: 0.1, fine: 0.02 },
  turnRad: { usual: (2 * Math.PI) / 180, fine: (0.5 * Math.PI) / 180 },
  sizeM: 0.1,
} as const;

/** Along the ground, in the axes of a view whose right is at `viewYawRad`; `right` and `away` in metres. */
export function nudged(
  cuboid: Cuboid<"world">,
  viewYawRad: number,
  { right = 0, away = 0, up = 0 }: { readonly right?: number; readonly away?: number; readonly up?: number },
): Cuboid<"world"> {
  const c = Math.cos(viewYawRad);
  const s = Math.sin(viewYawRad);
  return moveCuboid(cuboid, [c * right - s * away, s * right + c * away, up]);
}

export const turned = (cuboid: Cuboid<"world">, byRad: number): Cuboid<"world"> => turnCuboid(cuboid, byRad);

/**
 * Another size. `anchor` is the point of the box that stays where it is, in half sizes: `[0, 0, -1]` is the middle of
 * the bottom face.
 */
export function resizedAbout(cuboid: Cuboid<"world">, size: Size, anchor: Vec3): Cuboid<"world"> {
  const safe: Size = [Math.max(minSizeM, size[0]), Math.max(minSizeM, size[1]), Math.max(minSizeM, size[2])];
  const shift: Vec3 = [
    ((cuboid.size[0] - safe[0]) / 2) * anchor[0],
    ((cuboid.size[1] - safe[1]) / 2) * anchor[1],
    ((cuboid.size[2] - safe[2]) / 2) * anchor[2],
  ];
  return { center: vec.add(cuboid.center, rotate(cuboid.rotation, shift)), size: safe, rotation: cuboid.rotation };
}
