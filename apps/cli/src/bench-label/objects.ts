import { countsAt, pointsIn } from "@sweepmark/assist";
import {
  cuboidPose,
  cuboidYaw,
  secondsBetween,
  transformPoint,
  turnCuboid,
  type Cuboid,
  type EgoShift,
  type Point,
  type Pose,
  type Space,
  type TimestampNs,
} from "@sweepmark/geometry";
import type { LogReader } from "@sweepmark/log";
import type { GivenTruth } from "./truth.ts";

/** An object in one of its frames. */
export interface TrueMoment {
  readonly index: number;
  readonly at: TimestampNs;
  readonly worldFromEgo: Pose<"world", "ego">;
  /** Its heading is the nearer of the two senses to the one before: yaw counts modulo π here. */
  readonly cuboid: Cuboid<"world">;
  /** Lidar points inside. */
  readonly points: number;
  /** Of these the one nearest to their median: where a person clicks. undefined: not looked for in this frame. */
  readonly clicked: Point<"world"> | undefined;
}

export interface TrueObject {
  readonly id: string;
  readonly classId: string;
  /** From the first to the last frame in which the lidar hits it, ascending. Never empty. */
  readonly moments: readonly TrueMoment[];
  /** Where in `moments` it has most points; of equal ones the nearest to ego. */
  readonly best: number;
}

export interface GatherOptions {
  /** Places to click are looked for in every n-th frame, and in each object's best. */
  readonly clickEvery: number;
  /** The correction of the ego pose that the log's frames are in; by default none. */
  readonly shifts?: readonly EgoShift[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Reads every frame once and gathers what is true of each object. Objects that the lidar never hits are left out. */
export async function gatherObjects(
  log: LogReader,
  truth: GivenTruth,
  { clickEvery, shifts, signal, onProgress }: GatherOptions,
): Promise<readonly TrueObject[]> {
  const found = new Map<string, { readonly classId: string; readonly moments: TrueMoment[] }>();
  const { frames } = log.info;
  for (const { index } of frames) {
    signal?.throwIfAborted();
    const frame = await log.frame(index, { ...(signal && { signal }) });
    const here = truth.at(frame, shifts);
    const counts = countsAt(
      frame,
      here.map(({ cuboid }) => cuboid),
    );
    here.forEach(({ id, classId, cuboid }, i) => {
      const known = found.get(id) ?? { classId, moments: [] };
      found.set(id, known);
      const before = known.moments.at(-1);
      const sensed = before ? nearerSense(cuboid, before.cuboid) : cuboid;
      const points = counts[i];
      // A place to click costs a look at all points: in the frames that are asked for, and where it is the best so far.
      const best = known.moments.every((each) => each.points <= points);
      const clicked =
        points > 0 && (best || index % clickEvery === 0)
          ? middlePoint(pointsIn(frame, cuboid).points, cuboid)
          : undefined;
      const { at, worldFromEgo } = frame;
      known.moments.push({ index, at, worldFromEgo, cuboid: sensed, points, clicked });
    });
    log.release(frame);
    onProgress?.(index + 1, frames.length);
  }
  return [...found].flatMap(([id, { classId, moments }]): TrueObject[] => {
    const first = moments.findIndex(({ points }) => points > 0);
    if (first < 0) return [];
    const seen = moments.slice(first, moments.findLastIndex(({ points }) => points > 0) + 1);
    const score = ({ points, cuboid, worldFromEgo: { translation } }: TrueMoment): readonly [number, number] => [
      points,
      -Math.hypot(...cuboid.center.map((each, axis) => each - translation[axis])),
    ];
    let best = 0;
    seen.forEach((each, i) => {
      const [a, b] = [score(each), score(seen[best])];
      if (each.clicked && (a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]))) best = i;
    });
    return [{ id, classId, moments: seen, best }];
  });
}

/** What stands is seen for so long, and never farther from its middle place: what is left of pose errors and of the truth's unrest. */
const standingS = 1;
const standingM = 1;

/** Whether its true poses say that it stands still in the world that they are in. */
export function stands({ moments }: TrueObject): boolean {
  if (secondsBetween(moments[0].at, moments.at(-1)!.at) < standingS) return false;
  const middle = [0, 1].map(
    (axis) => moments.map(({ cuboid }) => cuboid.center[axis]).toSorted((a, b) => a - b)[moments.length >> 1],
  );
  return moments.every(
    ({ cuboid: { center } }) => Math.hypot(center[0] - middle[0], center[1] - middle[1]) < standingM,
  );
}

/** Of a cuboid and the same turned half round the one whose heading is nearer to that of `like`. */
export const nearerSense = <S extends Space>(cuboid: Cuboid<S>, like: Cuboid<S>): Cuboid<S> =>
  Math.cos(cuboidYaw(cuboid) - cuboidYaw(like)) < 0 ? turnCuboid(cuboid, Math.PI) : cuboid;

/** Nobody clicks the road beside the wheels: lower points only where there are no others. */
const bodyM = 0.3;

function middlePoint(inside: Float64Array, cuboid: Cuboid<"world">): Point<"world"> | undefined {
  const { size } = cuboid;
  const body = inside.filter((_, i) => inside[i - (i % 3) + 2] > Math.min(bodyM, size[2] / 4) - size[2] / 2);
  const points = body.length > 0 ? body : inside;
  const count = points.length / 3;
  if (count === 0) return undefined;
  const median = [0, 1, 2].map(
    (axis) => Float64Array.from({ length: count }, (_, i) => points[3 * i + axis]).sort()[count >> 1],
  );
  let nearest = 0;
  let least = Infinity;
  for (let i = 0; i < count; i++) {
    const off = median.reduce((sum, each, axis) => sum + (points[3 * i + axis] - each) ** 2, 0);
    if (off < least) [least, nearest] = [off, i];
  }
  const at = 3 * nearest;
  return transformPoint(cuboidPose(cuboid), [points[at], points[at + 1], points[at + 2]]);
}
