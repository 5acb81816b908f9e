import type { Pose, Space, TimestampNs } from "@sweepmark/geometry";
import { encodeMessage, type MessageValue } from "./proto/wire.ts";
import { spaceNames, type SimulatedCamera } from "./rig.ts";
import type { SimulatedSweep } from "./lidar.ts";

/** foxglove.PackedElementField.NumericType. */
const numeric = { uint8: 1, uint16: 3, uint32: 5, float32: 7 };

/** Layout of a point: 19 bytes and one of padding, as real drivers pad. */
export const pointFields = [
  { name: "x", offset: 0, type: numeric.float32 },
  { name: "y", offset: 4, type: numeric.float32 },
  { name: "z", offset: 8, type: numeric.float32 },
  { name: "time_offset", offset: 12, type: numeric.uint32 },
  { name: "ring", offset: 16, type: numeric.uint16 },
  { name: "intensity", offset: 18, type: numeric.uint8 },
];
export const pointStride = 20;

const stamp = (at: TimestampNs): MessageValue => ({
  seconds: at / 1_000_000_000n,
  nanos: Number(at % 1_000_000_000n),
});

const transform = (at: TimestampNs, parent: string, child: string, pose: Pose<Space, Space>): MessageValue => {
  const [tx, ty, tz] = pose.translation;
  const [x, y, z, w] = pose.rotation;
  return {
    timestamp: stamp(at),
    parent_frame_id: parent,
    child_frame_id: child,
    translation: { x: tx, y: ty, z: tz },
    rotation: { x, y, z, w },
  };
};

export const encodeEgoPose = (at: TimestampNs, worldFromEgo: Pose<"world", "ego">): Uint8Array =>
  encodeMessage("foxglove.FrameTransform", transform(at, spaceNames.world, spaceNames.ego, worldFromEgo));

export const encodeMountings = (
  at: TimestampNs,
  mountings: readonly { readonly child: string; readonly egoFromChild: Pose<"ego", Space> }[],
): Uint8Array =>
  encodeMessage("foxglove.FrameTransforms", {
    transforms: mountings.map(({ child, egoFromChild }) => transform(at, spaceNames.ego, child, egoFromChild)),
  });

export function encodeSweep(at: TimestampNs, sweep: SimulatedSweep): Uint8Array {
  const data = new Uint8Array(sweep.count * pointStride);
  const view = new DataView(data.buffer);
  for (let i = 0; i < sweep.count; i++) {
    const to = i * pointStride;
    view.setFloat32(to, sweep.positions[i * 3], true);
    view.setFloat32(to + 4, sweep.positions[i * 3 + 1], true);
    view.setFloat32(to + 8, sweep.positions[i * 3 + 2], true);
    view.setUint32(to + 12, sweep.timeOffsetNs[i], true);
    view.setUint16(to + 16, sweep.ring[i], true);
    data[to + 18] = sweep.intensity[i];
  }
  return encodeMessage("foxglove.PointCloud", {
    timestamp: stamp(at),
    frame_id: spaceNames.lidar,
    pose: { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
    point_stride: pointStride,
    fields: pointFields,
    data,
  });
}

export const encodeImage = (at: TimestampNs, cameraId: string, jpeg: Uint8Array): Uint8Array =>
  encodeMessage("foxglove.CompressedImage", { timestamp: stamp(at), frame_id: cameraId, data: jpeg, format: "jpeg" });

export function encodeCalibration(at: TimestampNs, { id, model, distortionName }: SimulatedCamera): Uint8Array {
  const { width, height, fx, fy, cx, cy, distortion } = model;
  return encodeMessage("foxglove.CameraCalibration", {
    timestamp: stamp(at),
    frame_id: id,
    width,
    height,
    distortion_model: distortionName,
    D: distortion.kind === "none" ? [0, 0, 0, 0, 0] : distortion.coefficients,
    K: [fx, 0, cx, 0, fy, cy, 0, 0, 1],
    R: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    P: [fx, 0, cx, 0, 0, fy, cy, 0, 0, 0, 1, 0],
  });
}
