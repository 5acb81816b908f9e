import type { Direction, Point, Ray, Vec2, Vec3 } from "@sweepmark/geometry";

/**
 * What the drawing of labels needs to know of the camera, without three: where it is, where it looks, and the way from
 * `scene` to CSS pixels. One is made per drawn picture.
 */
export interface Eye {
  readonly projection: "perspective" | "top";
  readonly position: Point<"scene">;
  /** Unit, the way it looks. */
  readonly forward: Direction<"scene">;
  /** Unit, to the right on screen. */
  readonly right: Direction<"scene">;
  readonly widthPx: number;
  readonly heightPx: number;
  /** [16] column-major: clip from scene. */
  readonly clipFromScene: ArrayLike<number>;
  /** perspective: 2 · tan(half the vertical angle) / heightPx, metres per CSS pixel at 1 m. top: metres per CSS pixel. */
  readonly pixelFactorM: number;
}

/** CSS pixels from the top left, and the distance along the view; undefined behind the eye. */
export function pixelOf(
  eye: Eye,
  [x, y, z]: Point<"scene">,
): { readonly at: Vec2; readonly depthM: number } | undefined {
  const m = eye.clipFromScene;
  const w = m[3] * x + m[7] * y + m[11] * z + m[15];
  if (!(w > 1e-3)) return undefined;
  const nx = (m[0] * x + m[4] * y + m[8] * z + m[12]) / w;
  const ny = (m[1] * x + m[5] * y + m[9] * z + m[13]) / w;
  const [px, py, pz] = eye.position;
  const [fx, fy, fz] = eye.forward;
  return {
    at: [((nx + 1) / 2) * eye.widthPx, ((1 - ny) / 2) * eye.heightPx],
    depthM: (x - px) * fx + (y - py) * fy + (z - pz) * fz,
  };
}

/** Metres that one CSS pixel spans at a distance from the eye. */
export const metresPerPixel = (eye: Eye, distanceM: number): number =>
  eye.projection === "top" ? eye.pixelFactorM : eye.pixelFactorM * distanceM;

/** The ray under a CSS pixel, in scene. */
export function rayUnder(eye: Eye, [x, y]: Vec2): Ray<"scene"> {
  const right = x - eye.widthPx / 2;
  const up = eye.heightPx / 2 - y;
  const upward = crossOf(eye.right, eye.forward);
  const f = eye.pixelFactorM;
  const along = (scale: number, base: Vec3): Vec3 =>
    [0, 1, 2].map((i) => base[i] * scale + (eye.right[i] * right + upward[i] * up) * f) as unknown as Vec3;
  if (eye.projection === "top") {
    const offset = along(0, eye.forward);
    return { origin: [0, 1, 2].map((i) => eye.position[i] + offset[i]) as unknown as Vec3, direction: eye.forward };
  }
  const direction = along(1, eye.forward);
  const size = Math.hypot(...direction);
  return { origin: eye.position, direction: direction.map((c) => c / size) as unknown as Vec3 };
}

const crossOf = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** From the eye to a point; in the top view the distance does not depend on how high the eye hangs. */
export function distanceTo(eye: Eye, [x, y, z]: Point<"scene">): number {
  const [px, py, pz] = eye.position;
  return eye.projection === "top" ? 0 : Math.hypot(x - px, y - py, z - pz);
}

/** Opacity of a label's lines: 1 to 30 m, then linear to 0.4 at 70 m (ui.md §6). */
export const alphaAt = (distanceM: number): number => Math.max(0.4, Math.min(1, 1 - ((distanceM - 30) / 40) * 0.6));
