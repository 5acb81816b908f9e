import type { CameraModel, TimestampNs } from "@sweepmark/geometry";
import type { CameraSource } from "./camera-set.ts";
import { quote } from "./problem.ts";
import type { Problem } from "./types.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Widths and heights are rounded when pictures are made smaller; beyond this one is not the other. */
const sameShape = 0.02;

/**
 * A camera's model for pictures of this size. Where the calibration is for larger or smaller pictures of the same shape it
 * is scaled (note `calibration-scaled`); for another shape nothing can be projected (`calibration-size`).
 */
export function fitToPicture(
  { model, calibration }: Pick<CameraSource, "model" | "calibration">,
  picture: Size,
  topic: string,
  at: TimestampNs,
): { readonly model: CameraModel | undefined; readonly problem?: Problem } {
  const { width, height } = picture;
  if (!model || (model.width === width && model.height === height)) return { model };
  const isSame = Math.abs((model.width * height) / (model.height * width) - 1) <= sameShape;
  const said =
    `The calibration ${quote(calibration?.topic ?? "")} is for ${model.width} × ${model.height} pixels, ` +
    `but the pictures of ${quote(topic)} have ${width} × ${height}`;
  const facts = {
    params: { topic, width, height, calibratedWidth: model.width, calibratedHeight: model.height },
    topic,
    at,
  };
  if (isSame) {
    return {
      model: scaled(model, picture),
      problem: { severity: "note", code: "calibration-scaled", message: `${said}: it is scaled to them.`, ...facts },
    };
  }
  return {
    model,
    problem: {
      severity: "warning",
      code: "calibration-size",
      message: `${said}.`,
      hint: "Nothing is projected into this camera. Record the calibration of the pictures, or the whole pictures.",
      ...facts,
    },
  };
}

/** Pixel centres lie at whole numbers: (u + 0.5) grows with the picture. Distortion has no pixels in it. */
function scaled(model: CameraModel, { width, height }: Size): CameraModel {
  const [sx, sy] = [width / model.width, height / model.height];
  return {
    ...model,
    width,
    height,
    fx: model.fx * sx,
    fy: model.fy * sy,
    cx: (model.cx + 0.5) * sx - 0.5,
    cy: (model.cy + 0.5) * sy - 0.5,
    skew: model.skew * sx,
  };
}
