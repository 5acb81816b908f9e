import { compose, invert, type CameraModel, type Vec2 } from "@sweepmark/geometry";
import { trackAt, type DocumentReader, type Moment } from "@sweepmark/document";
import type { CameraImage, Frame } from "@sweepmark/log";
import type { RecordId } from "@sweepmark/schema";
import { laneLook, offsetPolyline, type LaneLook } from "./draw-lanes.ts";
import type { Extent, ImageBounds } from "./image-frame.ts";
import { classColor, classLetter, lanePaint, type HexColor } from "./palette.ts";
import {
  projectCuboid,
  projectPoints,
  projectPolyline,
  type ImagePolyline,
  type ProjectedCuboid,
} from "./projection.ts";

/** Labels as they lie in one image, in image pixels: everything that does not depend on zoom or selection. */
export interface ImageScene {
  /** Far ones first. */
  readonly cuboids: readonly ImageCuboid[];
  readonly lanes: readonly ImageLane[];
}

export interface ImageCuboid {
  readonly id: RecordId;
  readonly name: string;
  readonly letter: string;
  readonly color: HexColor;
  readonly shape: ProjectedCuboid;
}

export interface ImageLane {
  readonly id: RecordId;
  readonly color: HexColor;
  readonly look: LaneLook;
  /** One polyline, or two for a double marking; cut into pieces by the lens. */
  readonly parts: readonly ImagePolyline[];
  /** Vertices in order; undefined where one has no pixel. */
  readonly vertices: readonly (Vec2 | undefined)[];
}

/**
 * Projects the labels of the frame (`moment`) at the image's own time. A track that is there at the frame but not yet, or no longer,
 * at the image's time (a few milliseconds off, at the track's ends) lies as at the frame. Images use the dark palette in
 * every theme.
 */
export function imageScene(
  document: DocumentReader,
  model: CameraModel,
  image: CameraImage,
  moment: Moment,
  hiddenIds: ReadonlySet<RecordId>,
): ImageScene {
  if (!image.worldFromCamera) return { cuboids: [], lanes: [] };
  const cameraFromWorld = invert(image.worldFromCamera);
  const { ontology } = document;
  const cuboids: ImageCuboid[] = [];
  for (const { track, cuboid: atFrame } of moment.tracks) {
    if (hiddenIds.has(track.id)) continue;
    const cuboid = trackAt(document, track.id, image.at)?.cuboid ?? atFrame;
    const shape = projectCuboid(model, cameraFromWorld, cuboid);
    if (!shape) continue;
    cuboids.push({
      id: track.id,
      name: track.name,
      letter: classLetter(ontology, track.classId),
      color: classColor(ontology, track.classId, "dark"),
      shape,
    });
  }
  const lanes = moment.laneBoundaries
    .filter(({ id }) => !hiddenIds.has(id))
    .map((boundary): ImageLane => {
      const look = laneLook(ontology, boundary.classId);
      const lines = look.doubleM
        ? [-0.5, 0.5].map((side) => offsetPolyline(boundary.points, side * look.doubleM))
        : [boundary.points];
      return {
        id: boundary.id,
        color: lanePaint(look.paint, "dark"),
        look,
        parts: lines.flatMap((line) => projectPolyline(model, cameraFromWorld, line)),
        vertices: boundary.points.map((point) => projectPolyline(model, cameraFromWorld, [point, point])[0]?.[0]),
      };
    });
  return { cuboids: cuboids.toSorted((a, b) => b.shape.distanceM - a.shape.distanceM), lanes };
}

/** The part of the picture that a record covers; undefined where it is not in the picture. */
export function boundsOf(scene: ImageScene, id: RecordId, { width, height }: Extent): ImageBounds | undefined {
  const shape = scene.cuboids.find((cuboid) => cuboid.id === id)?.shape;
  const parts = shape
    ? [...shape.front, ...shape.back, ...shape.heading]
    : (scene.lanes.find((lane) => lane.id === id)?.parts ?? []);
  const pixels = parts.flat();
  if (pixels.length === 0) return undefined;
  const span = (axis: 0 | 1, size: number): readonly [number, number] => {
    const values = pixels.map((pixel) => Math.max(0, Math.min(size, pixel[axis])));
    return [Math.min(...values), Math.max(...values)];
  };
  const [left, right] = span(0, width);
  const [top, bottom] = span(1, height);
  return { min: [left, top], max: [right, bottom] };
}

/**
 * All lidar points of the frame that fall into the image: [n × 3] u, v, metres from the camera. Each point goes by the
 * world: ego's motion between the sweep's stamp and the image's is in `worldFromCamera`.
 */
export function pointsInImage(model: CameraModel, image: CameraImage, frame: Frame): Float32Array {
  const parts: Float32Array[] = [];
  if (image.worldFromCamera) {
    const cameraFromEgo = compose(invert(image.worldFromCamera), frame.worldFromEgo);
    for (const { egoFromLidar, positions, count } of frame.sweeps)
      if (egoFromLidar) parts.push(projectPoints(model, compose(cameraFromEgo, egoFromLidar), positions, count));
  }
  const points = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    points.set(part, at);
    at += part.length;
  }
  return points;
}
