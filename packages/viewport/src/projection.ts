import {
  cuboidCorners,
  cuboidEdges,
  insideImage,
  project,
  seesAllAround,
  transformCuboid,
  transformPoint,
  type CameraModel,
  type Cuboid,
  type Point,
  type Pose,
  type Vec2,
  type Vec3,
} from "@sweepmark/geometry";
import { facesSeen, headingChevron, isBackEdge } from "./cuboid-edges.ts";

/** Pixels of the image, one list per unbroken piece. */
export type ImagePolyline = readonly Vec2[];

export interface ProjectedCuboid {
  /** Edges that the camera sees; the front bottom edge is in `heading` instead. */
  readonly front: readonly ImagePolyline[];
  readonly back: readonly ImagePolyline[];
  /** The front bottom edge: drawn wider. */
  readonly heading: readonly ImagePolyline[];
  /** The filled arrow on the ground; undefined where a part of it has no pixel. */
  readonly chevron: readonly [Vec2, Vec2, Vec2] | undefined;
  /** Highest pixel over the middle, for a tag; undefined when the centre has no pixel. */
  readonly anchor: Vec2 | undefined;
  /** From the camera to the centre, metres. */
  readonly distanceM: number;
}

/** Nearer than this to the camera nothing is drawn: pixels run away to infinity there. */
const nearM = 0.1;
/** An edge of a cuboid is drawn in at least this many pieces, so that it bends with the lens. */
const leastPieces = 8;

/**
 * A cuboid in the image. Undefined when no part of it falls into the picture.
 *
 * @param cameraFromWorld at the image's own stamp.
 */
export function projectCuboid(
  model: CameraModel,
  cameraFromWorld: Pose<"camera", "world">,
  cuboid: Cuboid<"world">,
): ProjectedCuboid | undefined {
  const inCamera = transformCuboid(cameraFromWorld, cuboid);
  const reach = Math.hypot(...inCamera.size) / 2;
  const distanceM = Math.hypot(...inCamera.center);
  if (!seesAllAround(model.distortion) && isBeside(model, inCamera.center, reach)) return undefined;

  const corners = cuboidCorners(inCamera);
  const seen = facesSeen(inCamera, { kind: "eye", position: [0, 0, 0] });
  const front: ImagePolyline[] = [];
  const back: ImagePolyline[] = [];
  const heading: ImagePolyline[] = [];
  cuboidEdges.forEach(([from, to], edge) => {
    const target = isBackEdge(edge, seen) ? back : edge === 0 ? heading : front;
    target.push(...projectPieces(model, [corners[from], corners[to]]));
  });
  const parts = [...front, ...back, ...heading];
  if (!parts.some((part) => touchesImage(model, part))) return undefined;

  const arrow = headingChevron(inCamera, Infinity);
  const tips = [arrow.left, arrow.right, arrow.tip].map((point) => pixelAt(model, point));
  const middle = pixelAt(model, inCamera.center);
  const top = Math.min(...parts.flat().map(([, v]) => v));
  return {
    front,
    back,
    heading,
    chevron: tips.every((tip) => tip !== undefined) ? (tips as [Vec2, Vec2, Vec2]) : undefined,
    anchor: middle && [middle[0], top],
    distanceM,
  };
}

/** A polyline in the image, cut where it has no pixel (behind the camera, beyond the lens) and far outside the picture. */
export function projectPolyline(
  model: CameraModel,
  cameraFromWorld: Pose<"camera", "world">,
  points: readonly Point<"world">[],
): ImagePolyline[] {
  return projectPieces(
    model,
    points.map((point) => transformPoint(cameraFromWorld, point)),
  );
}

/** How far from the axis something in the picture can lie, per metre of depth. Distortion bends less than 2×. */
function widest({ width, height, fx, fy, cx, cy }: CameraModel): number {
  const across = Math.max(width, Math.abs(cx), Math.abs(width - cx)) / fx;
  return 2 * Math.max(across, Math.max(height, Math.abs(cy), Math.abs(height - cy)) / fy);
}

/** Whether all within `reach` metres of a point in camera is behind the camera or beside any picture of it. */
function isBeside(model: CameraModel, [x, y, z]: Point<"camera">, reach: number): boolean {
  return z < -reach || Math.max(Math.abs(x), Math.abs(y)) - reach > widest(model) * (z + reach);
}

/**
 * Pixels of lidar points that fall into the picture.
 *
 * @param positions [count × 3] metres, in lidar.
 * @returns [n × 3] u, v, metres from the camera.
 */
export function projectPoints(
  model: CameraModel,
  cameraFromLidar: Pose<"camera", "lidar">,
  positions: Float32Array,
  count: number,
): Float32Array {
  const out = new Float32Array(3 * count);
  let n = 0;
  forEachPixel(model, cameraFromLidar, positions, 0, count, (_index, [u, v], depthM) => {
    out[n++] = u;
    out[n++] = v;
    out[n++] = depthM;
  });
  return out.slice(0, n);
}

/** Calls `visit` for every point of [from, to) that falls into the picture. */
export function forEachPixel(
  model: CameraModel,
  cameraFromLidar: Pose<"camera", "lidar">,
  positions: Float32Array,
  from: number,
  to: number,
  visit: (index: number, pixel: Vec2, distanceM: number) => void,
): void {
  const allAround = seesAllAround(model.distortion);
  const { translation: t } = cameraFromLidar;
  const axis = (v: Vec3): Vec3 => {
    const p = transformPoint(cameraFromLidar, v);
    return [p[0] - t[0], p[1] - t[1], p[2] - t[2]];
  };
  const [ax, ay, az] = [axis([1, 0, 0]), axis([0, 1, 0]), axis([0, 0, 1])];
  // A cheap test first: most points of a full turn are behind, or beside any picture.
  const wide = widest(model);
  for (let i = from; i < to; i++) {
    const px = positions[3 * i];
    const py = positions[3 * i + 1];
    const pz = positions[3 * i + 2];
    const z = ax[2] * px + ay[2] * py + az[2] * pz + t[2];
    if (!allAround && z < nearM) continue;
    const x = ax[0] * px + ay[0] * py + az[0] * pz + t[0];
    const y = ax[1] * px + ay[1] * py + az[1] * pz + t[1];
    if (!allAround && (Math.abs(x) > wide * z || Math.abs(y) > wide * z)) continue;
    const pixel = project(model, [x, y, z]);
    if (pixel && insideImage(model, pixel)) visit(i, pixel, Math.hypot(x, y, z));
  }
}

/** Subdivides, projects, and cuts at the border of where pixels exist (to 1 mm, by bisection). */
function projectPieces(model: CameraModel, points: readonly Point<"camera">[]): ImagePolyline[] {
  const parts: Vec2[][] = [];
  let part: Vec2[] = [];
  const flush = (): void => {
    if (part.length > 1) parts.push(part);
    part = [];
  };
  let before: { readonly point: Point<"camera">; readonly pixel: Vec2 | undefined } | undefined;
  for (const point of subdivide(points)) {
    const pixel = pixelAt(model, point);
    if (before && (pixel === undefined) !== (before.pixel === undefined)) {
      const edge = border(model, before.point, point);
      if (edge) part.push(edge);
      if (!pixel) flush();
    }
    if (pixel) {
      if (part.length > 0 && farOutside(model, part.at(-1) as Vec2, pixel)) flush();
      part.push(pixel);
    }
    before = { point, pixel };
  }
  flush();
  return parts;
}

function* subdivide(points: readonly Point<"camera">[]): Generator<Point<"camera">> {
  for (let i = 0; i < points.length; i++) {
    if (i === 0) {
      yield points[0];
      continue;
    }
    const [a, b] = [points[i - 1], points[i]];
    const lengthM = Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
    const pieces = Math.min(64, Math.max(leastPieces, Math.ceil(lengthM)));
    for (let k = 1; k <= pieces; k++) yield between(a, b, k / pieces);
  }
}

const between = (a: Vec3, b: Vec3, t: number): Vec3 =>
  t === 1 ? b : [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];

function pixelAt(model: CameraModel, point: Point<"camera">): Vec2 | undefined {
  if (!seesAllAround(model.distortion) && point[2] < nearM) return undefined;
  return project(model, point);
}

/** Pixel of the last point that has one between two points of which one has. */
function border(model: CameraModel, a: Point<"camera">, b: Point<"camera">): Vec2 | undefined {
  const startHas = pixelAt(model, a) !== undefined;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2;
    if ((pixelAt(model, between(a, b, middle)) !== undefined) === startHas) low = middle;
    else high = middle;
  }
  return pixelAt(model, between(a, b, startHas ? low : high));
}

/** Whether both pixels lie more than one picture beyond the same border: the piece cannot be seen. */
function farOutside({ width, height }: CameraModel, a: Vec2, b: Vec2): boolean {
  return (
    (a[0] < -width && b[0] < -width) ||
    (a[0] > 2 * width && b[0] > 2 * width) ||
    (a[1] < -height && b[1] < -height) ||
    (a[1] > 2 * height && b[1] > 2 * height)
  );
}

/** Whether any stretch of the polyline crosses the picture (by the pieces' bounding boxes: pieces are short). */
function touchesImage({ width, height }: CameraModel, part: ImagePolyline): boolean {
  for (let i = 1; i < part.length; i++) {
    const [a, b] = [part[i - 1], part[i]];
    if (
      Math.max(a[0], b[0]) >= 0 &&
      Math.min(a[0], b[0]) <= width &&
      Math.max(a[1], b[1]) >= 0 &&
      Math.min(a[1], b[1]) <= height
    )
      return true;
  }
  return false;
}
