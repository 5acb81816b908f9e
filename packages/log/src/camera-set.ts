import { invert, type CameraModel, type Pose } from "@sweepmark/geometry";
import type { CalibrationSample } from "./decoders/decoder.ts";
import { isAbort, list, problemOf, quote, type ProblemList } from "./problem.ts";
import type { Stream } from "./stream.ts";

/** A camera with its streams and what its calibration says. */
export interface CameraSource {
  readonly id: string;
  readonly images: Stream | undefined;
  readonly calibration: Stream | undefined;
  /** Of the calibration; scaled to the pictures, once one was read. */
  model: CameraModel | undefined;
  readonly distortionName: string | undefined;
  /** Of the calibration; an image may name it later. */
  frameId: string | undefined;
  /** Turns the space `frameId` into that of the picture (rectified pictures only). */
  readonly frameFromCamera: Pose<"camera", "camera"> | undefined;
}

/** "/cam_front/image_rect/compressed" → "/cam_front": what image and calibration topics of one camera share. */
export const prefixOf = (topic: string): string => {
  const parts = topic.split("/").slice(0, -1);
  // image_transport appends its own element: /cam/image_rect/compressed belongs to /cam.
  if (topic.endsWith("/compressed") && parts.at(-1)?.startsWith("image")) parts.pop();
  return parts.join("/");
};

/** Rectified pictures are said so in their topic: image_rect, image_rect_color, rect. */
export const isRectified = (topic: string): boolean => /(^|[/_])rect(ified)?($|[/_])/i.test(topic);

const name = (path: string): string => path.replace(/^\//, "").replaceAll("/", "_");

/** Short names: the first path element where that is enough, else the prefix, else the whole topic. */
export function cameraIds(topics: readonly string[]): string[] {
  const choices = topics.map((topic) => [
    topic.split("/").find((part) => part !== "") ?? topic,
    name(prefixOf(topic)) || name(topic),
    name(topic),
  ]);
  return topics.map((topic, i) => {
    const level = [0, 1].find((at) => choices.filter((choice) => choice[at] === choices[i][at]).length === 1);
    return level === undefined ? choices[i][2] || topic : choices[i][level];
  });
}

/**
 * Pairs image topics with calibration topics: by the same prefix, then by the same frame_id. A calibration without images
 * is a camera too. Reads one message of each calibration, out of `preferredChunks` where one lies there.
 */
export async function findCameras(
  images: readonly Stream[],
  calibrations: readonly Stream[],
  problems: ProblemList,
  {
    preferredChunks,
    signal,
  }: { readonly preferredChunks: ReadonlySet<number>; readonly signal?: AbortSignal | undefined },
): Promise<CameraSource[]> {
  const read = new Map<Stream, CalibrationSample>();
  for (const stream of calibrations) {
    const sample = await readCalibration(stream, preferredChunks, problems, signal);
    if (sample) read.set(stream, sample);
  }
  const free = new Set(calibrations);
  const pairs: { images: Stream | undefined; calibration: Stream | undefined }[] = [];
  for (const stream of images) {
    // One calibration may serve the raw and the rectified picture of its camera.
    const calibration = calibrations.find(({ topic }) => prefixOf(topic) === prefixOf(stream.topic));
    pairs.push({ images: stream, calibration });
    if (calibration) free.delete(calibration);
  }
  for (const pair of pairs.filter(({ calibration }) => !calibration)) {
    const frameId = pair.images && (await frameIdOf(pair.images, preferredChunks, signal));
    pair.calibration = [...free].find((stream) => frameId !== undefined && read.get(stream)?.frameId === frameId);
    if (pair.calibration) free.delete(pair.calibration);
    else if (pair.images) reportUncalibrated(pair.images, calibrations, problems);
  }
  for (const calibration of free) pairs.push({ images: undefined, calibration });
  const ids = cameraIds(pairs.map((pair) => pair.images?.topic ?? pair.calibration?.topic ?? ""));
  return pairs
    .map((pair, i) => cameraSource(ids[i], pair, pair.calibration && read.get(pair.calibration), problems))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function cameraSource(
  id: string,
  pair: { readonly images: Stream | undefined; readonly calibration: Stream | undefined },
  sample: CalibrationSample | undefined,
  problems: ProblemList,
): CameraSource {
  const rectified = pair.images !== undefined && isRectified(pair.images.topic);
  const model = rectified ? sample?.rectified : sample?.raw;
  if (model && "code" in model) {
    problems.add({ ...model, ...(pair.calibration && { topic: pair.calibration.topic }) });
  }
  const turn = rectified && sample && sample.rectifiedFromCamera[3] !== 1 ? sample.rectifiedFromCamera : undefined;
  return {
    ...pair,
    id,
    model: model && !("code" in model) ? model : undefined,
    distortionName: sample?.distortionName,
    frameId: sample?.frameId === "" ? undefined : sample?.frameId,
    frameFromCamera: turn && invert<"camera", "camera">({ translation: [0, 0, 0], rotation: turn }),
  };
}

const firstIn = (stream: Stream, chunks: ReadonlySet<number>): number =>
  Math.max(
    0,
    stream.index.chunks.findIndex((chunk) => chunks.has(chunk)),
  );

async function readCalibration(
  stream: Stream,
  chunks: ReadonlySet<number>,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<CalibrationSample | undefined> {
  if (stream.index.count === 0) return undefined;
  try {
    const sample = await stream.sample(firstIn(stream, chunks), signal);
    return sample.kind === "calibration" ? sample : undefined;
  } catch (error) {
    if (isAbort(error)) throw error;
    problems.add(problemOf(error));
    return undefined;
  }
}

async function frameIdOf(
  stream: Stream,
  chunks: ReadonlySet<number>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (stream.index.count === 0) return undefined;
  try {
    const sample = await stream.sample(firstIn(stream, chunks), signal);
    return sample.kind === "image" || sample.kind === "video" ? sample.frameId : undefined;
  } catch (error) {
    if (isAbort(error)) throw error;
    problemOf(error);
    return undefined;
  }
}

function reportUncalibrated(images: Stream, calibrations: readonly Stream[], problems: ProblemList): void {
  const found = calibrations.length > 0 ? list(calibrations.map(({ topic }) => topic)) : "none";
  problems.add({
    severity: "warning",
    code: "camera-without-calibration",
    message: `No calibration belongs to the camera of ${quote(images.topic)}; calibrations found: ${found}.`,
    hint: `Its pictures are shown, but nothing is projected into them. Expected: a topic under ${quote(prefixOf(images.topic))}, or one with the same frame_id.`,
    params: { topic: images.topic },
    topic: images.topic,
  });
}
