import {
  cuboidPose,
  rotate,
  transformPoint,
  type Cuboid,
  type Direction,
  type Face,
  type Point,
  type Space,
  type Vec3,
} from "@sweepmark/geometry";

/** The two faces that meet in each of geometry's `cuboidEdges`. */
export const edgeFaces: readonly (readonly [Face, Face])[] = [
  ["front", "bottom"],
  ["left", "bottom"],
  ["rear", "bottom"],
  ["right", "bottom"],
  ["front", "top"],
  ["left", "top"],
  ["rear", "top"],
  ["right", "top"],
  ["front", "left"],
  ["rear", "left"],
  ["rear", "right"],
  ["front", "right"],
];

/** Corner indices of each face, around it. */
export const faceCorners: Readonly<Record<Face, readonly [number, number, number, number]>> = {
  front: [3, 0, 4, 7],
  rear: [1, 2, 6, 5],
  left: [0, 1, 5, 4],
  right: [2, 3, 7, 6],
  top: [4, 5, 6, 7],
  bottom: [0, 3, 2, 1],
};

export const faces = Object.keys(faceCorners) as readonly Face[];

/** From a point to look from: either an eye, or a direction for parallel projections. */
export type Sight<S extends Space> =
  | { readonly kind: "eye"; readonly position: Point<S> }
  | { readonly kind: "parallel"; readonly forward: Direction<S> };

/** Which faces are turned to the viewer. None when the eye is inside. */
export function facesSeen<S extends Space>(cuboid: Cuboid<S>, sight: Sight<NoInfer<S>>): ReadonlySet<Face> {
  const axes: readonly (readonly [Face, Face, Vec3, number])[] = [
    ["front", "rear", rotate(cuboid.rotation, [1, 0, 0]), cuboid.size[0] / 2],
    ["left", "right", rotate(cuboid.rotation, [0, 1, 0]), cuboid.size[1] / 2],
    ["top", "bottom", rotate(cuboid.rotation, [0, 0, 1]), cuboid.size[2] / 2],
  ];
  const seen = new Set<Face>();
  for (const [positive, negative, axis, half] of axes) {
    if (sight.kind === "parallel") {
      const along = axis[0] * sight.forward[0] + axis[1] * sight.forward[1] + axis[2] * sight.forward[2];
      if (along < -1e-6) seen.add(positive);
      if (along > 1e-6) seen.add(negative);
      continue;
    }
    const [x, y, z] = sight.position;
    const [cx, cy, cz] = cuboid.center;
    const place = axis[0] * (x - cx) + axis[1] * (y - cy) + axis[2] * (z - cz);
    if (place > half) seen.add(positive);
    if (place < -half) seen.add(negative);
  }
  return seen;
}

/** An edge is a back edge when neither of its faces is seen. */
export const isBackEdge = (edge: number, seen: ReadonlySet<Face>): boolean =>
  !seen.has(edgeFaces[edge][0]) && !seen.has(edgeFaces[edge][1]);

export interface Chevron<S extends Space> {
  readonly left: Point<S>;
  readonly right: Point<S>;
  readonly tip: Point<S>;
}

/**
 * The filled arrow on the ground before the front edge: 16 % of the length, 0.3–0.7 m, and never longer than `maxM`
 * (the metres of 22 screen pixels there).
 */
export function headingChevron<S extends Space>(cuboid: Cuboid<S>, maxM: number): Chevron<S> {
  const [l, w, h] = cuboid.size;
  const lengthM = Math.min(Math.max(0.3, Math.min(0.7, 0.16 * l)), maxM);
  const half = Math.min(lengthM * 0.75, w / 2);
  const pose = cuboidPose(cuboid);
  const at = (x: number, y: number): Point<S> => transformPoint(pose, [x, y, -h / 2]);
  return { left: at(l / 2, half), right: at(l / 2, -half), tip: at(l / 2 + lengthM, 0) };
}
