import { compose, timestampNs, type TimestampNs } from "@sweepmark/geometry";
import type { CloudSample } from "./decoders/decoder.ts";
import type { SweepArrays } from "./decoders/unpack-cloud.ts";
import { deskew, rangeOf, type PoseAt } from "./deskew.ts";
import { quote, type ProblemList } from "./problem.ts";
import type { Spaces } from "./spaces.ts";
import type { TransformFeed } from "./transform-feed.ts";
import { farthestMs, type TransformTree } from "./transform-tree.ts";

/** How closely transforms are looked for within a sweep: what is said more often lies in the same chunks. */
const lookNs = 20_000_000;

export interface SweepToDeskew {
  readonly topic: string;
  readonly cloud: CloudSample;
  readonly arrays: SweepArrays;
  readonly at: TimestampNs;
  readonly logTime: bigint;
}

interface Means {
  readonly tree: TransformTree;
  readonly feed: TransformFeed;
  readonly spaces: Spaces;
  /** Of the log: what holds for every sweep of a lidar. */
  readonly problems: ProblemList;
  /** Of the frame. */
  readonly frameProblems: ProblemList;
}

/** Moves the points of a sweep, in place, to where they were at its stamp. Resolves to whether it did; else it says why. */
export async function deskewSweep(
  { topic, cloud, arrays, at, logTime }: SweepToDeskew,
  { tree, feed, spaces, problems, frameProblems }: Means,
  signal?: AbortSignal,
): Promise<boolean> {
  const { frameId, frameFromPoints } = cloud;
  const { worldName } = spaces;
  const { positions, timeOffsetNs } = arrays;
  if (!timeOffsetNs || worldName === undefined) {
    const why = timeOffsetNs ? "nothing says how the vehicle moves" : "their points have no times of their own";
    problems.add(notDeskewed(topic, `The sweeps of ${quote(topic)} stay as they were recorded: ${why}.`));
    return false;
  }
  const [least, most] = rangeOf(timeOffsetNs);
  for (let offset = least; ; offset = Math.min(offset + lookNs, most)) {
    const shift = BigInt(offset);
    await feed.ensure({ frameId, at: timestampNs(at + shift), logTime: logTime + shift, mode: "known" }, signal);
    if (offset >= most) break;
  }
  const poseAt: PoseAt = (time) => {
    const found = tree.lookup(worldName, frameId, time);
    if (!found || found.gapMs > farthestMs) return undefined;
    return frameFromPoints ? compose<never, never, never>(found.pose as never, frameFromPoints as never) : found.pose;
  };
  if (deskew(positions, timeOffsetNs, at, poseAt) !== "unknown") return true;
  const [from, to] = [least, most].map((offset) => Math.round(offset / 1e6));
  const message =
    `The sweep of ${quote(topic)} stays as it was recorded: the pose of ${quote(frameId)} is not known all through it ` +
    `(from ${from} to ${to} ms after its stamp).`;
  frameProblems.add({ ...notDeskewed(topic, message), at });
  return false;
}

const notDeskewed = (topic: string, message: string) =>
  ({
    severity: "warning",
    code: "not-deskewed",
    message,
    hint: "Points of one sweep were measured at different times: what the vehicle passes is smeared.",
    params: { topic },
    topic,
  }) as const;
