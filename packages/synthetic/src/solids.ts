import { vec, type Vec3 } from "@sweepmark/geometry";

/** Red, green, blue, 0–255. */
export type Color = readonly [number, number, number];

/** How a surface looks to a camera and to the lidar. */
export interface Paint {
  readonly color: Color;
  /** Lidar intensity of a square hit close by, 0–255. */
  readonly reflectivity: number;
  /** `glass` loses most returns; `foliage` scatters them in depth. */
  readonly kind?: "glass" | "foliage";
}

/** A flat face, corners counter-clockwise seen from outside; the first two are its lower edge where it has one. */
export interface Face {
  readonly corners: readonly Vec3[];
  readonly paint: Paint;
}

/** Everything below is in the space of what it belongs to (`box`: origin on the ground, x forward). */
export interface Convex {
  readonly kind: "convex";
  readonly faces: readonly Face[];
}

export interface Ellipsoid {
  readonly kind: "ellipsoid";
  readonly center: Vec3;
  readonly radii: Vec3;
  readonly paint: Paint;
  /** For drawing only: the lidar meets the ellipsoid itself. */
  readonly faces: readonly Face[];
}

export type Solid = Convex | Ellipsoid;

/** Painted on a face: windows, lamps, plates. Cameras see it, the lidar does not. */
export interface Decal {
  readonly corners: readonly Vec3[];
  readonly color: Color;
  /** Shines by itself: not shaded. */
  readonly glow?: true;
}

export interface Shape {
  readonly solids: readonly Solid[];
  readonly decals: readonly Decal[];
}

/** An axis-aligned rectangle at a height. */
export type Slab = readonly [x0: number, x1: number, y0: number, y1: number, z: number];

export type Side = "front" | "rear" | "left" | "right" | "top" | "bottom";

/** The solid between two parallel rectangles, `lower` below `upper`. Faces are in the order of {@link Side}. */
export function frustum(lower: Slab, upper: Slab, paint: Paint, painted: Partial<Record<Side, Paint>> = {}): Convex {
  const [a0, a1, b0, b1, z0] = lower;
  const [c0, c1, d0, d1, z1] = upper;
  const corners: Record<Side, Vec3[]> = {
    front: [
      [a1, b0, z0],
      [a1, b1, z0],
      [c1, d1, z1],
      [c1, d0, z1],
    ],
    rear: [
      [a0, b1, z0],
      [a0, b0, z0],
      [c0, d0, z1],
      [c0, d1, z1],
    ],
    left: [
      [a1, b1, z0],
      [a0, b1, z0],
      [c0, d1, z1],
      [c1, d1, z1],
    ],
    right: [
      [a0, b0, z0],
      [a1, b0, z0],
      [c1, d0, z1],
      [c0, d0, z1],
    ],
    top: [
      [c0, d0, z1],
      [c1, d0, z1],
      [c1, d1, z1],
      [c0, d1, z1],
    ],
    bottom: [
      [a0, b1, z0],
      [a1, b1, z0],
      [a1, b0, z0],
      [a0, b0, z0],
    ],
  };
  const sides = Object.keys(corners) as Side[];
  return { kind: "convex", faces: sides.map((side) => ({ corners: corners[side], paint: painted[side] ?? paint })) };
}

export const block = (
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
  [z0, z1]: readonly [number, number],
  paint: Paint,
  painted: Partial<Record<Side, Paint>> = {},
): Convex => frustum([x0, x1, y0, y1, z0], [x0, x1, y0, y1, z1], paint, painted);

/** Face of a frustum or block by its side. */
export const faceOf = ({ faces }: Convex, side: Side): Face =>
  faces[["front", "rear", "left", "right", "top", "bottom"].indexOf(side)];

/** An upright (`z`) or lying (`y`) cylinder as a prism of `sides` sides; the corners are on the radius. */
export function prism(
  axis: "y" | "z",
  center: Vec3,
  radius: number,
  lengthM: number,
  sides: number,
  paint: Paint,
): Convex {
  const ring = Array.from({ length: sides }, (_, i) => {
    const angle = ((i + 0.5) / sides) * 2 * Math.PI;
    return [Math.cos(angle) * radius, Math.sin(angle) * radius] as const;
  });
  const put = (along: number, [u, v]: readonly [number, number]): Vec3 =>
    axis === "z"
      ? [center[0] + u, center[1] + v, center[2] + along]
      : [center[0] + v, center[1] + along, center[2] + u];
  const low = ring.map((corner) => put(-lengthM / 2, corner));
  const high = ring.map((corner) => put(lengthM / 2, corner));
  const faces: Face[] = ring.map((_, i) => {
    const j = (i + 1) % sides;
    return { corners: [low[i], low[j], high[j], high[i]], paint };
  });
  faces.push({ corners: high, paint }, { corners: low.toReversed(), paint });
  return { kind: "convex", faces };
}

/** Its faces are made when somebody asks: the lidar never does, nor do cameras of what they only see from afar. */
export function ellipsoid(center: Vec3, radii: Vec3, paint: Paint, rings = 5): Ellipsoid {
  let faces: readonly Face[] | undefined;
  return {
    kind: "ellipsoid",
    center,
    radii,
    paint,
    get faces() {
      return (faces ??= facets(center, radii, paint, rings));
    },
  };
}

/** Triangles: the rings are turned against each other, so four corners would not be in one plane. */
function facets(center: Vec3, radii: Vec3, paint: Paint, rings: number): readonly Face[] {
  const sectors = rings + 3;
  const ring = (i: number): readonly Vec3[] =>
    Array.from({ length: sectors }, (_, j): Vec3 => {
      const polar = (i / rings) * Math.PI;
      const angle = ((j + i * 0.5) / sectors) * 2 * Math.PI;
      return [
        center[0] + radii[0] * Math.sin(polar) * Math.cos(angle),
        center[1] + radii[1] * Math.sin(polar) * Math.sin(angle),
        center[2] - radii[2] * Math.cos(polar),
      ];
    });
  const faces: Face[] = [];
  let low = ring(0);
  for (let i = 0; i < rings; i++) {
    const high = ring(i + 1);
    for (let j = 0; j < sectors; j++) {
      const next = (j + 1) % sectors;
      if (i > 0) faces.push({ corners: [low[j], low[next], high[next]], paint });
      if (i < rings - 1) faces.push({ corners: [low[j], high[next], high[j]], paint });
    }
    low = high;
  }
  return faces;
}

export function faceNormal(corners: readonly Vec3[]): Vec3 {
  const [a, b, c] = corners;
  const ux = b[0] - a[0];
  const uy = b[1] - a[1];
  const uz = b[2] - a[2];
  const vx = c[0] - a[0];
  const vy = c[1] - a[1];
  const vz = c[2] - a[2];
  const x = uy * vz - uz * vy;
  const y = uz * vx - ux * vz;
  const z = ux * vy - uy * vx;
  const size = Math.sqrt(x * x + y * y + z * z);
  return size > 0 ? [x / size, y / size, z / size] : [0, 0, 1];
}

/**
 * A part of a four-cornered face: `u` along its lower edge, `v` upwards, both 0–1; lifted off by `liftM` so that it is
 * drawn before its face.
 */
export function patch(
  { corners: [a, b, c, d] }: Face,
  [u0, u1]: readonly [number, number],
  [v0, v1]: readonly [number, number],
  color: Color,
  liftM = 0.015,
): Decal {
  const lift = vec.scale(faceNormal([a, b, c]), liftM);
  const at = (u: number, v: number): Vec3 => vec.add(vec.lerp(vec.lerp(a, b, u), vec.lerp(d, c, u), v), lift);
  return { corners: [at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1)], color };
}

export const glow = (decal: Decal): Decal => ({ ...decal, glow: true });

export const shade = ([r, g, b]: Color, factor: number): Color => [r * factor, g * factor, b * factor];
