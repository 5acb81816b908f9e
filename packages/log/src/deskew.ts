import {
  compose,
  invert,
  poseToMatrix,
  timestampNs,
  type Pose,
  type Space,
  type TimestampNs,
} from "@sweepmark/geometry";

/**
 * Between two knots a pose is blended linearly. At a distance of r metres, a turn of ω rad/s and an acceleration of a m/s²
 * that is off by at most (r ω² + a) h² / 8: 0.2 mm for 200 m, 2 rad/s and 10 m/s², where h is this.
 */
export const knotNs = 2_000_000;

/** Where the space that the points are in is at a time, in a space that stands still; undefined: not known. */
export type PoseAt = (at: TimestampNs) => Pose<Space, Space> | undefined;

/** `range`: the least and the largest offset. Empty: [0, 0]. */
export function rangeOf(timeOffsetNs: Int32Array): readonly [least: number, most: number] {
  if (timeOffsetNs.length === 0) return [0, 0];
  let [least, most] = [timeOffsetNs[0], timeOffsetNs[0]];
  for (let i = 1; i < timeOffsetNs.length; i++) {
    const offset = timeOffsetNs[i];
    if (offset < least) least = offset;
    else if (offset > most) most = offset;
  }
  return [least, most];
}

/**
 * Moves points, each measured at its own time, to where the sensor would have seen them at `at`; what moves by itself stays
 * smeared. `positions`: [n × 3] metres, changed in place; `timeOffsetNs`: [n] after `at`, negative before it. A point with
 * the offset 0 stays where it is, and so do all where nothing moves. Returns "unknown", with nothing changed, where `poseAt`
 * does not know a pose within the sweep.
 */
export function deskew(
  positions: Float32Array,
  timeOffsetNs: Int32Array,
  at: TimestampNs,
  poseAt: PoseAt,
): "moved" | "still" | "unknown" {
  const [least, most] = rangeOf(timeOffsetNs);
  const first = Math.floor(least / knotNs);
  const knots = knotsOf(first, Math.ceil(most / knotNs), at, poseAt);
  if (typeof knots === "string") return knots;
  const { matrices, steps } = knots;
  const perNs = 1 / knotNs;
  for (let i = 0, p = 0; i < timeOffsetNs.length; i++, p += 3) {
    const exact = timeOffsetNs[i] * perNs - first;
    const knot = Math.floor(exact);
    const f = exact - knot;
    const k = knot * 12;
    const x = positions[p];
    const y = positions[p + 1];
    const z = positions[p + 2];
    positions[p] =
      (matrices[k] + f * steps[k]) * x +
      (matrices[k + 1] + f * steps[k + 1]) * y +
      (matrices[k + 2] + f * steps[k + 2]) * z +
      (matrices[k + 3] + f * steps[k + 3]);
    positions[p + 1] =
      (matrices[k + 4] + f * steps[k + 4]) * x +
      (matrices[k + 5] + f * steps[k + 5]) * y +
      (matrices[k + 6] + f * steps[k + 6]) * z +
      (matrices[k + 7] + f * steps[k + 7]);
    positions[p + 2] =
      (matrices[k + 8] + f * steps[k + 8]) * x +
      (matrices[k + 9] + f * steps[k + 9]) * y +
      (matrices[k + 10] + f * steps[k + 10]) * z +
      (matrices[k + 11] + f * steps[k + 11]);
  }
  return "moved";
}

/**
 * The space of the points at `at` from the same space at each knot: [knots × 12] rows of 3 × 4 matrices, and what is added
 * to each on the way to the next one.
 */
function knotsOf(first: number, last: number, at: TimestampNs, poseAt: PoseAt) {
  const origin = poseAt(at);
  if (!origin) return "unknown";
  const back = invert(origin);
  const matrices = new Float64Array((last - first + 1) * 12);
  let isStill = true;
  for (let knot = first; knot <= last; knot++) {
    const pose = poseAt(timestampNs(at + BigInt(knot * knotNs)));
    if (!pose) return "unknown";
    const same =
      knot === 0 ||
      (pose.translation.every((v, i) => v === origin.translation[i]) &&
        pose.rotation.every((v, i) => v === origin.rotation[i]));
    isStill &&= same;
    const m = same ? identity : poseToMatrix(compose(back, pose));
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 4; column++) matrices[(knot - first) * 12 + row * 4 + column] = m[column * 4 + row];
    }
  }
  if (isStill) return "still";
  const steps = new Float64Array(matrices.length);
  for (let i = 0; i + 12 < matrices.length; i++) steps[i] = matrices[i + 12] - matrices[i];
  return { matrices, steps };
}

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
