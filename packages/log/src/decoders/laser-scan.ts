import type { Pose } from "@sweepmark/geometry";
import { fieldsOf, headOf, numberOf, numbersOf } from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import type { Limits } from "../limits.ts";
import { logError } from "../problem.ts";
import type { CloudSample, Decoder, PointField } from "./decoder.ts";
import { checkedCloud, poseOf } from "./point-cloud.ts";

/** A fan of ranges in the plane z = 0. Angles in radians about z from x; ranges in metres. */
interface Fan {
  readonly startRad: number;
  readonly stepRad: number;
  readonly stepS: number;
  readonly ranges: readonly number[];
  readonly rangeMin: number;
  readonly rangeMax: number;
  readonly intensities: readonly number[];
  readonly frameFromPoints: Pose<"lidar", "lidar"> | undefined;
}

/**
 * sensor_msgs/LaserScan, foxglove.LaserScan. A single plane: where there is another lidar, that one is the reference.
 * Ranges outside [range_min, range_max] are dropped, as the message asks.
 */
export const laserScan: Decoder = {
  schemaNames: ["sensor_msgs/LaserScan", "foxglove.LaserScan"],
  role: "lidar",
  rank: "fallback",
  requiredFields: ["ranges"],
  decode: (fields, limits) =>
    cloudOf(fields, fields.has("angle_increment") ? rosFan(fields) : foxgloveFan(fields), limits),
};

function rosFan(fields: Fields): Fan {
  return {
    startRad: numberOf(fields, "angle_min"),
    stepRad: numberOf(fields, "angle_increment"),
    stepS: numberOf(fields, "time_increment"),
    ranges: numbersOf(fields, "ranges"),
    rangeMin: numberOf(fields, "range_min"),
    rangeMax: numberOf(fields, "range_max"),
    intensities: numbersOf(fields, "intensities"),
    frameFromPoints: undefined,
  };
}

function foxgloveFan(fields: Fields): Fan {
  const ranges = numbersOf(fields, "ranges");
  const startRad = numberOf(fields, "start_angle");
  const stepRad = ranges.length > 1 ? (numberOf(fields, "end_angle") - startRad) / (ranges.length - 1) : 0;
  return {
    startRad,
    stepRad,
    stepS: 0,
    ranges,
    rangeMin: 0,
    rangeMax: Infinity,
    intensities: numbersOf(fields, "intensities"),
    frameFromPoints: poseOf(fieldsOf(fields, "pose")),
  };
}

const floats = (...names: readonly string[]): readonly PointField[] =>
  names.map((name, i) => ({ name, offset: 4 * i, type: "f32" }));

/** Packs the fan as a cloud, so that everything after it is the same. */
function cloudOf(fields: Fields, fan: Fan, limits: Limits): CloudSample {
  const { ranges, intensities } = fan;
  if (ranges.length > limits.maxPoints) {
    throw logError("too-many-points", `A scan has ${ranges.length} points; the limit is ${limits.maxPoints}.`, {
      params: { count: ranges.length, limit: limits.maxPoints },
    });
  }
  const timed = fan.stepS !== 0;
  const names = ["x", "y", "z"];
  if (timed) names.push("time");
  if (intensities.length === ranges.length) names.push("intensity");
  const strideBytes = 4 * names.length;
  const data = new Uint8Array(strideBytes * ranges.length);
  const view = new DataView(data.buffer);
  ranges.forEach((range, i) => {
    const seen = range >= fan.rangeMin && range <= fan.rangeMax;
    const angle = fan.startRad + i * fan.stepRad;
    const at = i * strideBytes;
    view.setFloat32(at, seen ? range * Math.cos(angle) : NaN, true);
    view.setFloat32(at + 4, seen ? range * Math.sin(angle) : NaN, true);
    if (timed) view.setFloat32(at + 12, i * fan.stepS, true);
    if (names.at(-1) === "intensity") view.setFloat32(at + strideBytes - 4, intensities[i], true);
  });
  const { frameFromPoints } = fan;
  return checkedCloud({ ...headOf(fields), frameFromPoints, strideBytes, fields: floats(...names), data }, limits);
}
