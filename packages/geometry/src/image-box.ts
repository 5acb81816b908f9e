import { insideImage, project, type CameraModel } from "./camera.ts";
import { cuboidCorners, cuboidEdges, cuboidPose, type Cuboid } from "./cuboid.ts";
import { seesAllAround } from "./lens.ts";
import { transformDirection, transformPoint } from "./pose.ts";
import { faceNormals, rayCuboid } from "./ray.ts";
import type { Point, Vec2, Vec3 } from "./space.ts";
import { dot, lerp, normalize, scale } from "./vector.ts";

/** An upright rectangle in a picture, pixels: the borders of what is in it, from (−0.5, −0.5) to (width − 0.5, height − 0.5). */
export interface ImageBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a camera has of a cuboid. Shares are of what it would see of the cuboid if nothing were in the way, by solid angle. */
export interface CuboidInImage {
  /** The tight box of the projected cuboid, cut at the picture. */
  readonly box: ImageBox;
  /** Share outside of the picture, [0, 1]. */
  readonly truncated: number;
  /** Share that lies in the picture and behind the other cuboids, [0, 1]. */
  readonly hidden: number;
}

/** Nearer to a camera that does not see all around nothing is projected, metres. */
const nearM = 0.1;
/** An edge bends with the lens: so many pieces. */
const pieces = 16;
/** Each face is looked at in so many places along each side. */
const places = 8;

/**
 * The box of a cuboid in the picture of a camera, and how much of it is outside of it and behind other cuboids. Undefined
 * where no part of it is in the picture. What is in front of the near plane and within the lens is convex, so that its edges
 * and where they are cut bound it: a lens maps one to one.
 *
 * @param others cuboids at the same time; itself does not matter.
 */
export function cuboidInImage(
  model: CameraModel,
  cuboid: Cuboid<"camera">,
  others: readonly Cuboid<"camera">[] = [],
): CuboidInImage | undefined {
  const corners = cuboidCorners(cuboid);
  const outline = cuboidEdges.flatMap(([a, b]) => edgePixels(model, corners[a], corners[b]));
  if (outline.length === 0) return undefined;
  const us = outline.map(([u]) => u);
  const vs = outline.map(([, v]) => v);
  const box = {
    left: Math.max(-0.5, Math.min(...us)),
    top: Math.max(-0.5, Math.min(...vs)),
    right: Math.min(model.width - 0.5, Math.max(...us)),
    bottom: Math.min(model.height - 0.5, Math.max(...vs)),
  };
  if (!(box.left < box.right && box.top < box.bottom)) return undefined;
  const reachM = Math.hypot(...cuboid.center);
  const nearer = others.filter(
    (other) => other !== cuboid && Math.hypot(...other.center) - Math.hypot(...other.size) / 2 < reachM,
  );
  let seen = 0;
  let truncated = 0;
  let hidden = 0;
  for (const { point, solidAngle } of surface(cuboid)) {
    seen += solidAngle;
    const pixel = pixelOf(model, point);
    if (!pixel || !insideImage(model, pixel)) truncated += solidAngle;
    else if (isBehind(point, nearer)) hidden += solidAngle;
  }
  return seen > 0 ? { box, truncated: truncated / seen, hidden: hidden / seen } : undefined;
}

/** Overlap of two boxes: area of the intersection by that of the union, [0, 1]. */
export function boxIou(a: ImageBox, b: ImageBox): number {
  const areaOf = ({ left, top, right, bottom }: ImageBox): number =>
    Math.max(0, right - left) * Math.max(0, bottom - top);
  const both = areaOf({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const either = areaOf(a) + areaOf(b) - both;
  return either > 0 ? both / either : 0;
}

const pixelOf = (model: CameraModel, point: Point<"camera">): Vec2 | undefined =>
  point[2] < nearM && !seesAllAround(model.distortion) ? undefined : project(model, point);

/** Pixels along an edge, and where it is cut by the near plane or the end of the lens (by bisection). */
function edgePixels(model: CameraModel, from: Vec3, to: Vec3): readonly Vec2[] {
  const pixels: Vec2[] = [];
  let before: boolean | undefined;
  for (let i = 0; i <= pieces; i++) {
    const pixel = pixelOf(model, lerp(from, to, i / pieces));
    if (before !== undefined && before !== (pixel !== undefined))
      pixels.push(...borderPixel(model, from, to, i, before));
    if (pixel) pixels.push(pixel);
    before = pixel !== undefined;
  }
  return pixels;
}

function borderPixel(model: CameraModel, from: Vec3, to: Vec3, piece: number, startHas: boolean): readonly Vec2[] {
  let [low, high] = [(piece - 1) / pieces, piece / pieces];
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if ((pixelOf(model, lerp(from, to, middle)) !== undefined) === startHas) low = middle;
    else high = middle;
  }
  const pixel = pixelOf(model, lerp(from, to, startHas ? low : high));
  return pixel ? [pixel] : [];
}

/** Places on the faces that are turned to the camera, each with the solid angle that its piece has there, up to a factor. */
function* surface(cuboid: Cuboid<"camera">): Generator<{ readonly point: Vec3; readonly solidAngle: number }> {
  const pose = cuboidPose(cuboid);
  for (const normal of Object.values(faceNormals)) {
    const axis = normal.findIndex((part) => part !== 0);
    const [across, along] = [0, 1, 2].filter((each) => each !== axis);
    const outward = transformDirection(pose, normal);
    const area = (cuboid.size[across] * cuboid.size[along]) / places ** 2;
    for (let i = 0; i < places; i++)
      for (let k = 0; k < places; k++) {
        const inBox = scale(normal, cuboid.size[axis] / 2) as [number, number, number];
        inBox[across] = ((i + 0.5) / places - 0.5) * cuboid.size[across];
        inBox[along] = ((k + 0.5) / places - 0.5) * cuboid.size[along];
        const point = transformPoint(pose, inBox);
        const distanceM = Math.hypot(...point);
        const toward = -dot(outward, point) / distanceM;
        if (toward > 0) yield { point, solidAngle: (area * toward) / distanceM ** 2 };
      }
  }
}

function isBehind(point: Vec3, others: readonly Cuboid<"camera">[]): boolean {
  const direction = normalize(point);
  const distanceM = Math.hypot(...point);
  return (
    direction !== undefined &&
    others.some((other) => {
      const hit = rayCuboid<"camera">({ origin: [0, 0, 0], direction }, other);
      return hit !== undefined && hit.distanceM < distanceM - 0.01;
    })
  );
}
