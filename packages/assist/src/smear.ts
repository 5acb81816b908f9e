import { invert, transformCuboid, vec, yawOf, type Cuboid, type Point, type Size } from "@sweepmark/geometry";
import type { Frame } from "@sweepmark/log";
import {
  buildDistanceGrid,
  maskInside,
  registerInPlane,
  standingPoints,
  SweepMatcher,
  type PlaneShift,
} from "@sweepmark/pointcloud";
import { placedSweeps, pointsIn } from "./points.ts";

/** How far a thing that should stand still lies from where it is labelled. */
export interface SmearStep {
  readonly index: number;
  /** Its own points, metres. */
  readonly objectM: number;
  /** What stands around it, at its place and in the same directions. */
  readonly surroundingsM: number;
  /** What is left of its own way once that of the surroundings is taken out. */
  readonly restM: number;
}

export interface Smear {
  /** By time; frames that show too little of it, or of what stands around, are left out. */
  readonly steps: readonly SmearStep[];
  /**
   * `still`: it lies where it is labelled. `pose`: it wanders as all around it does, the ego pose is off. `moves`: it wanders,
   * and the surroundings do not.
   */
  readonly verdict: "still" | "pose" | "moves" | "unknown";
}

/** Fewer points do not say where it is. */
const fewestPoints = 20;
/** Points so far beside the cuboid may be its own, by a pose that is off. */
const marginM = 3;
/** How far it is looked for from where it would be if it stood still. */
const reachM = 1;
/** A direction that is less sure than this (along a bare side) is not looked at. */
const sureM = 0.15;
/** Less is the noise of points on surfaces that are seen from elsewhere. */
const noiseM = 0.15;
/** Of the points in its place so many lie on its known ones, at least. */
const leastMatch = 0.4;
/** Steps up to here in the order of size decide: single frames go wrong. */
const share = 0.9;

interface Look {
  readonly index: number;
  /** [count × 3] metres, in the cuboid's box. */
  readonly points: Float64Array;
  readonly ego: Point<"world">;
  readonly shift: PlaneShift;
}

/**
 * Tells an object that moves from poses that are off: registers its points to those of the frame where it was labelled, and
 * everything that stands around (`SweepMatcher`), and compares the two ways.
 *
 * @param labelled the frame in which the cuboid lies on its points; one of `indices`, which rise.
 * @param read a frame; undefined: it cannot be read.
 */
export async function measureSmear(
  cuboid: Cuboid<"world">,
  labelled: number,
  indices: readonly number[],
  read: (index: number) => Promise<Frame | undefined>,
  onProgress: (done: number, total: number) => void | Promise<void> = () => undefined,
): Promise<Smear> {
  const matcher = new SweepMatcher();
  const looks: Look[] = [];
  for (const [done, index] of indices.entries()) {
    const frame = await read(index);
    const look = frame && lookAt(frame, cuboid, matcher);
    if (look) looks.push(look);
    await onProgress(done + 1, indices.length);
  }
  const best = looks.find(({ index }) => index === labelled);
  if (!best || looks.length < 2) return { steps: [], verdict: "unknown" };
  const half = cuboid.size.map((side) => side / 2 + 0.3) as unknown as Size;
  const own = within(best.points, half);
  if (own.length / 3 < fewestPoints) return { steps: [], verdict: "unknown" };
  const grid = buildDistanceGrid(own, [half[0] + 0.5, half[1] + 0.5, half[2]], 0.5);
  const steps = looks.flatMap((look): SmearStep[] => {
    const around = apparent(cuboid, best, look);
    const points = moved(look.points, around);
    // Looked for where it is if it stands still: a pose may be off by more than the way to its neighbour.
    const { measured, match } = registerInPlane({
      grid,
      points: within(points, [half[0] + reachM, half[1] + reachM, half[2]]),
      covariance: [0.09, 0, 0, 0, 0.09, 0, 0, 0, 0.0025],
      reach: [reachM, reachM, 0.1],
      compare: [0, 0, 0],
    });
    const sure = [0, 1].filter((axis) => measured.covariance[4 * axis] < sureM ** 2);
    if (sure.length === 0 || match < leastMatch) return [];
    const length = (of: (axis: number) => number): number => Math.hypot(...sure.map(of));
    return [
      {
        index: look.index,
        objectM: length((axis) => around[axis] + measured.mean[axis]),
        surroundingsM: length((axis) => around[axis]),
        restM: length((axis) => measured.mean[axis]),
      },
    ];
  });
  return { steps, verdict: verdictOf(steps) };
}

function verdictOf(steps: readonly SmearStep[]): Smear["verdict"] {
  if (steps.length < 2) return "unknown";
  const large = (of: (step: SmearStep) => number): number =>
    steps.map(of).toSorted((a, b) => a - b)[Math.floor(share * (steps.length - 1))];
  const objectM = large((step) => step.objectM);
  if (objectM < noiseM) return "still";
  return large((step) => step.restM) < Math.max(noiseM, objectM / 2) ? "pose" : "moves";
}

function lookAt(frame: Frame, cuboid: Cuboid<"world">, matcher: SweepMatcher): Look | undefined {
  const size = cuboid.size.map((side, axis) => side + (axis < 2 ? 2 * marginM : 0)) as unknown as Size;
  const region = { ...cuboid, size };
  const { points } = pointsIn(frame, region);
  const ego = frame.worldFromEgo.translation;
  const standing = standingPoints(
    placedSweeps(frame).map(({ sweep, worldFromLidar }) => ({
      positions: sweep.positions,
      spaceFromLidar: worldFromLidar,
      leftOut: maskInside(sweep.positions, [transformCuboid(invert(worldFromLidar), region)]),
    })),
    frame.worldFromEgo,
  );
  const from = vec.subtract(ego, cuboid.center);
  const { shift, determined } = matcher.match(standing, from, yawOf(frame.worldFromEgo.rotation));
  return determined && points.length / 3 >= fewestPoints ? { index: frame.index, points, ego, shift } : undefined;
}

/** Where something that stands at the cuboid's place is seen in a frame, against the frame `best`: along and across, metres. */
function apparent(cuboid: Cuboid<"world">, best: Look, look: Look): readonly [alongM: number, acrossM: number] {
  // To the true place by the shift of one frame, and back to where the other frame's pose has it.
  const [x, y] = turned(vec.subtract(cuboid.center, best.ego), best.shift.yawRad);
  const truth = [best.ego[0] + best.shift.x + x, best.ego[1] + best.shift.y + y] as const;
  const back = turned(
    [truth[0] - look.ego[0] - look.shift.x, truth[1] - look.ego[1] - look.shift.y, 0],
    -look.shift.yawRad,
  );
  const beside = [look.ego[0] + back[0] - cuboid.center[0], look.ego[1] + back[1] - cuboid.center[1], 0] as const;
  const [along, across] = turned(beside, -yawOf(cuboid.rotation));
  return [along, across];
}

function moved(points: Float64Array, [alongM, acrossM]: readonly [number, number]): Float64Array {
  const out = points.slice();
  for (let i = 0; i < out.length; i += 3) {
    out[i] -= alongM;
    out[i + 1] -= acrossM;
  }
  return out;
}

const turned = ([x, y]: readonly number[], rad: number): readonly [number, number] => [
  Math.cos(rad) * x - Math.sin(rad) * y,
  Math.sin(rad) * x + Math.cos(rad) * y,
];

function within(points: Float64Array, [x, y, z]: Size): Float64Array {
  const kept: number[] = [];
  for (let i = 0; i < points.length; i += 3)
    if (Math.abs(points[i]) <= x && Math.abs(points[i + 1]) <= y && Math.abs(points[i + 2]) <= z)
      kept.push(points[i], points[i + 1], points[i + 2]);
  return Float64Array.from(kept);
}
