import { readFileSync } from "node:fs";
import {
  invert,
  transformCuboid,
  transformPoint,
  wrapAngle,
  yawOf,
  type Cuboid,
  type Pose,
  type Quaternion,
  type Vec3,
} from "@sweepmark/geometry";
import { parseLabelFile, type Keyframe, type LabelFile } from "@sweepmark/schema";

/** Something to label, as a person would see it from above: in ego (x forward, y left) at each of two frames. */
export interface Target {
  readonly frames: readonly [number, number];
  readonly footprints: readonly {
    readonly center: readonly [number, number];
    readonly length: number;
    readonly width: number;
  }[];
  /** Points of a lane boundary, in ego at the first frame. */
  readonly lane: readonly (readonly [number, number])[];
  /** A position in ego at a frame → world, the horizontal part. */
  toWorld(frame: number, point: readonly [number, number]): readonly [number, number];
  /** How far to drag the cuboid at the second frame from where it is held; [forward, left] of ego, metres. */
  readonly step?: readonly [number, number];
}

/** Frames between the two edits. */
const gap = 8;

/** Well inside the bird's-eye view as it is first shown. */
const inSight = ({ center: [x, y] }: Cuboid<"ego">): boolean => x > 3 && x < 17 && Math.abs(y) < 10;

/** The moving car of the demo that is nearest to ego at two moments, ahead and parallel. */
export function targetInDemo(log: string): Target {
  const truth = parseLabelFile(readFileSync(log.replace(/\.mcap$/, ".truth.json"), "utf8"));
  const cars = new Set(
    truth.records.flatMap((record) =>
      record.kind === "track" && record.classId === "car" && !record.static ? [record.id] : [],
    ),
  );
  let best: { readonly score: number; readonly target: Target } | undefined;
  for (let first = 0; first + gap < truth.scene.frames.length; first++) {
    for (const trackId of cars) {
      const here = inEgo(truth, trackId, first);
      const there = inEgo(truth, trackId, first + gap);
      if (!here || !there || !inSight(here) || !inSight(there)) continue;
      // Where the cuboid is held, ego having driven on, until it is dragged.
      const world = (frame: number) => truth.scene.frames[frame].worldFromEgo;
      if (!inSight(transformCuboid(invert(world(first + gap)), transformCuboid(world(first), here)))) continue;
      // Along or against ego: then a rectangle of the view fits it.
      if (Math.abs(wrapAngle(2 * yawOf(here.rotation))) > 0.2) continue;
      const score = Math.max(Math.hypot(here.center[0], here.center[1]), Math.hypot(there.center[0], there.center[1]));
      if (best && best.score <= score) continue;
      best = { score, target: targetOf(truth, [first, first + gap], [here, there]) };
    }
  }
  if (!best) throw new Error("the demo has no moving car near and parallel to ego");
  return best.target;
}

function targetOf(truth: LabelFile, frames: readonly [number, number], cuboids: readonly Cuboid<"ego">[]): Target {
  return {
    frames,
    toWorld: (frame, point) => flat(truth.scene.frames[frame].worldFromEgo, point),
    footprints: cuboids.map(({ center, size }) => ({
      center: [center[0], center[1]],
      length: size[0] + 0.3,
      width: size[1] + 0.3,
    })),
    lane: [
      [4, 3],
      [7, 3],
      [10, 3.1],
      [14, 3.2],
    ],
  };
}

function inEgo(truth: LabelFile, trackId: string, frame: number): Cuboid<"ego"> | undefined {
  const { at, worldFromEgo } = truth.scene.frames[frame];
  const keyframe = truth.records.find(
    (record): record is Keyframe => record.kind === "keyframe" && record.trackId === trackId && record.at === at,
  );
  return keyframe?.cuboid ? transformCuboid(invert(worldFromEgo), keyframe.cuboid) : undefined;
}

const flat = (worldFromEgo: Pose<"world", "ego">, [x, y]: readonly [number, number]): readonly [number, number] => {
  const [wx, wy] = transformPoint(worldFromEgo, [x, y, 0]);
  return [wx, wy];
};

/**
 * In kitti_raw_0052_front no truth is given: the silver car ahead, as read off the cloud by eye. The ego poses are those
 * of its gt.json.
 */
export function targetInKitti(log: string): Target {
  const { ego_poses } = JSON.parse(readFileSync(log.replace(/\.foxglove\.mcap$/, ".gt.json"), "utf8")) as {
    readonly ego_poses: readonly { readonly translation: Vec3; readonly rotation_xyzw: Quaternion }[];
  };
  return {
    frames: [0, 12],
    footprints: [{ center: [11.4, -0.45], length: 4.4, width: 2.1 }],
    lane: [
      [8, 2],
      [10, 2],
      [13, 2.1],
      [16, 2.2],
    ],
    toWorld: (frame, point) =>
      flat({ translation: ego_poses[frame].translation, rotation: ego_poses[frame].rotation_xyzw }, point),
  };
}
