import { bend, unbend, type Distortion } from "./lens.ts";
import type { Pose } from "./pose.ts";
import type { Direction, Point, TimestampNs, Vec2 } from "./space.ts";

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

/** A camera as it stands when it takes one of its pictures. */
export interface CameraView {
  readonly cameraId: string;
  /** Header stamp of the image; of a camera without images that of the frame. */
  readonly at: TimestampNs;
  readonly model: CameraModel;
  readonly cameraFromWorld: Pose<"camera", "world">;
}

/**
 * Pixel of a point in `camera`, or undefined where the lens has none: behind the camera (not fisheye), or past the
 * turning point of the distortion polynomial. The pixel may lie outside the picture.
 */
export function project(camera: CameraModel, point: Point<"camera">): Vec2 | undefined {
  const place = bend(camera.distortion, point);
  if (!place) return undefined;
  const [a, b] = place;
  return [camera.fx * a + camera.skew * b + camera.cx, camera.fy * b + camera.cy];
}

/** Unit ray in `camera` through a pixel: the inverse of {@link project}. Undefined where no point projects there. */
export function unproject(camera: CameraModel, [u, v]: Vec2): Direction<"camera"> | undefined {
  const y = (v - camera.cy) / camera.fy;
  return unbend(camera.distortion, (u - camera.cx - camera.skew * y) / camera.fx, y);
}

export const insideImage = (camera: CameraModel, [u, v]: Vec2): boolean =>
  u >= -0.5 && v >= -0.5 && u < camera.width - 0.5 && v < camera.height - 0.5;
