import type { Vec3 } from "@sweepmark/geometry";
import { faceNormal, type Face, type Shape } from "./solids.ts";

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
  const all = [
    ...solids.map(({ corners, paint }) => ({
      corners,
      color: paint.color,
      glow: 0,
      foliage: paint.kind === "foliage",
    })),
    ...shape.decals.map(({ corners, color, glow }) => ({ corners, color, glow: glow ? 1 : 0, foliage: false })),
  ];
  const total = all.reduce((sum, { corners }) => sum + corners.length, 0);
  const mesh: Mesh = {
    solidCount: solids.length,
    count: all.length,
    firsts: new Uint32Array(all.length + 1),
    corners: new Float64Array(total * 3),
    planes: new Float64Array(all.length * 4),
    colors: new Float32Array(all.length * 4),
    distinct: distinctOf(solids),
  };
  let next = 0;
  all.forEach(({ corners, color, glow, foliage }, i) => {
    mesh.firsts[i] = next;
    for (const corner of corners) mesh.corners.set(corner, 3 * next++);
    const n = faceNormal(corners);
    mesh.planes.set([...n, n[0] * corners[0][0] + n[1] * corners[0][1] + n[2] * corners[0][2]], i * 4);
    // Leaves are not a shell: every facet has its own tone.
    const tone = foliage ? 0.78 + (0.44 * (Math.imul(i + 7, 2654435761) >>> 24)) / 255 : 1;
    mesh.colors.set([color[0] * tone, color[1] * tone, color[2] * tone, glow], i * 4);
  });
  mesh.firsts[all.length] = next;
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
