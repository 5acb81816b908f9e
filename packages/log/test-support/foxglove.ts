import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";

/** Foxglove's schemas as its .proto files number them, encoded by protobufjs: an oracle apart from our own reader. */
const source = `
syntax = "proto3";
package foxglove;
message Stamp { int64 seconds = 1; int32 nanos = 2; }
message Vector3 { double x = 1; double y = 2; double z = 3; }
message Quaternion { double x = 1; double y = 2; double z = 3; double w = 4; }
message Pose { Vector3 position = 1; Quaternion orientation = 2; }
message PackedElementField { string name = 1; fixed32 offset = 2; int32 type = 3; }
message PointCloud {
  Stamp timestamp = 1; string frame_id = 2; Pose pose = 3; fixed32 point_stride = 4;
  repeated PackedElementField fields = 5; bytes data = 6;
}
message CompressedImage { Stamp timestamp = 1; bytes data = 2; string format = 3; string frame_id = 4; }
message CompressedVideo { Stamp timestamp = 1; string frame_id = 2; bytes data = 3; string format = 4; }
message RawImage {
  Stamp timestamp = 1; fixed32 width = 2; fixed32 height = 3; string encoding = 4; fixed32 step = 5; bytes data = 6;
  string frame_id = 7;
}
message CameraCalibration {
  Stamp timestamp = 1; fixed32 width = 2; fixed32 height = 3; string distortion_model = 4;
  repeated double D = 5; repeated double K = 6; repeated double R = 7; repeated double P = 8; string frame_id = 9;
}
message FrameTransform {
  Stamp timestamp = 1; string parent_frame_id = 2; string child_frame_id = 3; Vector3 translation = 4;
  Quaternion rotation = 5;
}
message FrameTransforms { repeated FrameTransform transforms = 1; }
message Color { double r = 1; double g = 2; double b = 3; double a = 4; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
message KeyValuePair { string key = 1; string value = 2; }
message CubePrimitive { Pose pose = 1; Vector3 size = 2; Color color = 3; }
message LinePrimitive {
  enum Type { LINE_STRIP = 0; LINE_LOOP = 1; LINE_LIST = 2; }
  Type type = 1; Pose pose = 2; double thickness = 3; bool scale_invariant = 4; repeated Vector3 points = 5;
  Color color = 6; repeated Color colors = 7; repeated fixed32 indices = 8;
}
message TextPrimitive { Pose pose = 1; bool billboard = 2; double font_size = 3; bool scale_invariant = 4; Color color = 5; string text = 6; }
message SceneEntity {
  Stamp timestamp = 1; string frame_id = 2; string id = 3; Duration lifetime = 4; bool frame_locked = 5;
  repeated KeyValuePair metadata = 6; repeated CubePrimitive cubes = 8; repeated LinePrimitive lines = 11;
  repeated TextPrimitive texts = 13;
}
message SceneEntityDeletion { Stamp timestamp = 1; enum Type { MATCHING_ID = 0; ALL = 1; } Type type = 2; string id = 3; }
message SceneUpdate { repeated SceneEntityDeletion deletions = 1; repeated SceneEntity entities = 2; }
`;

const root = protobuf.parse(source, { keepCase: true }).root;
interface DescriptorSet {
  file: { messageType: { name: string }[] }[];
  constructor: { encode(m: unknown): { finish(): Uint8Array } };
}
const toDescriptor = (): DescriptorSet =>
  (root as unknown as { toDescriptor(edition: string): DescriptorSet }).toDescriptor("proto3");

/** FileDescriptorSet of all the types above. */
export const descriptorSet: Uint8Array = descriptorSetOf(undefined);

/** The same of some of them, for small logs; they must hold all that they name. */
export function descriptorSetOf(names: readonly string[] | undefined): Uint8Array {
  const set = toDescriptor();
  for (const file of set.file)
    file.messageType = file.messageType.filter(({ name }) => names === undefined || names.includes(name));
  return new Uint8Array(set.constructor.encode(set).finish());
}

export type FoxgloveType =
  | "PointCloud"
  | "CompressedImage"
  | "RawImage"
  | "CameraCalibration"
  | "FrameTransform"
  | "FrameTransforms"
  | "SceneUpdate"
  | "CompressedVideo";

export function encode(type: FoxgloveType, message: Readonly<Record<string, unknown>>): Uint8Array {
  return new Uint8Array(root.lookupType(`foxglove.${type}`).encode(message).finish());
}

export const stamp = (ns: bigint): { seconds: number; nanos: number } => ({
  seconds: Number(ns / 1_000_000_000n),
  nanos: Number(ns % 1_000_000_000n),
});

/** NumericType → bytes and the way to write one. */
const writers = [
  undefined,
  [1, (v, at, n) => v.setUint8(at, n)],
  [1, (v, at, n) => v.setInt8(at, n)],
  [2, (v, at, n) => v.setUint16(at, n, true)],
  [2, (v, at, n) => v.setInt16(at, n, true)],
  [4, (v, at, n) => v.setUint32(at, n, true)],
  [4, (v, at, n) => v.setInt32(at, n, true)],
  [4, (v, at, n) => v.setFloat32(at, n, true)],
  [8, (v, at, n) => v.setFloat64(at, n, true)],
] as readonly (readonly [number, (view: DataView, at: number, value: number) => void] | undefined)[];

export interface CloudField {
  readonly name: string;
  readonly offset: number;
  /** foxglove.PackedElementField.NumericType. */
  readonly type: number;
}

/** A PointCloud message; `points` in the order of `fields`. */
export function cloudMessage(cloud: {
  readonly at: bigint;
  readonly frameId: string;
  readonly stride: number;
  readonly fields: readonly CloudField[];
  readonly points: readonly (readonly number[])[];
  readonly pose?: unknown;
}): Uint8Array {
  const data = new Uint8Array(cloud.stride * cloud.points.length);
  const view = new DataView(data.buffer);
  cloud.points.forEach((point, i) =>
    cloud.fields.forEach(({ offset, type }, f) => writers[type]?.[1](view, i * cloud.stride + offset, point[f])),
  );
  return encode("PointCloud", {
    ...(cloud.at === 0n ? {} : { timestamp: stamp(cloud.at) }),
    frame_id: cloud.frameId,
    ...(cloud.pose ? { pose: cloud.pose } : {}),
    point_stride: cloud.stride,
    fields: cloud.fields,
    data,
  });
}

export const xyzi: readonly CloudField[] = ["x", "y", "z", "intensity"].map((name, i) => ({
  name,
  offset: 4 * i,
  type: 7,
}));
