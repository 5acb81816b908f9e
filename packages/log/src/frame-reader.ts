import { compose, identityPose, millisecondsBetween, timestampNs, type TimestampNs } from "@sweepmark/geometry";
import type { BufferPool } from "./buffer-pool.ts";
import { Breath } from "./breath.ts";
import { fitToPicture } from "./camera-fit.ts";
import type { CameraSource } from "./camera-set.ts";
import type { CloudSample, ImageSample, VideoSample } from "./decoders/decoder.ts";
import { deskewSweep } from "./deskew-sweep.ts";
import { unpackCloud } from "./decoders/unpack-cloud.ts";
import type { LoadOptions } from "./frame-source.ts";
import { LabelReader } from "./labels/label-reader.ts";
import { isAbort, logError, problemOf, ProblemList, quote } from "./problem.ts";
import { SensorPoses, type FramePlace, type PoseParts, type When } from "./sensor-poses.ts";
import { usePoses } from "./ego-poses.ts";
import { findSpaces } from "./spaces.ts";
import type { Stream } from "./stream.ts";
import { videoContent } from "./video/video-content.ts";
import type { CameraImage, Frame, PlacedSweep, Problem } from "./types.ts";

/** Half a frame is the farthest that a nearest neighbour can be; stamps jitter by this much more. */
const jitterMs = 25;
/** Where frames are far apart (picked key frames), an image from between them shows another scene. */
const farthestImageMs = 250;
/** The log times of two topics may be this much farther apart than their header stamps. */
const clocksApartMs = 1000;
/** Period to assume for a single frame. */
const usualPeriodMs = 100;

export interface FrameParts extends PoseParts {
  /** The reference lidar; in a log without one, the reference camera. */
  readonly reference: Stream;
  readonly otherLidars: readonly Stream[];
  /** [frames] positions in `reference` of the messages that are frames; undefined: every one is. */
  readonly picked?: Uint32Array;
  /** Topics that may say where the vehicle is, if no transform does; the likeliest first. */
  readonly poses: readonly Stream[];
  /** The chosen fixed space; the usual one by default. */
  readonly worldName?: string | undefined;
  /** Topics of the lidars that are deskewed. */
  readonly deskew: readonly string[];
  readonly labels: readonly Stream[];
  /** For the arrays of frames. */
  readonly pool: BufferPool;
}

/** A frame's message of the reference, with everything that its time leads to. */
interface Moment extends FramePlace {
  /** undefined: the reference is a camera. */
  readonly cloud: CloudSample | undefined;
}

/** Puts a frame together: the reference sweep (or image), the sweeps and images nearest to it by header stamp, and their poses. */
export class FrameReader {
  readonly #parts: FrameParts;
  readonly #breath = new Breath();
  readonly #labels: LabelReader;
  readonly #poses: SensorPoses;

  constructor(parts: FrameParts) {
    this.#parts = parts;
    this.#poses = new SensorPoses(parts);
    const { labels: streams, tree, feed, problems } = parts;
    this.#labels = new LabelReader({
      streams,
      missing: (to, from, at) => this.#poses.missing(to, from, at),
      tree,
      feed,
      problems,
    });
  }

  async load(index: number, { signal, onSweeps, cameras: shown }: LoadOptions = {}): Promise<Frame> {
    const moment = await this.#moment(index, signal);
    const { at, worldFromEgo = identityPose, problems } = moment;
    const sweeps = await this.#sweeps(index, moment, undefined, signal);
    const { logTime, spaces } = moment;
    const labels = await this.#labels.layersAt({ at, logTime, spaces, reachMs: this.#reachMs() }, signal);
    const { cameras } = this.#parts.state;
    const all = cameras.map(({ id }) => id);
    onSweeps?.({ index, at, worldFromEgo, sweeps, images: [], labels, unread: all, problems: problems.all() });
    const unread = shown ? all.filter((id) => !shown.includes(id)) : [];
    const images: CameraImage[] = [];
    for (const camera of cameras) {
      if (unread.includes(camera.id)) continue;
      const image = await this.#tolerated(problems, () => this.#image(camera, index, moment, signal));
      if (image) images.push(image);
    }
    const rest = unread.length > 0 ? { unread } : {};
    return { index, at, worldFromEgo, sweeps, images, labels, ...rest, problems: problems.all() };
  }

  /** A frame without its images and labels. `topics`: only the sweeps of these lidars. */
  async sweeps(
    index: number,
    topics?: readonly string[],
    signal?: AbortSignal,
  ): Promise<Omit<Frame, "images" | "labels">> {
    const moment = await this.#moment(index, signal);
    const sweeps = await this.#sweeps(index, moment, topics, signal);
    const { at, worldFromEgo = identityPose, problems } = moment;
    return { index, at, worldFromEgo, sweeps, problems: problems.all() };
  }

  async #sweeps(
    index: number,
    moment: Moment,
    topics?: readonly string[],
    signal?: AbortSignal,
  ): Promise<PlacedSweep[]> {
    const { reference, otherLidars } = this.#parts;
    const { cloud } = moment;
    const isWanted = ({ topic }: Stream): boolean => topics?.includes(topic) ?? true;
    const sweeps = cloud && isWanted(reference) ? [await this.#placed(reference, cloud, moment, moment, signal)] : [];
    for (const stream of otherLidars.filter(isWanted)) {
      const sweep = await this.#tolerated(moment.problems, () => this.#otherSweep(stream, index, moment, signal));
      if (sweep) sweeps.push(sweep);
    }
    return sweeps;
  }

  /** Stamps and ego pose only. */
  async scan(index: number, signal?: AbortSignal): Promise<void> {
    const moment = await this.#moment(index, signal);
    for (const stream of this.#parts.otherLidars) {
      await this.#tolerated(this.#parts.problems, () => this.#nearestSweep(stream, index, moment, signal));
    }
    for (const camera of this.#parts.state.cameras) {
      await this.#tolerated(this.#parts.problems, () => this.#nearestImage(camera, index, moment, signal));
    }
  }

  async #moment(index: number, signal?: AbortSignal): Promise<Moment> {
    const { reference, tree, feed, state } = this.#parts;
    const position = this.#parts.picked?.[index] ?? index;
    const sample = await this.#referenceAt(position, signal);
    const cloud = sample.kind === "cloud" ? sample : undefined;
    const frameId = cloud?.frameId ?? this.#cameraSpace(sample);
    const logTime = reference.index.times[position];
    const problems = new ProblemList();
    const at = sample.at ?? timestampNs(logTime);
    if (sample.at === undefined) this.#parts.problems.add(noStamp(reference.topic, cloud ? "Sweeps" : "Images", at));
    const wanted = { frameId, at, logTime };
    let { spaces } = state;
    if (!spaces) {
      await feed.readChunk(reference.index.chunks[position], signal);
      await feed.ensure({ ...wanted, mode: "first" }, signal);
      if (tree.pathUp(frameId).every((edge) => edge.static)) await feed.readSome(signal);
      if (tree.pathUp(frameId).length === 0) await feed.search(signal);
      await usePoses(this.#parts, wanted, signal);
      const sensor = cloud ? "lidar" : "camera";
      spaces = findSpaces(tree, frameId, this.#parts.problems, this.#parts.worldName, sensor);
      feed.follow([spaces.egoName, spaces.worldName]);
      state.spaces = spaces;
      state.settledAt = at;
      state.touch();
    } else if (spaces.worldName !== undefined) {
      await feed.ensure({ ...wanted, mode: "known" }, signal);
    }
    const worldFromEgo = this.#poses.worldFromEgo(spaces, at, problems);
    const pointCount = cloud?.thinned?.count ?? cloud?.count;
    state.markExact(index, {
      at,
      ...(pointCount !== undefined && { pointCount }),
      worldFromEgo: worldFromEgo ?? identityPose,
    });
    return { cloud, at, logTime, spaces, worldFromEgo, problems };
  }

  /** What a frame is counted by: a sweep, or an image whose picture is not looked at. */
  async #referenceAt(position: number, signal?: AbortSignal): Promise<CloudSample | ImageSample | VideoSample> {
    const { reference } = this.#parts;
    const sample = await reference.sample(position, signal);
    if (sample.kind === "cloud" || sample.kind === "image" || sample.kind === "video") return sample;
    throw logError("bad-message", `The topic ${quote(reference.topic)} holds something else than sweeps or images.`);
  }

  /** The space of the reference camera: as its image says, else as its calibration does. */
  #cameraSpace({ frameId }: { readonly frameId: string }): string {
    const { reference, state } = this.#parts;
    return frameId || (state.cameras.find(({ images }) => images === reference)?.frameId ?? "");
  }

  async #placed(
    { topic }: Stream,
    cloud: CloudSample,
    { at, logTime }: When,
    moment: Moment,
    signal?: AbortSignal,
  ): Promise<PlacedSweep> {
    const { deskew, state, problems } = this.#parts;
    const egoFromFrame = this.#poses.egoFromLidar(topic, cloud.frameId, moment, at);
    const egoFromLidar =
      egoFromFrame && cloud.frameFromPoints ? compose(egoFromFrame, cloud.frameFromPoints) : egoFromFrame;
    const arrays = unpackCloud(cloud, at, this.#parts.pool);
    state.noteSweep(topic, cloud.frameId, arrays.timeOffsetNs !== undefined);
    if (cloud.thinned) moment.problems.add(thinnedSweep(topic, cloud.thinned, cloud.count, at));
    if (arrays.count === 0) {
      const message = `The sweep of ${quote(topic)} has no points (${arrays.dropped} were not finite).`;
      moment.problems.add({ severity: "note", code: "no-points", message, topic, at });
    }
    const means = { ...this.#parts, spaces: moment.spaces, problems, frameProblems: moment.problems };
    const deskewed =
      deskew.includes(topic) && (await deskewSweep({ topic, cloud, arrays, at, logTime }, means, signal));
    return { topic, at, frameId: cloud.frameId, egoFromLidar, ...arrays, ...(deskewed && { deskewed }) };
  }

  async #otherSweep(
    stream: Stream,
    index: number,
    moment: Moment,
    signal?: AbortSignal,
  ): Promise<PlacedSweep | undefined> {
    const found = await this.#nearestSweep(stream, index, moment, signal);
    if (!found) return undefined;
    const { nearest, at } = found;
    const cloud = await cloudAt(stream, nearest, signal);
    const when = { at, logTime: stream.index.times[nearest] };
    await this.#poses.ensure(cloud.frameId, when, moment.spaces, signal);
    return await this.#placed(stream, cloud, when, moment, signal);
  }

  async #nearestSweep(stream: Stream, index: number, moment: Moment, signal?: AbortSignal) {
    const nearest = await stream.nearestByStamp(moment.at, moment.at - moment.logTime, signal);
    if (nearest === undefined) return undefined;
    const at = await stream.stamp(nearest, signal);
    const offsetMs = millisecondsBetween(moment.at, at);
    if (Math.abs(offsetMs) > this.#reachMs()) {
      moment.problems.add(notNear(stream.topic, "sweep", moment.at, at));
      return undefined;
    }
    this.#parts.state.noteOffset(stream.topic, index, offsetMs);
    return { nearest, at };
  }

  /** How far from the frame its images and other sweeps may be, milliseconds. */
  #reachMs(): number {
    const periodMs = this.#parts.reference.periodNs() / 1e6 || usualPeriodMs;
    return Math.min(periodMs / 2, farthestImageMs) + jitterMs;
  }

  async #nearestImage(camera: CameraSource, index: number, moment: Moment, signal?: AbortSignal) {
    const stream = camera.images;
    if (stream && stream.index.count > 0) {
      // An image whose log time is that far off is not worth the chunk that says so exactly.
      const likely = timestampNs(stream.index.times[stream.nearest(moment.logTime)] + moment.at - moment.logTime);
      if (Math.abs(millisecondsBetween(moment.at, likely)) > this.#reachMs() + clocksApartMs) {
        moment.problems.add(notNear(stream.topic, "image", moment.at, likely));
        return undefined;
      }
    }
    const nearest = await stream?.nearestByStamp(moment.at, moment.at - moment.logTime, signal);
    if (!stream || nearest === undefined) return undefined;
    const at = await stream.stamp(nearest, signal);
    const offsetMs = millisecondsBetween(moment.at, at);
    if (Math.abs(offsetMs) > this.#reachMs()) {
      moment.problems.add(notNear(stream.topic, "image", moment.at, at));
      return undefined;
    }
    this.#parts.state.noteOffset(camera.id, index, offsetMs);
    return { stream, nearest, at };
  }

  async #image(
    camera: CameraSource,
    index: number,
    moment: Moment,
    signal?: AbortSignal,
  ): Promise<CameraImage | undefined> {
    const found = await this.#nearestImage(camera, index, moment, signal);
    if (!found) return undefined;
    const { stream, nearest, at } = found;
    const sample = await stream.sample(nearest, signal);
    if (sample.kind !== "image" && sample.kind !== "video") return undefined;
    camera.frameId ??= sample.frameId === "" ? undefined : sample.frameId;
    try {
      const picture =
        sample.kind === "video" ? await videoContent(stream, nearest, signal) : sample.open(this.#parts.pool);
      const fit = fitToPicture(camera, picture, stream.topic, at);
      if (fit.problem) this.#say(moment.problems, fit.problem);
      if (fit.model !== camera.model) this.#parts.state.touch();
      camera.model = fit.model;
      const worldFromCamera =
        fit.problem?.code === "calibration-size"
          ? undefined
          : await this.#poses.worldFromCamera(camera, { at, logTime: stream.index.times[nearest] }, moment, signal);
      return { cameraId: camera.id, topic: stream.topic, at, worldFromCamera, ...picture };
    } catch (error) {
      throw stream.placed(error, nearest);
    }
  }

  /** In the frame, and in the log once. */
  #say(problems: ProblemList, problem: Problem): void {
    problems.add(problem);
    this.#parts.problems.add(problem);
  }

  /** A part of the frame that cannot be read is a problem; the rest goes on. */
  async #tolerated<T>(problems: ProblemList, read: () => Promise<T>): Promise<T | undefined> {
    // An abort comes in between two sensors: a frame that nobody wants any more is not decoded to its end.
    await this.#breath.take();
    try {
      return await read();
    } catch (error) {
      if (isAbort(error)) throw error;
      this.#say(problems, problemOf(error));
      return undefined;
    }
  }
}

async function cloudAt(stream: Stream, at: number, signal?: AbortSignal): Promise<CloudSample> {
  const sample = await stream.sample(at, signal);
  if (sample.kind === "cloud") return sample;
  throw logError("bad-message", `The topic ${quote(stream.topic)} holds something else than point clouds.`);
}

const noStamp = (topic: string, what: "Sweeps" | "Images", at: TimestampNs) =>
  ({
    severity: "warning",
    code: "no-stamp",
    message: `${what} of ${quote(topic)} have no header stamp; the time when they were recorded stands in.`,
    hint: "Labels are placed by that time: it lags the sensor by the time of transport.",
    params: { topic },
    topic,
    at,
  }) as const;

const notNear = (topic: string, what: "image" | "sweep", frame: TimestampNs, at: TimestampNs) => {
  const offsetMs = Math.round(millisecondsBetween(frame, at));
  return {
    severity: "note",
    code: what === "image" ? "no-image-near" : "no-sweep-near",
    message: `The nearest ${what} of ${quote(topic)} is ${Math.abs(offsetMs)} ms ${offsetMs < 0 ? "before" : "after"} the frame; it is left out.`,
    params: { topic, offsetMs },
    topic,
    at,
  } as const;
};

const thinnedSweep = (
  topic: string,
  { count, every }: NonNullable<CloudSample["thinned"]>,
  shown: number,
  at: TimestampNs,
) =>
  ({
    severity: "warning",
    code: "points-thinned",
    message: `A sweep of ${quote(topic)} has ${count} points; one of ${every} in each row is shown, ${shown} in all.`,
    hint: "Labels are not affected, but fewer points count for them.",
    params: { topic, count, every, shown },
    topic,
    at,
  }) as const;
