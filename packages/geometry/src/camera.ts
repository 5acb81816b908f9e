import type { Direction, Point, Vec2 } from "./space.ts";
import { normalize } from "./vector.ts";

/**
 * The intrinsic of a camera: from a point in `camera` (x right, y down, z forward) to a pixel. Pixel (0, 0) is the
 * centre of the first pixel (OpenCV's convention).
 */
export interface CameraModel {
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  readonly skew: number;
  readonly distortion: Distortion;
}

/**
 * - `none`: pinhole.
 * - `brown`: OpenCV's k1, k2, p1, p2, k3, k4, k5, k6, s1…s4 (plumb_bob and rational_polynomial), missing ones zero.
 * - `fisheye`: Kannala–Brandt θ(1 + k1θ² + k2θ⁴ + k3θ⁶ + k4θ⁸) (OpenCV fisheye, ROS "equidistant").
 */
export interface Distortion {
  readonly kind: "none" | "brown" | "fisheye";
  readonly coefficients: readonly number[];
  /**
   * Squared radius (brown: of x/z, y/z; fisheye: θ²) up to which the model is one-to-one. Points beyond fold back into
   * the picture and have no pixel.
   */
  readonly validUpTo: number;
}

/** Reads a distortion by its ROS / Foxglove name; undefined for a name or a count that is not known. */
export function distortionOf(model: string, coefficients: readonly number[]): Distortion | undefined {
  const none: Distortion = { kind: "none", coefficients: [], validUpTo: Infinity };
  switch (model) {
    case "":
    case "none":
    case "pinhole":
      // nuscenes2mcap writes "" with an empty D; a filled D under an empty name is a plumb_bob by ROS's old default.
      return coefficients.some((c) => c !== 0) ? distortionOf("plumb_bob", coefficients) : none;
    case "plumb_bob":
    case "rational_polynomial":
      if (coefficients.length > 12 && coefficients.slice(12).some((c) => c !== 0)) return undefined; // tilted sensor
      if (![0, 4, 5, 8, 12, 14].includes(coefficients.length)) return undefined;
      if (coefficients.every((c) => c === 0)) return none;
      return { kind: "brown", coefficients, validUpTo: brownLimit(coefficients) };
    case "equidistant":
    case "fisheye":
    case "kannala_brandt":
      if (coefficients.length !== 4) return undefined;
      return { kind: "fisheye", coefficients, validUpTo: fisheyeLimit(coefficients) };
    default:
      return undefined;
  }
}

/**
 * Pixel of a point in `camera`, or undefined where the lens has none: behind the camera (not fisheye), or past the
 * turning point of the distortion polynomial. The pixel may lie outside the picture.
 */
export function project(camera: CameraModel, [x, y, z]: Point<"camera">): Vec2 | undefined {
  if (camera.distortion.kind === "fisheye") {
    const radius = Math.hypot(x, y);
    if (radius < 1e-12) return z > 0 ? toPixel(camera, 0, 0) : undefined; // straight behind: a circle of pixels
    const theta = Math.atan2(radius, z);
    if (theta * theta > camera.distortion.validUpTo) return undefined;
    const factor = fisheyeRadius(camera.distortion.coefficients, theta) / radius;
    return toPixel(camera, x * factor, y * factor);
  }
  if (!(z > 1e-6)) return undefined;
  const a = x / z;
  const b = y / z;
  if (camera.distortion.kind === "none") return toPixel(camera, a, b);
  if (a * a + b * b > camera.distortion.validUpTo) return undefined;
  const [u, v] = brown(camera.distortion.coefficients, a, b);
  return toPixel(camera, u, v);
}

/**
 * Unit ray in `camera` through a pixel: the inverse of {@link project}. Undefined where no point projects there.
 * The radius by bisection, then for `brown` Newton in x and y; the residual is checked (1e-9 of a focal length).
 */
export function unproject(camera: CameraModel, [u, v]: Vec2): Direction<"camera"> | undefined {
  const y = (v - camera.cy) / camera.fy;
  const x = (u - camera.cx - camera.skew * y) / camera.fx;
  const { kind, coefficients, validUpTo } = camera.distortion;
  if (kind === "none") return normalize([x, y, 1]);
  if (kind === "fisheye") {
    const radius = Math.hypot(x, y);
    if (radius < 1e-12) return [0, 0, 1];
    const limit = Math.sqrt(Math.min(validUpTo, Math.PI ** 2));
    if (radius > fisheyeRadius(coefficients, limit)) return undefined;
    const theta = solveIncreasing((t) => fisheyeRadius(coefficients, t), radius, limit);
    const s = Math.sin(theta) / radius;
    return [x * s, y * s, Math.cos(theta)];
  }
  return unprojectBrown(coefficients, validUpTo, x, y);
}

export const insideImage = (camera: CameraModel, [u, v]: Vec2): boolean =>
  u >= -0.5 && v >= -0.5 && u < camera.width - 0.5 && v < camera.height - 0.5;

const toPixel = (camera: CameraModel, a: number, b: number): Vec2 => [
  camera.fx * a + camera.skew * b + camera.cx,
  camera.fy * b + camera.cy,
];

/** OpenCV calib3d, "Detailed description": radial, rational, tangential, thin prism. */
function brown(c: readonly number[], x: number, y: number): Vec2 {
  const [k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0, k4 = 0, k5 = 0, k6 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0] = c;
  const r2 = x * x + y * y;
  const radial = (1 + r2 * (k1 + r2 * (k2 + r2 * k3))) / (1 + r2 * (k4 + r2 * (k5 + r2 * k6)));
  return [
    x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x) + r2 * (s1 + r2 * s2),
    y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y + r2 * (s3 + r2 * s4),
  ];
}

/** r·radial(r²) of the brown model, without its tangential and thin-prism terms. */
function brownRadius(c: readonly number[], r: number): number {
  const [k1 = 0, k2 = 0, , , k3 = 0, k4 = 0, k5 = 0, k6 = 0] = c;
  const r2 = r * r;
  return (r * (1 + r2 * (k1 + r2 * (k2 + r2 * k3)))) / (1 + r2 * (k4 + r2 * (k5 + r2 * k6)));
}

function unprojectBrown(
  c: readonly number[],
  validUpTo: number,
  x: number,
  y: number,
): Direction<"camera"> | undefined {
  // Starting at (x, y) itself, Newton leaves the valid region for strong lenses. The radial solution is close.
  const distorted = Math.hypot(x, y);
  const start = distorted > 1e-12 ? solveIncreasing((r) => brownRadius(c, r), distorted, Math.sqrt(validUpTo)) : 0;
  let a = distorted > 1e-12 ? (x * start) / distorted : 0;
  let b = distorted > 1e-12 ? (y * start) / distorted : 0;
  for (let i = 0; i < 50; i++) {
    const [u, v] = brown(c, a, b);
    const ex = x - u;
    const ey = y - v;
    if (Math.hypot(ex, ey) < 1e-13) break;
    const h = 1e-6;
    const [ua, va] = brown(c, a + h, b);
    const [ub, vb] = brown(c, a, b + h);
    const j = [(ua - u) / h, (ub - u) / h, (va - v) / h, (vb - v) / h];
    const determinant = j[0] * j[3] - j[1] * j[2];
    if (!(Math.abs(determinant) > 1e-12)) break;
    a += (j[3] * ex - j[1] * ey) / determinant;
    b += (j[0] * ey - j[2] * ex) / determinant;
    const radius2 = a * a + b * b;
    if (radius2 > validUpTo) {
      const shrink = Math.sqrt(validUpTo / radius2) * 0.9999;
      a *= shrink;
      b *= shrink;
    }
  }
  const [u, v] = brown(c, a, b);
  return Math.hypot(x - u, y - v) < 1e-9 ? normalize([a, b, 1]) : undefined;
}

/** tan 80°: nothing is asked of a distorted pinhole camera farther off its axis. */
const widestRadius = 5.67;

/**
 * Squared radius where r·radial(r²) stops growing (radial only: the tangential terms of real lenses are far smaller).
 * At most 80° off axis: polynomials that turn beyond would bring points from beside the camera into the picture.
 */
function brownLimit(c: readonly number[]): number {
  return Math.min(
    firstTurn((r) => brownRadius(c, r), widestRadius),
    widestRadius ** 2,
  );
}

const fisheyeRadius = (k: readonly number[], theta: number): number => {
  const t2 = theta * theta;
  return theta * (1 + t2 * (k[0] + t2 * (k[1] + t2 * (k[2] + t2 * k[3]))));
};

const fisheyeLimit = (k: readonly number[]): number => firstTurn((theta) => fisheyeRadius(k, theta), Math.PI);

/** Square of the first argument in (0, upTo] where `f` stops increasing; Infinity if it never does. */
function firstTurn(f: (r: number) => number, upTo: number): number {
  const steps = 2000;
  let before = f(0);
  for (let i = 1; i <= steps; i++) {
    const here = f((i / steps) * upTo);
    if (!(here > before)) return (((i - 1) / steps) * upTo) ** 2;
    before = here;
  }
  return Infinity;
}

/** Argument in [0, upTo] with f = target, for increasing f: bisection to the last bit of a double. */
function solveIncreasing(f: (t: number) => number, target: number, upTo: number): number {
  let low = 0;
  let high = upTo;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
