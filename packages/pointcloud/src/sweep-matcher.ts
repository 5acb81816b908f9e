import type { Vec3 } from "@sweepmark/geometry";
import { invert3 } from "./register.ts";
import { shapeWidth, StandingMap } from "./standing-map.ts";
import { wideMatch, type WideReach } from "./wide-match.ts";

/** How ego lies beside where its pose has it: moved in the plane, turned about itself, counterclockwise from above. */
export interface PlaneShift {
  readonly x: number;
  readonly y: number;
  readonly yawRad: number;
}

export interface SweepMatch {
  /** Of this sweep; where it is not determined, that of the one before. */
  readonly shift: PlaneShift;
  /** Whether the surroundings say where ego is, in both directions and in yaw. */
  readonly determined: boolean;
  /** Median distance of the points from what stood there in the sweeps before, as the poses have it; undefined: nothing did. */
  readonly beforeM: number | undefined;
  /** The same once all are shifted. */
  readonly afterM: number | undefined;
}

/** Sweeps of the local map: two seconds of driving. With 6 to 40 the parked cars of KITTI wander alike. */
const mapSweeps = 20;
/** A sweep is added once ego has gone so far, or turned so much: whoever stands keeps the map from before. */
const apartM = 0.25;
const apartRad = 0.02;
/** How far the place of ego may be from the expected one: standard deviations, and what is a wrong match. */
interface Trust {
  readonly changeM: number;
  readonly changeRad: number;
  readonly mostM: number;
  readonly mostRad: number;
}
/** The error of a pose changes by about so much from a sweep to the next. KITTI: 3 cm, 7 cm at most. */
const posed: Trust = { changeM: 0.05, changeRad: 0.005, mostM: 1, mostRad: 0.05 };
/** A wide match is that rough. */
const rough: Trust = { changeM: 1, changeRad: 0.1, mostM: 1.5, mostRad: 0.1 };
/** Without poses: the speed that ego may begin with, how it may change, and how it turns. */
const fastestMps = 40;
const mostMps2 = 8;
const mostTurnRadps = 0.6;
/** Sweeps reach 50 m: ego cannot have gone farther and still see the same. */
const farthestReach: WideReach = { placeM: 30, yawRad: 0.6 };
const leastReach: WideReach = { placeM: 1, yawRad: 0.03 };
/** The sweeps that a wide match looks at. */
const wideSweeps = 5;
/** Neighbours on a wall are not independent of each other: a point counts as so much of a measurement. */
const pointWeight = 0.02;
/** Less sure than this is not determined: standard deviations. KITTI: 3 cm and 0.04° at most. */
const sureM = 0.1;
const sureRad = 0.01;
/** Walls are rough: along them they seem to hold ego with so little of what they do across. KITTI: 0.15 at least. */
const roughShare = 0.03;
/** Part of the points that must find something. KITTI: 0.2 at least. */
const fewestHits = 0.1;
/** More points say no more, and a whole sweep has 17 000. */
const mostPoints = 4000;
/** A point this far across from what stands there counts a quarter: wide while searching, narrow at the end. */
const firstSoftM = 1;
const lastSoftM = 0.12;
const softening = 0.7;
const mostRounds = 25;
/** For the median every fourth point will do. */
const distanceStride = 4;
const still: PlaneShift = { x: 0, y: 0, yawRad: 0 };

/**
 * Follows ego through what stands around it: each sweep is laid onto a map of the sweeps before, in the plane and in yaw,
 * by iterated reweighted least squares (point to line; weights of Geman, McClure 1987). The first sweep stays where its pose has it.
 * Heights, pitch and roll are the poses'. 15 ms a sweep of 30 000 points, 30 ms of 120 000, and the ground beside it.
 */
export class SweepMatcher {
  readonly #map = new StandingMap(mapSweeps);
  readonly #unshifted = new StandingMap(mapSweeps);
  readonly #poses: "known" | "unknown";
  /** Points of the last sweeps, as they lie in the map. */
  readonly #recent: Float64Array[] = [];
  #shift = still;
  /** Of the shift, per second, as of the last sweep that was determined; without poses only. */
  #speed: PlaneShift | undefined;
  #seconds = 0;
  /** Of the sweep added last: x, y and yaw of ego. */
  #added: readonly [number, number, number] | undefined;

  /** @param poses "unknown": they say nothing, ego goes wherever a vehicle can; its speed is what is expected next. */
  constructor(poses: "known" | "unknown" = "known") {
    this.#poses = poses;
  }

  /**
   * The next sweep, in order of time.
   *
   * @param points [count × 3] metres from ego, as `standingPoints` has them. Borrowed.
   * @param ego where its pose has it, metres; not far from the origin.
   * @param seconds when, from anywhere; only looked at where poses are unknown.
   */
  match(points: Float32Array, ego: Vec3, yawRad: number, seconds = 0): SweepMatch {
    let determined = this.#map.isEmpty && points.length > 0;
    const some = thinned(points);
    if (!this.#map.isEmpty) determined = this.#follow(some, ego, seconds - this.#seconds);
    this.#seconds = seconds;
    const result = {
      shift: this.#shift,
      determined,
      beforeM: distanceM(this.#unshifted, some, ego, still),
      afterM: distanceM(this.#map, some, ego, this.#shift),
    };
    this.#add(points, ego, yawRad);
    return result;
  }

  /** Whether the points say where ego is. */
  #follow(points: Float32Array, ego: Vec3, dt: number): boolean {
    if (this.#poses === "known") {
      const found = aligned(this.#map, points, ego, this.#shift, posed);
      if (found) this.#shift = found;
      return found !== undefined;
    }
    const before = this.#shift;
    const speed = this.#speed ?? still;
    const expected = {
      x: before.x + dt * speed.x,
      y: before.y + dt * speed.y,
      yawRad: before.yawRad + dt * speed.yawRad,
    };
    const freeM = this.#speed ? mostMps2 * dt ** 2 : fastestMps * dt;
    const wide = wideMatch(
      this.#recent,
      points,
      ego[2],
      { ...expected, x: ego[0] + expected.x, y: ego[1] + expected.y },
      {
        placeM: Math.min(farthestReach.placeM, leastReach.placeM + freeM),
        yawRad: Math.min(farthestReach.yawRad, leastReach.yawRad + mostTurnRadps * dt),
      },
    );
    const found = aligned(this.#map, points, ego, { ...wide, x: wide.x - ego[0], y: wide.y - ego[1] }, rough);
    this.#shift = found ?? expected;
    if (found && dt > 0)
      this.#speed = {
        x: (found.x - before.x) / dt,
        y: (found.y - before.y) / dt,
        yawRad: (found.yawRad - before.yawRad) / dt,
      };
    return found !== undefined;
  }

  #add(points: Float32Array, ego: Vec3, yawRad: number): void {
    const { x, y, yawRad: turn } = this.#shift;
    const here = [ego[0] + x, ego[1] + y, yawRad + turn] as const;
    const before = this.#added;
    if (
      before &&
      Math.hypot(here[0] - before[0], here[1] - before[1]) < apartM &&
      Math.abs(Math.sin((here[2] - before[2]) / 2)) < apartRad / 2
    )
      return;
    this.#added = here;
    const standing = placed(points, ego, this.#shift);
    this.#map.add(standing);
    if (this.#poses === "unknown") this.#recent.push(standing);
    if (this.#recent.length > wideSweeps) this.#recent.shift();
    this.#unshifted.add(placed(points, ego, still));
  }
}

/** Where the points lie best; undefined where that is not determined. */
function aligned(
  map: StandingMap,
  points: Float32Array,
  ego: Vec3,
  expected: PlaneShift,
  { changeM, changeRad, mostM, mostRad }: Trust,
): PlaneShift | undefined {
  const prior = [changeM ** -2, changeM ** -2, changeRad ** -2];
  let shift = expected;
  let softM = firstSoftM;
  for (let round = 0; ; round++) {
    const { information: h, gradient, hits } = normalEquations(map, points, ego, shift, softM);
    if (hits < fewestHits * (points.length / 3) || hits === 0) return undefined;
    const off = [shift.x - expected.x, shift.y - expected.y, shift.yawRad - expected.yawRad];
    const inverse = invert3(h.map((value, k) => (k % 4 === 0 ? value + prior[k / 4] : value)));
    const pull = gradient.map((value, k) => value + prior[k] * off[k]);
    const [dx, dy, turn] = [0, 3, 6].map(
      (row) => -(inverse[row] * pull[0] + inverse[row + 1] * pull[1] + inverse[row + 2] * pull[2]),
    );
    shift = { x: shift.x + dx, y: shift.y + dy, yawRad: shift.yawRad + turn };
    if (
      Math.hypot(shift.x - expected.x, shift.y - expected.y) > mostM ||
      Math.abs(shift.yawRad - expected.yawRad) > mostRad
    )
      return undefined;
    const settled = softM === lastSoftM && Math.hypot(dx, dy) < 5e-4 && Math.abs(turn) < 2e-5;
    if (settled || round === mostRounds) return isSure(h) ? shift : undefined;
    softM = Math.max(lastSoftM, softM * softening);
  }
}

interface NormalEquations {
  /** [3 × 3] of x, y and yaw. */
  readonly information: readonly number[];
  readonly gradient: readonly number[];
  /** Points that lie on something, each by its weight. */
  readonly hits: number;
}

function normalEquations(
  map: StandingMap,
  points: Float32Array,
  ego: Vec3,
  { x, y, yawRad }: PlaneShift,
  softM: number,
): NormalEquations {
  const cos = Math.cos(yawRad);
  const sin = Math.sin(yawRad);
  let [xx, xy, yy, xt, yt, tt] = [0, 0, 0, 0, 0, 0];
  let [gx, gy, gt] = [0, 0, 0];
  let hits = 0;
  const { shapes } = map;
  for (let i = 0; i < points.length; i += 3) {
    const rx = cos * points[i] - sin * points[i + 1];
    const ry = sin * points[i] + cos * points[i + 1];
    const px = ego[0] + x + rx;
    const py = ego[1] + y + ry;
    const cell = map.nearest(px, py, ego[2] + points[i + 2]);
    if (cell < 0) continue;
    const dx = px - shapes[shapeWidth * cell];
    const dy = py - shapes[shapeWidth * cell + 1];
    const weightXX = shapes[shapeWidth * cell + 2];
    const weightXY = shapes[shapeWidth * cell + 3];
    const weightYY = shapes[shapeWidth * cell + 4];
    const fx = weightXX * dx + weightXY * dy;
    const fy = weightXY * dx + weightYY * dy;
    const acrossSquare = (dx * fx + dy * fy) / (weightXX + weightYY);
    const weight = (1 + acrossSquare / softM ** 2) ** -2;
    hits += weight;
    const w = pointWeight * weight;
    // A turn moves the point by (−ry, rx).
    const tx = weightXY * rx - weightXX * ry;
    const ty = weightYY * rx - weightXY * ry;
    xx += w * weightXX;
    xy += w * weightXY;
    yy += w * weightYY;
    xt += w * tx;
    yt += w * ty;
    tt += w * (rx * ty - ry * tx);
    gx += w * fx;
    gy += w * fy;
    gt += w * (rx * fy - ry * fx);
  }
  return { information: [xx, xy, xt, xy, yy, yt, xt, yt, tt], gradient: [gx, gy, gt], hits };
}

/** Whether the points alone hold ego in every direction, whatever its yaw, and its yaw. */
function isSure([xx, xy, xt, , yy, yt, , , tt]: readonly number[]): boolean {
  if (tt < sureRad ** -2) return false;
  const a = xx - (xt * xt) / tt;
  const b = xy - (xt * yt) / tt;
  const c = yy - (yt * yt) / tt;
  const middle = (a + c) / 2;
  const half = Math.hypot((a - c) / 2, b);
  return middle - half > Math.max(sureM ** -2, roughShare * (middle + half));
}

function placed(points: Float32Array, ego: Vec3, { x, y, yawRad }: PlaneShift): Float64Array {
  const cos = Math.cos(yawRad);
  const sin = Math.sin(yawRad);
  const out = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    out[i] = ego[0] + x + cos * points[i] - sin * points[i + 1];
    out[i + 1] = ego[1] + y + sin * points[i] + cos * points[i + 1];
    out[i + 2] = ego[2] + points[i + 2];
  }
  return out;
}

/** Median distance across from what stands nearest; undefined where nothing does. */
function distanceM(map: StandingMap, points: Float32Array, ego: Vec3, shift: PlaneShift): number | undefined {
  const at = placed(points, ego, shift);
  const distances: number[] = [];
  const { shapes } = map;
  for (let i = 0; i < at.length; i += 3 * distanceStride) {
    const cell = map.nearest(at[i], at[i + 1], at[i + 2]);
    if (cell < 0) continue;
    const [x, y, xx, xy, yy] = shapes.subarray(shapeWidth * cell, shapeWidth * (cell + 1));
    const weighted = xx * (at[i] - x) ** 2 + 2 * xy * (at[i] - x) * (at[i + 1] - y) + yy * (at[i + 1] - y) ** 2;
    distances.push(Math.sqrt(Math.max(0, weighted) / (xx + yy)));
  }
  return distances.toSorted((a, b) => a - b)[distances.length >> 1];
}

/** At most `mostPoints`, spread evenly over the order of the sweep. */
function thinned(points: Float32Array): Float32Array {
  const count = points.length / 3;
  if (count <= mostPoints) return points;
  const kept = new Float32Array(3 * mostPoints);
  for (let i = 0; i < mostPoints; i++) {
    const from = 3 * Math.floor((i * count) / mostPoints);
    kept.set(points.subarray(from, from + 3), 3 * i);
  }
  return kept;
}
