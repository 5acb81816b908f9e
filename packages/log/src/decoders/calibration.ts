import { distortionOf, fromMatrix3, identityQuaternion, type CameraModel, type Quaternion } from "@sweepmark/geometry";
import { numberOf, numbersOf, textOf } from "../encodings/fields.ts";
import { logError, quote } from "../problem.ts";
import type { Problem } from "../types.ts";
import type { Decoder } from "./decoder.ts";
import { plainFrameId } from "./transform.ts";

/** foxglove.CameraCalibration: K and D for the picture as taken, P (and R) for the rectified one. */
export const cameraCalibration: Decoder = {
  schemaNames: ["foxglove.CameraCalibration"],
  role: "calibration",
  requiredFields: ["width", "height", "K"],
  decode(fields) {
    const size = { width: numberOf(fields, "width"), height: numberOf(fields, "height") };
    const distortionName = textOf(fields, "distortion_model");
    const [k, d, r, p] = ["K", "D", "R", "P"].map((name) => numbersOf(fields, name));
    const raw = pinhole(size, k.length === 9 ? [k[0], k[1], k[2], k[4], k[5]] : k, "K");
    const distortion = d.every(Number.isFinite) ? distortionOf(distortionName.toLowerCase(), d) : undefined;
    const unknown = (): Problem => ({
      severity: "warning",
      code: "unknown-distortion",
      message: `The lens model is ${quote(distortionName)} with ${d.length} coefficients, which is not known.`,
      hint: "Known: plumb_bob, rational_polynomial, equidistant, fisheye, none. Nothing is projected into this camera.",
      params: { model: distortionName, count: d.length },
    });
    // A P of zeros is how a camera says that it was never rectified: K without distortion is then the best guess.
    const isSet = p.length === 12 && p[0] !== 0;
    return {
      kind: "calibration",
      frameId: plainFrameId(textOf(fields, "frame_id")),
      distortionName,
      raw: "code" in raw ? raw : distortion ? { ...raw, distortion } : unknown(),
      rectified: isSet ? pinhole(size, [p[0], p[1], p[2], p[5], p[6]], "P") : raw,
      rectifiedFromCamera: isSet ? rotationOf(r) : identityQuaternion,
    };
  },
};

/** `m`: fx, skew, cx, fy, cy. */
function pinhole(
  size: { readonly width: number; readonly height: number },
  m: readonly number[],
  name: "K" | "P",
): CameraModel | Problem {
  const [fx, skew, cx, fy, cy] = m;
  if (m.length === 5 && m.every(Number.isFinite) && fx > 0 && fy > 0 && size.width > 0 && size.height > 0) {
    return { ...size, fx, fy, cx, cy, skew, distortion: { kind: "none", coefficients: [], validUpTo: Infinity } };
  }
  return {
    ...logError(
      "bad-calibration",
      `The camera matrix ${name} is [${m.map((v) => String(v)).join(", ")}] for ${size.width} × ${size.height} pixels; ` +
        "expected focal lengths above 0 and a size.",
      { hint: "The camera was not calibrated: nothing is projected into it.", params: { matrix: name } },
    ).problem,
    severity: "warning",
  };
}

function rotationOf(r: readonly number[]): Quaternion {
  return r.length === 9 && r.every(Number.isFinite) && r.some((v) => v !== 0) ? fromMatrix3(r) : identityQuaternion;
}
