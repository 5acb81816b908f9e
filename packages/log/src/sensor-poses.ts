import { compose, identityPose, invert, millisecondsBetween, type Pose, type TimestampNs } from "@sweepmark/geometry";
import type { CameraSource } from "./camera-set.ts";
import type { LogState } from "./log-state.ts";
import { quote, type ProblemList } from "./problem.ts";
import type { Spaces } from "./spaces.ts";
import type { TransformFeed } from "./transform-feed.ts";
import { farthestMs, moves, type Lookup, type TransformTree } from "./transform-tree.ts";

export interface PoseParts {
  readonly tree: TransformTree;
  readonly feed: TransformFeed;
  readonly state: LogState;
  readonly problems: ProblemList;
}

/** The time of a message, by its header and by the log. */
export interface When {
  readonly at: TimestampNs;
  readonly logTime: bigint;
}

/** The frame for which poses are asked, as far as it is known. */
export interface FramePlace extends When {
  readonly spaces: Spaces;
  /** undefined: nothing leads from ego to world (named in the problems). */
  readonly worldFromEgo: Pose<"world", "ego"> | undefined;
  /** Of the frame. */
  readonly problems: ProblemList;
}

/** Where the vehicle and its sensors are at a time, by the log's transforms. What cannot be known is named in the frame. */
export class SensorPoses {
  readonly #parts: PoseParts;

  constructor(parts: PoseParts) {
    this.#parts = parts;
  }

  /** The identity where nothing says that the vehicle moves. */
  worldFromEgo(
    { egoName, worldName }: Spaces,
    at: TimestampNs,
    problems: ProblemList,
  ): Pose<"world", "ego"> | undefined {
    if (worldName === undefined) return identityPose;
    const found = this.#parts.tree.lookup(worldName, egoName, at);
    if (!found) {
      const message = this.missing(worldName, egoName, at);
      const hint = "Nothing of this frame is drawn.";
      const params = { from: egoName, to: worldName };
      problems.add({ severity: "error", code: "missing-transform", message, hint, params, at });
    } else if (found.gapMs > farthestMs) {
      problems.add({
        severity: "error",
        code: "transform-gap",
        message:
          `The pose of the vehicle (${quote(worldName)} → ${quote(egoName)}) is not known at this time; ` +
          `the nearest one known, ${Math.round(found.gapMs)} ms away, stands in.`,
        hint: "Labels made in this frame may be misplaced in the world.",
        params: { world: worldName, ego: egoName, gapMs: Math.round(found.gapMs) },
        at,
      });
    }
    return found?.pose as Pose<"world", "ego"> | undefined;
  }

  /** Why nothing leads from one space to another, with the seconds since the first frame. */
  missing(to: string, from: string, at: TimestampNs): string {
    const { state, tree } = this.#parts;
    return tree.missing(to, from, millisecondsBetween(state.entry(0).at, at) / 1000);
  }

  /**
   * Pose of a lidar's space in ego as ego stands at the frame's time, for points measured at `at`: by way of the world
   * where the vehicle moves in between.
   */
  egoFromLidar(
    topic: string,
    frameId: string,
    { at: frameAt, spaces, worldFromEgo, problems }: FramePlace,
    at: TimestampNs,
  ): Pose<"ego", "lidar"> | undefined {
    const { tree } = this.#parts;
    if (!worldFromEgo) return undefined;
    const { egoName, worldName } = spaces;
    const found = tree.lookup(egoName, frameId, at);
    const facts = { params: { from: frameId, to: egoName }, topic, at } as const;
    const hint = "This lidar is not drawn.";
    if (!found) {
      const message = this.missing(egoName, frameId, at);
      problems.add({ severity: "error", code: "missing-transform", message, hint, ...facts });
      return undefined;
    }
    const gapMs = this.#gapMs(found, spaces, at);
    // Of points that are in the world already, the vehicle's gap is all there is.
    if (gapMs > farthestMs && worldName !== frameId) {
      const message = `The pose of the lidar ${quote(frameId)} is not known at this time: ${Math.round(gapMs)} ms from the nearest transform.`;
      problems.add({ severity: "error", code: "transform-gap", message, hint, ...facts });
      return undefined;
    }
    const egoFromFrame = found.pose as Pose<"ego", "lidar">;
    if (worldName === undefined || at === frameAt) return egoFromFrame;
    const moved = tree.lookup(worldName, frameId, at);
    // A gap of the vehicle's own pose is named by the frame.
    if (!moved || moved.gapMs > farthestMs) return egoFromFrame;
    return compose(invert(worldFromEgo), moved.pose as Pose<"world", "lidar">);
  }

  async worldFromCamera(
    { frameId, frameFromCamera, images }: CameraSource,
    { at, logTime }: When,
    { spaces, problems }: FramePlace,
    signal?: AbortSignal,
  ): Promise<Pose<"world", "camera"> | undefined> {
    const { tree } = this.#parts;
    const base = spaces.worldName ?? spaces.egoName;
    const name = frameId ?? "";
    await this.ensure(name, { at, logTime }, spaces, signal);
    const found = tree.lookup(base, name, at);
    const facts = { params: { from: name, to: base }, ...(images && { topic: images.topic }), at };
    if (!found) {
      const hint = "Its pictures are shown, but nothing is projected into them.";
      const problem = {
        severity: "warning",
        code: "missing-transform",
        message: this.missing(base, name, at),
        hint,
      } as const;
      problems.add({ ...problem, ...facts });
      this.#parts.problems.add({ ...problem, ...facts }, `missing-transform ${name}`);
      return undefined;
    }
    const gapMs = this.#gapMs(found, spaces, at);
    if (gapMs > farthestMs) {
      const message = `The pose of the camera ${quote(name)} is not known at this time: ${Math.round(gapMs)} ms from the nearest transform.`;
      problems.add({ severity: "warning", code: "transform-gap", message, ...facts });
      return undefined;
    }
    const pose = found.pose as Pose<"world", "camera">;
    return frameFromCamera ? compose(pose, frameFromCamera) : pose;
  }

  /** The gap of a look-up. A mounting of which every sample read says the same has none, however seldom it is said. */
  #gapMs({ gapMs, edge }: Lookup, { worldName, egoName }: Spaces, at: TimestampNs): number {
    const { tree } = this.#parts;
    if (!edge || moves(edge) || tree.pathUp(egoName).includes(edge)) return gapMs;
    return worldName === undefined ? 0 : (tree.lookup(worldName, egoName, at)?.gapMs ?? 0);
  }

  /** Reads the transforms that a moment needs; looks farther, once, where nothing leads from a space to the world. */
  async ensure(
    frameId: string,
    { at, logTime }: When,
    { worldName, egoName }: Spaces,
    signal?: AbortSignal,
  ): Promise<void> {
    const { tree, feed } = this.#parts;
    if (worldName !== undefined) await feed.ensure({ frameId, at, logTime, mode: "known" }, signal);
    if (tree.lookup(worldName ?? egoName, frameId, at) || !(await feed.search(signal))) return;
    if (worldName !== undefined) await feed.ensure({ frameId, at, logTime, mode: "known" }, signal);
  }
}
