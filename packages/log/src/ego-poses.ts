import { compose, identityPose, normalizeQuaternion } from "@sweepmark/geometry";
import type { TransformStep } from "./decoders/decoder.ts";
import type { LogState } from "./log-state.ts";
import { isAbort, problemOf, quote, type ProblemList } from "./problem.ts";
import { egoMotion, egoNames } from "./spaces.ts";
import type { Stream } from "./stream.ts";
import type { TransformFeed, Wanted } from "./transform-feed.ts";
import type { AnyPose, TransformTree } from "./transform-tree.ts";

interface Parts {
  readonly poses: readonly Stream[];
  readonly tree: TransformTree;
  readonly feed: TransformFeed;
  readonly state: LogState;
  readonly problems: ProblemList;
}

/**
 * Where no transform above the lidar moves, the first topic of poses that can be the vehicle's becomes one: from the
 * topmost space above the lidar to the one that the poses are in.
 */
export async function usePoses(
  { poses, tree, feed, state, problems }: Parts,
  wanted: Omit<Wanted, "mode">,
  signal?: AbortSignal,
): Promise<void> {
  const path = tree.pathUp(wanted.frameId);
  if (poses.length === 0 || egoMotion(path)) return;
  const names = [wanted.frameId, ...path.map(({ parent }) => parent)];
  const top = names[names.length - 1];
  for (const stream of poses) {
    const first = await firstStep(stream, wanted.logTime, problems, signal);
    // Poses in a space of the vehicle itself are of something else (a goal, an object).
    if (!first || first.parent === "" || names.includes(first.parent)) continue;
    const said = names.includes(first.child) ? first.child : undefined;
    const child = said ?? names.find((name) => egoNames.includes(name)) ?? top;
    const childFromTop = tree.lookup(child, top, wanted.at)?.pose ?? identityPose;
    feed.add(stream, (step) => ofTop(step, top, childFromTop));
    await feed.ensure({ ...wanted, mode: "first" }, signal);
    state.setRole(stream.topic, "transform");
    const whose = said
      ? ""
      : first.child === ""
        ? ", which do not say whose they are"
        : `, which are those of ${quote(first.child)}`;
    problems.add({
      severity: "note",
      code: "ego-from-poses",
      message:
        `No transform says how the vehicle moves; it is placed in ${quote(first.parent)} by the poses of ` +
        `${quote(stream.topic)}${whose}. They are taken for those of ${quote(child)}.`,
      params: { topic: stream.topic, world: first.parent, ego: child },
      topic: stream.topic,
    });
    return;
  }
}

/** The pose of the topmost space that gives `child` this one. A step that is no pose is left for the tree to name. */
function ofTop(step: TransformStep, top: string, childFromTop: AnyPose): TransformStep {
  const rotation = normalizeQuaternion(step.rotation);
  if (!rotation) return { ...step, child: top };
  const pose = compose<never, never, never>({ translation: step.translation, rotation }, childFromTop as never);
  return { ...step, child: top, translation: [...pose.translation], rotation: pose.rotation };
}

async function firstStep(
  stream: Stream,
  logTime: bigint,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<TransformStep | undefined> {
  try {
    const sample = await stream.sample(stream.nearest(logTime), signal);
    return sample.kind === "transforms" ? sample.steps[0] : undefined;
  } catch (error) {
    if (isAbort(error)) throw error;
    problems.add(problemOf(error));
    return undefined;
  }
}
