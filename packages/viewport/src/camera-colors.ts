import { compose, invert, type CameraModel, type Pose } from "@sweepmark/geometry";
import type { Memory, Session } from "@sweepmark/editor";
import { nextTurn, type CameraImage, type Frame, type LogReader, type PlacedSweep } from "@sweepmark/log";
import { holdBitmap } from "./bitmaps.ts";
import { forEachPixel } from "./projection.ts";
import { reductionFor } from "./reduction.ts";

/** Pixels of one image, read back small: colours of points need no more. */
interface Picture {
  readonly model: CameraModel;
  readonly cameraFromWorld: Pose<"camera", "world">;
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

const widestPx = 800;
/** Points projected between two pauses: about 3 ms. */
const slice = 8000;

/**
 * Colours every point of a sweep by the images of its frame, each at its own stamp: [count × 4], alpha 255 where a
 * camera sees the point, else 0. A point seen by two cameras takes the one in whose picture it lies nearer to the
 * middle. There is no occlusion test: a point behind another, from the camera's place, takes the other's colour. Works
 * in slices and gives the main thread back between them; shows what it has after each image. Rejects with AbortError.
 */
export async function cameraColors(
  { log, memory }: Pick<Session, "log" | "memory">,
  frame: Frame,
  sweep: PlacedSweep,
  show: (colors: Uint8Array) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!sweep.egoFromLidar) return;
  const colors = new Uint8Array(4 * sweep.count);
  const worldFromLidar = compose(frame.worldFromEgo, sweep.egoFromLidar);
  const offCenter = new Float32Array(sweep.count).fill(Infinity);
  for (const image of frame.images) {
    const picture = await readPicture(log, memory, image).catch(() => undefined); // an image that cannot be decoded is said by its own view
    signal.throwIfAborted();
    if (!picture) continue;
    const { model, rgba, width, height } = picture;
    const cameraFromLidar = compose(picture.cameraFromWorld, worldFromLidar);
    for (let from = 0; from < sweep.count; from += slice) {
      const to = Math.min(sweep.count, from + slice);
      forEachPixel(model, cameraFromLidar, sweep.positions, from, to, (index, [u, v]) => {
        const off = Math.abs(u / model.width - 0.5) + Math.abs(v / model.height - 0.5);
        if (off >= offCenter[index]) return;
        offCenter[index] = off;
        const x = Math.max(0, Math.min(width - 1, Math.floor(((u + 0.5) / model.width) * width)));
        const y = Math.max(0, Math.min(height - 1, Math.floor(((v + 0.5) / model.height) * height)));
        const source = 4 * (y * width + x);
        colors[4 * index] = rgba[source];
        colors[4 * index + 1] = rgba[source + 1];
        colors[4 * index + 2] = rgba[source + 2];
        colors[4 * index + 3] = 255;
      });
      await nextTurn();
      signal.throwIfAborted();
    }
    show(colors);
  }
}

async function readPicture(log: LogReader, memory: Memory, image: CameraImage): Promise<Picture | undefined> {
  const model = log.info.cameras.find(({ id }) => id === image.cameraId)?.model;
  if (!model || !image.worldFromCamera) return undefined;
  const held = holdBitmap(memory, image, reductionFor(widestPx / image.width));
  try {
    const bitmap = await held.bitmap;
    const scale = Math.min(1, widestPx / bitmap.width);
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!context) return undefined;
    context.drawImage(bitmap, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { model, cameraFromWorld: invert(image.worldFromCamera), rgba: data, width, height };
  } finally {
    held.release();
  }
}
