import type { Vec3 } from "@sweepmark/geometry";
import { faceNormal, type Color, type Face, type Shape } from "./solids.ts";

/** The faces of a shape in flat arrays, for drawing. */
export interface Mesh {
  /** Faces 0 … solidCount − 1 are solids, the rest decals. */
  readonly solidCount: number;
  readonly count: number;
  /** [count + 1] first corner of each face in `corners`. */
  readonly firsts: Uint32Array;
  /** [corners × 3] metres, in `box`. */
  readonly corners: Float64Array;
  /** [count × 4] outward normal, and its product with a corner. */
  readonly planes: Float64Array;
  /** [count × 4] red, green, blue 0–255; 1 where it glows. */
  readonly colors: Float32Array;
  /** Corners of the solids without repetition, in `box`: what casts the shadow. */
  readonly distinct: readonly Vec3[];
}

const meshes = new WeakMap<Shape, Mesh>();

/** The mesh of a shape; made once. */
export function meshOf(shape: Shape): Mesh {
  const known = meshes.get(shape);
  if (known) return known;
  const solids = shape.solids.flatMap(({ faces }) => faces);
  let distinct: readonly Vec3[] | undefined;
  const count = solids.length + shape.decals.length;
  let total = 0;
  for (const { corners } of solids) total += corners.length;
  for (const { corners } of shape.decals) total += corners.length;
  const mesh: Mesh = {
    solidCount: solids.length,
    count,
    firsts: new Uint32Array(count + 1),
    corners: new Float64Array(total * 3),
    planes: new Float64Array(count * 4),
    colors: new Float32Array(count * 4),
    get distinct() {
      return (distinct ??= distinctOf(solids));
    },
  };
  let next = 0;
  const add = (i: number, corners: readonly Vec3[], [red, green, blue]: Color, tone: number, glow: number) => {
    mesh.firsts[i] = next;
    for (const corner of corners) {
      mesh.corners[next * 3] = corner[0];
      mesh.corners[next * 3 + 1] = corner[1];
      mesh.corners[next * 3 + 2] = corner[2];
      next++;
    }
    const n = faceNormal(corners);
    const [x, y, z] = corners[0];
    mesh.planes[i * 4] = n[0];
    mesh.planes[i * 4 + 1] = n[1];
    mesh.planes[i * 4 + 2] = n[2];
    mesh.planes[i * 4 + 3] = n[0] * x + n[1] * y + n[2] * z;
    mesh.colors[i * 4] = red * tone;
    mesh.colors[i * 4 + 1] = green * tone;
    mesh.colors[i * 4 + 2] = blue * tone;
    mesh.colors[i * 4 + 3] = glow;
  };
  solids.forEach(({ corners, paint }, i) => {
    // Leaves are not a shell: every facet has its own tone.
    const tone = paint.kind === "foliage" ? 0.78 + (0.44 * (Math.imul(i + 7, 2654435761) >>> 24)) / 255 : 1;
    add(i, corners, paint.color, tone, 0);
  });
  shape.decals.forEach(({ corners, color, glow }, i) => add(solids.length + i, corners, color, 1, glow ? 1 : 0));
  mesh.firsts[count] = next;
  meshes.set(shape, mesh);
  return mesh;
}

/** One corner of each centimetre cell. */
function distinctOf(faces: readonly Face[]): readonly Vec3[] {
  const known = new Map<number, Vec3>();
  for (const { corners } of faces)
    for (const corner of corners) {
      const [x, y, z] = corner;
      // Shapes are smaller than 100 m: five digits an axis make one exact number.
      known.set((Math.round(x * 100) * 20_000 + Math.round(y * 100)) * 20_000 + Math.round(z * 100), corner);
    }
  return [...known.values()];
}
