import { interpolateCuboid, invert, overlap, transformCuboid, type Cuboid, type Space } from "@sweepmark/geometry";
import { goodIou } from "./hand.ts";
import { middleOfLongest } from "./labeler.ts";
import { nearerSense, type TrueObject } from "./objects.ts";

/** Frames that a labeler without help beyond interpolation sets after the first one, all of them to the truth. */
export interface Baselines {
  /** Linear in the world. From left to right, each keyframe as late as it can be: needs to see ahead. */
  readonly greedy: number;
  /** Linear in the world. From the best frame, the middle of the longest failing stretch is set, again and again. */
  readonly sameRule: number;
  /** The same two, linear in ego. */
  readonly sensorGreedy: number;
  readonly sensorSameRule: number;
  /** Frame by frame: the last two labels carried on in the world, or set where that fails. */
  readonly constantVelocity: number;
  /** Frame by frame: the last label in the world, or set where that fails. */
  readonly copying: number;
}

export function baselinesOf(object: TrueObject): Baselines {
  const { moments, best } = object;
  const inWorld = moments.map(({ cuboid }) => cuboid);
  const inEgo = consistent(moments.map(({ cuboid, worldFromEgo }) => transformCuboid(invert(worldFromEgo), cuboid)));
  const seconds = moments.map(({ at }) => Number(at - moments[0].at) / 1e9);
  const world = wayOf(inWorld, seconds);
  const ego = wayOf(inEgo, seconds);
  return {
    greedy: greedy(world),
    sameRule: sameRule(world, best),
    sensorGreedy: greedy(ego),
    sensorSameRule: sameRule(ego, best),
    constantVelocity: stepwise(inWorld, seconds, "constant-velocity"),
    copying: stepwise(inWorld, seconds, "copying"),
  };
}

/** Turned half round where that is nearer to the one before: sensor space turns under the object. */
function consistent<S extends Space>(cuboids: readonly Cuboid<S>[]): readonly Cuboid<S>[] {
  const result: Cuboid<S>[] = [];
  for (const cuboid of cuboids) {
    const before = result.at(-1);
    result.push(before ? nearerSense(cuboid, before) : cuboid);
  }
  return result;
}

/** True cuboids, and whether what lies between two of them by time (or is carried from one) is good at a third. */
interface Way {
  readonly count: number;
  good(from: number | undefined, to: number | undefined, at: number): boolean;
}

function wayOf<S extends Space>(cuboids: readonly Cuboid<S>[], seconds: readonly number[]): Way {
  return {
    count: cuboids.length,
    good(from, to, at) {
      const [a, b] = [from ?? to!, to ?? from!];
      const t = a === b ? 0 : (seconds[at] - seconds[a]) / (seconds[b] - seconds[a]);
      return overlap(cuboids[at], interpolateCuboid(cuboids[a], cuboids[b], t)).iou3d >= goodIou;
    },
  };
}

function greedy({ count, good }: Way): number {
  const all = (from: number | undefined, to: number | undefined, low: number, high: number): boolean => {
    for (let at = low; at <= high; at++) if (!good(from, to, at)) return false;
    return true;
  };
  let key = 0;
  while (key + 1 < count && all(undefined, key + 1, 0, key)) key++;
  let set = 0;
  while (!all(key, undefined, key + 1, count - 1)) {
    let next = key + 1;
    while (next + 1 < count && all(key, next + 1, key + 1, next)) next++;
    key = next;
    set++;
  }
  return set;
}

function sameRule({ count, good }: Way, best: number): number {
  const keys = [best];
  for (;;) {
    const fails = Array.from(
      { length: count },
      (_, at) =>
        !good(
          keys.findLast((key) => key <= at),
          keys.find((key) => key >= at),
          at,
        ),
    );
    const middle = middleOfLongest(fails);
    if (middle === undefined) return keys.length - 1;
    keys.push(middle);
    keys.sort((a, b) => a - b);
  }
}

function stepwise(
  truth: readonly Cuboid<"world">[],
  seconds: readonly number[],
  how: "constant-velocity" | "copying",
): number {
  const labels: Cuboid<"world">[] = [truth[0]];
  let set = 0;
  for (let i = 1; i < truth.length; i++) {
    const [before, last] = [labels[i - 2], labels[i - 1]];
    const t =
      before && how === "constant-velocity" ? (seconds[i] - seconds[i - 1]) / (seconds[i - 1] - seconds[i - 2]) : 0;
    const expected = t > 0 ? interpolateCuboid(before, last, 1 + t) : last;
    const isGood = overlap(truth[i], expected).iou3d >= goodIou;
    if (!isGood) set++;
    labels.push(isGood ? expected : truth[i]);
  }
  return set;
}
