import {
  distortionOf,
  fromMatrix3,
  fromYawPitchRoll,
  multiply,
  type CameraModel,
  type Pose,
  type Quaternion,
} from "@sweepmark/geometry";

/** Where the sensors sit on the ego vehicle, and how the cameras see. */

export const spaceNames = { world: "map", ego: "base_link", lidar: "lidar_top" };

/** Neither level nor straight, so that a forgotten extrinsic shows. */
export const egoFromLidar: Pose<"ego", "lidar"> = {
  translation: [0.94, 0.012, 1.86],
  rotation: fromYawPitchRoll({ yawRad: 0.021, pitchRad: 0.006, rollRad: -0.004 }),
};

/** Camera axes (x right, y down, z ahead) in ego axes (x ahead, y left, z up). */
const egoFromOptical: Quaternion = fromMatrix3([0, 0, 1, -1, 0, 0, 0, -1, 0]);

export interface SimulatedCamera {
  readonly id: "cam_front" | "cam_left" | "cam_right";
  readonly model: CameraModel;
  /** Name and coefficients as the log says them. */
  readonly distortionName: string;
  readonly egoFromCamera: Pose<"ego", "camera">;
  /** Image stamps − sweep stamps. */
  readonly offsetNs: number;
}

function camera(
  id: SimulatedCamera["id"],
  mounting: {
    readonly at: readonly [number, number, number];
    readonly yawRad: number;
    readonly pitchRad: number;
    readonly rollRad: number;
  },
  lens: {
    readonly width: number;
    readonly height: number;
    readonly focalPx: number;
    readonly name: string;
    readonly coefficients: readonly number[];
  },
  offsetNs: number,
): SimulatedCamera {
  const distortion = distortionOf(lens.name, lens.coefficients);
  if (!distortion) throw new Error(`the rig of ${id} has a distortion that geometry does not know: ${lens.name}`);
  return {
    id,
    model: {
      width: lens.width,
      height: lens.height,
      fx: lens.focalPx,
      fy: lens.focalPx * 1.001,
      // Off the middle by a few pixels, as real ones are.
      cx: lens.width / 2 + 3.4,
      cy: lens.height / 2 - 5.2,
      skew: 0,
      distortion,
    },
    distortionName: lens.name,
    egoFromCamera: { translation: mounting.at, rotation: multiply(fromYawPitchRoll(mounting), egoFromOptical) },
    offsetNs,
  };
}

const side = { width: 720, height: 450, focalPx: 400, name: "plumb_bob", coefficients: [0, 0, 0, 0, 0] };

export const cameras: readonly SimulatedCamera[] = [
  camera(
    "cam_front",
    { at: [1.62, 0.02, 1.52], yawRad: 0.004, pitchRad: 0.03, rollRad: 0.003 },
    { width: 960, height: 600, focalPx: 610, name: "plumb_bob", coefficients: [-0.28, 0.085, 0.0006, -0.0004, -0.006] },
    6_000_000,
  ),
  camera("cam_left", { at: [1.3, 0.62, 1.5], yawRad: 0.96, pitchRad: 0.05, rollRad: -0.004 }, side, -9_000_000),
  camera("cam_right", { at: [1.3, -0.62, 1.5], yawRad: -0.965, pitchRad: 0.052, rollRad: 0.005 }, side, 14_000_000),
];
