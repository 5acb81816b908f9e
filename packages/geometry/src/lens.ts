import type { Direction, Vec2 } from "./space.ts";
import { normalize } from "./vector.ts";

/**
 * How a lens bends rays.
 *
 * - `none`: pinhole.
 * - `brown`: OpenCV's k1, k2, p1, p2, k3, k4, k5, k6, s1…s4, τx, τy (plumb_bob and rational_polynomial), missing ones zero.
 * - `fisheye`: Kannala–Brandt θ(1 + k1θ² + k2θ⁴ + k3θ⁶ + k4θ⁸) (OpenCV fisheye, ROS "equidistant").
 * - `unified`: ξ, k1, k2, p1, p2: onto the unit sphere, from ξ behind its centre onto a plane, then `brown` (Mei and Rives,
 *   "Single View Point Omnidirectional Camera Calibration from Planar Grids", ICRA 2007; OpenCV omnidir).
 */
export interface Distortion {
  readonly kind: "none" | "brown" | "fisheye" | "unified";
  readonly coefficients: readonly number[];
  /**
   * Squared radius (brown: of x/z, y/z; fisheye: θ²; unified: on its plane) up to which the model is one-to-one. Points beyond
   * fold back into the picture and have no pixel.
   */
  readonly validUpTo: number;
}

/** Where a ray through `camera` meets the picture at focal length 1; undefined where the lens sees no such ray. */
export function bend({ kind, coefficients, validUpTo }: Distortion, [x, y, z]: readonly number[]): Vec2 | undefined {
  switch (kind) {
    case "none":
      return z > leastDepth ? [x / z, y / z] : undefined;
    case "brown":
      return z > leastDepth ? brownWithin(coefficients, validUpTo, x / z, y / z) : undefined;
    case "fisheye": {
      const radius = Math.hypot(x, y);
      if (radius < 1e-12) return z > 0 ? [0, 0] : undefined; // straight behind: a circle of pixels
      const theta = Math.atan2(radius, z);
      if (theta * theta > validUpTo) return undefined;
      const factor = fisheyeRadius(coefficients, theta) / radius;
      return [x * factor, y * factor];
    }
    case "unified": {
      const [xi, ...brown] = coefficients;
      const distance = Math.hypot(x, y, z);
      // Farther back the plane is met from its other side (ξ < 1), or a second time (ξ > 1).
      if (!(distance > 0) || z <= -Math.min(xi, 1 / xi) * distance) return undefined;
      const depth = z + xi * distance;
      return brownWithin(brown, validUpTo, x / depth, y / depth);
    }
  }
}

/**
 * The inverse of {@link bend}: the unit ray, undefined where none comes. The radius by bisection to the last bit of a double,
 * then for polynomials with tangential terms Newton in x and y, whose residual is checked (1e-9 of a focal length).
 */
export function unbend(
  { kind, coefficients, validUpTo }: Distortion,
  x: number,
  y: number,
): Direction<"camera"> | undefined {
  switch (kind) {
    case "none":
      return normalize([x, y, 1]);
    case "brown": {
      const found = unbrown(coefficients, validUpTo, x, y);
      return found && normalize([found[0], found[1], 1]);
    }
    case "fisheye": {
      const radius = Math.hypot(x, y);
      if (radius < 1e-12) return [0, 0, 1];
      const limit = Math.sqrt(Math.min(validUpTo, Math.PI ** 2));
      if (radius > fisheyeRadius(coefficients, limit)) return undefined;
      const theta = solveIncreasing((t) => fisheyeRadius(coefficients, t), radius, limit);
      const s = Math.sin(theta) / radius;
      return [x * s, y * s, Math.cos(theta)];
    }
    case "unified": {
      const [xi, ...brown] = coefficients;
      const found = unbrown(brown, validUpTo, x, y);
      if (!found) return undefined;
      const [a, b] = found;
      const r2 = a * a + b * b;
      const inside = 1 + (1 - xi * xi) * r2;
      if (inside < 0) return undefined;
      const scale = (xi + Math.sqrt(inside)) / (1 + r2);
      return normalize([a * scale, b * scale, scale - xi]);
    }
  }
}

/** Whether a lens may see what lies beside and behind the camera: then nothing is left out by its depth. */
export const seesAllAround = ({ kind }: Distortion): boolean => kind === "fisheye" || kind === "unified";

/** Nearer to the plane of the camera, metres, a pinhole sees nothing. */
const leastDepth = 1e-6;

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
      if (![0, 4, 5, 8, 12, 14].includes(coefficients.length)) return undefined;
      if (coefficients.every((c) => c === 0)) return none;
      if (!coefficients.slice(12).every((angle) => Math.abs(angle) < mostTilt)) return undefined;
      return { kind: "brown", coefficients, validUpTo: brownLimit(coefficients, widestRadius) };
    case "equidistant":
    case "fisheye":
    case "kannala_brandt":
      if (coefficients.length !== 4) return undefined;
      return { kind: "fisheye", coefficients, validUpTo: fisheyeLimit(coefficients) };
    case "unified":
    case "mei":
    case "omni":
    case "omnidirectional": {
      const [xi, ...brown] = coefficients;
      if (coefficients.length !== 5 || !(xi > 0 && xi < mostXi)) return undefined;
      return { kind: "unified", coefficients, validUpTo: brownLimit(brown, unifiedReach(xi)) };
    }
    default:
      return undefined;
  }
}

/** A sensor that lies flatter than this to its lens, radians, is a mistake. */
const mostTilt = 1;
/** Calibrations give ξ of 0.5 to 3; far larger ones are no lens. */
const mostXi = 100;

/** How far out on the plane the unified model is asked: 95 % of the angle at which the plane is left, ξ > 1: met twice. */
function unifiedReach(xi: number): number {
  const widest = 0.95 * Math.acos(-Math.min(xi, 1 / xi));
  return Math.sin(widest) / (Math.cos(widest) + xi);
}

function brownWithin(c: readonly number[], validUpTo: number, x: number, y: number): Vec2 | undefined {
  return x * x + y * y > validUpTo ? undefined : tilted(c, brown(c, x, y));
}

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

/**
 * The sensor's tilt by τx, then τy (Scheimpflug): the plane of the picture seen from the lens (OpenCV calib3d, "tilted image
 * sensor"). As rows of a homography; undefined without tilt.
 */
function tiltOf(c: readonly number[]): readonly (readonly number[])[] | undefined {
  const [tauX = 0, tauY = 0] = c.slice(12);
  if (tauX === 0 && tauY === 0) return undefined;
  const [cx, sx, cy, sy] = [Math.cos(tauX), Math.sin(tauX), Math.cos(tauY), Math.sin(tauY)];
  // R = Ry(τy) Rx(τx); then onto the plane along its own normal.
  const [r1, r2, r3] = [
    [cy, sy * sx, -sy * cx],
    [0, cx, sx],
    [sy, -cy * sx, cy * cx],
  ];
  const toPlane = (row: readonly number[], across: number): readonly number[] =>
    row.map((value, i) => r3[2] * value - across * r3[i]);
  return [toPlane(r1, r1[2]), toPlane(r2, r2[2]), r3];
}

const mapped = (rows: readonly (readonly number[])[], [x, y]: Vec2): Vec2 => {
  const [u, v, w] = rows.map(([a, b, c]) => a * x + b * y + c);
  return [u / w, v / w];
};

function tilted(c: readonly number[], place: Vec2): Vec2 {
  const rows = c.length > 12 ? tiltOf(c) : undefined;
  return rows ? mapped(rows, place) : place;
}

function untilted(c: readonly number[], place: Vec2): Vec2 {
  const rows = c.length > 12 ? tiltOf(c) : undefined;
  if (!rows) return place;
  const [a, b, d] = rows;
  // The adjugate: a homography needs no determinant.
  const adjugate = [cross(b, d), cross(d, a), cross(a, b)];
  return mapped(
    [0, 1, 2].map((i) => adjugate.map((column) => column[i])),
    place,
  );
}

const cross = ([a, b, c]: readonly number[], [x, y, z]: readonly number[]): readonly number[] => [
  b * z - c * y,
  c * x - a * z,
  a * y - b * x,
];

/** r·radial(r²) of the brown model, without its tangential and thin-prism terms. */
function brownRadius(c: readonly number[], r: number): number {
  const [k1 = 0, k2 = 0, , , k3 = 0, k4 = 0, k5 = 0, k6 = 0] = c;
  const r2 = r * r;
  return (r * (1 + r2 * (k1 + r2 * (k2 + r2 * k3)))) / (1 + r2 * (k4 + r2 * (k5 + r2 * k6)));
}

/** Where on the plane before the lens a place behind it comes from; undefined where from nowhere. */
function unbrown(c: readonly number[], validUpTo: number, seenX: number, seenY: number): Vec2 | undefined {
  const [x, y] = untilted(c, [seenX, seenY]);
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
  return Math.hypot(x - u, y - v) < 1e-9 ? [a, b] : undefined;
}

/** tan 80°: nothing is asked of a distorted pinhole camera farther off its axis. */
const widestRadius = 5.67;

/**
 * Squared radius where r·radial(r²) stops growing (radial only: the tangential terms of real lenses are far smaller), at
 * most that of `reach`: polynomials that turn beyond would bring points from beside the camera into the picture.
 */
const brownLimit = (c: readonly number[], reach: number): number =>
  Math.min(
    firstTurn((r) => brownRadius(c, r), reach),
    reach ** 2,
  );

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
