import { compose, millisecondsBetween, rotate, timestampNs, transformPoint } from "@sweepmark/geometry";
import type { Point, Pose, TimestampNs, Vec3 } from "@sweepmark/geometry";
import type { LabelEntity, LabelsSample } from "../decoders/label-sample.ts";
import { isAbort, logError, problemOf, ProblemList, quote } from "../problem.ts";
import type { Spaces } from "../spaces.ts";
import type { Stream } from "../stream.ts";
import type { TransformFeed } from "../transform-feed.ts";
import { farthestMs, type TransformTree } from "../transform-tree.ts";
import type { LogCuboid, LogLabelLayer, LogLine } from "../types.ts";
import { clearsAll, entitiesAt, type TimedUpdate } from "./scene-state.ts";

/** How far back updates are read for what is still there: nanoseconds of log time, and chunks. */
const lookBackNs = 10_000_000_000n;
const lookBackChunks = 8;
/** Decoded messages that are kept: stepping on then decodes one. */
const keptSamples = 256;
/** Points of all lines of a layer; what is beyond is left out. */
const mostLinePoints = 200_000;

/** The moment that labels are wanted for. */
export interface LabelMoment {
  readonly at: TimestampNs;
  /** Of the reference sweep. */
  readonly logTime: bigint;
  readonly spaces: Spaces;
  /** How far the stamp of a message may be from `at`, milliseconds. */
  readonly reachMs: number;
}

interface Parts {
  readonly streams: readonly Stream[];
  /** What a missing transform is said as. */
  readonly missing: (to: string, from: string, at: TimestampNs) => string;
  readonly tree: TransformTree;
  readonly feed: TransformFeed;
  readonly problems: ProblemList;
}

/** What the topics with labels say at a time, in world. The same whichever frames were read before. */
export class LabelReader {
  readonly #parts: Parts;
  readonly #kept = new Map<string, LabelsSample>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async layersAt(moment: LabelMoment, signal?: AbortSignal): Promise<readonly LogLabelLayer[]> {
    const layers: LogLabelLayer[] = [];
    for (const stream of this.#parts.streams) {
      try {
        const layer = await this.#layer(stream, moment, signal);
        if (layer) layers.push(layer);
      } catch (error) {
        if (isAbort(error)) throw error;
        const problem = problemOf(error);
        this.#parts.problems.add(problem);
        layers.push({ topic: stream.topic, at: moment.at, cuboids: [], lines: [], problems: [problem] });
      }
    }
    return layers;
  }

  async #layer(stream: Stream, moment: LabelMoment, signal?: AbortSignal): Promise<LogLabelLayer | undefined> {
    const nearest = await stream.nearestByStamp(moment.at, moment.at - moment.logTime, signal);
    if (nearest === undefined) return undefined;
    const stamp = await stream.stamp(nearest, signal);
    const sample = await this.#sample(stream, nearest, signal);
    const offsetMs = millisecondsBetween(moment.at, stamp);
    if (sample.mode === "whole") {
      if (Math.abs(offsetMs) > moment.reachMs) return undefined;
      return await this.#placed(stream, stamp, sample.entities, sample.dropped, moment, signal);
    }
    const last = offsetMs > moment.reachMs ? nearest - 1 : nearest;
    if (last < 0) return undefined;
    const { updates, problems } = await this.#updates(stream, last, signal);
    const dropped = updates.reduce((sum, update) => sum + update.sample.dropped, 0);
    const layer = await this.#placed(
      stream,
      updates[updates.length - 1]?.at ?? stamp,
      entitiesAt(updates, moment.at),
      dropped,
      moment,
      signal,
    );
    return { ...layer, problems: [...problems, ...layer.problems] };
  }

  /**
   * The messages up to `last` that may still matter, oldest first: those of the last seconds and chunks, back to one that
   * deletes all; and the first of the topic, since what stands still (a map) is often said once.
   */
  async #updates(stream: Stream, last: number, signal?: AbortSignal) {
    const { times, chunks } = stream.index;
    const updates: TimedUpdate[] = [];
    const problems = new ProblemList();
    const read = new Set<number>();
    const take = async (i: number): Promise<boolean> => {
      try {
        const sample = await this.#sample(stream, i, signal);
        updates.unshift({ sample, at: sample.at ?? timestampNs(times[i]) });
        return clearsAll(sample);
      } catch (error) {
        if (isAbort(error)) throw error;
        problems.add(problemOf(error));
        return false;
      }
    };
    let i = last;
    for (; i >= 0 && times[last] - times[i] <= lookBackNs; i--) {
      read.add(chunks[i]);
      if (read.size > lookBackChunks) break;
      if (await take(i)) return { updates, problems: problems.all() };
    }
    if (i >= 0) await take(0);
    problems.all().forEach((problem) => this.#parts.problems.add(problem));
    return { updates, problems: problems.all() };
  }

  async #sample(stream: Stream, i: number, signal?: AbortSignal): Promise<LabelsSample> {
    const key = `${stream.topic} ${i}`;
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const sample = await stream.sample(i, signal);
    if (sample.kind !== "labels") {
      throw logError("bad-message", `The topic ${quote(stream.topic)} holds something else than labels.`);
    }
    this.#kept.set(key, sample);
    if (this.#kept.size > keptSamples) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest);
    }
    return sample;
  }

  async #placed(
    stream: Stream,
    at: TimestampNs,
    entities: readonly LabelEntity[],
    dropped: number,
    moment: LabelMoment,
    signal?: AbortSignal,
  ): Promise<LogLabelLayer> {
    const problems = new ProblemList();
    const cuboids: LogCuboid[] = [];
    const lines: LogLine[] = [];
    let points = 0;
    for (const entity of entities) {
      const said = entity.at ?? at;
      const placedAt = entity.frameLocked ? moment.at : said;
      const pose = await this.#worldFrom(entity.frameId, placedAt, { stream, moment, problems, signal });
      if (!pose) continue;
      for (const cuboid of entity.cuboids) cuboids.push(cuboidInWorld(entity, said, pose, cuboid));
      for (const line of entity.lines) {
        points += line.points.length;
        if (points > mostLinePoints) continue;
        const inWorld = line.points.map((point) => transformPoint(pose, point as Point<"lidar">));
        lines.push({ id: idOf(entity, line.part), at: said, points: inWorld });
      }
    }
    const { topic } = stream;
    if (points > mostLinePoints) {
      const message = `The lines of ${quote(topic)} have ${points} points; ${mostLinePoints} are shown.`;
      problems.add({
        severity: "warning",
        code: "too-many-labels",
        message,
        params: { count: points, limit: mostLinePoints },
        topic,
        at,
      });
    }
    if (dropped > 0) {
      const message = `${dropped} labels of ${quote(topic)} have no size above zero or no finite place; they are left out.`;
      problems.add({ severity: "warning", code: "bad-labels", message, params: { count: dropped }, topic, at });
    }
    // The log's own list says each kind once a topic; the layer says it for its time.
    problems
      .all()
      .forEach((problem) =>
        this.#parts.problems.add(problem, `${problem.code} ${topic} ${problem.params?.["from"] ?? ""}`),
      );
    return { topic, at, cuboids, lines, problems: problems.all() };
  }

  async #worldFrom(
    frameId: string,
    at: TimestampNs,
    context: {
      readonly stream: Stream;
      readonly moment: LabelMoment;
      readonly problems: ProblemList;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<Pose<"world", "lidar"> | undefined> {
    const { tree, feed } = this.#parts;
    const { stream, moment, problems, signal } = context;
    const { worldName, egoName } = moment.spaces;
    const base = worldName ?? egoName;
    if (worldName !== undefined && frameId !== worldName) {
      const logTime = moment.logTime + at - moment.at;
      await feed.ensure({ frameId, at, logTime, mode: "known" }, signal);
    }
    const found = tree.lookup(base, frameId, at);
    const facts = { params: { from: frameId, to: base }, topic: stream.topic, at };
    if (!found) {
      const message = `${this.#parts.missing(base, frameId, at)} Labels of ${quote(stream.topic)} in that space are not drawn.`;
      problems.add({ severity: "warning", code: "missing-transform", message, ...facts }, `missing ${frameId}`);
      return undefined;
    }
    if (found.gapMs > farthestMs) {
      const message =
        `The pose of ${quote(frameId)} is not known at this time: ${Math.round(found.gapMs)} ms from the nearest ` +
        `transform. Labels of ${quote(stream.topic)} in that space are not drawn.`;
      problems.add({ severity: "warning", code: "transform-gap", message, ...facts }, `gap ${frameId}`);
      return undefined;
    }
    return found.pose as Pose<"world", "lidar">;
  }
}

const idOf = ({ id }: LabelEntity, part: string): string => (part === "" ? id : `${id}/${part}`);

function cuboidInWorld(
  entity: LabelEntity,
  at: TimestampNs,
  worldFromFrame: Pose<"world", "lidar">,
  { part, className, score, center, size, rotation, heading, velocity }: LabelEntity["cuboids"][number],
): LogCuboid {
  const pose = compose(worldFromFrame, { translation: center, rotation } as Pose<"lidar", "box">);
  const id = idOf(entity, part);
  return {
    id,
    at,
    ...(entity.lasting && { trackKey: id }),
    className,
    ...(score !== undefined && { score }),
    cuboid: { center: pose.translation, size, rotation: pose.rotation },
    heading,
    ...(velocity && { velocity: rotate(worldFromFrame.rotation, velocity) as Vec3 }),
  };
}
