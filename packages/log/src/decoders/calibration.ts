import { distortionOf, fromMatrix3, identityQuaternion, type CameraModel, type Quaternion } from "@sweepmark/geometry";
import { fieldsOf, headOf, numberOf, numbersOf, textOf } from "../encodings/fields.ts";
import type { Fields } from "../encodings/encoding.ts";
import { logError, quote } from "../problem.ts";
import type { Problem } from "../types.ts";
import type { CalibrationSample, Decoder } from "./decoder.ts";

/** foxglove.CameraCalibration: K and D for the picture as taken, P (and R) for the rectified one. */
export const cameraCalibration: Decoder = {
  schemaNames: ["foxglove.CameraCalibration"],
  role: "calibration",
  requiredFields: ["width", "height", "K"],
  decode: (fields) => calibrationOf(fields, { x: 0, y: 0, binX: 1, binY: 1, ...sizeOf(fields) }),
};

/**
 * sensor_msgs/CameraInfo: the same, for the whole sensor. The picture is the region of interest of it, with binning_x ×
 * binning_y pixels made one.
 */
export const cameraInfo: Decoder = {
  schemaNames: ["sensor_msgs/CameraInfo"],
  role: "calibration",
  requiredFields: ["header", "width", "height", "K"],
  decode(fields) {
    const size = sizeOf(fields);
    const roi = fieldsOf(fields, "roi");
    const part = sizeOf(roi);
    return calibrationOf(fields, {
      x: numberOf(roi, "x_offset"),
      y: numberOf(roi, "y_offset"),
      // 0 is how "all of it" and "not binned" are said.
      width: part.width || size.width,
      height: part.height || size.height,
      binX: numberOf(fields, "binning_x") || 1,
      binY: numberOf(fields, "binning_y") || 1,
    });
  },
};

interface Size {
  readonly width: number;
  readonly height: number;
}

const sizeOf = (fields: Fields): Size => ({ width: numberOf(fields, "width"), height: numberOf(fields, "height") });

/** Which pixels of the sensor the picture has. */
interface Cut extends Size {
  readonly x: number;
  readonly y: number;
  readonly binX: number;
  readonly binY: number;
}

function calibrationOf(fields: Fields, cut: Cut): CalibrationSample {
  const distortionName = textOf(fields, "distortion_model");
  // ROS 2 writes the names of the matrices small.
  const matrix = (name: string): readonly number[] => numbersOf(fields, fields.has(name) ? name : name.toLowerCase());
  const [k, d, r, p] = ["K", "D", "R", "P"].map(matrix);
  const raw = pinhole(cut, k.length === 9 ? [k[0], k[1], k[2], k[4], k[5]] : k, "K");
  const distortion = d.every(Number.isFinite) ? distortionOf(distortionName.toLowerCase(), d) : undefined;
  const unknown = (): Problem => ({
    severity: "warning",
    code: "unknown-distortion",
    message: `The lens model is ${quote(distortionName)} with ${d.length} coefficients, which is not known.`,
    hint: "Known: plumb_bob, rational_polynomial (tilted sensors too), equidistant, fisheye, unified (ξ, k1, k2, p1, p2), none. Nothing is projected into this camera.",
    params: { model: distortionName, count: d.length },
  });
  // A P of zeros is how a camera says that it was never rectified: K without distortion is then the best guess.
  const isSet = p.length === 12 && p[0] !== 0;
  return {
    kind: "calibration",
    frameId: headOf(fields).frameId,
    distortionName,
    raw: "code" in raw ? raw : distortion ? { ...raw, distortion } : unknown(),
    rectified: rectifiedModel(fields, cut, isSet ? pinhole(cut, [p[0], p[1], p[2], p[5], p[6]], "P") : raw),
    rectifiedFromCamera: isSet ? rotationOf(r) : identityQuaternion,
  };
}

/** Where a region of the sensor comes to lie in a rectified picture is not what its corners say. */
function rectifiedModel(fields: Fields, { x, y, width, height }: Cut, model: CameraModel | Problem) {
  const whole = sizeOf(fields);
  if ("code" in model || (x === 0 && y === 0 && width === whole.width && height === whole.height)) return model;
  return {
    severity: "warning",
    code: "rectified-region",
    message:
      `The camera gives ${width} × ${height} of ${whole.width} × ${whole.height} pixels, from (${x}, ${y}), and its ` +
      "pictures are rectified; where that region lies in them is not known.",
    hint: "Nothing is projected into this camera. Record the pictures that are not rectified, or the whole sensor.",
    params: { x, y, width, height },
  } as const;
}

/** `m`: fx, skew, cx, fy, cy of the whole sensor. */
function pinhole(cut: Cut, m: readonly number[], name: "K" | "P"): CameraModel | Problem {
  const [fx, skew, cx, fy, cy] = m;
  const { binX, binY } = cut;
  const size = { width: Math.floor(cut.width / binX), height: Math.floor(cut.height / binY) };
  if (m.length === 5 && m.every(Number.isFinite) && fx > 0 && fy > 0 && size.width > 0 && size.height > 0) {
    return {
      ...size,
      // As image_geometry's PinholeCameraModel has it: cut first, then binned.
      fx: fx / binX,
      fy: fy / binY,
      cx: (cx - cut.x) / binX,
      cy: (cy - cut.y) / binY,
      skew: skew / binX,
      distortion: { kind: "none", coefficients: [], validUpTo: Infinity },
    };
  }
  return {
    ...logError(
      "bad-calibration",
      `The camera matrix ${name} is [${m.slice(0, 5).join(", ")}${m.length > 5 ? ", …" : ""}] for ${size.width} × ${size.height} pixels; ` +
        "expected focal lengths above 0 and a size.",
      { hint: "The camera was not calibrated: nothing is projected into it.", params: { matrix: name } },
    ).problem,
    severity: "warning",
  };
}

function rotationOf(r: readonly number[]): Quaternion {
  return r.length === 9 && r.every(Number.isFinite) && r.some((v) => v !== 0) ? fromMatrix3(r) : identityQuaternion;
}
