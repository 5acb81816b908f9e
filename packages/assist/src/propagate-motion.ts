/**
 * How an object may move: a Kalman filter with a smoother (Rauch, Tung and Striebel 1965) over place and yaw in the
 * plane, each with its speed. Matrices are [6 × 6] row by row; the state is x, y, their speeds, yaw, its speed.
 */

export interface MotionModel {
  /** Standard deviation of the acceleration along and across the heading, m/s² in a second. */
  readonly alongMps2: number;
  readonly acrossMps2: number;
  readonly turnRadps2: number;
  /** Moves where it heads: speed across the heading is 0 within this, m/s. undefined: it may go sideways. */
  readonly slipMps: number | undefined;
  /** Standard deviation of where it is after a second without a speed, metres. */
  readonly wanderM: number;
}

/** What may be expected of things of this size before anything was measured. */
export interface Habits {
  readonly model: MotionModel;
  /** Standard deviations of the speed along and across the heading, m/s, and of turning, rad/s. */
  readonly alongMps: number;
  readonly acrossMps: number;
  readonly turnRadps: number;
  /** Errors of registration are alike in so many frames: smoothed, they say together what one of them does. */
  readonly likeFrames: number;
}

/** Shorter things are people. */
export const personM = 1.3;

/** Vehicles, two-wheelers (shorter than 2.5 m) and people (they may go where they do not look). */
export function habitsOf(lengthM: number): Habits {
  if (lengthM < personM)
    return {
      model: { alongMps2: 0.1, acrossMps2: 0.1, turnRadps2: 0.5, slipMps: 0.4, wanderM: 0 },
      alongMps: 1.5,
      acrossMps: 1.5,
      turnRadps: 0.5,
      likeFrames: 20,
    };
  return {
    model: { alongMps2: 2.5, acrossMps2: 1, turnRadps2: 0.4, slipMps: 0.3, wanderM: 0 },
    alongMps: lengthM < 2.5 ? 5 : 10,
    acrossMps: 0.7,
    turnRadps: 0.4,
    likeFrames: 5,
  };
}

/** Of what stands: only errors of the ego pose move it, slowly; it does not turn. */
export const standing: Habits = {
  model: { alongMps2: 0.01, acrossMps2: 0.01, turnRadps2: 0.003, slipMps: undefined, wanderM: 0.5 },
  alongMps: 0.01,
  acrossMps: 0.01,
  turnRadps: 0.003,
  likeFrames: 1,
};

export interface MotionState {
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
}

/** Place and yaw as measured: x, y, yaw and their covariance [3 × 3]. */
export interface Measured {
  readonly mean: readonly [x: number, y: number, yawRad: number];
  readonly covariance: readonly number[];
}

/** At rest at a place, with the speeds that its habits allow; `placeM` and `yawRad` say how sure the place is. */
export function startAt(
  [x, y, yaw]: readonly [x: number, y: number, yawRad: number],
  { alongMps, acrossMps, turnRadps }: Omit<Habits, "likeFrames">,
  placeM: number,
): MotionState {
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  const [a, b] = [alongMps ** 2, acrossMps ** 2];
  const covariance = Array.from({ length: n * n }, () => 0);
  covariance[0] = covariance[n + 1] = covariance[4 * n + 4] = placeM ** 2;
  covariance[2 * n + 2] = c * c * a + s * s * b;
  covariance[3 * n + 3] = s * s * a + c * c * b;
  covariance[2 * n + 3] = covariance[3 * n + 2] = c * s * (a - b);
  covariance[5 * n + 5] = turnRadps ** 2;
  return { mean: [x, y, 0, 0, yaw, 0], covariance };
}

/** The same with a speed that is known within `sigmaMps`. */
export function withSpeed(state: MotionState, vx: number, vy: number, sigmaMps: number): MotionState {
  const covariance = state.covariance.slice();
  covariance[2 * n + 2] = covariance[3 * n + 3] = sigmaMps ** 2;
  covariance[2 * n + 3] = covariance[3 * n + 2] = 0;
  return { mean: [state.mean[0], state.mean[1], vx, vy, state.mean[4], state.mean[5]], covariance };
}

const n = 6;
/** Where x, y and yaw are in the state. */
const seen = [0, 1, 4] as const;

export function predicted(state: MotionState, dt: number, model: MotionModel): MotionState {
  const { transition, noise } = stepOf(state, dt, model);
  return {
    mean: apply(transition, state.mean),
    covariance: sum(product(product(transition, state.covariance), transposed(transition)), noise),
  };
}

function stepOf(state: MotionState, dt: number, model: MotionModel): { transition: number[]; noise: number[] } {
  const transition = identity();
  const noise = Array.from({ length: n * n }, () => 0);
  const t = Math.abs(dt);
  transition[2] = transition[n + 3] = transition[4 * n + 5] = dt;
  const [c, s] = [Math.cos(state.mean[4]), Math.sin(state.mean[4])];
  const [along, across] = [model.alongMps2 ** 2, model.acrossMps2 ** 2];
  const q = [
    [c * c * along + s * s * across, c * s * (along - across)],
    [c * s * (along - across), s * s * along + c * c * across],
  ];
  // White acceleration over the step (Bar-Shalom 2001, 6.2.2).
  const [t1, t2, t3] = [t, (Math.sign(dt) * t * t) / 2, t ** 3 / 3];
  for (const i of [0, 1])
    for (const j of [0, 1]) {
      noise[i * n + j] = q[i][j] * t3;
      noise[i * n + j + 2] = noise[(i + 2) * n + j] = q[i][j] * t2;
      noise[(i + 2) * n + j + 2] = q[i][j] * t1;
    }
  noise[0] += model.wanderM ** 2 * t;
  noise[n + 1] += model.wanderM ** 2 * t;
  const turn = model.turnRadps2 ** 2;
  noise[4 * n + 4] = turn * t3;
  noise[4 * n + 5] = noise[5 * n + 4] = turn * t2;
  noise[5 * n + 5] = turn * t1;
  return { transition, noise };
}

/** The state once place and yaw were measured; yaw is taken the short way round. */
export function updated(state: MotionState, { mean, covariance }: Measured): MotionState {
  const p = state.covariance;
  const s = covariance.map((value, i) => value + p[seen[Math.floor(i / 3)] * n + seen[i % 3]]);
  const inverse = invert(s, 3);
  const off = seen.map((axis, i) => (i === 2 ? shortWay(mean[2] - state.mean[axis]) : mean[i] - state.mean[axis]));
  // Gain [6 × 3].
  const gain: number[] = [];
  for (let row = 0; row < n; row++)
    for (let column = 0; column < 3; column++)
      gain.push(seen.reduce<number>((total, axis, k) => total + p[row * n + axis] * inverse[3 * k + column], 0));
  const next = state.mean.map(
    (value, row) => value + off.reduce((total, each, k) => total + gain[3 * row + k] * each, 0),
  );
  const change: number[] = [];
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++)
      change.push(
        p[row * n + column] -
          seen.reduce<number>((total, axis, k) => total + gain[3 * row + k] * p[axis * n + column], 0),
      );
  return { mean: next, covariance: symmetric(change) };
}

/** Moves where it heads: the speed across the heading is measured as 0. Slow things may turn on the spot. */
export function headed(state: MotionState, slipMps: number): MotionState {
  const [, , vx, vy, yaw] = state.mean;
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  const h = [0, 0, -s, c, -(c * vx + s * vy), 0];
  const ph = apply(state.covariance as number[], h);
  const variance = h.reduce((total, each, i) => total + each * ph[i], 0) + slipMps ** 2;
  const off = s * vx - c * vy;
  const gain = ph.map((each) => each / variance);
  return {
    mean: state.mean.map((value, i) => value + gain[i] * off),
    covariance: symmetric(state.covariance.map((value, i) => value - gain[Math.floor(i / n)] * ph[i % n])),
  };
}

/**
 * All that was measured, before and after, at each time: filter forward, smoother backward.
 *
 * @param timesS ascending. `measured` undefined: nothing at that time.
 */
export function smoothed(
  timesS: readonly number[],
  measured: readonly (Measured | undefined)[],
  first: MotionState,
  model: MotionModel,
): readonly MotionState[] {
  const filtered: MotionState[] = [];
  const ahead: MotionState[] = [];
  let state = first;
  timesS.forEach((time, i) => {
    if (i > 0) state = predicted(state, time - timesS[i - 1], model);
    ahead.push(state);
    const here = measured[i];
    if (here) state = updated(state, here);
    if (model.slipMps !== undefined) state = headed(state, model.slipMps);
    filtered.push(state);
  });
  const result = filtered.slice();
  for (let i = timesS.length - 2; i >= 0; i--) {
    const { transition } = stepOf(filtered[i], timesS[i + 1] - timesS[i], model);
    const gain = product(product(filtered[i].covariance, transposed(transition)), invert(ahead[i + 1].covariance, n));
    const off = result[i + 1].mean.map((value, k) => value - ahead[i + 1].mean[k]);
    const grown = result[i + 1].covariance.map((value, k) => value - ahead[i + 1].covariance[k]);
    result[i] = {
      mean: apply(gain, off).map((value, k) => value + filtered[i].mean[k]),
      covariance: symmetric(sum(filtered[i].covariance, product(product(gain, grown), transposed(gain)))),
    };
  }
  return result;
}

/** Both measurements as one, each by how sure it is. */
export function fused(a: Measured, b: Measured): Measured {
  const p = a.covariance;
  const gain = product(p, invert(sum(p, b.covariance), 3), 3);
  const off = [b.mean[0] - a.mean[0], b.mean[1] - a.mean[1], shortWay(b.mean[2] - a.mean[2])];
  const [x, y, yaw] = a.mean.map(
    (value, row) => value + off.reduce((total, each, k) => total + gain[3 * row + k] * each, 0),
  );
  const change = product(gain, p, 3);
  return { mean: [x, y, yaw], covariance: p.map((value, i) => value - change[i]) };
}

/** A covariance [3 × 3] of x, y and yaw seen along axes that are turned by `yawRad`. */
export function alongAxes(m: readonly number[], yawRad: number): number[] {
  const [c, s] = [Math.cos(yawRad), Math.sin(yawRad)];
  return product(product([c, s, 0, -s, c, 0, 0, 0, 1], m, 3), [c, -s, 0, s, c, 0, 0, 0, 1], 3);
}

/** The covariance [3 × 3] of x, y and yaw. */
export const planeCovariance = ({ covariance }: MotionState): number[] =>
  seen.flatMap((row) => seen.map((column) => covariance[row * n + column]));

const shortWay = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

const identity = (): number[] => Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
const sum = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + b[i]);
const transposed = (m: readonly number[]): number[] => m.map((_, i) => m[(i % n) * n + Math.floor(i / n)]);
const symmetric = (m: readonly number[]): number[] =>
  m.map((value, i) => (value + m[(i % n) * n + Math.floor(i / n)]) / 2);

function apply(m: readonly number[], v: readonly number[]): number[] {
  return v.map((_, row) => v.reduce((total, each, k) => total + m[row * n + k] * each, 0));
}

function product(a: readonly number[], b: readonly number[], size = n): number[] {
  const result: number[] = [];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let total = 0;
      for (let k = 0; k < size; k++) total += a[row * size + k] * b[k * size + column];
      result.push(total);
    }
  return result;
}

/** Inverse of a symmetric positive matrix by Gauss and Jordan; such a one needs no pivots. */
function invert(m: readonly number[], size: number): number[] {
  const a = m.slice();
  const b = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  for (let k = 0; k < size; k++) {
    const by = 1 / a[k * size + k];
    for (let column = 0; column < size; column++) {
      a[k * size + column] *= by;
      b[k * size + column] *= by;
    }
    for (let row = 0; row < size; row++) {
      const factor = a[row * size + k];
      if (row === k || factor === 0) continue;
      for (let column = 0; column < size; column++) {
        a[row * size + column] -= factor * a[k * size + column];
        b[row * size + column] -= factor * b[k * size + column];
      }
    }
  }
  return b;
}
